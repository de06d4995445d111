#include "actors/outlets/notices.hpp"

#include "actors/outlets/arrivals.hpp"
#include "actors/outlets/outlets.hpp"
#include "actors/queue/circumstances.hpp"
#include "config/readable_file.hpp"
#include "mail/mime/mail_parser.hpp"
#include "mail/outlet/failure_mail.hpp"
#include "mail/outlet/mail_template.hpp"
#include "mail/report.hpp"
#include "mail/utf8.hpp"

#include <caf/exit_reason.hpp>

#include <utility>
#include <variant>

namespace stagepost {

namespace {

constexpr std::size_t most_header = 64U << 10U;

std::string header_of(const content& body) {
  std::string octets(most_header, '\0');
  octets.resize(body.read(0, octets));
  return stagepost::header_of(octets, most_header);
}

/// Read each time: failure mails are rare, and a change counts at once. A file
/// that is gone or wrong by now is no reason to say nothing, nor nonsense.
std::string template_in(const std::string& file, const std::string& built_in) {
  if (file.empty())
    return built_in;
  auto octets = config::octets_of(file, outlet::failure_templates::largest);
  std::string out;
  std::string why;
  if (auto* fault = std::get_if<config::file_fault>(&octets))
    why = fault->why;
  else
    out = std::get<std::string>(std::move(octets));
  if (out.empty() && why.empty())
    why = "it is empty";
  const auto values = outlet::template_values({});
  for (const auto& name : outlet::names_in(out))
    if (why.empty() && !values.contains(name))
      why = "it asks for `" + name + "`, which there is not";
  if (why.empty())
    return out;
  log::warning(
    "outlet", "no template",
    {{"file", file}, {"why", why}, {"next", "the built-in one is used"}});
  return built_in;
}

outlet::failure_templates templates_of(const config::failure_mail& x) {
  const auto& built_in = outlet::built_in_templates();
  return {template_in(x.text, built_in.text),
          template_in(x.html, built_in.html)};
}

/// The mail as it goes into the queue.
queue::arrival arrival_for(const rules& by, const failure_notice& x,
                           const outlet::failure_facts& facts,
                           const std::string& octets) {
  auto body = std::make_shared<memory_content>(octets);
  const auto original = about(by, *x.mail);
  queue::message what;
  what.id = facts.own;
  what.received_at = facts.now;
  what.expires_at = facts.now + by.configuration.delivery.expire;
  what.flags = queue::flag_report;
  if (!is_ascii(octets))
    what.flags |= queue::flag_smtputf8 | queue::flag_eight_bit;
  what.size = body->size();
  what.circumstances = origin_of_report(by, original, {}).circumstances;
  queue::recipient to;
  to.next_at = facts.now;
  to.address = facts.sender;
  return {std::make_shared<const queue::message>(std::move(what)),
          std::move(body),
          {std::move(to)}};
}

void submit(notices_pointer self, std::size_t shard, queue::arrival what,
            const std::string& original) {
  auto& here = *self->state.here;
  const auto id = to_string(what.what->id);
  const auto to = what.recipients.front().address;
  // No timeout: the shard answers, or the error that it died.
  self
    ->request(here.shards.at(shard)->shard.get(), caf::infinite, submit_atom_v,
              make_local<const queue::arrival>(std::move(what)))
    .then(
      [id, to, original](const outcome& x) {
        const auto reply = smtp::to_string(x.reply);
        if (x.reply.positive())
          log::info("outlet", "sender told",
                    {{"id", id}, {"about", original}, {"to", to}});
        else
          log::warning("outlet", "sender not told",
                       {{"about", original}, {"to", to}, {"why", reply}});
      },
      [self, to, original](const caf::error& why) {
        log::warning("outlet", "sender not told",
                     {{"about", original},
                      {"to", to},
                      {"why", self->system().render(why)}});
      });
}

void tell(notices_pointer self, const failure_notice& x) {
  auto& state = self->state;
  auto& here = *state.here;
  const auto& mail = *x.mail;
  const auto by = here.in_force.get();
  const auto* settings = find_outlet(*by, x.outlet);
  if (settings == nullptr || mail.envelope.sender.empty()
      || here.shards.empty())
    return;
  const auto now = here.now();
  const auto id = to_string(mail.id);
  const auto header = header_of(*mail.body);
  const auto parsed
    = mime::parse_mail(memory_content(header + "\r\n"), {}).mail;
  const bool machine = !outlet::may_be_answered(header);
  if (machine
      || !state.pace.take(mail.envelope.sender,
                          parsed.message_id.empty()
                            ? std::string{}
                            : x.outlet + '\n' + parsed.message_id,
                          settings->failure_mail.per_hour, now)) {
    log::info("outlet", "sender not told",
              {{"about", id},
               {"to", mail.envelope.sender},
               {"why", machine ? "it is auto-submitted or list mail"
                               : "of this message it was told within a day, "
                                 "or it had per_hour"}});
    return;
  }
  outlet::failure_facts facts;
  facts.hostname = by->configuration.egress.default_hostname; // as reports
  facts.sender = mail.envelope.sender;
  facts.recipients = x.recipients;
  facts.outlet = x.outlet;
  facts.subject = parsed.subject;
  facts.reason = x.why.reply.text;
  facts.detail = x.why.detail;
  facts.for_now = x.why.for_now();
  facts.original = mail.id;
  facts.own = here.shards.at(mail.shard)->ids.next(now);
  facts.arrived = mail.at;
  facts.now = now;
  facts.original_header = header;
  const auto octets
    = outlet::compose_failure_mail(facts, templates_of(settings->failure_mail));
  submit(self, mail.shard, arrival_for(*by, x, facts, octets), id);
}

} // namespace

notices_actor::behavior_type notices(notices_pointer self,
                                     boost::asio::io_context* /*loop*/,
                                     node* here, std::string path) {
  self->join(here->tree, std::move(path), "notices");
  self->state.here = here;
  here->notices.set(self);
  return {
    [self](notice_atom, const local<const failure_notice>& x) {
      tell(self, *x);
    },
  };
}

} // namespace stagepost
