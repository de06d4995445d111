#pragma once

#include "messages/handover.hpp"
#include "messages/local.hpp"

#include <chrono>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace stagepost::test {

/// A message as a session hands it over.
inline received_mail mail_to(const std::vector<std::string>& recipients,
                             std::string text
                             = "Subject: test\r\n\r\nHello\r\n") {
  received_mail out;
  out.id = queue::id{std::uint64_t{1} << 40U};
  out.client = "192.0.2.7";
  out.client_name = "client.example";
  out.helo = "helo.example";
  out.user = "anna";
  out.listener = "mx";
  out.tls = "TLSv1.3 TLS_AES_256_GCM_SHA384";
  out.envelope.sender = "from@sender.example";
  for (const auto& x : recipients)
    out.envelope.recipients.push_back({x, 0, {}});
  out.body = std::make_shared<memory_content>(std::move(text));
  return out;
}

/// For all of its recipients.
inline outlet_job job_of(received_mail mail, const std::string& outlet,
                         std::chrono::steady_clock::time_point deadline) {
  outlet_job out;
  out.outlet = outlet;
  for (std::size_t i = 0; i < mail.envelope.recipients.size(); ++i)
    out.recipients.push_back(i);
  out.mail = std::make_shared<const received_mail>(std::move(mail));
  out.deadline = deadline;
  return out;
}

} // namespace stagepost::test
