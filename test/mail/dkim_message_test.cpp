#include "mail/dkim/message_signer.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <string>

using namespace stagepost::dkim;
using stagepost::content;
using stagepost::memory_content;

namespace {

/// Content that lies elsewhere, and comes in pieces.
class distant_content final : public content {
public:
  explicit distant_content(std::string x) : octets_(std::move(x)) {
  }
  [[nodiscard]] std::uint64_t size() const noexcept override {
    return octets_.size();
  }
  std::size_t read(std::uint64_t offset, std::span<char> out) const override {
    return octets_.copy(out.data(), std::min<std::size_t>(out.size(), 1000),
                        offset);
  }
  [[nodiscard]] std::string_view in_memory() const noexcept override {
    return {};
  }

private:
  std::string octets_;
};

std::shared_ptr<const key_table> keys() {
  static const auto all = [] {
    auto out = std::make_shared<key_table>();
    out->add("example.com", "s1", signing_key::generate(algorithm::rsa, 1024));
    out->add("example.com", "e1", signing_key::generate(algorithm::ed25519));
    out->add("*.example.org", "s2",
             signing_key::generate(algorithm::rsa, 1024));
    out->add("*.deep.example.org", "s3",
             signing_key::generate(algorithm::ed25519));
    return out;
  }();
  return all;
}

signing outcome_of(const stagepost::content_ptr& what,
                   message_signer::facts x = {}, std::size_t step = 1U << 20U) {
  message_signer signer(what, keys(), std::move(x));
  while (!signer.work(step))
    continue;
  return signer.outcome();
}

signing outcome_of(const std::string& octets, message_signer::facts x = {}) {
  return outcome_of(std::make_shared<memory_content>(octets), std::move(x));
}

std::string by(const std::string& from, message_signer::facts x = {}) {
  return outcome_of("From: " + from + "\r\n\r\nHello\r\n", std::move(x)).by;
}

} // namespace

BOOST_AUTO_TEST_SUITE(dkim_message)

BOOST_AUTO_TEST_CASE(is_signed_as_its_author_with_each_key) {
  const auto x = outcome_of("From: a@example.com\r\n\r\nHello\r\n");
  BOOST_TEST(x.by == "example.com/s1 example.com/e1");
  BOOST_TEST(x.signatures == 2U);
  BOOST_TEST(x.why_not == "");
  BOOST_TEST(x.fields.starts_with("DKIM-Signature: v=1; a=rsa-sha256;"));
  BOOST_TEST(x.fields.find("\r\nDKIM-Signature: v=1; a=ed25519-sha256;")
             != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_star_stands_for_all_below) {
  BOOST_TEST(by("a@x.example.org") == "example.org/s2");
  BOOST_TEST(by("a@x.y.example.org") == "example.org/s2");
  BOOST_TEST(by("a@x.deep.example.org") == "deep.example.org/s3");
  BOOST_TEST(by("a@deep.example.org") == "example.org/s2");
  BOOST_TEST(by("a@example.org") == "");
  BOOST_TEST(by("a@www.example.com") == "");
  BOOST_TEST(by("a@other.example") == "");
  BOOST_TEST(by("a@com") == "");
}

BOOST_AUTO_TEST_CASE(our_own_is_signed_as_the_domain_above_the_host) {
  const message_signer::facts own{.own = true};
  BOOST_TEST(by("mailer-daemon@mx.example.com", own)
             == "example.com/s1 example.com/e1");
  BOOST_TEST(by("mailer-daemon@mx.example.org", own) == "example.org/s2");
  BOOST_TEST(by("mailer-daemon@mx.other.example", own) == "");
}

BOOST_AUTO_TEST_CASE(what_has_not_one_author_goes_unsigned) {
  const message_signer::facts ours{.sender_domain = "example.com"};
  const std::pair<std::string, std::string_view> table[] = {
    {"To: a@b\r\n\r\n", "the header has no From"},
    {"", "the header has no From"},
    {"From: a@example.com\r\nFrom: b@example.com\r\n\r\n",
     "the header has more than one From"},
    {"From: a@example.com\r\nhello\r\n\r\n",
     "a line of the header is no field"},
    {"X: " + std::string(longest_header, 'x') + "\r\n\r\n",
     "the header is over 256 KiB"},
  };
  for (const auto& [octets, why] : table) {
    const auto x = outcome_of(octets, ours);
    BOOST_TEST(x.why_not == why);
    BOOST_TEST(x.for_good);
    BOOST_TEST(x.fields == "");
    // What is not from a domain with keys is no matter of ours.
    if (octets.find("From") == std::string::npos)
      BOOST_TEST(outcome_of(octets).why_not == "");
  }
}

BOOST_AUTO_TEST_CASE(an_author_without_a_domain_leaves_it_to_the_envelope) {
  BOOST_TEST(by("undisclosed", {.sender_domain = "example.com"})
             == "example.com/s1 example.com/e1");
  BOOST_TEST(by("a@other.example", {.sender_domain = "example.com"}) == "");
}

// A content that is changed on its way is signed as it comes out.
BOOST_AUTO_TEST_CASE(what_is_sent_is_signed) {
  std::string octets{"From: a@x.example.org\r\n\r\n"};
  octets.append(700'000, 'x');
  auto sent = octets;
  std::replace(sent.begin(), sent.end(), 'x', 'y');
  sent += "end\r\n";
  message_signer::facts x;
  x.change = [](std::string_view part, bool last, std::string& out) {
    out += part;
    std::replace(out.begin(), out.end(), 'x', 'y');
    if (last)
      out += "end\r\n";
  };
  // The domain is in the header, too.
  const auto all = std::make_shared<key_table>();
  all->add("y.eyample.org", "s", signing_key::generate(algorithm::rsa, 1024));
  const auto fields = [&](const std::string& what, message_signer::facts y) {
    message_signer signer(std::make_shared<memory_content>(what), all,
                          std::move(y));
    while (!signer.work(100'000))
      continue;
    return signer.outcome().fields;
  };
  BOOST_TEST(fields(octets, x) == fields(sent, {}));
  BOOST_TEST(fields(octets, {}) == "");
}

// The same octets get the same signature, wherever they lie and however they
// are read: of RSA, signatures do not differ by chance.
BOOST_AUTO_TEST_CASE(the_pieces_do_not_show) {
  std::string octets{"From: a@x.example.org\r\nSubject: b\r\n\r\n"};
  while (octets.size() < 300'000)
    octets += "A line of text  with spaces \t\r\n\r\n.\r\n";
  const auto wanted = outcome_of(octets);
  BOOST_TEST(wanted.signatures == 1U);
  for (const std::size_t step : {7U, 4096U, 1U << 20U}) {
    BOOST_TEST(
      outcome_of(std::make_shared<memory_content>(octets), {}, step).fields
      == wanted.fields);
    BOOST_TEST(
      outcome_of(std::make_shared<distant_content>(octets), {}, step).fields
      == wanted.fields);
  }
}

BOOST_AUTO_TEST_SUITE_END()
