#include "actors/http/suspensions_view.hpp"

#include "mail/date.hpp"

#include <algorithm>
#include <set>
#include <utility>

namespace stagepost {

namespace json = boost::json;

bool is_suspended(const node& here, const queue::suspension& x) {
  return std::any_of(
    here.shards.begin(), here.shards.end(), [&](const auto& shard) {
      const auto all = shard->suspended.get();
      return std::any_of(all->begin(), all->end(), [&](const auto& y) {
        return y.what == x.what && y.subject == x.subject;
      });
    });
}

json::object suspensions_view(const node& here) {
  std::set<std::pair<queue::suspension::kind, std::string>> seen;
  json::array out;
  for (const auto& shard : here.shards)
    for (const auto& x : *shard->suspended.get()) {
      if (!seen.insert({x.what, x.subject}).second)
        continue;
      json::object y{{"what", name_of(x.what)},
                     {"name", x.subject},
                     {"reason", x.reason},
                     {"since", rfc3339_date(x.since)},
                     {"until", nullptr}};
      if (x.until)
        y["until"] = rfc3339_date(*x.until);
      out.push_back(std::move(y));
    }
  json::object page;
  page["suspensions"] = std::move(out);
  return page;
}

} // namespace stagepost
