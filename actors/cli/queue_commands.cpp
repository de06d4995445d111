#include "actors/cli/queue_commands.hpp"

#include "mail/retry_schedule.hpp"

#include <algorithm>
#include <iostream>
#include <stdexcept>
#include <sysexits.h>
#include <utility>

namespace stagepost::cli {

namespace {

namespace json = boost::json;

/// Messages in one request: a transaction of a size that hinders nobody.
constexpr std::size_t piece = 1000;

void print_message(const json::object& x) {
  std::cout << printable(x.at("id")) << "  " << printable(x.at("received"))
            << "  " << printable(x.at("octets")) << "  <"
            << printable(x.at("sender")) << ">\n";
  for (const auto& y : x.at("recipients").as_array()) {
    const auto& to = y.as_object();
    std::cout << "    " << printable(to.at("state")) << "  <"
              << printable(to.at("address")) << ">";
    if (to.at("state") == "ended")
      std::cout << "  its sender is told when others are done\n        "
                << printable(to.at("last_reply"));
    else if (to.at("attempts").to_number<int>() > 0)
      std::cout << "  attempts " << printable(to.at("attempts")) << ", next "
                << printable(to.at("next")) << "\n        "
                << printable(to.at("last_reply"));
    if (const auto* why = to.if_contains("suspended");
        why != nullptr && !why->as_string().empty())
      std::cout << "\n        waits: suspended is " << printable(*why);
    std::cout << '\n';
  }
}

std::string query_of(const queue_filter& which, std::size_t limit) {
  auto out = "/queue?limit=" + std::to_string(limit);
  const auto add = [&out](const char* key, const std::string& value) {
    if (!value.empty())
      out += std::string{"&"} + key + '=' + encode(value);
  };
  add("domain", which.domain);
  add("recipient", which.recipient);
  add("sender", which.sender);
  add("state", which.state);
  if (!which.older.empty()) {
    const auto wait = retry_schedule::parse(which.older); // was checked
    add("older", std::to_string(wait.value().after(1).count()));
  }
  return out;
}

using ids = std::vector<std::string>;

/// The next ids that were named, or of the messages that the filter finds.
/// @param after  The last one of the piece before; "" for the first piece.
std::optional<ids> next_ids(const client_options& to, const queue_filter& which,
                            std::size_t done, const std::string& after,
                            int& status) {
  ids out;
  if (!which.ids.empty()) {
    const auto end = std::min(which.ids.size(), done + piece);
    for (auto i = done; i < end; ++i)
      out.push_back(which.ids[i]);
    return out;
  }
  auto query = query_of(which, piece) + "&totals=0";
  if (!after.empty())
    query += "&after=" + after;
  const auto found = ask(to, get(query), status);
  if (!found)
    return std::nullopt;
  for (const auto& x : found->at("messages").as_array())
    out.emplace_back(x.at("id").as_string());
  return out;
}

json::object body_of(const queue_order& what, const queue_filter& which,
                     const ids& messages) {
  json::array list;
  for (const auto& x : messages)
    list.emplace_back(x);
  json::object out{{"ids", std::move(list)}};
  const auto add = [&out](const char* key, const std::string& value) {
    if (!value.empty())
      out[key] = value;
  };
  add("domain", which.domain);
  add("recipient", which.recipient);
  add("state", which.state);
  add("reply", what.reply);
  add("to", what.to);
  return out;
}

/// What the daemon's answers add up to.
struct sum {
  std::uint64_t changed = 0;
  std::uint64_t under_way = 0;
};

/// One request. @returns false if the daemon refused.
bool change_piece(const client_options& to, const queue_order& what,
                  const queue_filter& which, const ids& messages, sum& out,
                  int& status) {
  const auto answer = ask(
    to, post("/queue/" + what.name, body_of(what, which, messages)), status);
  if (!answer)
    return false;
  out.changed += answer->at("count").to_number<std::uint64_t>();
  out.under_way += answer->at("under_way").to_number<std::uint64_t>();
  return true;
}

/// "is held", "are held".
std::string in_words(const std::string& command, bool one) {
  const std::string be = one ? "is" : "are";
  if (command == "retry")
    return be + " due now";
  if (command == "hold")
    return be + " held";
  if (command == "release")
    return be + " released";
  if (command == "bounce")
    return one ? "has failed" : "have failed";
  return be + (command == "redirect" ? " redirected" : " deleted");
}

void print(const client_options& to, const queue_order& what,
           const queue_filter& which, const sum& x) {
  if (to.json) {
    std::cout << json::serialize(
      json::object{{"count", x.changed}, {"under_way", x.under_way}})
              << '\n';
    return;
  }
  const bool whole = what.name == "delete" && which.domain.empty()
                     && which.recipient.empty() && which.state.empty();
  const std::string subject = whole ? "message" : "recipient";
  std::cout << x.changed << ' ' << subject << (x.changed == 1 ? " " : "s ")
            << in_words(what.name, x.changed == 1) << '\n';
  if (x.under_way > 0)
    std::cout << x.under_way
              << " more being tried just now: the same when that defers "
              << (x.under_way == 1 ? "it" : "them") << '\n';
}

/// Says which of the messages that were named are none of the queue's, where
/// nothing has changed: a slip of the pen is not to look like success.
int say_missing(const client_options& to, const ids& named) {
  int out = EX_OK;
  for (const auto& id : named) {
    int status = EX_OK;
    const auto x = ask(to, get("/queue/" + encode(id)), status);
    if (x && !x->at("in_queue").as_bool()) {
      std::cerr << "stagepost: " << id
                << " is not in the queue any more; `stagepost queue show " << id
                << "` tells what became of it\n";
      status = EXIT_FAILURE;
    }
    if (status != EX_OK)
      out = status;
  }
  return out;
}

} // namespace

int queue_list(const client_options& to, const queue_filter& which) {
  int out = EX_OK;
  const auto x = ask(to, get(query_of(which, 100'000)), out);
  if (!x)
    return out;
  const auto& messages = x->at("messages").as_array();
  for (const auto& y : messages)
    print_message(y.as_object());
  const auto& totals = x->at("totals").as_object();
  std::cout << messages.size()
            << " shown; in the queue: " << printable(totals.at("messages"))
            << (totals.at("messages") == 1 ? " message" : " messages")
            << ", recipients " << printable(totals.at("queued")) << " queued, "
            << printable(totals.at("deferred")) << " deferred, "
            << printable(totals.at("held")) << " held";
  if (const auto ended = totals.at("ended").to_number<std::uint64_t>())
    std::cout << ", " << ended << " ended, their senders yet to be told";
  std::cout << '\n';
  return out;
}

int queue_show(const client_options& to, const std::string& id) {
  int out = EX_OK;
  const auto x = ask(to, get("/queue/" + encode(id)), out);
  if (!x)
    return out;
  if (x->at("in_queue").as_bool())
    print_message(x->as_object());
  else
    std::cout << printable(x->at("id")) << "  is not in the queue any more\n";
  for (const auto& y : x->at("events").as_array())
    std::cout << "  " << printable(y.at("at")) << "  "
              << printable(y.at("event")) << "  <"
              << printable(y.at("recipient")) << ">  "
              << printable(y.at("relay")) << "  " << printable(y.at("reply"))
              << '\n';
  return out;
}

int queue_change(const client_options& to, const queue_order& what,
                 const queue_filter& which) {
  if (which.names_none() && !which.all) {
    std::cerr << "stagepost: name ids or a filter, or say --all\n";
    return EX_USAGE;
  }
  int status = EX_OK;
  sum total;
  auto plain = to; // what is printed is the sum
  plain.json = false;
  if (which.names_none() && what.name == "retry") { // also what is not listed
    if (change_piece(plain, what, which, {}, total, status))
      print(to, what, which, total);
    return status;
  }
  std::string after;
  for (std::size_t done = 0;;) {
    const auto next = next_ids(plain, which, done, after, status);
    if (!next)
      return status;
    if (!next->empty()
        && !change_piece(plain, what, which, *next, total, status))
      return status;
    if (next->size() < piece)
      break;
    done += next->size();
    after = next->back();
  }
  print(to, what, which, total);
  if (total.changed + total.under_way == 0 && which.ids.size() <= piece)
    return say_missing(plain, which.ids);
  return status;
}

int queue_suspend(const client_options& to, const suspension_options& what,
                  bool resume) {
  json::object body;
  const auto add = [&body](const char* key, const std::string& value) {
    if (!value.empty())
      body[key] = value;
  };
  add("domain", what.domain);
  add("site", what.site);
  add("sender", what.sender);
  add("reason", what.reason);
  if (!what.span.empty()) {
    const auto wait = retry_schedule::parse(what.span); // was checked
    body["for"] = static_cast<std::int64_t>(wait.value().after(1).count());
  }
  int status = EX_OK;
  const auto answer
    = ask(to, post(resume ? "/queue/resume" : "/queue/suspend", body), status);
  if (!answer)
    return status;
  const auto n = answer->at("count").to_number<std::uint64_t>();
  std::cout << (resume ? "resumed; " : "suspended; ") << n
            << (n == 1 ? " recipient" : " recipients")
            << (resume ? " let go\n" : " held up\n");
  return status;
}

int queue_suspended(const client_options& to) {
  int out = EX_OK;
  const auto x = ask(to, get("/suspensions"), out);
  if (!x)
    return out;
  const auto& all = x->at("suspensions").as_array();
  for (const auto& y : all) {
    std::cout << printable(y.at("what")) << ' ' << printable(y.at("name"))
              << "  since " << printable(y.at("since"));
    if (!y.at("until").is_null())
      std::cout << "  until " << printable(y.at("until"));
    if (!y.at("reason").as_string().empty())
      std::cout << "  " << printable(y.at("reason"));
    std::cout << '\n';
  }
  if (all.empty())
    std::cout << "nothing is suspended\n";
  return out;
}

} // namespace stagepost::cli
