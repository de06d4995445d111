#include "mail/smtp/receiver.hpp"
#include "require.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

// The first octet sets the receiver up, the second says how the others are cut
// and what the owner answers. Whatever the client says, replies are well-formed
// lines, nothing is taken while a wish is open, and what is stored is one
// message of clean lines for accepted recipients.

namespace {

using namespace stagepost::smtp;
using wish = receiver::wish;

struct dialogue {
  receiver machine;
  std::uint8_t whim;
  std::string content{};
  std::string replies{};
  unsigned hung_up = 0;

  stagepost::smtp::reply verdict() const {
    const auto n = machine.recipient().size() + whim;
    return n % 5 == 0 ? reply{550, {5, 1, 1}, "No\nsuch\ruser"}
                      : reply{250, {2, 1, 5}, "Ok"};
  }

  void store() {
    content += machine.take_content();
    require(content.starts_with("Trace: x\r\n") && content.ends_with("\r\n"));
    require(!machine.current().recipients.empty());
    require(machine.current().recipients.size() <= 4);
    require(content.size() <= 10 + 200);
    for (std::size_t i = 0; i < content.size(); ++i)
      require((content[i] != '\r' || content[i + 1] == '\n')
              && (content[i] != '\n' || content[i - 1] == '\r'));
    content.clear();
    machine.stored({250, {2, 0, 0}, "Stored"});
  }

  void answer() {
    switch (machine.wanted()) {
      case wish::verify_recipient:
        require(machine.feed("QUIT\r\n") == 0);
        machine.verified(verdict());
        break;
      case wish::begin_content:
        content.clear();
        if (whim % 7 == 0)
          machine.content_refused({452, {4, 3, 1}, "Full"});
        else
          machine.content_begins("Trace: x\r\n");
        break;
      case wish::store:
        store();
        break;
      case wish::start_tls:
        machine.tls_started();
        require(machine.helo().empty());
        break;
      case wish::hang_up:
        ++hung_up;
        break;
      case wish::none:
        content += machine.take_content();
        break;
    }
    const auto more = machine.take_replies();
    require(hung_up < 2 || more.empty()); // nothing follows the last word
    replies += more;
  }
};

bool is_digits(std::string_view x) {
  return x.find_first_not_of("0123456789") == std::string_view::npos;
}

void check_replies(std::string_view text) {
  while (!text.empty()) {
    const auto end = text.find("\r\n");
    require(end != std::string_view::npos && end >= 4 && end <= 510);
    const auto line = text.substr(0, end);
    text.remove_prefix(end + 2);
    require(is_digits(line.substr(0, 3)) && line[0] >= '2' && line[0] <= '5');
    require(line[3] == ' ' || line[3] == '-');
    require(line[3] == ' ' || text.starts_with(line.substr(0, 3)));
    for (const char c : line)
      require(c >= ' ' && c <= '~');
  }
}

/// The whole dialogue, with the input cut in pieces of `step`.
std::string run(const receiver_settings& settings, std::uint8_t whim,
                std::string_view octets, std::size_t step) {
  dialogue x{receiver{std::make_shared<const receiver_settings>(settings)},
             whim};
  x.machine.greet();
  while (!octets.empty()) {
    auto piece = octets.substr(0, step);
    octets.remove_prefix(piece.size());
    while (!piece.empty()) {
      piece.remove_prefix(x.machine.feed(piece));
      require(piece.empty() || x.machine.wanted() != wish::none);
      x.answer();
    }
  }
  if ((whim & 1U) != 0) {
    x.machine.close({421, {4, 3, 2}, "Bye"});
    x.answer();
  }
  check_replies(x.replies);
  return x.replies;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  if (size < 2)
    return 0;
  receiver_settings settings;
  settings.message_size = 200;
  settings.recipients = 4;
  settings.starttls = (data[0] & 1U) != 0;
  settings.pipelining = (data[0] & 2U) != 0;
  settings.bare_newline = (data[0] & 4U) != 0
                            ? receiver_settings::newline_rule::normalize
                            : receiver_settings::newline_rule::reject;
  const std::string_view octets{reinterpret_cast<const char*>(data) + 2,
                                size - 2};
  const auto single = run(settings, data[1], octets, 1);
  const auto cut = run(settings, data[1], octets, data[1] % 64U + 1U);
  // What came along with STARTTLS or a refused DATA is treated by how it came;
  // without these, how the octets were cut makes no difference.
  const bool cut_matters = cut.find("\r\n220 ") != std::string::npos
                           || cut.find("554 5.5.0 ") != std::string::npos;
  require(cut_matters || single == cut);
  return 0;
}
