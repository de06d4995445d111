// stagepost: the daemon and the commands that talk to it.

#include "actors/cli/commands.hpp"
#include "actors/cli/directory_commands.hpp"
#include "actors/cli/dkim_commands.hpp"
#include "actors/cli/new_password.hpp"
#include "actors/cli/queue_options.hpp"
#include "actors/cli/receive_command.hpp"
#include "actors/cli/target.hpp"
#include "actors/daemon.hpp"
#include "config/nearest.hpp"

#include <CLI/CLI.hpp>
#include <cstdlib>
#include <iostream>
#include <string>
#include <string_view>
#include <sysexits.h>
#include <vector>

namespace {

using namespace stagepost;
using cli::default_config;
using cli::target;
using cli::verb;

void add_run(CLI::App& app, run_options& to, std::string& format,
             std::string& level, int& status) {
  auto* run = app.add_subcommand("run", "Run the daemon in the foreground");
  run->add_option("--config", to.config_file, "Configuration file")
    ->envname("STAGEPOST_CONFIG")
    ->default_val(default_config);
  run->add_option("--log-format", format, "text or json")
    ->check(CLI::IsMember({"text", "json"}))
    ->default_val("text");
  run->add_option("--log-level", level, "debug, info, warning or error")
    ->check(CLI::IsMember({"debug", "info", "warning", "error"}))
    ->default_val("info");
  run->callback([&] {
    to.log_format = format == "json" ? log::format::json : log::format::text;
    to.log_level = level == "debug"     ? log::level::debug
                   : level == "warning" ? log::level::warning
                   : level == "error"   ? log::level::error
                                        : log::level::info;
    status = run_daemon(to);
  });
}

void add_actors(CLI::App& app, target& to, std::string& path, int& status) {
  auto* actors = app.add_subcommand("actors", "Show the live actor tree");
  to.add_to(*actors);
  auto* restart = actors->add_subcommand(
    "restart", "End one actor or PostgreSQL; it is started again");
  restart->fallthrough();
  restart->add_option("PATH", path, "As shown by `stagepost actors`")
    ->required();
  actors->callback([&, restart] {
    status = restart->parsed() ? cli::restart_actor(to.options(), path)
                               : cli::actors(to.options());
  });
}

/// Says that a word is no command where one is expected, and which was meant;
/// empty if there is no such word.
std::string unknown_command(const CLI::App& app) {
  const auto* at = &app; // the innermost command that was understood
  while (!at->get_subcommands().empty())
    at = at->get_subcommands().front();
  const auto rest = at->remaining();
  std::vector<std::string> names;
  for (const auto* x : at->get_subcommands({}))
    names.push_back(x->get_name());
  if (names.empty() || rest.empty() || rest.front().starts_with('-'))
    return {};
  const auto before = at == &app ? "" : at->get_name() + ' ';
  const auto out = "there is no command `" + before + rest.front() + '`';
  const std::vector<std::string_view> views{names.begin(), names.end()};
  if (const auto meant = config::nearest_word(rest.front(), views);
      !meant.empty())
    return out + "; did you mean `" + before + std::string{meant} + "`?";
  std::string all;
  for (const auto& x : names)
    all += (all.empty() ? "" : ", ") + x;
  return out + "; there are: " + all;
}

constexpr auto from_stdin_help
  = "Take the password as a line of the standard input";

void add_domain(CLI::App& app, target& to, std::string& name, int& status) {
  auto* domain = app.add_subcommand("domain", "The domains that are ours");
  domain->require_subcommand(1);
  auto* list = domain->add_subcommand("list", "List domains");
  to.add_to(*list);
  list->callback([&] { status = cli::domain_list(to.options()); });
  for (const auto& x :
       {verb{"add", "Add a domain"}, verb{"enable", "Enable it again"},
        verb{"disable", "Let nobody of it sign in"},
        verb{"remove", "Remove a domain that has no mailboxes"}}) {
    auto* command = domain->add_subcommand(x.name, x.help);
    command->add_option("NAME", name)->required();
    to.add_to(*command);
    command->callback([&, what = x.name] {
      status = cli::domain_change(to.options(), what, name);
    });
  }
}

void add_mailbox(CLI::App& app, target& to, cli::mailbox_options& which,
                 int& status) {
  auto* mailbox
    = app.add_subcommand("mailbox", "The mailboxes, and who signs in");
  mailbox->require_subcommand(1);
  auto* list = mailbox->add_subcommand("list", "List mailboxes");
  list->add_option("--domain", which.domain, "Those of this domain");
  to.add_to(*list);
  list->callback([&] { status = cli::mailbox_list(to.options(), which); });
  for (const auto& x : {verb{"add", "Add a mailbox; asks for its password"},
                        verb{"password", "Set a new password; asks for it"},
                        verb{"enable", "Enable it again"},
                        verb{"disable", "Let its owner not sign in"},
                        verb{"remove", "Remove a mailbox"}}) {
    auto* command = mailbox->add_subcommand(x.name, x.help);
    const std::string what{x.name};
    command->add_option("ADDRESS", which.address)->required();
    if (what == "add")
      command->add_option("--name", which.name, "For people: \"Anna Nowak\"");
    if (what == "add" || what == "password")
      command->add_flag("--stdin", which.from_stdin, from_stdin_help);
    to.add_to(*command);
    command->callback(
      [&, what] { status = cli::mailbox_change(to.options(), what, which); });
  }
}

void add_dkim(CLI::App& app, target& to, cli::dkim_creation& what,
              int& status) {
  auto* dkim = app.add_subcommand("dkim", "The keys that sign what is sent");
  dkim->require_subcommand(1);
  const auto add_file = [&](CLI::App& command) {
    command.add_option("--config", to.config,
                       "The daemon's configuration file (env: "
                       "STAGEPOST_CONFIG; default: "
                         + std::string{default_config} + ")");
    command.add_flag("--json", to.json, "Print JSON");
  };
  auto* create = dkim->add_subcommand(
    "create", "Make a key; print its DNS record and its configuration");
  create->add_option("DOMAIN", what.domain)->required();
  create->add_option("--selector", what.selector,
                     "Its name in the DNS (default: of type and date)");
  create->add_option("--type", what.type, "rsa or ed25519")
    ->check(CLI::IsMember({"rsa", "ed25519"}));
  create->add_option("--bits", what.bits, "Of RSA (default: 2048)")
    ->check(CLI::Range(1024, 4096));
  create->add_option("--directory", what.directory,
                     "For its file (default: dkim, beside the configuration)");
  add_file(*create);
  create->callback([&] {
    what.config = to.file();
    what.json = to.json;
    status = cli::dkim_create(what);
  });
  auto* show
    = dkim->add_subcommand("show", "Print the DNS records of the keys in use");
  add_file(*show);
  show->callback([&] { status = cli::dkim_show(to.file(), to.json); });
}

/// What `stagepost password` takes.
struct password_options {
  bool from_stdin = false;
  bool with_scram = false;
  bool json = false;
};

void add_password(CLI::App& app, password_options& how, int& status) {
  auto* password = app.add_subcommand(
    "password", "Hash a password, for the users of the configuration");
  password->add_flag("--stdin", how.from_stdin, from_stdin_help);
  password->add_flag("--scram", how.with_scram,
                     "With what SCRAM-SHA-256 needs");
  password->add_flag("--json", how.json, "Print both as JSON");
  password->callback(
    [&] { status = cli::password(how.from_stdin, how.with_scram, how.json); });
}

} // namespace

