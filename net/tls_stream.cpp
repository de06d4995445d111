#include "net/tls_stream.hpp"

#include "net/tls_context.hpp"

#include <boost/asio/error.hpp>
#include <boost/asio/ssl/error.hpp>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <cerrno>
#include <new>
#include <utility>

namespace stagepost::net {

namespace asio = boost::asio;

tls_stream::tls_stream(const tls_context& context, int socket, side which,
                       const tls_peer& peer, std::string early)
  : context_(context.current()), source_{socket, std::move(early)},
    ssl_(SSL_new(context_.get())) {
  auto* bio = ssl_ == nullptr ? nullptr : make_socket_bio(source_);
  if (bio == nullptr) {
    SSL_free(ssl_);
    throw std::bad_alloc{};
  }
  SSL_set_bio(ssl_, bio, bio);
  if (which == side::server) {
    SSL_set_accept_state(ssl_);
  } else {
    SSL_set_connect_state(ssl_);
    hopeless_ = !expect(peer, ssl_);
  }
}

tls_stream::~tls_stream() {
  SSL_free(ssl_);
}

tls_stream::progress tls_stream::outcome(int returned, std::size_t octets) {
  progress out{.octets = octets};
  if (returned > 0)
    return out;
  auto system_error = errno;
  switch (SSL_get_error(ssl_, returned)) {
    case SSL_ERROR_WANT_READ:
      out.waits_for = need::input;
      return out;
    case SSL_ERROR_WANT_WRITE:
      out.waits_for = need::output;
      return out;
    case SSL_ERROR_ZERO_RETURN:
      out.ended = true;
      return out;
    case SSL_ERROR_SYSCALL:
      if (system_error != 0)
        out.error.assign(system_error, boost::system::system_category());
      else
        out.error = asio::ssl::error::stream_truncated;
      break;
    default: {
      auto code = ERR_get_error();
      if (ERR_GET_REASON(code) == SSL_R_UNEXPECTED_EOF_WHILE_READING)
        out.error = asio::ssl::error::stream_truncated;
      else
        out.error.assign(static_cast<int>(code),
                         asio::error::get_ssl_category());
    }
  }
  ERR_clear_error();
  broken_ = true;
  return out;
}

tls_stream::progress tls_stream::shake_hands() {
  if (hopeless_) {
    broken_ = true;
    return {.error = asio::error::no_permission};
  }
  ERR_clear_error();
  errno = 0;
  return outcome(SSL_do_handshake(ssl_), 0);
}

tls_stream::progress tls_stream::read(char* to, std::size_t size) {
  std::size_t total = 0;
  while (true) {
    ERR_clear_error();
    errno = 0;
    std::size_t n = 0;
    auto ok = SSL_read_ex(ssl_, to + total, size - total, &n);
    starved_ = ok == 0;
    total += n;
    // A record at a time, but all the records that are here already: asking
    // further would be a system call for nothing, most times.
    if (ok == 1 && total < size && SSL_has_pending(ssl_) == 1)
      continue;
    auto out = outcome(ok, total);
    if (total > 0 && out.waits_for == need::input)
      out.waits_for = need::nothing;
    return out;
  }
}

tls_stream::progress tls_stream::write(const char* from, std::size_t size) {
  std::size_t total = 0;
  while (total < size) {
    ERR_clear_error();
    errno = 0;
    std::size_t n = 0;
    auto ok = SSL_write_ex(ssl_, from + total, size - total, &n);
    total += n;
    if (ok != 1)
      return outcome(ok, total);
  }
  return {.octets = total};
}

tls_stream::progress tls_stream::close() {
  if (broken_ || SSL_in_init(ssl_) == 1)
    return {};
  ERR_clear_error();
  errno = 0;
  auto returned = SSL_shutdown(ssl_);
  return returned < 0 ? outcome(returned, 0) : progress{};
}

bool tls_stream::buffered() const noexcept {
  return !source_.early.empty() || (!starved_ && SSL_has_pending(ssl_) == 1);
}

bool tls_stream::established() const noexcept {
  return SSL_is_init_finished(ssl_) == 1;
}

std::string tls_stream::refusal() const {
  const auto why = SSL_get_verify_result(ssl_);
  if (established() || SSL_get_verify_mode(ssl_) == SSL_VERIFY_NONE
      || why == X509_V_OK)
    return {};
  return X509_verify_cert_error_string(why);
}

std::string tls_stream::description() const {
  return std::string(SSL_get_version(ssl_)) + " " + SSL_get_cipher_name(ssl_);
}

} // namespace stagepost::net
