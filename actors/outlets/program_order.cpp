#include "actors/outlets/program_order.hpp"

#include "mail/utf8.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <string_view>
#include <sys/resource.h>

namespace stagepost {

namespace {

/// From SIGTERM to SIGKILL.
constexpr std::chrono::seconds usual_grace{2};

/// What a program can take for granted of a text, whoever wrote it.
std::string clean(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const auto [code, length] = first_character(text);
    if (length == 0)
      out += '?';
    else if (code < ' ' || (code >= 0x7f && code <= 0x9f))
      out += ' ';
    else
      out += text.substr(0, length);
    text.remove_prefix(std::max<std::size_t>(length, 1));
  }
  return out;
}

std::string recipient(const outlet_job& job, std::size_t i) {
  return clean(job.mail->envelope.recipients.at(i).address);
}

} // namespace

net::program program_of(const config::outlet& x, const rules& by) {
  const auto& settings = x.command;
  net::program out;
  out.run = settings.run;
  out.as = by.users.find(settings.user);
  if (settings.memory != 0)
    out.limits.push_back({RLIMIT_AS, settings.memory});
  if (settings.cpu.count() != 0)
    out.limits.push_back(
      {RLIMIT_CPU, static_cast<std::uint64_t>(settings.cpu.count())});
  out.grace = usual_grace;
  return out;
}

std::optional<std::map<std::string, std::string>>
environment_of(const outlet_job& job) {
  const auto& mail = *job.mail;
  std::string recipients;
  for (const auto i : job.recipients) {
    if (!recipients.empty())
      recipients += '\n';
    recipients += recipient(job, i);
    if (recipients.size() > longest_variable)
      return std::nullopt;
  }
  return std::map<std::string, std::string>{
    {"STAGEPOST_ID", to_string(mail.id)},
    {"STAGEPOST_SENDER", clean(mail.envelope.sender)},
    {"STAGEPOST_RECIPIENTS", std::move(recipients)},
    {"STAGEPOST_CLIENT", clean(mail.client)},
    {"STAGEPOST_CLIENT_NAME", clean(mail.client_name)},
    {"STAGEPOST_HELO", clean(mail.helo)},
    {"STAGEPOST_USER", clean(mail.user)},
    {"STAGEPOST_LISTENER", clean(mail.listener)},
    {"STAGEPOST_TLS", clean(mail.tls)},
    {"STAGEPOST_SIZE", std::to_string(mail.body->size())},
  };
}

std::string envelope_line(const outlet_job& job) {
  const auto& mail = *job.mail;
  boost::json::array recipients;
  for (const auto i : job.recipients)
    recipients.emplace_back(recipient(job, i));
  const boost::json::object out{
    {"id", to_string(mail.id)},
    {"sender", clean(mail.envelope.sender)},
    {"recipients", std::move(recipients)},
    {"client", clean(mail.client)},
    {"client_name", clean(mail.client_name)},
    {"helo", clean(mail.helo)},
    {"user", clean(mail.user)},
    {"listener", clean(mail.listener)},
    {"tls", clean(mail.tls)},
    {"size", mail.body->size()},
  };
  return serialize(out) + '\n';
}

run_time run_time_of(const config::outlet& x,
                     std::chrono::steady_clock::duration until_deadline) {
  using duration = std::chrono::steady_clock::duration;
  const auto grace = std::min<duration>(usual_grace, until_deadline / 2);
  return {std::min<duration>(x.timeout, until_deadline - grace), grace};
}

} // namespace stagepost
