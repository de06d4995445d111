#pragma once

#include "mail/queue/backlog.hpp"

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace stagepost::test {

/// A backlog with a clock, and messages `n` whose ids are `n`.
struct backlog_fixture {
  using time_point = queue::time_point;
  using seconds = std::chrono::seconds;
  using minutes = std::chrono::minutes;
  using hours = std::chrono::hours;

  time_point now{seconds{1'795'255'200}};
  queue::backlog line{1'000};
  retry_schedule waits;
  seconds warn_after{hours{4}};
  std::map<std::uint64_t, queue::message_ptr> known;

  queue::message_ptr message(std::uint64_t n) {
    auto& x = known[n];
    if (x)
      return x;
    auto made = std::make_shared<queue::message>();
    made->id = queue::id{n};
    made->received_at = now;
    made->expires_at = now + hours{24 * 5};
    made->sender = "s@example.org";
    x = std::move(made);
    return x;
  }

  queue::arrival arrival(std::uint64_t n, const std::vector<std::string>& to,
                         std::size_t octets = 10) {
    queue::arrival x;
    x.what = message(n);
    if (octets != 0)
      x.body = std::make_shared<memory_content>(std::string(octets, 'x'));
    for (const auto& address : to) {
      auto& y = x.recipients.emplace_back();
      y.number = static_cast<std::uint16_t>(x.recipients.size() - 1);
      y.next_at = now;
      y.address = address;
    }
    return x;
  }

  void admit(std::uint64_t n, const std::vector<std::string>& to,
             std::size_t octets = 10) {
    line.admit(arrival(n, to, octets), true, now);
  }

  /// Every domain that is asked for gets a site of its own.
  void answer_all(std::size_t window = 0) {
    for (const auto& domain : line.take_questions())
      line.answer(domain, domain, window, now + hours{1});
  }

  /// The ids of what can be leased for a site now; the jobs are in `jobs`.
  std::vector<std::uint64_t> take(const std::string& site) {
    std::vector<std::uint64_t> out;
    while (auto x = line.take(site)) {
      out.push_back(x->what->id.value());
      jobs.push_back(*x);
    }
    return out;
  }

  std::optional<queue::backlog::settlement>
  settle(const queue::backlog::lease& x, const smtp::reply& every) {
    return line.settle(x.job,
                       std::vector<smtp::reply>(x.recipients.size(), every),
                       {&waits, warn_after}, now);
  }

  /// Lets the next lease of a site end with this reply.
  queue::backlog::settlement attempt(const std::string& site,
                                     const smtp::reply& every) {
    auto x = line.take(site);
    if (!x)
      return {};
    return settle(*x, every).value_or(queue::backlog::settlement{});
  }

  void pass(seconds span) {
    now += span;
    line.wake(now);
    answer_all();
  }

  std::vector<queue::backlog::lease> jobs;
  smtp::reply ok{250, {2, 0, 0}, "Taken"};
  smtp::reply later{451, {4, 7, 1}, "Come back"};
  smtp::reply no{550, {5, 1, 1}, "Nobody"};
};

} // namespace stagepost::test
