#pragma once

#include "net/tls_context.hpp"
#include "test/net/certificates.hpp"

#include <memory>

namespace stagepost::net {

/// Fails the test if the section is refused.
std::shared_ptr<tls_context> made_context(const config::tls_section& section,
                                          config::client_certificates mode
                                          = config::client_certificates::none);

/// Two certificates, for mx.a.example and for mx.b.example and
/// *.wild.example, made once for all tests.
struct tls_contexts {
  temporary_folder folder;
  config::tls_section section;
  std::shared_ptr<tls_context> server;
  std::shared_ptr<tls_context> client = tls_context::unverified_client();

  tls_contexts();
};

const tls_contexts& test_contexts();

} // namespace stagepost::net
