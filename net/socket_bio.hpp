#pragma once

#include <memory>

struct bio_st; // OpenSSL's BIO

namespace stagepost::net {

/// A BIO over a connected socket, which stays the caller's. Unlike OpenSSL's
/// own it never blocks, whatever the socket's mode, and a peer that has gone
/// is an error (EPIPE), not a signal.
/// @returns  For SSL_set_bio, which takes it over; nullptr without memory.
bio_st* make_socket_bio(int socket);

} // namespace stagepost::net
