#include "net/validated_questions.hpp"

#include <filesystem>
#include <utility>

namespace stagepost::net {

namespace {

/// Debian's dns-root-data.
constexpr auto root_anchor = "/usr/share/dns/root.key";

constexpr auto unchecked_time = std::chrono::hours{1};
/// Where nobody told of the root's key, which may have been an accident.
constexpr auto short_time = std::chrono::minutes{1};

} // namespace

validation validation_by(const config::dns_section& section) {
  if (section.trust_anchor == "none")
    return {};
  if (!section.trust_anchor.empty())
    return {section.trust_anchor, false};
  const bool can
    = section.servers.empty() && std::filesystem::exists(root_anchor);
  return {can ? root_anchor : "", can};
}

validated_questions::validated_questions(
  boost::asio::io_context& loop, const config::dns_section& section,
  const validation& how, dns_figures& figures,
  std::function<void(const std::string&)> warn)
  : loop_(loop), section_(section), figures_(figures), warn_(std::move(warn)),
    lenient_(how.lenient), checked_(make(how.anchor)) {
}

validated_questions::~validated_questions() {
  checked_->stop();
  if (unchecked_)
    unchecked_->stop();
}

std::shared_ptr<dns_questions>
validated_questions::make(const std::string& anchor) {
  auto out = std::make_shared<dns_questions>(loop_, section_, anchor, figures_);
  out->start();
  return out;
}

void validated_questions::ask(const std::string& name, int type, event done) {
  if (!lenient_)
    return checked_->ask(name, type, std::move(done));
  if (steady::now() < check_from_)
    return ask_unchecked(name, type, std::move(done));
  checked_->ask(name, type,
                [weak = weak_from_this(), name, type,
                 done = std::move(done)](dns_answer x) mutable {
                  auto self = weak.lock();
                  if (self && x.trust == dns_trust::bogus)
                    self->doubt(name, type, std::move(x), std::move(done));
                  else
                    done(std::move(x));
                });
}

void validated_questions::ask_unchecked(const std::string& name, int type,
                                        event done) {
  if (!unchecked_)
    unchecked_ = make({});
  unchecked_->ask(name, type, std::move(done));
}

void validated_questions::doubt(const std::string& name, int type,
                                dns_answer found, event done) {
  checked_->ask(".", type_dnskey,
                [weak = weak_from_this(), name, type, found = std::move(found),
                 done = std::move(done)](dns_answer root) mutable {
                  auto self = weak.lock();
                  if (!self || root.trust == dns_trust::secure)
                    return done(std::move(found));
                  self->give_up_checking(root);
                  self->ask_unchecked(name, type, std::move(done));
                });
}

void validated_questions::give_up_checking(const dns_answer& root) {
  const auto now = steady::now();
  const bool stripped = root.trust == dns_trust::bogus;
  check_from_ = now
                + (stripped ? steady::duration{unchecked_time}
                            : steady::duration{short_time});
  if (now < warn_from_ || !warn_)
    return;
  warn_from_ = now + unchecked_time;
  warn_(root.why);
}

} // namespace stagepost::net
