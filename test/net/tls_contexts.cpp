#include "test/net/tls_contexts.hpp"

#include <boost/test/unit_test.hpp>

#include <string>
#include <variant>

namespace stagepost::net {

std::shared_ptr<tls_context> made_context(const config::tls_section& section,
                                          config::client_certificates mode) {
  auto x = tls_context::server(section, mode);
  if (auto* why = std::get_if<std::string>(&x))
    BOOST_FAIL(*why);
  return std::get<0>(x);
}

tls_contexts::tls_contexts() {
  section.certificates
    = {make_certificate(folder, "a", "mx.a.example"),
       make_certificate(folder, "b", "x",
                        "-addext subjectAltName=DNS:mx.b.example,"
                        "DNS:*.wild.example")};
  server = made_context(section);
}

const tls_contexts& test_contexts() {
  static const tls_contexts once;
  return once;
}

} // namespace stagepost::net
