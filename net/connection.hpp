#pragma once

#include "mail/error.hpp"
#include "net/tls_facts.hpp"
#include "net/tls_peer.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace stagepost::net {

class tls_context;

/// One TCP connection, in clear or under TLS. Knows no protocol and no actors.
///
/// It belongs to one loop: every function is called on that loop's thread, and
/// the events come there, one at a time and never from within a call. Nothing
/// is buffered for input: while nobody wants input, TCP holds the peer back,
/// and an idle connection owns no buffer.
///
/// Letting go of the last shared_ptr, in an event too, closes the connection
/// and ends its events. The loop must outlive it.
class connection : public std::enable_shared_from_this<connection> {
public:
  /// Knows its loop by type, which saves 200 octets a connection over Asio's
  /// `tcp::socket`.
  using socket
    = boost::asio::basic_stream_socket<boost::asio::ip::tcp,
                                       boost::asio::io_context::executor_type>;

  struct events {
    std::function<void()> readable{}; ///< Once for each `want_input`.
    std::function<void()> drained{};  ///< All that was written has left, after
                                      ///< `want_drained`.
    /// The deadline has passed: say so to the peer and set another one. Without
    /// this event the connection ends then.
    std::function<void()> expired{};
    /// Once, last: why it ended; no error if the peer closed in order, under
    /// TLS with a goodbye (`asio::ssl::error::stream_truncated` without).
    std::function<void(boost::system::error_code)> closed{};
  };

  /// @param s  Open; its executor is the loop.
  static std::shared_ptr<connection> make(socket s);
  /// The same for a common socket on an io_context, for two system calls more.
  static std::shared_ptr<connection> make(boost::asio::ip::tcp::socket s);
  ~connection();

  /// Sets who hears of events. Call before anything else.
  void listen(events x);

  /// Grants one `readable`.
  void want_input();

  /// Takes what has arrived, at most 64 KiB, into a buffer that all
  /// connections of this thread share: valid until the next call of `read` on
  /// this thread. Empty when there is nothing now; the end of the stream and
  /// errors come as `closed`.
  [[nodiscard]] std::string_view read();
  /// Gives back octets that were read in clear: the next `read` returns them
  /// first, and `readable` comes for them.
  void unread(std::string octets);
  /// Octets from the peer that nobody has read, 0 if there are none: one system
  /// call. Under TLS more than `read` would return, and at least 1.
  [[nodiscard]] std::size_t available() noexcept;

  /// Sends what the system takes at once and keeps the rest. When it fails
  /// and input is wanted, what the peer said before can still be read.
  void write(std::string octets);
  /// Octets written but not yet taken by the system; once the connection has
  /// ended, those that never were.
  [[nodiscard]] std::size_t unsent() const noexcept;
  /// Asks for one `drained`, at once if nothing is unsent.
  void want_drained();

  /// Throws away what has come and was not read. To be called before the answer
  /// to STARTTLS is written: what a client sent behind that command without
  /// waiting must not be taken for part of the dialogue under TLS
  /// (CVE-2011-0411). The beginning of a handshake stays.
  void drop_input();

  /// Shakes hands as server, once what was written has left. What is written
  /// meanwhile waits for TLS. Octets that came before and were not read begin
  /// the handshake.
  /// @param done  An error ends the connection; `closed` follows.
  void accept_tls(std::shared_ptr<tls_context> context,
                  std::function<void(boost::system::error_code)> done);
  /// Shakes hands as client. @param host  For SNI; may be empty. Any
  /// certificate will do.
  void connect_tls(std::shared_ptr<tls_context> context,
                   const std::string& host,
                   std::function<void(boost::system::error_code)> done);
  void connect_tls(std::shared_ptr<tls_context> context, const tls_peer& peer,
                   std::function<void(boost::system::error_code)> done);
  /// Why the peer's certificate ended the handshake; "" if that is not why.
  /// From within `done` only.
  [[nodiscard]] std::string tls_refusal() const;
  /// "TLSv1.3 TLS_AES_256_GCM_SHA384"; empty in clear.
  [[nodiscard]] std::string tls_description() const;
  /// Nothing in clear, nor before the handshake is over.
  [[nodiscard]] std::optional<tls_facts> tls() const;
  /// What SCRAM-SHA-256-PLUS binds to; "" if there is nothing.
  [[nodiscard]] std::string octets_of(channel_binding kind) const;

  /// When this time passes, the connection ends with `timed_out`. Cheap to
  /// move: call it as often as there is activity.
  void deadline(std::chrono::steady_clock::time_point when);

  /// Closes after what was written has left (at most 5 s later), in order, even
  /// if the owner lets go; `closed` then comes only if it did not.
  void finish();
  /// Closes now; `closed` does not come any more.
  void abort();

  [[nodiscard]] const boost::asio::ip::tcp::endpoint& remote() const noexcept;
  [[nodiscard]] const boost::asio::ip::tcp::endpoint& local() const noexcept;

private:
  struct impl;
  explicit connection(socket s);
  std::unique_ptr<impl> impl_;
};

} // namespace stagepost::net
