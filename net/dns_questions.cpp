#include "net/dns_questions.hpp"

#include "net/dns_records.hpp"

#include <boost/asio/post.hpp>

#include <algorithm>
#include <stdexcept>
#include <unbound.h>
#include <utility>

namespace stagepost::net {

namespace asio = boost::asio;

namespace {

constexpr auto longest_wait = std::chrono::seconds{30};
constexpr int internet = 1; // class IN
constexpr int rcode_no_error = 0;
constexpr int rcode_name_error = 3;
constexpr int most_records = 1000;

void must(int returned, const std::string& what) {
  if (returned != 0)
    throw std::runtime_error(what + ": " + ub_strerror(returned));
}

std::string text_of(const char* x) {
  return x != nullptr ? x : "";
}

std::string in_words(int rcode) {
  switch (rcode) {
    case 1:
      return "the name server did not understand the question (FORMERR)";
    case 2:
      return "the name server failed (SERVFAIL)";
    case 4:
      return "the name server does not know how (NOTIMP)";
    case 5:
      return "the name server refused (REFUSED)";
    default:
      return "the name server answered code " + std::to_string(rcode);
  }
}

std::string canonical_of(const ub_result& x) {
  const auto asked = canonical_name(text_of(x.qname));
  const auto found = canonical_name(text_of(x.canonname));
  return found == asked || !is_domain_name(found) ? std::string{} : found;
}

dns_result result_of(const dns_answer& x) {
  switch (x.status) {
    case dns_status::found:
      return x.trust == dns_trust::secure ? dns_result::secure
                                          : dns_result::insecure;
    case dns_status::no_data:
      return dns_result::no_data;
    case dns_status::no_domain:
      return dns_result::no_domain;
    case dns_status::temporary:
      break;
  }
  return x.trust == dns_trust::bogus ? dns_result::bogus : dns_result::failed;
}

dns_answer read_result(int error, const ub_result& x) {
  dns_answer out;
  if (error == 0 && x.secure != 0)
    out.trust = dns_trust::secure;
  out.ttl = std::chrono::seconds{std::max(x.ttl, 0)};
  if (error != 0) {
    out.why = ub_strerror(error);
  } else if (x.bogus != 0) {
    out.trust = dns_trust::bogus;
    out.why = "DNSSEC says that it is forged: " + text_of(x.why_bogus);
  } else if (x.nxdomain != 0 || x.rcode == rcode_name_error) {
    out.status = dns_status::no_domain;
    out.why = "no such domain (NXDOMAIN)";
  } else if (x.rcode != rcode_no_error) {
    out.why = in_words(x.rcode);
  } else if (x.havedata == 0) {
    out.status = dns_status::no_data;
    out.why = "the name has no record of this type";
  } else {
    out.status = dns_status::found;
    out.canonical = canonical_of(x);
    for (int i = 0; i < most_records && x.data[i] != nullptr; ++i)
      out.records.emplace_back(x.data[i], static_cast<std::size_t>(x.len[i]));
  }
  return out;
}

} // namespace

dns_questions::dns_questions(asio::io_context& loop,
                             const config::dns_section& section,
                             const std::string& anchor, dns_figures& figures)
  : loop_(loop), figures_(figures), context_(ub_ctx_create(), ub_ctx_delete),
    descriptor_(loop), timer_(loop) {
  if (!context_)
    throw std::runtime_error("cannot set up libunbound");
  configure(section, anchor);
}

dns_questions::~dns_questions() {
  // The descriptor is libunbound's.
  if (descriptor_.is_open())
    descriptor_.release();
}

void dns_questions::configure(const config::dns_section& section,
                              const std::string& anchor) {
  auto* ctx = context_.get();
  auto option = [ctx](const char* name, const char* value) {
    must(ub_ctx_set_option(ctx, name, value),
         std::string("libunbound ") + name);
  };
  option("msg-cache-size:", "4m");
  option("rrset-cache-size:", "8m");
  option("outgoing-range:", "256");
  option("num-queries-per-thread:", "1024");
  option("do-not-query-localhost:", "no");
  // It would deny the names of private addresses by itself (RFC 6303).
  option("unblock-lan-zones:", "yes");
  // Servers that were away are asked again soon.
  option("infra-keep-probing:", "yes");
  option("infra-host-ttl:", "60");
  option("module-config:", anchor.empty() ? "iterator" : "validator iterator");
  if (!anchor.empty())
    must(ub_ctx_add_ta_file(ctx, anchor.c_str()), anchor);
  for (const auto& server : section.servers)
    must(ub_ctx_set_fwd(ctx, server.c_str()), "dns.servers: " + server);
  if (section.servers.empty())
    must(ub_ctx_resolvconf(ctx, nullptr), "/etc/resolv.conf");
  // A machine without this file knows localhost all the same.
  ub_ctx_hosts(ctx, nullptr);
  must(ub_ctx_async(ctx, 1), "libunbound's thread");
  // libunbound denies the domain "test" by itself (RFC 6761, 6.2), but a server
  // that was named on purpose may well have it.
  // So may it have the names of loopback addresses.
  if (!section.servers.empty())
    for (const auto* zone : {"test.", "127.in-addr.arpa."})
      must(ub_ctx_zone_remove(ctx, zone), "libunbound");
}

void dns_questions::start() {
  descriptor_.assign(ub_fd(context_.get()));
  wait();
}

void dns_questions::stop() {
  stopped_ = true;
}

void dns_questions::wait() {
  descriptor_.async_wait(
    asio::posix::stream_descriptor::wait_read,
    [weak = weak_from_this()](boost::system::error_code ec) {
      // Held until ub_process is through, whatever the answers bring about.
      auto self = weak.lock();
      if (ec || !self)
        return;
      ub_process(self->context_.get());
      if (!self->stopped_)
        self->wait();
    });
}

void dns_questions::ask(const std::string& name, int type, event done) {
  auto which = open_.insert(
    open_.end(),
    {this, std::move(done), std::chrono::steady_clock::now(), 0, {}});
  which->self = which;
  dns_figures::add(figures_.questions);
  auto error = ub_resolve_async(context_.get(), name.c_str(), type, internet,
                                &*which, on_result, &which->id);
  if (error == 0)
    return watch_time();
  dns_answer answer;
  answer.why = ub_strerror(error);
  if (error == UB_SYNTAX)
    answer.status = dns_status::no_domain;
  count(*which, answer);
  done = std::move(which->done);
  open_.erase(which);
  asio::post(loop_, [weak = weak_from_this(), done = std::move(done),
                     answer = std::move(answer)]() mutable {
    if (auto self = weak.lock(); self && !self->stopped_)
      done(std::move(answer));
  });
}

void dns_questions::on_result(void* which, int error, ub_result* result) {
  auto* x = static_cast<question*>(which);
  dns_answer answer;
  if (result != nullptr)
    answer = read_result(error, *result);
  else
    answer.why = ub_strerror(error);
  ub_resolve_free(result);
  x->to->settle(x->self, std::move(answer));
}

void dns_questions::count(const question& asked, const dns_answer& answer) {
  using std::chrono::microseconds;
  const auto took = std::chrono::steady_clock::now() - asked.asked;
  dns_figures::add(figures_.answered(result_of(answer)));
  dns_figures::add(figures_.microseconds,
                   static_cast<std::uint64_t>(
                     std::chrono::duration_cast<microseconds>(took).count()));
}

void dns_questions::settle(std::list<question>::iterator which,
                           dns_answer answer) {
  count(*which, answer);
  auto done = std::move(which->done);
  open_.erase(which);
  if (!stopped_)
    done(std::move(answer));
}

void dns_questions::watch_time() {
  if (open_.empty() || std::exchange(timer_runs_, true))
    return;
  timer_.expires_at(open_.front().asked + longest_wait);
  timer_.async_wait([weak = weak_from_this()](boost::system::error_code ec) {
    auto self = weak.lock();
    if (ec || !self || self->stopped_)
      return;
    self->timer_runs_ = false;
    auto now = std::chrono::steady_clock::now();
    while (!self->open_.empty()
           && self->open_.front().asked + longest_wait <= now) {
      ub_cancel(self->context_.get(), self->open_.front().id);
      dns_answer late;
      late.why = "no name server answered in time";
      self->settle(self->open_.begin(), std::move(late));
    }
    self->watch_time();
  });
}

} // namespace stagepost::net
