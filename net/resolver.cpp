#include "net/resolver.hpp"

#include "net/dns_records.hpp"
#include "net/validated_questions.hpp"

#include <boost/asio/ip/address.hpp>
#include <boost/asio/post.hpp>

#include <algorithm>
#include <optional>
#include <utility>

namespace stagepost::net {

namespace asio = boost::asio;

namespace {

constexpr std::size_t most_addresses = 100;
constexpr std::size_t most_records = 100;
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

  /// Of what was answered: who suppresses one of the two must not be able to
  /// make the other one doubtful.
  [[nodiscard]] dns_trust trust() const {
    const auto lost
      = [](const dns_answer& x) { return x.status == dns_status::temporary; };
    const auto secure
      = [](const dns_answer& x) { return x.trust == dns_trust::secure; };
    if (lost(*four) && lost(*six))
      return dns_trust::insecure;
    return (lost(*four) || secure(*four)) && (lost(*six) || secure(*six))
             ? dns_trust::secure
             : dns_trust::insecure;
  }

  [[nodiscard]] address_answer joined() const {
    address_answer out;
    take(*six, out);
    take(*four, out);
    auto any
      = [&](dns_status x) { return four->status == x || six->status == x; };
    out.ttl = std::min(four->ttl, six->ttl);
    out.trust = trust();
    if (!out.addresses.empty()) {
      out.status = dns_status::found;
      out.canonical
        = four->canonical.empty() ? six->canonical : four->canonical;
      if (four->status != dns_status::found)
        out.ttl = six->ttl;
      else if (six->status != dns_status::found)
        out.ttl = four->ttl;
      return out;
    }
    const auto forged
      = [](const dns_answer& x) { return x.trust == dns_trust::bogus; };
    if (forged(*four) || forged(*six))
      out.trust = dns_trust::bogus;
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

/// What all answers have.
template <class Answer>
Answer begun(dns_answer& x) {
  Answer out;
  out.status = x.status;
  out.trust = x.trust;
  out.why = std::move(x.why);
  return out;
}

mx_answer to_mx(dns_answer x) {
  auto out = begun<mx_answer>(x);
  out.ttl = x.ttl;
  out.hosts = mx_hosts(x.records);
  if (out.status == dns_status::found && out.hosts.empty()) {
    out.status = dns_status::temporary;
    out.why = "no MX record names a usable host";
  }
  return out;
}

tlsa_answer to_tlsa(dns_answer x, const std::string& base) {
  auto out = begun<tlsa_answer>(x);
  out.base = base;
  for (const auto& record : x.records)
    if (auto parsed = parse_tlsa(record);
        parsed && out.records.size() < most_records)
      out.records.push_back(std::move(*parsed));
  // Records that are forged easily say nothing (RFC 7672, 2.2).
  if (out.status == dns_status::found && out.trust != dns_trust::secure) {
    out.status = dns_status::no_data;
    out.records.clear();
    out.why = "the records are not signed";
  }
  return out;
}

text_answer to_text(dns_answer x) {
  auto out = begun<text_answer>(x);
  out.ttl = x.ttl;
  for (const auto& record : x.records)
    if (auto parsed = parse_text(record);
        parsed && out.texts.size() < most_records)
      out.texts.push_back(std::move(*parsed));
  return out;
}

} // namespace

struct resolver::impl : std::enable_shared_from_this<resolver::impl> {
  impl(asio::io_context& loop, const config::dns_section& section)
    : impl(loop, section, own_, {}) {
  }

  impl(asio::io_context& loop, const config::dns_section& section,
       dns_figures& figures, std::function<void(const std::string&)> warn)
    : loop_(loop),
      questions_(std::make_shared<validated_questions>(
        loop, section, validation_by(section), figures, std::move(warn))) {
    for (const auto& [name, addresses] : section.hosts)
      fixed_.emplace(canonical_name(name), addresses);
  }

  void ask_tlsa(std::vector<std::string> bases, std::uint16_t port,
                std::function<void(tlsa_answer)> done);

  template <class Answer>
  void later(std::function<void(Answer)> done, Answer answer) {
    asio::post(loop_, [weak = weak_from_this(), done = std::move(done),
                       answer = std::move(answer)]() mutable {
      if (!weak.expired())
        done(std::move(answer));
    });
  }

  asio::io_context& loop_;
  dns_figures own_; ///< Where nobody wants to know.
  std::shared_ptr<validated_questions> questions_;
  std::map<std::string, std::vector<std::string>> fixed_;
};

resolver::resolver(asio::io_context& loop, const config::dns_section& section,
                   dns_figures& figures,
                   std::function<void(const std::string&)> warn)
  : impl_(std::make_shared<impl>(loop, section, figures, std::move(warn))) {
}

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

void resolver::impl::ask_tlsa(std::vector<std::string> bases,
                              std::uint16_t port,
                              std::function<void(tlsa_answer)> done) {
  const auto base = canonical_name(bases.front());
  bases.erase(bases.begin());
  questions_->ask(tlsa_name(port, base), type_tlsa,
                  [weak = weak_from_this(), base, port,
                   bases = std::move(bases),
                   done = std::move(done)](dns_answer x) mutable {
                    auto out = to_tlsa(std::move(x), base);
                    auto self = weak.lock();
                    const bool none = out.status == dns_status::no_data
                                      || out.status == dns_status::no_domain;
                    if (self && none && !bases.empty())
                      self->ask_tlsa(std::move(bases), port, std::move(done));
                    else
                      done(std::move(out));
                  });
}

void resolver::resolve_tlsa(const std::vector<std::string>& bases,
                            std::uint16_t port,
                            std::function<void(tlsa_answer)> done) {
  auto names = bases;
  std::erase_if(names, [port](const std::string& x) {
    return !is_domain_name(tlsa_name(port, x));
  });
  if (!names.empty())
    return impl_->ask_tlsa(std::move(names), port, std::move(done));
  tlsa_answer answer;
  answer.status = dns_status::no_domain;
  answer.why = not_a_name;
  impl_->later(std::move(done), std::move(answer));
}

void resolver::resolve_text(const std::string& name,
                            std::function<void(text_answer)> done) {
  if (is_domain_name(name))
    return impl_->questions_->ask(
      name, type_txt,
      [done = std::move(done)](dns_answer x) { done(to_text(std::move(x))); });
  text_answer answer;
  answer.status = dns_status::no_domain;
  answer.why = not_a_name;
  impl_->later(std::move(done), std::move(answer));
}

void resolver::resolve_names(const std::string& ip,
                             std::function<void(name_answer)> done) {
  const auto name = reverse_name(ip);
  if (name.empty())
    return impl_->later(std::move(done),
                        name_answer{dns_status::no_domain, {}, "no address"});
  impl_->questions_->ask(name, type_ptr,
                         [done = std::move(done)](const dns_answer& x) {
                           name_answer out{x.status, {}, x.why};
                           for (const auto& record : x.records)
                             if (auto found = parse_ptr(record);
                                 found && out.names.size() < most_addresses)
                               out.names.push_back(std::move(*found));
                           done(std::move(out));
                         });
}

} // namespace stagepost::net
