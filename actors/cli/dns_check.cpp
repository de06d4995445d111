#include "actors/cli/dns_check.hpp"

#include "config/egress_plan.hpp"
#include "config/ip.hpp"
#include "net/dns_figures.hpp"
#include "net/resolver.hpp"

#include <boost/asio/io_context.hpp>

#include <algorithm>
#include <map>
#include <utility>

namespace stagepost::cli {

namespace {

using net::dns_status;
using names = std::vector<std::string>;

/// What the DNS says of everything that is asked of it.
struct findings {
  std::map<std::string, net::name_answer> names_of;        ///< By address.
  std::map<std::string, net::address_answer> addresses_of; ///< By name.
};

bool is_literal(const std::string& name) {
  return name.starts_with('[');
}

std::string joined(const names& x) {
  std::string out;
  for (const auto& y : x)
    out += (out.empty() ? "" : ", ") + y;
  return out;
}

template <class Texts>
bool has(const Texts& all, const std::string& one) {
  return std::find(all.begin(), all.end(), one) != all.end();
}

/// Whether these are the same address, however they are written.
bool has_address(const names& all, const std::string& ip) {
  const auto wanted = config::parse_ip(ip);
  return std::any_of(all.begin(), all.end(), [&](const auto& x) {
    return config::parse_ip(x) == wanted;
  });
}

/// Asks, and waits for the answers.
class asker {
public:
  explicit asker(const config::dns_section& dns) : from_(loop_, dns, figures_) {
  }

  void ask_for_names(const std::string& ip) {
    if (ip.empty() || !found.names_of.try_emplace(ip).second)
      return;
    ++open_;
    from_.resolve_names(ip, [this, ip](auto x) {
      found.names_of[ip] = std::move(x);
      --open_;
    });
  }

  void ask_for_addresses(const std::string& name) {
    if (is_literal(name) || !found.addresses_of.try_emplace(name).second)
      return;
    ++open_;
    from_.resolve_addresses(name, [this, name](auto x) {
      found.addresses_of[name] = std::move(x);
      --open_;
    });
  }

  void wait() {
    while (open_ > 0)
      loop_.run_one();
  }

  findings found;

private:
  boost::asio::io_context loop_;
  net::dns_figures figures_; // that nobody reads
  net::resolver from_;
  std::size_t open_ = 0;
};

findings ask(const config::dns_section& dns,
             const std::vector<egress_way>& ways) {
  asker by{dns};
  for (const auto& way : ways) {
    by.ask_for_names(way.ip);
    by.ask_for_addresses(way.hostname);
  }
  by.wait();
  for (const auto& [ip, x] : by.found.names_of)
    for (const auto& name : x.names)
      by.ask_for_addresses(name);
  by.wait();
  return std::move(by.found);
}

/// What the DNS says of a name that should have this address ("" = any).
void judge_name(const std::string& name, const std::string& ip,
                const findings& by, names& out) {
  const auto& x = by.addresses_of.at(name);
  if (x.status == dns_status::temporary)
    out.push_back("the addresses of " + name + " can't be found: " + x.why);
  else if (x.status != dns_status::found)
    out.push_back(name + " has no address record"
                  + (ip.empty() ? "" : "; it should have " + ip));
  else if (!ip.empty() && !has_address(x.addresses, ip))
    out.push_back(name + " has the address " + joined(x.addresses) + ", not "
                  + ip);
}

void judge(const egress_way& way, const findings& by, names& out) {
  const auto& [ip, hostname] = way;
  if (!is_literal(hostname))
    judge_name(hostname, ip, by, out);
  if (ip.empty())
    return;
  const auto& x = by.names_of.at(ip);
  const auto says = "; EHLO says " + hostname;
  if (x.status == dns_status::temporary)
    out.push_back("the PTR record of " + ip + " can't be found: " + x.why);
  else if (x.names.empty())
    out.push_back(ip + " has no PTR record" + says);
  else if (!is_literal(hostname) && !has(x.names, hostname))
    out.push_back(ip + " has the name " + joined(x.names) + says);
  for (const auto& name : x.names)
    if (name != hostname)
      judge_name(name, ip, by, out);
}

} // namespace

std::vector<std::string> check_names(const config::configuration& x) {
  const auto ways = config::all_ways(x.egress);
  const auto by = ask(x.dns, ways);
  names out;
  for (const auto& way : ways)
    judge(way, by, out);
  names once;
  for (auto& line : out)
    if (!has(once, line))
      once.push_back(std::move(line));
  return once;
}

} // namespace stagepost::cli
