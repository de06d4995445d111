#include "mail/sts_cache.hpp"

#include <algorithm>
#include <utility>

namespace stagepost {

namespace {

using time_point = sts_cache::time_point;

constexpr std::chrono::minutes after_failure{5};
constexpr std::chrono::hours usual_age{24};

time_point end_of(const sts_cache::entry& x) {
  return x.fetched + x.policy.max_age;
}

bool is_old(const sts_cache::entry& x, time_point now) {
  const auto age
    = std::min<std::chrono::seconds>(x.policy.max_age / 2, usual_age);
  return now >= x.fetched + age;
}

} // namespace

sts_cache::sts_cache(std::size_t most) : most_(most) {
}

const sts_cache::entry* sts_cache::find(const std::string& domain,
                                        time_point now) const {
  const auto i = known_.find(domain);
  return i == known_.end() || now >= end_of(i->second) ? nullptr : &i->second;
}

bool sts_cache::may_fetch(const std::string& domain, time_point now) const {
  const auto i = failures_.find(domain);
  return i == failures_.end() || now >= i->second;
}

sts_cache::advice sts_cache::look(const std::string& domain,
                                  const std::string& id, time_point now) const {
  if (id.empty() || !may_fetch(domain, now))
    return advice::enough;
  const auto* known = find(domain, now);
  if (known == nullptr || known->id != id)
    return advice::fetch;
  return is_old(*known, now) ? advice::refresh : advice::enough;
}

std::string sts_cache::store(const std::string& domain, entry x) {
  failures_.erase(domain);
  known_.insert_or_assign(domain, std::move(x));
  if (known_.size() <= most_)
    return {};
  const auto first = std::min_element(
    known_.begin(), known_.end(), [](const auto& a, const auto& b) {
      return end_of(a.second) < end_of(b.second);
    });
  auto out = first->first;
  known_.erase(first);
  return out;
}

void sts_cache::failed(const std::string& domain, time_point now) {
  if (failures_.size() >= most_)
    std::erase_if(failures_, [now](auto& x) { return now >= x.second; });
  if (failures_.size() >= most_)
    failures_.erase(failures_.begin());
  failures_.insert_or_assign(domain, now + after_failure);
}

std::vector<std::string> sts_cache::stale(time_point now,
                                          std::size_t most) const {
  std::vector<std::string> out;
  for (const auto& [domain, x] : known_) {
    if (out.size() == most)
      break;
    if (is_old(x, now) && now < end_of(x) && may_fetch(domain, now))
      out.push_back(domain);
  }
  return out;
}

std::vector<std::string> sts_cache::expire(time_point now) {
  std::vector<std::string> out;
  std::erase_if(known_, [&](const auto& x) {
    const bool over = now >= end_of(x.second);
    if (over)
      out.push_back(x.first);
    return over;
  });
  std::erase_if(failures_, [now](auto& x) { return now >= x.second; });
  return out;
}

} // namespace stagepost
