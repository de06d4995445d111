#include "actors/http/events_page.hpp"

#include "actors/http/answer.hpp"
#include "actors/http/event_view.hpp"
#include "mail/ascii.hpp"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

namespace stagepost {

namespace {

/// @returns What is no kind of event; "" if all are.
std::string read_kinds(std::string_view list, event_hub::filter& to) {
  while (!list.empty()) {
    const auto name = std::string{list.substr(0, list.find(','))};
    list.remove_prefix(std::min(list.size(), name.size() + 1));
    if (!is_event(name))
      return name;
    to.kinds.insert(name);
  }
  return {};
}

} // namespace

net::http_response events_page(node& here, const net::http_request& x) {
  const auto asked = parse_target(x.target).query;
  event_hub::filter of;
  for (const auto& [key, value] : asked) {
    if (key == "kind") {
      if (const auto unknown = read_kinds(value, of); !unknown.empty())
        return error_answer(400, "there are no events `" + unknown + "`");
    } else if (key == "domain") {
      of.domain = lower(value);
    } else if (key == "recipient") {
      of.recipient = lower(value);
    } else if (key == "id") {
      const auto id = queue::parse_id(value);
      if (!id)
        return error_answer(400, "not a queue id");
      of.message = *id;
    } else {
      return error_answer(400, "known are kind, domain, recipient and id");
    }
  }
  net::http_response out;
  out.content_type = "text/event-stream";
  if (x.method == "HEAD")
    return out;
  out.stream = here.events.listen(std::move(of));
  return out.stream ? out : error_answer(503, "too many listen already");
}

} // namespace stagepost
