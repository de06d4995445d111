#include "actors/outlets/arrivals.hpp"

#include "actors/queue/circumstances.hpp"

#include <algorithm>
#include <memory>
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

std::vector<config::decision> outlets_of(const node& here, const rules& by,
                                         const received_mail& mail) {
  std::vector<config::decision> out;
  out.reserve(mail.envelope.recipients.size());
  for (const auto& x : mail.envelope.recipients)
    out.push_back(decide(here, by,
                         {mail.listener, mail.client, mail.envelope.sender,
                          x.address, mail.user}));
  return out;
}

bool goes_straight(const std::vector<config::decision>& outlets) {
  using type = config::outlet_type;
  return std::all_of(outlets.begin(), outlets.end(), [](const auto& x) {
    return x.to != nullptr
           && (x.to->type == type::queue || x.to->type == type::discard);
  });
}

queue::message about(const rules& by, const received_mail& mail) {
  queue::message out;
  out.id = mail.id;
  out.received_at = mail.at;
  out.expires_at = mail.at + by.configuration.delivery.expire;
  out.circumstances = to_json(
    {mail.client, mail.helo, mail.listener, mail.user, mail.local, mail.wish});
  out.flags = flags_of(mail.envelope);
  if (by.vouched.covers(
        {mail.listener, mail.client, mail.envelope.sender, {}, mail.user}))
    out.flags |= queue::flag_vouched;
  out.sender = mail.envelope.sender;
  out.size = mail.body->size();
  out.envelope_id = mail.envelope.envelope_id;
  return out;
}

queue::recipient row_of(const received_mail& mail, std::size_t recipient) {
  const auto& from = mail.envelope.recipients[recipient];
  queue::recipient out;
  out.number = static_cast<std::uint16_t>(recipient);
  out.next_at = mail.at;
  out.address = from.address;
  out.notify = from.notify;
  out.original_recipient = from.original;
  return out;
}

queue::arrival arrival_of(const rules& by, const received_mail& mail,
                          const std::vector<std::size_t>& recipients) {
  queue::arrival out;
  out.what = std::make_shared<const queue::message>(about(by, mail));
  out.body = mail.body;
  out.recipients.reserve(recipients.size());
  for (const auto i : recipients)
    out.recipients.push_back(row_of(mail, i));
  out.client = mail.client;
  out.user = mail.user;
  return out;
}

} // namespace stagepost
