#include "actors/http/directory_pages.hpp"

#include "mail/date.hpp"
#include "storage/directory.hpp"

#include <utility>

namespace stagepost {

namespace {

namespace json = boost::json;

constexpr std::size_t most_mailboxes = 100'000;

json::object view(const domain_entry& x) {
  return {{"name", x.name},
          {"enabled", x.enabled},
          {"created", rfc3339_date(x.created_at)},
          {"mailboxes", x.mailboxes}};
}

json::object view(const account& x) {
  return {{"address", x.address},
          {"name", x.name},
          {"enabled", x.enabled},
          {"domain_enabled", x.domain_enabled},
          {"created", rfc3339_date(x.created_at)},
          {"updated", rfc3339_date(x.updated_at)}};
}

template <class Entries>
net::http_response page(const char* key, const Entries& entries) {
  json::array out;
  for (const auto& x : entries)
    out.push_back(view(x));
  return json_answer(json::object{{key, std::move(out)}});
}

} // namespace

net::http_response domains_page(const node& here) {
  return page("domains", storage::directory{here.database}.domains());
}

net::http_response mailboxes_page(const node& here, const http_target& asked) {
  const auto domain = asked.query.find("domain");
  return page("mailboxes",
              storage::directory{here.database}.accounts(
                domain == asked.query.end() ? std::string_view{}
                                            : std::string_view{domain->second},
                most_mailboxes));
}

} // namespace stagepost
