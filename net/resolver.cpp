#include "net/resolver.hpp"

#include "net/dns_questions.hpp"
#include "net/dns_records.hpp"

#include <boost/asio/ip/address.hpp>
#include <boost/asio/post.hpp>

#include <algorithm>
#include <optional>
#include <utility>

namespace stagepost::net {

namespace asio = boost::asio;

namespace {

constexpr int type_a = 1;
constexpr int type_mx = 15;
constexpr int type_aaaa = 28;
constexpr std::size_t most_addresses = 100;
constexpr auto not_a_name = "not a domain name";

/// Waits for the answers to A and AAAA.
struct address_join {
  std::function<void(address_answer)> done;
  std::optional<dns_answer> four;
  std::optional<dns_answer> six;

  void settle() {
    if (four && six)
      done(joined());
  }

  static void take(const dns_answer& from, address_answer& to) {
    for (const auto& record : from.records)
      if (auto text = parse_address(record);
          !text.empty() && to.addresses.size() < most_addresses)
        to.addresses.push_back(std::move(text));
  }

  [[nodiscard]] address_answer joined() const {
    address_answer out;
    take(*six, out);
    take(*four, out);
    auto any
      = [&](dns_status x) { return four->status == x || six->status == x; };
    out.ttl = std::min(four->ttl, six->ttl);
    if (!out.addresses.empty()) {
      out.status = dns_status::found;
      if (four->status != dns_status::found)
        out.ttl = six->ttl;
      else if (six->status != dns_status::found)
        out.ttl = four->ttl;
      return out;
    }
    const auto& worse = four->status == dns_status::temporary ? *four : *six;
    if (any(dns_status::temporary) || any(dns_status::found))
      out.status = dns_status::temporary;
    else if (four->status == dns_status::no_domain
             && six->status == dns_status::no_domain)
      out.status = dns_status::no_domain;
    else
      out.status = dns_status::no_data;
    out.why = out.status == dns_status::no_data ? "the name has no address"
                                                : worse.why;
    return out;
  }
};

mx_answer to_mx(dns_answer x) {
  mx_answer out;
  out.status = x.status;
  out.ttl = x.ttl;
  out.secure = x.secure;
  out.why = std::move(x.why);
  out.hosts = mx_hosts(x.records);
  if (out.status == dns_status::found && out.hosts.empty()) {
    out.status = dns_status::temporary;
    out.why = "no MX record names a usable host";
  }
  return out;
}

} // namespace

struct resolver::impl : std::enable_shared_from_this<resolver::impl> {
  impl(asio::io_context& loop, const config::dns_section& section)
    : loop_(loop), questions_(std::make_shared<dns_questions>(loop, section)) {
    for (const auto& [name, addresses] : section.hosts)
      fixed_.emplace(canonical_name(name), addresses);
    questions_->start();
  }

  ~impl() {
    questions_->stop();
  }

  template <class Answer>
  void later(std::function<void(Answer)> done, Answer answer) {
    asio::post(loop_, [weak = weak_from_this(), done = std::move(done),
                       answer = std::move(answer)]() mutable {
      if (!weak.expired())
        done(std::move(answer));
    });
  }

  asio::io_context& loop_;
  std::shared_ptr<dns_questions> questions_;
  std::map<std::string, std::vector<std::string>> fixed_;
};

resolver::resolver(asio::io_context& loop, const config::dns_section& section)
  : impl_(std::make_shared<impl>(loop, section)) {
}

resolver::~resolver() = default;

void resolver::resolve_mx(const std::string& domain,
                          std::function<void(mx_answer)> done) {
  mx_answer answer;
  if (!is_domain_name(domain)) {
    answer.status = dns_status::no_domain;
    answer.why = not_a_name;
    return impl_->later(std::move(done), std::move(answer));
  }
  if (impl_->fixed_.contains(canonical_name(domain))) {
    answer.status = dns_status::no_data;
    answer.why = "dns.hosts gives the domain's addresses";
    return impl_->later(std::move(done), std::move(answer));
  }
  impl_->questions_->ask(
    domain, type_mx,
    [done = std::move(done)](dns_answer x) { done(to_mx(std::move(x))); });
}

void resolver::resolve_addresses(const std::string& host,
                                 std::function<void(address_answer)> done) {
  address_answer answer;
  answer.status = dns_status::found;
  boost::system::error_code ec;
  if (auto literal = asio::ip::make_address(host, ec); !ec) {
    answer.addresses = {literal.to_string()};
    return impl_->later(std::move(done), std::move(answer));
  }
  if (auto at = impl_->fixed_.find(canonical_name(host));
      at != impl_->fixed_.end()) {
    answer.addresses = at->second;
    return impl_->later(std::move(done), std::move(answer));
  }
  if (!is_domain_name(host)) {
    answer.status = dns_status::no_domain;
    answer.why = not_a_name;
    return impl_->later(std::move(done), std::move(answer));
  }
  auto join = std::make_shared<address_join>();
  join->done = std::move(done);
  impl_->questions_->ask(host, type_a, [join](dns_answer x) {
    join->four = std::move(x);
    join->settle();
  });
  impl_->questions_->ask(host, type_aaaa, [join](dns_answer x) {
    join->six = std::move(x);
    join->settle();
  });
}

} // namespace stagepost::net
