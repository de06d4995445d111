#include "mail/smtp/breach.hpp"

namespace stagepost::smtp {

reply breach(std::string_view what) {
  return by_us(
    {451, {4, 5, 0}, "Server broke the protocol: " + std::string(what)});
}

reply breach(std::string_view due, const reply& got) {
  return breach(std::string(due) + " was due, and it said "
                + std::to_string(got.code) + ' '
                + got.text.substr(0, got.text.find('\n')));
}

} // namespace stagepost::smtp
