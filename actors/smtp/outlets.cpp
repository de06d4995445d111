#include "actors/smtp/outlets.hpp"

#include <boost/json.hpp>

#include <utility>

namespace stagepost {

namespace {

std::string circumstances_of(const received_mail& x) {
  boost::json::object out;
  out["client"] = x.client;
  out["helo"] = x.helo;
  out["listener"] = x.listener;
  return boost::json::serialize(out);
}

} // namespace

submission submit_to_outlets(node& here, const rules& by, received_mail mail) {
  auto what = std::make_shared<queue::arrival>();
  for (auto& address : mail.envelope.recipients) {
    const auto way = by.routes.decide(
      {mail.listener, mail.client, mail.envelope.sender, address});
    if (way.to == nullptr || way.to->type != config::outlet_type::queue)
      continue;
    auto& to = what->recipients.emplace_back();
    to.number = static_cast<std::uint16_t>(what->recipients.size() - 1);
    to.next_at = mail.at;
    to.address = std::move(address);
  }
  if (what->recipients.empty())
    return {outcome{{250, {2, 0, 0}, "Accepted and discarded"}}, {}, {}};
  auto about = std::make_shared<queue::message>();
  about->id = mail.id;
  about->received_at = mail.at;
  about->expires_at = mail.at + by.configuration.delivery.expire;
  about->circumstances = circumstances_of(mail);
  about->sender = std::move(mail.envelope.sender);
  about->size = mail.body->size();
  if (mail.envelope.eight_bit)
    about->flags |= queue::flag_eight_bit;
  what->what = std::move(about);
  what->body = std::move(mail.body);
  return {
    std::nullopt, here.shards[mail.shard]->shard.get(), {std::move(what)}};
}

} // namespace stagepost
