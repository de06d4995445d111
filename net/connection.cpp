#include "net/connection.hpp"

#include "net/connection_impl.hpp"

#include <utility>

namespace stagepost::net {

connection::connection(socket s)
  : impl_(std::make_unique<impl>(*this, std::move(s))) {
}

connection::~connection() = default;

std::shared_ptr<connection> connection::make(socket s) {
  return std::make_shared<impl::whole>(std::move(s));
}

std::shared_ptr<connection> connection::make(boost::asio::ip::tcp::socket s) {
  namespace asio = boost::asio;
  using executor = asio::io_context::executor_type;
  boost::system::error_code ignored;
  auto protocol = s.local_endpoint(ignored).protocol();
  auto& loop = s.get_executor().target<executor>()->context();
  return make(socket{loop, protocol, s.release()});
}

void connection::listen(events x) {
  impl_->events_ = std::move(x);
}

void connection::want_input() {
  impl_->want_input();
}

std::string_view connection::read() {
  return impl_->read();
}

void connection::unread(std::string octets) {
  impl_->unread(std::move(octets));
}

std::size_t connection::available() noexcept {
  return impl_->available();
}

void connection::write(std::string octets) {
  impl_->write(std::move(octets));
}

std::size_t connection::unsent() const noexcept {
  return impl_->unsent_.size() + impl_->left_behind_;
}

void connection::want_drained() {
  if (!impl_->usable())
    return;
  impl_->drained_wanted_ = true;
  if (impl_->unsent_.empty())
    impl_->schedule_turn();
}

void connection::drop_input() {
  impl_->drop_input();
}

void connection::accept_tls(
  std::shared_ptr<tls_context> context,
  std::function<void(boost::system::error_code)> done) {
  impl_->start_tls(std::move(context), tls_stream::side::server, {},
                   std::move(done));
}

void connection::connect_tls(
  std::shared_ptr<tls_context> context, const std::string& host,
  std::function<void(boost::system::error_code)> done) {
  connect_tls(std::move(context), tls_peer{host}, std::move(done));
}

void connection::connect_tls(
  std::shared_ptr<tls_context> context, const tls_peer& peer,
  std::function<void(boost::system::error_code)> done) {
  impl_->start_tls(std::move(context), tls_stream::side::client, peer,
                   std::move(done));
}

std::string connection::tls_refusal() const {
  return impl_->tls_ ? impl_->tls_->refusal() : std::string{};
}

std::string connection::tls_description() const {
  return impl_->tls_ ? impl_->tls_->description() : std::string{};
}

std::optional<tls_facts> connection::tls() const {
  if (!impl_->tls_ || !impl_->tls_->established())
    return std::nullopt;
  return facts_of(impl_->tls_->native());
}

std::string connection::octets_of(channel_binding kind) const {
  if (!impl_->tls_ || !impl_->tls_->established())
    return {};
  return net::octets_of(kind, impl_->tls_->native());
}

void connection::deadline(std::chrono::steady_clock::time_point when) {
  if (impl_->usable())
    impl_->set_deadline(when);
}

void connection::finish() {
  impl_->finish();
}

void connection::abort() {
  impl_->abort();
}

const boost::asio::ip::tcp::endpoint& connection::remote() const noexcept {
  return impl_->remote_;
}

const boost::asio::ip::tcp::endpoint& connection::local() const noexcept {
  return impl_->local_;
}

} // namespace stagepost::net
