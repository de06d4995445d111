#include "actors/http/event_view.hpp"

#include "mail/date.hpp"

#include <charconv>

namespace stagepost {

namespace {

namespace json = boost::json;

/// "mx.example.com[192.0.2.1]:25" in its parts.
void add_relay(json::object& to, std::string_view relay) {
  const auto open = relay.find('[');
  const auto close = relay.rfind("]:");
  const bool whole = open != std::string_view::npos
                     && close != std::string_view::npos && open < close;
  std::uint16_t port = 0;
  if (whole)
    std::from_chars(relay.data() + close + 2, relay.data() + relay.size(),
                    port);
  to["relay"] = relay;
  to["mx"] = whole ? relay.substr(0, open) : std::string_view{};
  to["address"]
    = whole ? relay.substr(open + 1, close - open - 1) : std::string_view{};
  to["port"] = whole ? json::value(port) : json::value(nullptr);
}

} // namespace

std::string_view name_of(queue::event::kind x) noexcept {
  switch (x) {
    case queue::event::kind::accepted:
      return "accepted";
    case queue::event::kind::delivered:
      return "delivered";
    case queue::event::kind::deferred:
      return "deferred";
    case queue::event::kind::bounced:
      return "bounced";
    case queue::event::kind::expired:
      return "expired";
    case queue::event::kind::deleted:
      return "deleted";
    case queue::event::kind::in_doubt:
      return "in_doubt";
    case queue::event::kind::held:
      return "held";
    case queue::event::kind::released:
      return "released";
    case queue::event::kind::redirected:
      return "redirected";
    case queue::event::kind::refused:
      return "refused";
  }
  return "";
}

bool is_event(std::string_view name) noexcept {
  constexpr int most = 64; // kinds are numbered from 1
  for (int i = 1; i < most; ++i)
    if (!name.empty() && name == name_of(static_cast<queue::event::kind>(i)))
      return true;
  return false;
}

json::object event_view(const queue::event& x) {
  json::object out{{"at", rfc3339_date(x.at)},
                   {"event", name_of(x.what)},
                   {"id", to_string(x.message)},
                   {"recipient", x.recipient}};
  add_relay(out, x.relay);
  out["tls"] = x.tls;
  out["began"] = x.began == queue::time_point{}
                   ? json::value(nullptr)
                   : json::value(rfc3339_date(x.began));
  out["reply"] = x.reply;
  return out;
}

std::string as_server_sent(const queue::event& x) {
  std::string out{"event: "};
  out += name_of(x.what);
  out += "\ndata: ";
  out += json::serialize(event_view(x)); // JSON has no line ends
  out += "\n\n";
  return out;
}

} // namespace stagepost
