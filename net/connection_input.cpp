#include "net/connection_impl.hpp"

#include <array>
#include <cerrno>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <utility>

namespace stagepost::net {

namespace {

// One for all connections of a thread: see `connection::read`.
std::array<char, 64 * 1024>& shared_buffer() {
  thread_local std::array<char, 64 * 1024> buffer;
  return buffer;
}

bool would_block(int error) {
  return error == EAGAIN || error == EWOULDBLOCK;
}

boost::system::error_code system_error(int error) {
  return {error, boost::system::system_category()};
}

ssize_t receive(int socket, void* to, std::size_t size, int flags) {
  while (true) {
    auto n = ::recv(socket, to, size, flags | MSG_DONTWAIT);
    if (n >= 0 || errno != EINTR)
      return n;
  }
}

} // namespace

void connection::impl::want_input() {
  if (!usable())
    return;
  input_wanted_ = true;
  if (phase_ == phase::greeting_tls)
    return;
  if (buffered())
    schedule_turn();
  else if (input_needs_output_)
    wait_for_output();
  else
    wait_for_input();
}

std::string_view connection::impl::read() {
  if (failed_ || phase_ != phase::open)
    return {};
  if (unread_)
    return read_unread();
  auto& buffer = shared_buffer();
  if (!tls_) {
    auto n = receive(socket_.native_handle(), buffer.data(), buffer.size(), 0);
    if (n > 0)
      return {buffer.data(), static_cast<std::size_t>(n)};
    if (n == 0)
      fail({});
    else if (!would_block(errno))
      fail(system_error(errno));
    return {};
  }
  auto got = tls_->read(buffer.data(), buffer.size());
  input_needs_output_ = got.waits_for == tls_stream::need::output;
  if (got.error || got.ended)
    fail(got.error);
  return {buffer.data(), got.octets};
}

std::string_view connection::impl::read_unread() {
  auto& buffer = shared_buffer();
  const auto n = unread_->copy(buffer.data(), buffer.size());
  if (n < unread_->size())
    unread_->erase(0, n);
  else
    unread_.reset();
  return {buffer.data(), n};
}

void connection::impl::unread(std::string octets) {
  if (octets.empty() || !usable())
    return;
  if (unread_)
    unread_->insert(0, octets);
  else
    unread_ = std::make_unique<std::string>(std::move(octets));
  if (input_wanted_)
    schedule_turn();
}

bool connection::impl::buffered() const noexcept {
  return unread_ != nullptr || (tls_ && tls_->buffered());
}

std::size_t connection::impl::available() noexcept {
  if (failed_ || phase_ != phase::open)
    return 0;
  int arrived = 0;
  if (::ioctl(socket_.native_handle(), FIONREAD, &arrived) != 0)
    arrived = 0;
  return static_cast<std::size_t>(arrived) + (unread_ ? unread_->size() : 0U)
         + (tls_ && tls_->buffered() ? 1U : 0U);
}

void connection::impl::on_readable(error_code ec) {
  input_pending_ = false;
  if (phase_ == phase::over)
    return;
  if (ec || failed_)
    return end(failed_ ? failure_ : ec);
  switch (phase_) {
    case phase::greeting_tls:
      if (clear_ == 0)
        shake_hands();
      return;
    case phase::lingering:
      return drain_peer();
    default:
      break;
  }
  if (std::exchange(output_needs_input_, false))
    flush_on();
  if (phase_ == phase::open && !failed_ && std::exchange(input_wanted_, false))
    tell(events_.readable);
}

// -- what nobody reads --------------------------------------------------------

void connection::impl::drop_input() {
  if (!usable() || tls_)
    return;
  unread_.reset();
  // A quick client's greeting stays: that starts with a handshake record's 22.
  // Anything else that is in front of it makes the handshake fail.
  auto& buffer = shared_buffer();
  char first = 0;
  auto fd = socket_.native_handle();
  if (receive(fd, &first, 1, MSG_PEEK) == 1 && first != 22)
    while (receive(fd, buffer.data(), buffer.size(), 0)
           == static_cast<ssize_t>(buffer.size())) {
    }
}

void connection::impl::drain_peer() {
  auto& buffer = shared_buffer();
  auto n = receive(socket_.native_handle(), buffer.data(), buffer.size(), 0);
  if (n > 0 || (n < 0 && would_block(errno)))
    return wait_for_input();
  close();
}

} // namespace stagepost::net
