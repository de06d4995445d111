#include "actors/guards/failure_table.hpp"

#include "actors/guards/guarded_name.hpp"

#include <algorithm>
#include <limits>

namespace stagepost {

namespace {

std::uint64_t key_of(std::string_view user) {
  return guarded_name('u', user);
}

} // namespace

void failure_table::failures::pass(time_point now, std::chrono::seconds half) {
  if (now < old_at - half)
    return;
  const bool follows = now < old_at;
  earlier = follows ? recent : 0;
  recent = 0;
  old_at = follows ? old_at + half : now + 2 * half;
}

failure_table::milliseconds failure_table::failed(const client_key& client,
                                                  std::string_view user,
                                                  time_point now) {
  const auto of_client
    = wait(add(clients_, client.hash(), now), limits_.longest_of_client);
  if (user.empty())
    return of_client;
  const auto of_user
    = wait(add(users_, key_of(user), now), limits_.longest_of_user);
  return std::max(of_client, of_user);
}

void failure_table::succeeded(const client_key& client, std::string_view user,
                              time_point now) {
  constexpr auto all = std::numeric_limits<std::uint32_t>::max();
  if (const auto n = take_back(users_, key_of(user), all, now); n > 0)
    take_back(clients_, client.hash(), n, now);
}

failure_table::milliseconds failure_table::delay(const client_key& client,
                                                 std::string_view user,
                                                 time_point now) const {
  const auto of_client
    = wait(count(clients_, client.hash(), now), limits_.longest_of_client);
  if (user.empty())
    return of_client;
  const auto of_user
    = wait(count(users_, key_of(user), now), limits_.longest_of_user);
  return std::max(of_client, of_user);
}

bool failure_table::blocked(const client_key& client, time_point now) const {
  return count(clients_, client.hash(), now) >= limits_.blocking;
}

std::uint32_t failure_table::add(table& to, std::uint64_t key, time_point now) {
  return to.update(key, now, [&](failures& x) {
    x.pass(now, half());
    ++x.recent;
    return x.count();
  });
}

std::uint32_t failure_table::take_back(table& from, std::uint64_t key,
                                       std::uint32_t most, time_point now) {
  if (count(from, key, now) == 0)
    return 0; // a login without a failure makes no entry
  return from.update(key, now, [&](failures& x) {
    x.pass(now, half());
    const auto recent = std::min(x.recent, most);
    const auto earlier = std::min(x.earlier, most - recent);
    x.recent -= recent;
    x.earlier -= earlier;
    return recent + earlier;
  });
}

std::uint32_t failure_table::count(const table& of, std::uint64_t key,
                                   time_point now) const {
  return of.look(key, [&](failures x) {
    x.pass(now, half());
    return x.count();
  });
}

failure_table::milliseconds failure_table::wait(std::uint32_t times,
                                                milliseconds longest) const {
  if (times == 0)
    return milliseconds{0};
  auto out = limits_.first;
  for (std::uint32_t i = 1; i < times && out < longest; ++i)
    out *= 2;
  return std::min(out, longest);
}

} // namespace stagepost
