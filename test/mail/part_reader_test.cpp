#include "mail/mime/part_reader.hpp"
#include "parsed.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <fstream>
#include <malloc.h>
#include <sys/resource.h>

using namespace stagepost;

namespace {

std::string base64_line(std::uint64_t i) {
  constexpr std::string_view letters
    = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  for (std::uint64_t k = 0; k < 76; ++k)
    out += letters[(i * 7 + k * k) % 64];
  return out + "\r\n";
}

/// A message whose attachment is made as it is read, as one in a file is.
class endless_content final : public content {
public:
  explicit endless_content(std::uint64_t lines) : lines_(lines) {
  }
  [[nodiscard]] std::uint64_t size() const noexcept override {
    return head.size() + lines_ * line.size() + tail.size();
  }
  std::size_t read(std::uint64_t offset, std::span<char> out) const override {
    std::size_t n = 0;
    while (n < out.size() && offset < size())
      n += copy(offset, out.subspan(n));
    return n;
  }
  [[nodiscard]] std::string_view in_memory() const noexcept override {
    return {};
  }

private:
  std::size_t copy(std::uint64_t& offset, std::span<char> out) const {
    const auto end = head.size() + lines_ * line.size();
    std::string_view from = line;
    std::uint64_t at = 0;
    if (offset < head.size()) {
      from = head;
      at = offset;
    } else if (offset < end) {
      at = (offset - head.size()) % line.size();
    } else {
      from = tail;
      at = offset - end;
    }
    const auto n = from.copy(out.data(), out.size(), at);
    offset += n;
    return n;
  }

  const std::string head = "Content-Type: multipart/mixed; boundary=b\r\n\r\n"
                           "--b\r\n\r\nprint this\r\n--b\r\n"
                           "Content-Type: model/stl; name=large.stl\r\n"
                           "Content-Transfer-Encoding: base64\r\n\r\n";
  const std::string line = base64_line(1);
  const std::string tail = "--b--\r\n";
  std::uint64_t lines_;
};

mime::part part_of(std::uint64_t length, std::string encoding,
                   std::string read_as = {}) {
  mime::part out;
  out.length = length;
  out.encoding = std::move(encoding);
  out.read_as = std::move(read_as);
  return out;
}

} // namespace

BOOST_AUTO_TEST_SUITE(part_reader)

BOOST_AUTO_TEST_CASE(octets_are_the_same_in_pieces_of_any_size) {
  std::string base64;
  for (std::uint64_t i = 0; i < 1000; ++i)
    base64 += base64_line(i);
  std::string text;
  for (int i = 0; i < 5000; ++i)
    text += "a =C3=BC= \r\n\xe2\x82\xac =\r\n";
  const std::tuple<std::string, std::string, std::string> rows[]
    = {{base64, "base64", ""},
       {text, "quoted-printable", ""},
       {text, "quoted-printable", "utf-8"},
       {text, "8bit", "utf-8"},
       {text, "binary", "euc-jp"},
       {text, "7bit", "utf-16"}};
  for (const auto& [octets, encoding, charset] : rows) {
    const auto what = part_of(octets.size(), encoding, charset);
    const auto message = test::message_of(octets);
    mime::part_reader from(message, what);
    const auto whole = test::all_of(from, 10 * octets.size());
    BOOST_TEST(!whole.empty());
    for (const std::size_t step : {1UL, 7UL, 4096UL, 100'000UL}) {
      from.rewind();
      BOOST_TEST((test::all_of(from, step) == whole));
    }
  }
}

BOOST_AUTO_TEST_CASE(a_character_cut_between_pieces_stays_one) {
  std::string text(16'383, 'x');
  for (int i = 0; i < 20'000; ++i)
    text += "\xe2\x82\xac";
  for (const auto* charset : {"utf-8", "gb18030"}) {
    const auto message = test::message_of(text);
    mime::part_reader from(message, part_of(text.size(), "8bit", charset));
    const auto out = test::all_of(from, 1000);
    BOOST_TEST(out.find("\xef\xbf\xbd") == std::string::npos);
  }
}

BOOST_AUTO_TEST_CASE(nothing_is_read_past_the_part) {
  mime::part what = part_of(3, "7bit");
  what.offset = 2;
  mime::part_reader from(test::message_of("0123456789"), what);
  BOOST_TEST(test::all_of(from, 100) == "234");
  std::array<char, 4> more{};
  BOOST_TEST(from.read(more) == 0);
}

BOOST_AUTO_TEST_CASE(begun_again_it_is_as_new) {
  const auto message = test::message_of("SGVsbG8sIHdvcmxkLg==");
  mime::part_reader from(message, part_of(20, "base64"));
  std::array<char, 3> some{};
  BOOST_TEST(from.read(some) == 3);
  from.rewind();
  BOOST_TEST(test::all_of(from, 5) == "Hello, world.");
}

BOOST_AUTO_TEST_CASE(an_attachment_of_100_mib_takes_little_memory) {
  const auto message
    = std::make_shared<const endless_content>((140U << 20U) / 78);
  const auto before = ::mallinfo2();
  rusage first{};
  ::getrusage(RUSAGE_SELF, &first);
  const auto x = mime::parse_mail(*message);
  BOOST_TEST(x.why == "");
  BOOST_REQUIRE(x.mail.parts.size() == 2);
  BOOST_TEST(x.mail.parts[1].size > 100U << 20U);
  mime::part_reader from(message, x.mail.parts[1]);
  std::uint64_t got = 0;
  std::string octets(64U << 10U, '\0');
  std::size_t most = 0;
  while (const auto n = from.read(octets)) {
    got += n;
    most = std::max(most, ::mallinfo2().uordblks);
  }
  rusage last{};
  ::getrusage(RUSAGE_SELF, &last);
  BOOST_TEST(got == x.mail.parts[1].size);
  BOOST_TEST(most - std::min(most, before.uordblks) < 1U << 20U);
  const auto grown = last.ru_maxrss - first.ru_maxrss; // KiB
  BOOST_TEST_MESSAGE("grown by " << grown << " KiB");
  BOOST_TEST(grown < 16L << 10U);
}

BOOST_AUTO_TEST_SUITE_END()
