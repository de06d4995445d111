#include "actors/cli/queue_options.hpp"

#include "mail/retry_schedule.hpp"

#include <string>
#include <string_view>

namespace stagepost::cli {

namespace {

std::string fault_of_span(const std::string& x) {
  return retry_schedule::parse(x)
           ? ""
           : "`" + x + "` is no time such as 30m, 2h, 1d";
}

void add_filter(CLI::App& command, queue_filter& to) {
  command.add_option("--domain", to.domain, "Recipients of this domain");
  command.add_option("--recipient", to.recipient, "This recipient");
  command.add_option("--sender", to.sender, "This sender, or @domain");
  command.add_option("--state", to.state, "queued, deferred, held or ended")
    ->check(CLI::IsMember({"queued", "deferred", "held", "ended"}));
  command.add_option("--older", to.older, "Received before: 90s, 30m, 2h, 1d")
    ->check(fault_of_span);
}

void add_suspensions(CLI::App& queue, target& to, suspension_options& x,
                     int& status) {
  for (const auto& y :
       {verb{"suspend", "Let mail wait that goes somewhere or comes from "
                        "somebody"},
        verb{"resume", "Let it go on"}}) {
    auto* command = queue.add_subcommand(y.name, y.help);
    const bool resume = std::string_view{y.name} == "resume";
    auto* which = command->add_option_group("which");
    which->add_option("--domain", x.domain, "Mail to this domain");
    which->add_option("--site", x.site,
                      "Mail to these hosts, as `explain` names them");
    which->add_option("--sender", x.sender, "Mail from here, or @domain");
    which->require_option(1);
    if (!resume) {
      command->add_option("--reason", x.reason, "For people");
      command->add_option("--for", x.span, "Ends by itself: 30m, 2h, 1d")
        ->check(fault_of_span);
    }
    to.add_to(*command);
    command->callback(
      [&, resume] { status = queue_suspend(to.options(), x, resume); });
  }
  auto* list = queue.add_subcommand("suspended", "List what is suspended");
  to.add_to(*list);
  list->callback([&] { status = queue_suspended(to.options()); });
}

} // namespace

void add_queue(CLI::App& app, target& to, queue_options& to_change,
               std::string& id, int& status) {
  auto* queue = app.add_subcommand("queue", "Look at the queue and change it");
  queue->require_subcommand(1);
  auto* list = queue->add_subcommand("list", "List messages");
  add_filter(*list, to_change.which);
  to.add_to(*list);
  list->callback([&] { status = queue_list(to.options(), to_change.which); });

  auto* show = queue->add_subcommand("show", "Show a message and its story");
  show->add_option("ID", id)->required();
  to.add_to(*show);
  show->callback([&] { status = queue_show(to.options(), id); });

  for (const auto& x : {
         verb{"retry", "Try deferred mail again now"},
         verb{"hold", "Don't try mail until it is released"},
         verb{"release", "Try held mail again"},
         verb{"bounce", "Let mail fail now; its senders get a report"},
         verb{"redirect", "Send mail to another address"},
         verb{"delete", "Delete mail; its senders hear nothing"},
       }) {
    auto* command = queue->add_subcommand(x.name, x.help);
    const std::string what{x.name};
    command->add_option("ID", to_change.which.ids);
    command->add_flag("--all", to_change.which.all, "All messages");
    add_filter(*command, to_change.which);
    if (what == "bounce")
      command->add_option("--reply", to_change.order.reply,
                          "What the report says: \"550 5.7.1 No\"");
    if (what == "redirect")
      command
        ->add_option("--to", to_change.order.to,
                     "An address, or @domain to keep the part before it")
        ->required();
    to.add_to(*command);
    command->callback([&, what] {
      to_change.order.name = what;
      status = queue_change(to.options(), to_change.order, to_change.which);
    });
  }
  add_suspensions(*queue, to, to_change.pause, status);
}

void add_explain(CLI::App& app, target& to, explain_options& x, int& status) {
  auto* explain = app.add_subcommand(
    "explain", "Say what would become of a message, or has become of one");
  auto* from = explain->add_option("FROM", x.mail.from, "Sender, or \"<>\"");
  auto* rcpt = explain->add_option("RCPT", x.mail.to, "Recipient");
  explain->add_option("--client", x.mail.client,
                      "IP address of the client (default: 127.0.0.1)");
  explain->add_option("--listener", x.mail.listener,
                      "Where it comes in (default: the first)");
  explain->add_option("--user", x.mail.user, "Who is logged in");
  auto* id = explain->add_option("--id", x.id, "A message that there was");
  to.add_to(*explain);
  explain->callback([&, from, rcpt, id] {
    if (*id) {
      if (*from)
        throw CLI::ExcludesError("--id", "FROM");
      status = explain_story(to.options(), x.id);
      return;
    }
    if (!*from || !*rcpt)
      throw CLI::RequiredError("FROM and RCPT, or --id,");
    status = cli::explain(to.options(), x.mail,
                          to.socket.empty() ? to.file() : to.config);
  });
}

} // namespace stagepost::cli
