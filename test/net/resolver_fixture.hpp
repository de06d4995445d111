#pragma once

#include "net/resolver.hpp"
#include "test/net/loop_fixture.hpp"
#include "test/net/name_server.hpp"

#include <chrono>
#include <memory>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

namespace stagepost::net {

inline std::ostream& boost_test_print_type(std::ostream& out, dns_status x) {
  return out << static_cast<int>(x);
}

inline std::ostream& boost_test_print_type(std::ostream& out, dns_trust x) {
  return out << static_cast<int>(x);
}

inline constexpr auto zone = R"(
@           60 IN MX 20 MX2.stagepost.example.
@           60 IN MX 10 mx1.stagepost.example.
@           60 IN MX 10 mx3.other.example.
null        60 IN MX 0 .
bare        60 IN A 192.0.2.9
alias       60 IN CNAME stagepost.example.
mx1         60 IN A 192.0.2.1
mx1         60 IN A 192.0.2.2
mx1         60 IN AAAA 2001:db8::1
mx2         60 IN AAAA 2001:db8::2
mxalias     60 IN CNAME mx1
text        60 IN TXT "no address"
)";

inline constexpr auto signed_zone = R"(
@           60 IN MX 10 mx
mx          60 IN A 192.0.2.1
mx          60 IN AAAA 2001:db8::1
mxalias     60 IN CNAME mx
outside     60 IN CNAME mx1.stagepost.example.
forged      60 IN A 192.0.2.66
text        60 IN TXT "v=one; " "two"
_25._tcp.mx 60 IN TLSA 3 1 1 (
  00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff )
_25._tcp.mx 60 IN TLSA 2 0 1 (
  ff112233445566778899aabbccddeeff00112233445566778899aabbccddeeff )
_27._tcp.mx 60 IN TLSA 3 1 1 (
  deadbeef445566778899aabbccddeeff00112233445566778899aabbccddeeff )
)";

inline const name_server& shared_server() {
  static const name_server once{[] {
                                  std::string text = zone;
                                  for (int i = 0; i < 150; ++i)
                                    text += "crowd 60 IN MX "
                                            + std::to_string(i) + " h"
                                            + std::to_string(i) + "\n";
                                  return text;
                                }(),
                                signed_zone};
  return once;
}

/// A resolver that asks a name server with a plain zone and a signed one.
struct resolver_fixture : loop_fixture {
  config::dns_section section;
  dns_figures figures;
  std::unique_ptr<resolver> asked;

  resolver_fixture() {
    section.servers = {shared_server().address()};
    section.hosts["Fixed.example"] = {"192.0.2.77", "2001:db8::77"};
    start();
  }
  void start() {
    asked.reset();
    asked = std::make_unique<resolver>(loop, section, figures);
  }
  template <class Answer, class F>
  Answer got(F ask) {
    std::optional<Answer> out;
    ask([&](Answer x) { out = std::move(x); });
    BOOST_TEST(!out, "no answer comes from within the call");
    BOOST_TEST_REQUIRE(
      run_until([&] { return out.has_value(); }, std::chrono::seconds{40}));
    return *out;
  }
  mx_answer mx(const std::string& domain) {
    return got<mx_answer>([&](auto done) { asked->resolve_mx(domain, done); });
  }
  tlsa_answer tlsa(const std::vector<std::string>& bases,
                   std::uint16_t port = 25) {
    return got<tlsa_answer>(
      [&](auto done) { asked->resolve_tlsa(bases, port, done); });
  }
  text_answer text(const std::string& name) {
    return got<text_answer>(
      [&](auto done) { asked->resolve_text(name, done); });
  }
  void validate() {
    section.trust_anchor = shared_server().anchor();
    start();
  }
  address_answer addresses(const std::string& host) {
    return got<address_answer>(
      [&](auto done) { asked->resolve_addresses(host, done); });
  }
};

} // namespace stagepost::net
