#include "actors/cli/explain_command.hpp"

#include <algorithm>
#include <iostream>
#include <sysexits.h>
#include <utility>
#include <variant>

namespace stagepost::cli {

namespace {

namespace json = boost::json;

constexpr std::chrono::seconds patience{100}; // the DNS and a policy

std::string text(const json::object& from, const char* key) {
  const auto* x = from.if_contains(key);
  return x == nullptr || x->is_null() ? std::string{} : printable(*x);
}

std::string or_none(const std::string& x, const char* otherwise) {
  return x.empty() ? otherwise : x;
}

void print_outlet(const json::object& x) {
  std::cout << "goes to outlet " << text(x, "outlet") << ", a "
            << text(x, "type");
  if (x.contains("url"))
    std::cout << ": " << text(x, "url");
  if (x.contains("run")) {
    std::cout << ':';
    for (const auto& word : x.at("run").as_array())
      std::cout << ' ' << printable(word);
  }
  std::cout << '\n';
  if (x.contains("fallback"))
    std::cout << "what fails there for the time being goes to outlet "
              << text(x, "fallback") << '\n';
}

void print_routes(const json::object& x) {
  std::cout << "mail from <" << text(x, "from") << "> to <" << text(x, "to")
            << ">, listener " << or_none(text(x, "listener"), "none")
            << ", client " << or_none(text(x, "client"), "unknown") << ", "
            << or_none(text(x, "user"), "nobody") << " logged in\nroutes:\n";
  for (const auto& y : x.at("routes").as_array()) {
    const auto& route = y.as_object();
    const auto& matched = route.at("matched");
    std::cout << "  " << text(route, "number") << "  " << text(route, "place")
              << "  to " << text(route, "to") << ": "
              << (matched.is_null()   ? "not looked at"
                  : matched.as_bool() ? "yes"
                                      : "no")
              << ", " << text(route, "why") << '\n';
  }
  const auto& outcome = x.at("outcome").as_object();
  if (outcome.contains("reply"))
    std::cout << "refused: " << text(outcome, "reply") << '\n';
  else
    print_outlet(outcome);
}

/// The DNS's answer, without saying it twice.
std::string dns_words(const std::string& answer, const std::string& why) {
  if (why.empty() || why.starts_with(answer))
    return why.empty() ? answer : why;
  return answer + ": " + why;
}

void print_hop(const json::object& x) {
  std::cout << "  ";
  if (x.contains("preference"))
    std::cout << text(x, "preference") << ' ';
  std::cout << text(x, "host") << ':' << text(x, "port");
  if (x.contains("ourselves") && x.at("ourselves").as_bool())
    std::cout << "  this is ourselves: passed over";
  if (x.contains("listed") && !x.at("listed").as_bool())
    std::cout << "  not in the MTA-STS policy";
  const auto* addresses = x.if_contains("addresses");
  if (addresses != nullptr) {
    const char* between = "  ";
    for (const auto& y : addresses->as_array())
      std::cout << std::exchange(between, ", ") << printable(y);
    if (addresses->as_array().empty())
      std::cout << "  no address: "
                << dns_words(text(x, "dns"), text(x, "why"));
  }
  std::cout << '\n';
}

void print_destination(const json::object& x) {
  std::cout << "destination " << text(x, "site") << " is " << text(x, "state")
            << ": " << text(x, "waiting") << " wait, " << text(x, "delivering")
            << " being delivered over " << text(x, "connections")
            << " connections\n";
  if (!text(x, "since").empty())
    std::cout << "  since " << text(x, "since") << ", next probe "
              << text(x, "next_probe") << ": " << text(x, "why") << '\n';
}

/// Is one of its addresses of a family that one of the ways leaves by?
bool is_reached(const json::object& hop, const json::array& ways) {
  const auto* addresses = hop.if_contains("addresses");
  if (addresses == nullptr || addresses->as_array().empty())
    return true; // nothing is known of it
  const auto is_v6 = [](const json::value& ip) {
    return ip.get_string().find(':') != json::string::npos;
  };
  return std::any_of(ways.begin(), ways.end(), [&](const json::value& way) {
    const auto& ip = way.at("ip");
    const auto& all = addresses->as_array();
    return ip.get_string().empty()
           || std::any_of(all.begin(), all.end(), [&](const json::value& to) {
                return is_v6(to) == is_v6(ip);
              });
  });
}

void print_delivery(const json::object& x) {
  const auto& to = x.at("delivery").as_object();
  std::cout << "delivery to " << text(to, "domain") << " by "
            << text(to, "settings") << ": connections "
            << text(to, "connections") << ", messages_per_connection "
            << text(to, "messages_per_connection") << ", rate "
            << text(to, "rate") << ", tls " << text(to, "tls") << '\n';
  if (const auto why = text(to, "suspended"); !why.empty())
    std::cout << "waits: suspended is " << why << '\n';
  if (const auto* dns = to.if_contains("dns")) {
    std::cout << "MX: "
              << dns_words(text(dns->as_object(), "answer"),
                           text(dns->as_object(), "why"))
              << '\n';
  }
  if (const auto mode = text(to, "mta_sts"); !mode.empty())
    std::cout << "MTA-STS: " << mode << '\n';
  if (const auto* why = to.if_contains("verdict"))
    std::cout << (why->as_string().starts_with("4") ? "it would wait: "
                                                    : "it would fail: ")
              << why->as_string().c_str() << '\n';
  if (to.contains("takes_no_mail") && to.at("takes_no_mail").as_bool())
    std::cout << "the domain says that it takes no mail\n";
  if (to.contains("loops") && to.at("loops").as_bool())
    std::cout << "its mail would come back to us\n";
  std::cout << (to.at("by_mx").as_bool() ? "next hops, by MX:\n"
                                         : "next hops, as configured:\n");
  for (const auto& y : to.at("next_hops").as_array())
    print_hop(y.as_object());
  if (const auto site = text(to, "site"); !site.empty())
    std::cout << "site: " << site << '\n';
  if (const auto* found = to.if_contains("destinations"))
    for (const auto& y : found->as_array())
      print_destination(y.as_object());
  const char* begins = "leaves from ";
  for (const auto& way : x.at("egress").as_array()) {
    const auto& facts = way.as_object();
    const auto* here = facts.if_contains("here");
    std::cout << std::exchange(begins, "  or from ")
              << or_none(text(facts, "ip"), "any address") << " as "
              << text(facts, "hostname")
              << (here != nullptr && !here->as_bool()
                    ? ", which is not this machine's now\n"
                    : "\n");
  }
  for (const auto& y : to.at("next_hops").as_array())
    if (!is_reached(y.as_object(), x.at("egress").as_array()))
      std::cout << "  none of which reaches " << text(y.as_object(), "host")
                << ": it has no address of that family\n";
}

void print(const json::object& x) {
  print_routes(x);
  if (x.contains("delivery"))
    print_delivery(x);
}

/// By the configuration alone.
int explain_file(const client_options& to, const explained_mail& what,
                 const std::string& file, const std::string& why) {
  const auto read = config::read_file(file, config::process_environment());
  const auto* config = std::get_if<config::configuration>(&read);
  if (file.empty() || config == nullptr) {
    std::cerr << "stagepost: " << why << '\n';
    return EX_UNAVAILABLE;
  }
  auto found = stagepost::explain(*config, config::router{*config}, what);
  if (const auto* fault = std::get_if<explanation_fault>(&found)) {
    std::cerr << "stagepost: " << *fault << '\n';
    return EXIT_FAILURE;
  }
  auto& page = std::get<json::object>(found);
  page["note"] = why
                 + "; so what the DNS says and what is suspended is not "
                   "known here";
  if (to.json) {
    std::cout << json::serialize(page) << '\n';
    return EX_OK;
  }
  print(page);
  std::cout << "note: " << text(page, "note") << '\n';
  return EX_OK;
}

std::string target_of(const explained_mail& x) {
  std::string out = "/explain?from=" + encode(x.from) + "&to=" + encode(x.to);
  const auto add = [&out](const char* key, const std::string& value) {
    if (!value.empty())
      out += std::string{"&"} + key + '=' + encode(value);
  };
  add("client", x.client);
  add("listener", x.listener);
  add("user", x.user);
  return out;
}

void print_event(const json::object& x) {
  std::cout << text(x, "at") << "  " << text(x, "event");
  if (const auto to = text(x, "recipient"); !to.empty())
    std::cout << "  <" << to << ">";
  std::cout << '\n';
  const auto tls = text(x, "tls");
  if (const auto relay = text(x, "relay"); !relay.empty()) {
    std::cout << "    by " << relay;
    // Outlets are no servers; those are written `host[address]:port`.
    if (!tls.empty() || relay.find("]:") != std::string::npos)
      std::cout << ", " << or_none(tls, "in clear");
  } else if (x.contains("began") && !x.at("began").is_null()) {
    std::cout << "    nobody answered";
  }
  if (x.contains("began") && !x.at("began").is_null())
    std::cout << ", begun " << text(x, "began") << '\n';
  else if (!text(x, "relay").empty())
    std::cout << '\n';
  if (const auto reply = text(x, "reply"); !reply.empty())
    std::cout << "    " << reply << '\n';
}

/// Where a recipient is now.
std::string now(const json::object& x) {
  if (const auto why = text(x, "suspended"); !why.empty())
    return "waits, for suspended is " + why;
  const auto where = text(x, "now");
  if (text(x, "state") == "held")
    return "is held until somebody releases it";
  if (text(x, "state") == "ended")
    return "is done with; its sender is told when others are";
  if (where == "delivering")
    return "is being delivered to " + text(x, "site");
  if (where == "ready")
    return "waits for a connection to " + text(x, "site");
  if (where == "resolving")
    return "waits for the DNS";
  return "is due " + text(x, "next") + ", after " + text(x, "attempts")
         + " attempts";
}

} // namespace

int explain(const client_options& to, explained_mail what,
            const std::string& config_file) {
  if (what.client.empty())
    what.client = "127.0.0.1"; // whoever tries it out sits here, most likely
  auto got = net::ask(to.socket, get(target_of(what)), patience);
  if (const auto* why = std::get_if<std::string>(&got))
    return explain_file(to, what, config_file, *why);
  const auto& answer = std::get<net::http_response>(got);
  boost::system::error_code ec;
  const auto page = json::parse(answer.body, ec);
  if (ec || answer.status != 200) {
    std::cerr << "stagepost: "
              << (ec ? "no JSON came" : text(page.as_object(), "error"))
              << '\n';
    return EXIT_FAILURE;
  }
  if (to.json)
    std::cout << answer.body;
  else
    print(page.as_object());
  return EX_OK;
}

int explain_story(const client_options& to, const std::string& id) {
  int out = EX_OK;
  const auto x = ask(to, get("/queue/" + encode(id)), out);
  if (!x)
    return out;
  const auto& page = x->as_object();
  if (page.contains("sender")) {
    std::cout << "message " << text(page, "id") << " from <"
              << text(page, "sender") << ">, " << text(page, "octets")
              << " octets\n";
    if (const auto how = text(page, "circumstances"); !how.empty())
      std::cout << "came: " << how << '\n';
  } else {
    std::cout << "message " << text(page, "id") << '\n';
  }
  for (const auto& y : page.at("events").as_array())
    print_event(y.as_object());
  if (!page.at("in_queue").as_bool())
    std::cout << "it is not in the queue any more\n";
  else
    for (const auto& y : page.at("recipients").as_array())
      std::cout << "now: <" << text(y.as_object(), "address") << "> "
                << now(y.as_object()) << '\n';
  return out;
}

} // namespace stagepost::cli
