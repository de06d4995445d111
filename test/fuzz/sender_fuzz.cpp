// The input is a setting, then what the server says, in pieces that end at
// octets of 0xff. The owner does what is wished. Whatever the server says:
// commands are whole lines, nothing of a message goes in clear where TLS is
// required, and each recipient gets one reply.

#include "mail/notify.hpp"
#include "mail/smtp/sender.hpp"

#include <cstdint>
#include <cstdlib>

using namespace stagepost;
using smtp::sender;

namespace {

void check(bool holds) {
  if (!holds)
    std::abort();
}

class owner {
public:
  explicit owner(std::uint8_t setting)
    : tls_(static_cast<sender::tls_policy>(setting % 3U)),
      many_((setting & 4U) != 0), hostile_((setting & 8U) != 0),
      eight_bit_((setting & 16U) != 0), fails_((setting & 32U) != 0),
      requires_((setting & 64U) != 0), it_({"us.example.org", tls_, false}) {
  }

  void hear(std::string_view octets) {
    it_.feed(octets);
    for (int steps = 0; steps < 8 && act(); ++steps) {
    }
  }

  // The end of the input: whoever is open gets an answer now.
  void end() {
    it_.lost({451, {4, 4, 2}, "Connection lost"});
    for (int steps = 0; steps < 3; ++steps)
      act();
    check(it_.wanted() == sender::wish::hang_up);
    check(asked_ == answered_);
  }

private:
  bool act() {
    send();
    switch (it_.wanted()) {
      case sender::wish::none:
      case sender::wish::hang_up:
        return false;
      case sender::wish::start_tls:
        if (fails_)
          it_.tls_failed("no");
        else
          it_.tls_started();
        return true;
      case sender::wish::ready:
        begin();
        return true;
      case sender::wish::send_content:
        check(!requires_); // no certificate was verified
        check(tls_ != sender::tls_policy::required || it_.secure());
        send_content();
        return true;
      case sender::wish::finished:
        read_outcome();
        it_.proceed();
        return true;
    }
    return false;
  }

  void send_content() {
    if (it_.content_way() == sender::framing::dots)
      return it_.content_sent();
    check(it_.server().chunking);
    ++chunks_;
    it_.begin_chunk(chunks_ % 3U, chunks_ % 2U == 0);
    const auto out = it_.take_output();
    check(out.starts_with("BDAT ") && out.ends_with("\r\n"));
  }

  void begin() {
    if (asked_ == 5) {
      it_.quit();
      return;
    }
    sender::envelope x;
    x.sender = "s@example.org";
    x.recipients = {{"a@example.net"}};
    if (many_)
      x.recipients.insert(x.recipients.end(), {{"b@example.net", notify_never},
                                               {"j\xc3\xb6rg@example.net"}});
    if (hostile_) {
      x.recipients.push_back({"d@example.net>\r\nDATA"});
      x.recipients.push_back(
        {"e@example.net", notify_success, "rfc822;\r\nDATA\xc3"});
      x.id = "\r\nDATA \xff";
    }
    x.require_tls = requires_;
    x.size = 1000;
    x.eight_bit = eight_bit_;
    expected_ = x.recipients.size();
    ++asked_;
    it_.begin(std::move(x));
  }

  void read_outcome() {
    ++answered_;
    check(it_.outcome().replies.size() == expected_);
    for (const auto& x : it_.outcome().replies)
      check(x.code >= 200 && x.code <= 599 && x.text.size() <= 2048);
    for (const auto i : it_.outcome().in_doubt)
      check(it_.outcome().replies.at(i).temporary());
  }

  void send() {
    const auto out = it_.take_output();
    check(out.empty() || out.ends_with("\r\n"));
    for (std::size_t at = 0; at < out.size();) {
      const auto end = out.find("\r\n", at);
      const auto line = out.substr(at, end - at);
      check(line.find_first_of("\r\n") == std::string::npos);
      const auto verb = line.substr(0, 4);
      check(verb == "EHLO" || verb == "HELO" || verb == "STAR" || verb == "MAIL"
            || verb == "RCPT" || verb == "DATA" || verb == "RSET"
            || verb == "QUIT" || verb == ".");
      if (tls_ == sender::tls_policy::required && verb != "EHLO"
          && verb != "HELO" && verb != "STAR")
        check(it_.secure());
      at = end + 2;
    }
  }

  sender::tls_policy tls_;
  bool many_;
  bool hostile_;
  bool eight_bit_;
  bool fails_;
  bool requires_;
  sender it_;
  std::size_t expected_ = 0;
  int asked_ = 0;
  int answered_ = 0;
  std::size_t chunks_ = 0;
};

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  if (size == 0)
    return 0;
  owner someone(data[0]);
  std::string_view octets(reinterpret_cast<const char*>(data + 1), size - 1);
  while (!octets.empty()) {
    const auto end = octets.find('\xff');
    someone.hear(octets.substr(0, end));
    if (end == std::string_view::npos)
      break;
    octets.remove_prefix(end + 1);
  }
  someone.end();
  return 0;
}
