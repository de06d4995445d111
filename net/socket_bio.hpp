#pragma once

#include <string>

struct bio_st; // OpenSSL's BIO

namespace stagepost::net {

/// Where a BIO gets its octets.
struct socket_source {
  int socket;        ///< Connected; stays the caller's.
  std::string early; ///< What was read from it already, and comes first.
};

/// A BIO over a connected socket. `x` must outlive it. Unlike OpenSSL's
/// own it never blocks, whatever the socket's mode, and a peer that has gone
/// is an error (EPIPE), not a signal.
/// @returns  For SSL_set_bio, which takes it over; nullptr without memory.
bio_st* make_socket_bio(socket_source& x);

} // namespace stagepost::net
