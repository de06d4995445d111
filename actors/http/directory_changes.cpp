#include "actors/http/directory_changes.hpp"

#include "actors/http/answer.hpp"
#include "mail/address.hpp"
#include "mail/sasl/password.hpp"
#include "mail/sasl/scram.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace stagepost {

namespace {

namespace json = boost::json;
using kind = directory_change::kind;

constexpr std::size_t longest_name = 255; // octets

struct order {
  std::string_view target;
  kind what;
};

constexpr std::array orders{
  order{"/domains/add", kind::add_domain},
  order{"/domains/enable", kind::enable_domain},
  order{"/domains/disable", kind::disable_domain},
  order{"/domains/remove", kind::remove_domain},
  order{"/mailboxes/add", kind::add_mailbox},
  order{"/mailboxes/enable", kind::enable_mailbox},
  order{"/mailboxes/disable", kind::disable_mailbox},
  order{"/mailboxes/remove", kind::remove_mailbox},
  order{"/mailboxes/password", kind::set_password},
};

std::string text(const json::object& from, const char* key) {
  const auto* x = from.if_contains(key);
  return x != nullptr && x->is_string() ? std::string{x->get_string()}
                                        : std::string{};
}

/// Fit for a terminal and for one line.
bool is_name(std::string_view x) {
  return x.size() <= longest_name && std::ranges::none_of(x, [](char c) {
           return static_cast<unsigned char>(c) < ' ' || c == 127;
         });
}

/// What is wrong with a change's particulars; "" if nothing is.
std::string fault(const directory_change& x) {
  if (!is_name(x.name))
    return "a name for people has at most 255 octets and no control characters";
  if (x.what != kind::add_mailbox && x.what != kind::set_password)
    return {};
  if (!sasl::is_password_hash(x.password))
    return R"("password" must be a hash that `stagepost password` made)";
  if (!x.scram.empty() && !sasl::parse_scram_verifier(x.scram))
    return R"("scram" must be a verifier that `stagepost password` made)";
  return {};
}

std::string quote(const std::string& x) {
  return '`' + x + '`';
}

std::string refusal_of_domain(const std::string& name,
                              directory_verdict verdict) {
  switch (verdict) {
    case directory_verdict::exists:
      return name + " is in the directory already";
    case directory_verdict::unknown_domain:
      return name + " is not in the directory; `stagepost domain list` shows "
             + "what is";
    case directory_verdict::not_empty:
      return name + " has mailboxes: remove them first, or keep everybody out "
             + "with " + quote("stagepost domain disable " + name);
    default:
      return quote(name) + " is no domain, such as example.com";
  }
}

std::string refusal_of_mailbox(const std::string& address,
                               directory_verdict verdict) {
  const auto domain = domain_of(address);
  switch (verdict) {
    case directory_verdict::exists:
      return address + " exists already; for a new password: "
             + quote("stagepost mailbox password " + address);
    case directory_verdict::unknown_domain:
      return domain + " is not in the directory: "
             + quote("stagepost domain add " + domain);
    case directory_verdict::unknown_mailbox:
      return "there is no mailbox " + address + "; "
             + quote("stagepost mailbox list --domain " + domain)
             + " shows those there are";
    default:
      return quote(address) + " is no mailbox, such as anna@example.com";
  }
}

unsigned status_of(directory_verdict x) {
  switch (x) {
    case directory_verdict::malformed:
      return 400;
    case directory_verdict::unknown_domain:
    case directory_verdict::unknown_mailbox:
      return 404;
    default:
      return 409;
  }
}

} // namespace

bool is_directory_change(std::string_view target) {
  return target.starts_with("/domains/") || target.starts_with("/mailboxes/");
}

std::variant<directory_change, net::http_response>
read_directory_change(const net::http_request& x) {
  const auto* found = std::ranges::find(orders, x.target, &order::target);
  if (found == orders.end())
    return error_answer(404, "no such command");
  const bool domain = is_about_domain(found->what);
  boost::system::error_code ec;
  const auto body = json::parse(x.body, ec);
  if (ec || !body.is_object())
    return error_answer(400, domain ? R"(the body must be {"name": "…"})"
                                    : R"(the body must be {"address": "…"})");
  const auto& from = body.get_object();
  directory_change out{found->what, text(from, domain ? "name" : "address")};
  if (!domain) {
    out.name = text(from, "name");
    out.password = text(from, "password");
    out.scram = text(from, "scram");
  }
  if (const auto why = fault(out); !why.empty())
    return error_answer(400, why);
  return out;
}

net::http_response verdict_answer(const directory_change& x,
                                  directory_verdict verdict) {
  json::object out{{"count", 1}};
  if (verdict == directory_verdict::done_while_disabled) {
    const auto domain = domain_of(x.subject);
    out["note"] = domain + " is disabled, so nobody signs in there: "
                  + quote("stagepost domain enable " + domain);
  }
  if (is_done(verdict))
    return json_answer(out);
  return error_answer(status_of(verdict),
                      is_about_domain(x.what)
                        ? refusal_of_domain(x.subject, verdict)
                        : refusal_of_mailbox(x.subject, verdict));
}

} // namespace stagepost
