#include "mail/smtp/header_watch.hpp"

#include "mail/ascii.hpp"

namespace stagepost::smtp {

namespace {

constexpr std::string_view received = "received";
constexpr std::uint8_t no_match = received.size() + 1;

} // namespace

// Readers take the obsolete syntax of RFC 5322, 4.5, space before the colon;
// what they see as a header is measured as one.
void header_watch::watch_name(char c) noexcept {
  if (c == ':') {
    ++fields_;
    received_ += matched_ == received.size() ? 1U : 0U;
    at_ = place::value;
  } else if (c == ' ' || c == '\t') {
    at_ = place::before_colon; // a line's first octet is none: it continues
  } else if (at_ == place::before_colon || !is_printable(c)) {
    at_ = place::over; // a field's name has no spaces: RFC 5322, 2.2
  } else if (matched_ < received.size() && lower(c) == received[matched_]) {
    ++matched_;
  } else {
    matched_ = no_match;
  }
}

void header_watch::watch(std::string_view octets) noexcept {
  while (!octets.empty() && at_ != place::over && !too_long() && !too_many()
         && !loop()) {
    std::size_t taken = 1;
    switch (at_) {
      case place::line_start:
        matched_ = 0;
        at_ = octets.front() == ' ' || octets.front() == '\t' ? place::value
                                                              : place::name;
        taken = 0;
        break;
      case place::name:
      case place::before_colon:
        watch_name(octets.front());
        break;
      case place::value:
        taken = octets.find('\n');
        if (taken == std::string_view::npos) {
          taken = octets.size();
        } else {
          ++taken;
          at_ = place::line_start;
        }
        break;
      case place::over:
        break;
    }
    octets_ += taken;
    octets.remove_prefix(taken);
  }
}

} // namespace stagepost::smtp
