#pragma once

#include "actor_fixture.hpp"
#include "actors/node.hpp"

#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace stagepost::test {

/// A node with the http outlet `jobs`, and mail for it.
struct outlet_fixture : actor_fixture {
  config::configuration settings;
  std::unique_ptr<node> made;

  outlet_fixture() {
    auto& x = settings.outlets.emplace_back();
    x.name = "jobs";
    x.type = config::outlet_type::http;
    x.http.url = "http://platform.example/jobs?token=x";
    x.workers = 2;
    x.waiting = 3;
    made = std::make_unique<node>(settings);
  }

  node& here() {
    return *made;
  }
  config::outlet& outlet() {
    return settings.outlets.front();
  }
  /// What `settings` says now is in force.
  void reread() {
    here().in_force.replace(settings);
  }
  outlet_figures& figures() {
    return *here().board.of("jobs");
  }

  local<const outlet_job> job(std::vector<std::size_t> recipients = {0},
                              std::chrono::seconds within
                              = std::chrono::seconds{240}) {
    received_mail mail;
    mail.id = queue::id{42};
    mail.client = "192.0.2.7";
    mail.helo = "client.example";
    mail.listener = "mx";
    mail.envelope.sender = "s@sender.example";
    for (const auto* to :
         {"one@jobs.example", "two@jobs.example", "three@jobs.example"})
      mail.envelope.recipients.push_back({to, 0, {}});
    mail.body = std::make_shared<memory_content>(
      "Subject: A job\r\n\r\nPrint this\r\n");
    outlet_job out;
    out.outlet = "jobs";
    out.mail = std::make_shared<const received_mail>(std::move(mail));
    out.recipients = std::move(recipients);
    out.deadline = scheduler.clock().now() + within;
    return make_local<const outlet_job>(std::move(out));
  }
};

} // namespace stagepost::test
