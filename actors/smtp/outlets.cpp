#include "actors/smtp/outlets.hpp"

#include "actors/queue/circumstances.hpp"

#include <utility>

namespace stagepost {

namespace {

std::uint32_t flags_of(const smtp::transaction& x) {
  std::uint32_t out = 0;
  if (x.body == smtp::body_kind::eight_bit)
    out |= queue::flag_eight_bit;
  if (x.body == smtp::body_kind::binary)
    out |= queue::flag_binary;
  if (x.smtputf8)
    out |= queue::flag_smtputf8;
  if (x.require_tls)
    out |= queue::flag_require_tls;
  if (x.returns == smtp::returned::full)
    out |= queue::flag_return_full;
  if (x.returns == smtp::returned::headers)
    out |= queue::flag_return_header;
  return out;
}

} // namespace

submission submit_to_outlets(node& here, const rules& by, received_mail mail) {
  auto what = std::make_shared<queue::arrival>();
  for (auto& recipient : mail.envelope.recipients) {
    const auto way
      = by.routes.decide({mail.listener, mail.client, mail.envelope.sender,
                          recipient.address, mail.user});
    if (way.to == nullptr || way.to->type != config::outlet_type::queue)
      continue;
    auto& to = what->recipients.emplace_back();
    to.number = static_cast<std::uint16_t>(what->recipients.size() - 1);
    to.next_at = mail.at;
    to.address = std::move(recipient.address);
    to.notify = recipient.notify;
    to.original_recipient = std::move(recipient.original);
  }
  if (what->recipients.empty())
    return {outcome{{250, {2, 0, 0}, "Accepted and discarded"}}, {}, {}};
  auto about = std::make_shared<queue::message>();
  about->id = mail.id;
  about->received_at = mail.at;
  about->expires_at = mail.at + by.configuration.delivery.expire;
  about->circumstances = to_json(
    {mail.client, mail.helo, mail.listener, mail.user, mail.local, mail.wish});
  about->flags = flags_of(mail.envelope);
  if (by.vouched.covers(
        {mail.listener, mail.client, mail.envelope.sender, {}, mail.user}))
    about->flags |= queue::flag_vouched;
  about->sender = std::move(mail.envelope.sender);
  about->size = mail.body->size();
  about->envelope_id = std::move(mail.envelope.envelope_id);
  what->what = std::move(about);
  what->body = std::move(mail.body);
  what->client = std::move(mail.client);
  what->user = std::move(mail.user);
  return {
    std::nullopt, here.shards[mail.shard]->shard.get(), {std::move(what)}};
}

} // namespace stagepost
