#include "mail/sasl/scram.hpp"
#include "mail/smtp/receiver.hpp"
#include "require.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

// The first octet sets the receiver up, the second says how the others are cut
// and what the owner answers. Whatever the client says, replies are well-formed
// lines, nothing is taken while a wish is open, and what is stored is one
// message for accepted recipients, of clean lines unless its body is binary,
// whose content was not refused.

namespace {

using namespace stagepost;
using namespace stagepost::smtp;
using wish = receiver::wish;

/// The verifier of "pencil" in RFC 7677, 3.
const sasl::scram_verifier& pencil() {
  static const auto x
    = sasl::parse_scram_verifier("SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ==$"
                                 "WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=:"
                                 "wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=")
        .value();
  return x;
}

bool has_controls(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char c) {
    return static_cast<unsigned char>(c) < ' ' || c == '\x7f';
  });
}

struct dialogue {
  receiver machine;
  std::uint8_t whim;
  bool lmtp;
  std::string content{};
  std::string replies{};
  unsigned hung_up = 0;
  bool begun = false; ///< A message's content, and it was not refused.

  reply verdict(std::string_view address) const {
    require(!has_controls(address));
    const auto n = address.size() + whim;
    if (n % 31 == 0)
      return {421, {4, 3, 2}, "Busy"};
    return n % 5 == 0 ? reply{550, {5, 1, 1}, "No\nsuch\ruser"}
                      : reply{250, {2, 1, 5}, "Ok"};
  }

  void begin() {
    require(!begun && machine.content_size() == 0);
    content.clear();
    if (whim % 7 == 0)
      return machine.content_refused({452, {4, 3, 1}, "Full"});
    begun = true;
    machine.content_begins("Trace: x\r\n");
  }

  void check_lines() const {
    require(content.ends_with("\r\n"));
    for (std::size_t i = 0; i < content.size(); ++i)
      require((content[i] != '\r' || content[i + 1] == '\n')
              && (content[i] != '\n' || content[i - 1] == '\r'));
  }

  void store() {
    content += machine.take_content();
    const auto& now = machine.current();
    require(begun && content.starts_with("Trace: x\r\n"));
    require(content.size() == 10 + machine.content_size());
    require(machine.content_size() <= 200);
    require(!now.recipients.empty() && now.recipients.size() <= 4);
    if (now.body != body_kind::binary)
      check_lines();
    content.clear();
    begun = false;
    const reply stored{250, {2, 0, 0}, "Stored"};
    const reply full{452, {4, 2, 2}, "Full"};
    if (lmtp)
      machine.stored(std::vector{full, stored});
    else
      machine.stored(stored);
  }

  void judge() {
    const auto& x = machine.login();
    const auto now = x.now();
    require(!has_controls(x.user()));
    if (now == sasl::state::proved
        || (now == sasl::state::check_password && x.password().size() % 2 == 0))
      machine.logged_in(x.user());
    else if (x.user().size() % 5 == 4)
      machine.login_refused({454, {4, 7, 0}, "Later"});
    else
      machine.login_refused({535, {5, 7, 8}, "No"});
  }

  void check_client() const {
    const auto& x = machine.claimed();
    for (const auto* part :
         {&x.address, &x.name, &x.helo, &x.login, &x.protocol})
      require(!part->has_value() || !has_controls(**part));
  }

  void answer(wish to) {
    switch (to) {
      case wish::begin_login:
        machine.login_begins({"%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0", false,
                              machine.secure() ? "exporter" : "", ""});
        break;
      case wish::find_verifier:
        machine.verifier(pencil());
        break;
      case wish::judge_login:
        judge();
        break;
      case wish::adopt_client:
        check_client();
        machine.client_adopted();
        require(!machine.extended());
        break;
      case wish::expand:
        require(!machine.user().empty());
        machine.expanded({250, {2, 1, 5}, machine.subject()});
        break;
      case wish::verify_sender:
        machine.sender_verified(verdict(machine.current().sender));
        break;
      case wish::verify_recipient:
        machine.verified(verdict(machine.recipient().address));
        break;
      case wish::begin_content:
        begin();
        break;
      case wish::store:
        store();
        break;
      case wish::start_tls:
        machine.tls_started();
        require(machine.helo().empty() && machine.user().empty());
        break;
      case wish::hang_up:
      case wish::none:
        break;
    }
  }

  void answer() {
    for (auto before = wish::none; machine.wanted() != before;) {
      before = machine.wanted();
      if (before != wish::none && before != wish::start_tls
          && before != wish::hang_up)
        require(machine.feed("QUIT\r\n") == 0);
      answer(before);
    }
    content += machine.take_content();
    if (machine.current().recipients.empty())
      begun = false;
    hung_up += machine.wanted() == wish::hang_up ? 1U : 0U;
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
    require(end != std::string_view::npos && end >= 4);
    require(end <= 510 || (text.starts_with("334 ") && end <= 12'288));
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
std::string run(const receiver_settings& settings, bool trusted,
                std::uint8_t whim, std::string_view octets, std::size_t step) {
  dialogue x{receiver{std::make_shared<const receiver_settings>(settings)},
             whim, settings.lmtp};
  if (trusted)
    x.machine.trust_xclient();
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
  const auto is = [how = data[0]](unsigned bit) { return (how & bit) != 0; };
  receiver_settings settings;
  settings.message_size = 200;
  settings.recipients = 4;
  settings.offers.starttls = is(1);
  settings.lmtp = is(8);
  settings.bare_newline = is(4) ? receiver_settings::newline_rule::normalize
                                : receiver_settings::newline_rule::reject;
  if (is(16)) {
    using sasl::mechanism;
    settings.mechanisms
      = {mechanism::plain, mechanism::login, mechanism::scram_sha_256,
         mechanism::scram_sha_256_plus};
    settings.auth_without_tls = !is(128);
    settings.expn = true;
  }
  if (is(64)) {
    settings.messages = 3;
    settings.recipients_in_all = 5;
    settings.header_size = 60;
    settings.text_line = 40;
  }
  const std::string_view octets{reinterpret_cast<const char*>(data) + 2,
                                size - 2};
  const auto single = run(settings, is(32), data[1], octets, 1);
  const auto cut = run(settings, is(32), data[1], octets, data[1] % 64U + 1U);
  // What came along with STARTTLS or a refused DATA is treated by how it came;
  // without these, how the octets were cut makes no difference.
  const bool cut_matters = cut.find("\r\n220 2.0.0 ") != std::string::npos
                           || cut.find("554 5.5.0 ") != std::string::npos;
  require(cut_matters || single == cut);
  return 0;
}
