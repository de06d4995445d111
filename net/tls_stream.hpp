#pragma once

#include "mail/error.hpp"
#include "net/socket_bio.hpp"
#include "net/tls_peer.hpp"

#include <cstddef>
#include <memory>
#include <string>

struct ssl_st;     // OpenSSL's SSL
struct ssl_ctx_st; // OpenSSL's SSL_CTX

namespace stagepost::net {

class tls_context;

/// One end of a TLS connection over a socket. It never waits: what can't go on
/// says which way of the socket has to become ready first.
class tls_stream {
public:
  enum class need { nothing, input, output };

  /// What came of a call. Without an error, `waits_for` says whether it is
  /// complete (`nothing`) or has to be made again.
  struct progress {
    std::size_t octets = 0;
    need waits_for = need::nothing;
    bool ended = false; ///< The peer said goodbye in order (close_notify).
    /// `asio::ssl::error::stream_truncated` if the peer left without a
    /// goodbye: what was read so far may not be all that was sent.
    boost::system::error_code error{};
  };

  enum class side { server, client };

  /// @param context  What it has now is used to the end.
  /// @param socket  Stays the caller's, and open as long as this lives.
  /// @param peer    What a client wants of the server.
  /// @param early   Octets that were read from the socket already.
  tls_stream(const tls_context& context, int socket, side which,
             const tls_peer& peer = {}, std::string early = {});
  ~tls_stream();
  tls_stream(const tls_stream&) = delete;
  tls_stream& operator=(const tls_stream&) = delete;

  progress shake_hands();
  progress read(char* to, std::size_t size);
  progress write(const char* from, std::size_t size);
  /// Says goodbye; does not wait for the peer's.
  progress close();

  /// Whether `read` may find something without input from the socket.
  [[nodiscard]] bool buffered() const noexcept;
  /// Whether the handshake came to its good end.
  [[nodiscard]] bool established() const noexcept;
  /// Why the peer's certificate ended the handshake; "" if it did not.
  [[nodiscard]] std::string refusal() const;
  /// "TLSv1.3 TLS_AES_256_GCM_SHA384"
  [[nodiscard]] std::string description() const;
  /// For what else there is to know of the session.
  [[nodiscard]] ssl_st* native() const noexcept {
    return ssl_;
  }

private:
  progress outcome(int returned, std::size_t octets);

  std::shared_ptr<ssl_ctx_st> context_;
  socket_source source_;
  ssl_st* ssl_;
  bool starved_ = false;  ///< What is buffered is not a whole record.
  bool hopeless_ = false; ///< What is wanted of the peer can't be checked.
  bool broken_ = false;   ///< OpenSSL forbids a goodbye after an error.
};

} // namespace stagepost::net
