#include "actors/cli/receive_command.hpp"

#include "actors/daemon.hpp"

#include <iostream>
#include <string>
#include <sysexits.h>
#include <variant>

namespace stagepost::cli {

namespace {

int receive(const receive_options& x) {
  const auto made = receiving(x);
  if (const auto* why = std::get_if<std::string>(&made)) {
    std::cerr << "stagepost: " << *why << '\n';
    return EX_USAGE;
  }
  if (!x.auth.empty() && x.key.empty())
    std::cerr << "stagepost: passwords go in clear without --ssl-key and "
                 "--ssl-cert\n";
  return run_daemon({}, std::get<config::configuration>(made));
}

} // namespace

void add_receive(CLI::App& app, receive_options& x, int& status) {
  auto* command = app.add_subcommand(
    "receive", "Take mail and give it to a program, without a configuration "
               "file and without a database");
  command->add_option("--hostname", x.hostname,
                      "The name in greetings (default: the machine's)");
  command->add_option("--port", x.port, "Where to listen")->default_val(25);
  command->add_option("--ssl-key", x.key, "PEM file; offers STARTTLS")
    ->check(CLI::ExistingFile);
  command->add_option("--ssl-cert", x.certificate, "PEM file, the chain in it")
    ->check(CLI::ExistingFile);
  command->add_option("--auth", x.auth,
                      "The program that checks logins, which are required then "
                      "(SSMTPD_USERNAME, SSMTPD_PASSWORD; exit status 0: yes)");
  command
    ->add_option("--process", x.process,
                 "The program that takes a mail on its standard input; its "
                 "argument is who logged in")
    ->required();
  command->add_option("--status", x.status,
                      "Port of a status page on 127.0.0.1 (default: none)");
  command->callback([&] { status = receive(x); });
}

} // namespace stagepost::cli
