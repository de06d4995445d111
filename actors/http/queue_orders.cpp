#include "actors/http/queue_orders.hpp"

#include "actors/http/answer.hpp"
#include "config/refusal.hpp"
#include "mail/address.hpp"
#include "mail/ascii.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <utility>

namespace stagepost {

namespace {

namespace json = boost::json;
using kind = queue::order::kind;

constexpr std::string_view folder = "/queue/";
constexpr std::size_t most_ids = 10'000;

constexpr std::array kinds{kind::retry,   kind::hold,     kind::release,
                           kind::bounce,  kind::redirect, kind::remove,
                           kind::suspend, kind::resume};

std::string text(const json::object& from, const char* key) {
  const auto* x = from.if_contains(key);
  return x != nullptr && x->is_string() ? std::string{x->get_string()}
                                        : std::string{};
}

/// @returns What is wrong with the ids; "" if nothing is.
std::string read_ids(const json::object& from, queue::order& to) {
  const auto* list = from.if_contains("ids");
  if (list == nullptr || !list->is_array())
    return R"(the body must be {"ids": ["…"]})";
  const auto& all = list->get_array();
  if (all.empty() && to.what != kind::retry)
    return "no ids: nothing is done to all messages at once";
  if (all.size() > most_ids)
    return "at most 10000 ids at once";
  for (const auto& x : all) {
    const auto id = x.is_string()
                      ? queue::parse_id(std::string_view{x.get_string()})
                      : result<queue::id>{format_errc::syntax};
    if (!id)
      return "not a queue id: " + json::serialize(x);
    to.messages.push_back(*id);
  }
  return {};
}

/// @returns What is wrong with the filter; "" if nothing is.
std::string read_filter(const json::object& from, queue::order& to) {
  to.which.domain = lower(text(from, "domain"));
  to.which.address = lower(text(from, "recipient"));
  const auto state = text(from, "state");
  using enum queue::recipient_state;
  if (state == "queued")
    to.which.state = queued;
  else if (state == "deferred")
    to.which.state = deferred;
  else if (state == "held")
    to.which.state = held;
  else if (!state.empty()) // nothing can be done with what has ended
    return R"("state" must be queued, deferred or held)";
  return {};
}

/// @returns What is wrong with a bounce's reply; "" if nothing is.
std::string read_reply(const json::object& from, queue::order& to) {
  const auto given = text(from, "reply");
  auto parsed = config::parse_refusal(
    given.empty() ? "550 5.7.1 Refused by the administrator" : given);
  if (auto* why = std::get_if<std::string>(&parsed))
    return "\"reply\": " + *why;
  to.reply = std::get<smtp::reply>(std::move(parsed));
  return to.reply.permanent() ? ""
                              : R"("reply" must begin with a 5xx code: what )"
                                "fails is not tried again";
}

/// @returns What is wrong with where to redirect; "" if nothing is.
std::string read_address(const json::object& from, queue::order& to) {
  const auto given = text(from, "to");
  const bool domain = given.starts_with('@');
  const auto parsed = parse_mailbox(domain ? "x" + given : given);
  if (!parsed || parsed->domain.empty())
    return R"("to" must be an address, such as anna@example.com, or @domain)";
  to.to = domain ? '@' + parsed->domain : parsed->text();
  return {};
}

constexpr std::size_t longest_text = 500; // octets
constexpr std::int64_t longest_pause = 366LL * 24 * 3600;

/// As `site_name` makes it: hosts, port and policy.
bool is_site(std::string_view x) {
  return x.find(':') != std::string_view::npos
         && x.find('/') != std::string_view::npos
         && std::all_of(x.begin(), x.end(),
                        [](char c) { return c > ' ' && c < '\x7f'; });
}

/// @returns What is wrong with the subject's name; "" if nothing is.
std::string read_subject(const std::string& given, queue::suspension& to) {
  using pause = queue::suspension::kind;
  if (given.size() > longest_text)
    return "that name is too long";
  to.subject = given;
  if (to.what == pause::site)
    return is_site(given) ? ""
                          : "\"site\" must be as `explain` names it, "
                            "such as mx.example.com:25/opportunistic";
  const bool whole = to.what == pause::domain || given.starts_with('@');
  const auto parsed = parse_mailbox(to.what == pause::domain ? "x@" + given
                                    : whole                  ? 'x' + given
                                                             : given,
                                    alphabet::utf8);
  if (!parsed || parsed->domain.empty())
    return to.what == pause::domain
             ? R"("domain" must be one, such as example.com)"
             : R"("sender" must be an address or @domain)";
  to.subject
    = to.what == pause::domain ? dns_domain_of(parsed->text()) : lower(given);
  return {};
}

/// @returns What is wrong with it; "" if nothing is.
std::string read_pause(const json::object& from, queue::order& to,
                       queue::time_point now) {
  using pause = queue::suspension::kind;
  auto& x = to.pause;
  std::size_t named = 0;
  std::string given;
  for (const auto what : {pause::domain, pause::site, pause::sender})
    if (auto name = text(from, std::string{queue::name_of(what)}.c_str());
        !name.empty()) {
      x.what = what;
      given = std::move(name);
      ++named;
    }
  if (named != 1)
    return R"(name one of "domain", "site" and "sender")";
  x.reason = text(from, "reason").substr(0, longest_text);
  x.since = now;
  if (const auto* wait = from.if_contains("for")) {
    const auto* n = wait->if_int64();
    if (n == nullptr || *n < 1 || *n > longest_pause)
      return R"("for" must be seconds, at most 366 days)";
    x.until = now + std::chrono::seconds(*n);
  }
  return read_subject(given, x);
}

std::string read(const json::object& from, queue::order& to,
                 queue::time_point now) {
  if (to.what == kind::suspend || to.what == kind::resume)
    return read_pause(from, to, now);
  if (auto why = read_ids(from, to); !why.empty())
    return why;
  if (auto why = read_filter(from, to); !why.empty())
    return why;
  if (to.what == kind::bounce)
    return read_reply(from, to);
  return to.what == kind::redirect ? read_address(from, to) : std::string{};
}

} // namespace

bool is_queue_order(std::string_view target) {
  return target.starts_with(folder);
}

std::variant<queue::order, net::http_response>
read_queue_order(const net::http_request& x, queue::time_point now) {
  const auto name = std::string_view{x.target}.substr(folder.size());
  const auto* what
    = std::ranges::find(kinds, name, [](kind y) { return queue::name_of(y); });
  if (what == kinds.end())
    return error_answer(404, "no such command");
  boost::system::error_code ec;
  const auto body = json::parse(x.body, ec);
  if (ec || !body.is_object())
    return error_answer(400, R"(the body must be {"ids": ["…"]})");
  queue::order out;
  out.what = *what;
  if (const auto why = read(body.get_object(), out, now); !why.empty())
    return error_answer(400, why);
  return out;
}

} // namespace stagepost
