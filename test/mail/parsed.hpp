#pragma once

#include "mail/mime/mail_parser.hpp"
#include "mail/mime/part_reader.hpp"

#include <array>
#include <memory>
#include <string>

namespace stagepost::test {

inline content_ptr message_of(std::string octets) {
  return std::make_shared<memory_content>(std::move(octets));
}

/// Lines as they stand here, with CRLF.
inline std::string with_crlf(std::string_view text) {
  std::string out;
  for (const char c : text)
    out += c == '\n' ? std::string("\r\n") : std::string(1, c);
  return out;
}

/// All octets of a source, read by so many at a time.
inline std::string all_of(outlet::octet_source& from, std::size_t step) {
  std::string out;
  std::string octets(step, '\0');
  while (const auto n = from.read(octets))
    out.append(octets, 0, n);
  return out;
}

inline std::string octets_of(const content_ptr& message,
                             const mime::part& what) {
  mime::part_reader from(message, what);
  return all_of(from, 4096);
}

/// The parts, a line each: "text text/plain 12 name <id> inline".
inline std::string shown(const mime::parse_result& x) {
  constexpr std::array kinds{"text", "html", "attachment"};
  std::string out = x.why;
  for (const auto& it : x.mail.parts) {
    out += out.empty() ? "" : "\n";
    out += kinds.at(static_cast<std::size_t>(it.what));
    out += ' ' + it.type + ' ' + std::to_string(it.size);
    if (!it.name.empty())
      out += ' ' + it.name;
    if (!it.content_id.empty())
      out += " <" + it.content_id + '>';
    if (it.in_line)
      out += " inline";
  }
  return out;
}

} // namespace stagepost::test
