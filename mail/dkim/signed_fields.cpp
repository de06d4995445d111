#include "mail/dkim/signed_fields.hpp"

#include "mail/ascii.hpp"

#include <algorithm>
#include <map>

namespace stagepost::dkim {

const std::vector<signed_field>& signed_fields() {
  using enum coverage;
  static const std::vector<signed_field> all{
    {"from", sealed},
    {"reply-to", sealed},
    {"to", sealed},
    {"cc", sealed},
    {"subject", sealed},
    {"mime-version", sealed},
    {"content-type", sealed},
    {"content-transfer-encoding", sealed},
    {"date", sealed_if_there},
    {"message-id", sealed_if_there},
    {"sender", sealed_if_there},
    {"in-reply-to", sealed_if_there},
    {"references", sealed_if_there},
    {"content-id", sealed_if_there},
    {"content-description", sealed_if_there},
    {"content-disposition", sealed_if_there},
    {"content-language", sealed_if_there},
    {"autocrypt", sealed_if_there},
    {"resent-date", as_it_is},
    {"resent-from", as_it_is},
    {"resent-sender", as_it_is},
    {"resent-to", as_it_is},
    {"resent-cc", as_it_is},
    {"resent-message-id", as_it_is},
    {"list-id", as_it_is},
    {"list-help", as_it_is},
    {"list-unsubscribe", as_it_is},
    {"list-unsubscribe-post", as_it_is},
    {"list-subscribe", as_it_is},
    {"list-post", as_it_is},
    {"list-owner", as_it_is},
    {"list-archive", as_it_is},
    {"feedback-id", as_it_is},
  };
  return all;
}

std::vector<std::string_view> names_to_sign(const header& x) {
  std::vector<std::string_view> out;
  for (const auto& [name, how] : signed_fields()) {
    const auto there = x.count(name);
    out.insert(out.end(), there, name);
    if (how == coverage::sealed
        || (how == coverage::sealed_if_there && there != 0))
      out.push_back(name);
  }
  return out;
}

std::string to_be_signed(const header& x,
                         const std::vector<std::string_view>& names,
                         std::string_view own, canonicalization how) {
  // How far up the fields of a name are used.
  std::map<std::string, std::size_t> left;
  std::string out;
  for (const auto name : names) {
    auto& end = left.emplace(lower(name), x.fields.size()).first->second;
    while (end != 0) {
      const auto& field = x.fields[--end];
      if (!iequals(field.name, name))
        continue;
      append_canonical(out, field.text, how, x.ends);
      break;
    }
  }
  append_canonical(out, own, how, line_end::crlf);
  out.resize(out.size() - 2); // without its CRLF (3.7)
  return out;
}

} // namespace stagepost::dkim
