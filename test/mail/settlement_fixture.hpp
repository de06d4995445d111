#pragma once

#include "mail/queue/settlement.hpp"

#include <chrono>
#include <memory>
#include <string>

namespace stagepost::test::settlements {

using namespace std::chrono_literals;

inline constexpr auto failure = report_facts::kind::failure;
inline constexpr auto delay = report_facts::kind::delay;
inline constexpr auto relayed = report_facts::kind::relayed;

struct with_a_message {
  queue::time_point now{std::chrono::seconds{1'795'255'200}};
  std::shared_ptr<queue::message> about = std::make_shared<queue::message>();
  queue::settlement x;
  queue::batch batch;
  queue::report_rules rules{"mx.example.com", 48h};

  with_a_message() {
    about->id = queue::id{42};
    about->received_at = now - 1h;
    about->expires_at = now + 24h;
    about->sender = "s@example.org";
    x.what = about;
    x.body = std::make_shared<memory_content>(
      "Subject: Hello\r\nFrom: s@example.org\r\n\r\nSecret\r\n");
  }

  queue::verdict& add(const std::string& to, const smtp::reply& by) {
    auto& v = x.verdicts.emplace_back();
    v.row.number = static_cast<std::uint16_t>(x.verdicts.size() - 1);
    v.row.address = to;
    v.row.attempts = 1;
    v.reply = by;
    v.stays = by.temporary();
    return v;
  }

  std::optional<queue::arrival> report(report_facts::kind what) {
    auto notices
      = queue::notices_of(x, "mx1.example.net[192.0.2.1]:25", now, true);
    std::erase_if(notices, [what](auto& y) { return y.what != what; });
    return queue::report_on(*x.what, x.body, notices, rules, queue::id{43},
                            now);
  }

  static std::string text_of(const queue::arrival& x) {
    return std::string{x.body->in_memory()};
  }

  const smtp::reply ok{250, {2, 0, 0}, "Taken"};
  const smtp::reply later{451, {4, 7, 1}, "Come back"};
  const smtp::reply no{550, {5, 1, 1}, "Nobody here"};
};

inline bool holds(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

} // namespace stagepost::test::settlements
