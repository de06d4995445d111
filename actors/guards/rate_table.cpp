#include "actors/guards/rate_table.hpp"

#include "actors/guards/guarded_name.hpp"
#include "actors/guards/keyed_hash.hpp"

#include <algorithm>
#include <array>
#include <cstring>

namespace stagepost {

namespace {

using std::chrono::nanoseconds;
using std::chrono::seconds;

constexpr nanoseconds minute = std::chrono::minutes{1};

/// How long a bucket takes to get `n` back; `n` is at most the limit, so that
/// this is at most a minute.
nanoseconds refill(std::uint32_t n, std::uint32_t limit) {
  return minute / limit * n;
}

char octet(rate what) {
  return static_cast<char>(what);
}

} // namespace

const char* name_of(rate x) noexcept {
  switch (x) {
    case rate::client_connections:
      return "client_connections";
    case rate::client_messages:
      return "client_messages";
    case rate::client_recipients:
      return "client_recipients";
    case rate::user_messages:
      return "user_messages";
    case rate::user_recipients:
      return "user_recipients";
    case rate::sender_messages:
      return "sender_messages";
    case rate::sender_recipients:
      return "sender_recipients";
  }
  return "";
}

std::uint64_t rate_table::key(rate what, const client_key& who) {
  std::array<char, 1 + sizeof(std::uint64_t)> named;
  const auto hash = who.hash();
  named[0] = octet(what);
  std::memcpy(named.data() + 1, &hash, sizeof hash);
  return keyed_hash({named.data(), named.size()});
}

std::uint64_t rate_table::key(rate what, std::string_view name) {
  return guarded_name(octet(what), name);
}

bool rate_table::take(std::uint64_t key, std::uint32_t n, std::uint32_t limit,
                      time_point now) {
  if (n > limit)
    return false;
  const auto needed = refill(n, limit);
  return table_.update(key, now, [&](bucket& x) {
    const auto full_at = std::max(x.full_at, now) + needed;
    if (full_at - now > minute)
      return false;
    x.full_at = full_at;
    return true;
  });
}

seconds rate_table::wait(std::uint64_t key, std::uint32_t n,
                         std::uint32_t limit, time_point now) const {
  const auto needed = refill(std::min(n, limit), limit);
  return table_.look(key, [&](const bucket& x) {
    const auto left = x.full_at + needed - minute - now;
    return std::max(std::chrono::ceil<seconds>(left), seconds{0});
  });
}

seconds rate_table::retry_after(rate what, const client_key& who,
                                std::uint32_t n, std::uint32_t limit,
                                time_point now) const {
  return limit == 0 ? seconds{0} : wait(key(what, who), n, limit, now);
}

seconds rate_table::retry_after(rate what, std::string_view name,
                                std::uint32_t n, std::uint32_t limit,
                                time_point now) const {
  return limit == 0 || name.empty() ? seconds{0}
                                    : wait(key(what, name), n, limit, now);
}

template <class Key>
std::optional<rate_refusal> rate_table::refusal(rate what, const Key& who,
                                                std::uint32_t limit,
                                                time_point now) {
  if (take(what, who, 1, limit, now))
    return std::nullopt;
  return rate_refusal{
    what, std::max(retry_after(what, who, 1, limit, now), seconds{1})};
}

std::optional<rate_refusal>
rate_table::take_connection(const config::rates_section& limits,
                            const client_key& who, time_point now) {
  return refusal(rate::client_connections, who, limits.client_connections, now);
}

std::optional<rate_refusal>
rate_table::take_message(const config::rates_section& limits,
                         const mail_origin& who, time_point now) {
  auto out
    = refusal(rate::sender_messages, who.sender, limits.sender_messages, now);
  if (!out)
    out = refusal(rate::user_messages, who.user, limits.user_messages, now);
  if (!out)
    out
      = refusal(rate::client_messages, who.client, limits.client_messages, now);
  return out;
}

std::optional<rate_refusal>
rate_table::take_recipient(const config::rates_section& limits,
                           const mail_origin& who, time_point now) {
  auto out = refusal(rate::sender_recipients, who.sender,
                     limits.sender_recipients, now);
  if (!out)
    out = refusal(rate::user_recipients, who.user, limits.user_recipients, now);
  if (!out)
    out = refusal(rate::client_recipients, who.client, limits.client_recipients,
                  now);
  return out;
}

} // namespace stagepost
