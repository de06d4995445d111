#include "actors/outlets/submission.hpp"

#include <utility>

namespace stagepost {

outlet::submission
submission_of(const outlet_job& job,
              std::shared_ptr<const mime::parsed_mail> mail) {
  const auto& from = *job.mail;
  outlet::submission out;
  out.id = to_string(from.id);
  out.sender = from.envelope.sender;
  for (const auto i : job.recipients)
    out.recipients.push_back(from.envelope.recipients.at(i).address);
  out.user = from.user;
  out.client = from.client;
  out.client_name = from.client_name;
  out.helo = from.helo;
  out.tls = from.tls;
  out.listener = from.listener;
  out.at = from.at;
  out.mail = std::move(mail);
  out.body = from.body;
  return out;
}

} // namespace stagepost