int main(int argc, char** argv) {
  CLI::App app{"Stagepost, a mail server whose every session, queue shard and "
               "delivery worker is an actor"};
  app.require_subcommand(1);
  app.set_version_flag("--version", "stagepost " STAGEPOST_VERSION);
  int status = 0;
  run_options run;
  std::string format;
  std::string level;
  target to;
  cli::queue_options queue;
  std::string argument;
  add_run(app, run, format, level, status);
  receive_options received;
  cli::add_receive(app, received, status);
  auto* check = app.add_subcommand("check", "Check a configuration file");
  check->add_option("FILE", argument)->default_val(default_config);
  bool dns = false;
  check->add_flag(
    "--dns", dns,
    "Ask the DNS, too, whether addresses and names agree by which "
    "mail leaves");
  check->callback([&] { status = cli::check(argument, dns); });
  auto* state = app.add_subcommand("status", "Show how the daemon does");
  to.add_to(*state);
  state->callback([&] { status = cli::status(to.options()); });
  add_queue(app, to, queue, argument, status);
  cli::explain_options explained;
  add_explain(app, to, explained, status);
  add_actors(app, to, argument, status);
  cli::mailbox_options mailbox;
  add_domain(app, to, argument, status);
  add_mailbox(app, to, mailbox, status);
  cli::dkim_creation key;
  add_dkim(app, to, key, status);
  password_options password;
  add_password(app, password, status);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& x) {
    if (const auto why = unknown_command(app); !why.empty()) {
      std::cerr << "stagepost: " << why << '\n';
      return EX_USAGE;
    }
    return app.exit(x) == 0 ? EX_OK : EX_USAGE; // 0: --help, --version
  } catch (const std::exception& x) {
    std::cerr << "stagepost: " << x.what() << '\n';
    return 1;
  }
  return status;
}
