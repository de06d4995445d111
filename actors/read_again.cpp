#include "actors/read_again.hpp"

#include "actors/node.hpp"
#include "actors/rereading.hpp"
#include "actors/runtime/log.hpp"
#include "actors/storage/directory.hpp"

#include <caf/send.hpp>

#include <exception>
#include <utility>
#include <variant>
#include <vector>

namespace stagepost {

namespace {

void say_wrong(const std::vector<std::string>& problems) {
  for (const auto& x : problems)
    log::error("node", "configuration wrong", {{"why", x}});
  log::error(
    "node", "configuration not read again",
    {{"problems", problems.size()}, {"next", "all goes on by the one before"}});
}

std::string joined(const std::vector<std::string>& names) {
  std::string out;
  for (const auto& x : names)
    out += (out.empty() ? "" : ", ") + x;
  return out;
}

void try_to_read(node& here, const std::string& file) {
  auto read = config::read_file(file, config::process_environment());
  if (auto* problems = std::get_if<std::vector<config::problem>>(&read)) {
    std::vector<std::string> lines;
    for (const auto& x : *problems)
      lines.push_back(to_string(x));
    return say_wrong(lines);
  }
  const auto running = here.in_force.get();
  auto [to_come, found] = reread(
    running->configuration, std::get<config::configuration>(std::move(read)));
  auto tls
    = server_tls::load(to_come, running->configuration.tls, running->tls);
  if (auto* why = std::get_if<std::string>(&tls))
    return say_wrong({*why});
  auto dkim
    = dkim_keys::load(to_come.dkim, running->configuration.dkim, running->dkim);
  if (auto* why = std::get_if<std::string>(&dkim))
    return say_wrong({*why});
  auto users = program_users::load(to_come);
  if (auto* why = std::get_if<std::string>(&users))
    return say_wrong({*why});
  foresee_domains(here, *running, to_come);
  here.in_force.replace(std::move(to_come),
                        std::get<server_tls>(std::move(tls)),
                        std::get<dkim_keys>(std::move(dkim)),
                        std::get<program_users>(std::move(users)));
  for (const auto& x : here.shards) // what waits may go elsewhere now
    if (const auto who = x->shard.get())
      caf::anon_send(who, wake_atom_v, std::uint64_t{0});
  log::info("node", "configuration read again",
            {{"file", file},
             {"changed", found.live.empty() ? "nothing" : joined(found.live)}});
  for (const auto& x : found.restart)
    log::warning("node", "needs a restart", {{"what", x}});
}

} // namespace

void read_again(node& here, const std::string& file) {
  // Whatever is wrong with the files: the daemon goes on.
  try {
    try_to_read(here, file);
  } catch (const std::exception& e) {
    say_wrong({e.what()});
  }
}

} // namespace stagepost
