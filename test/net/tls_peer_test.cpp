#include "net/tls_peer.hpp"
#include "test/net/tls_fixture.hpp"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <array>
#include <cstdio>
#include <memory>
#include <string>

using namespace stagepost::net;
using stagepost::tlsa_record;
using check = tls_peer::check;
using certificate_ptr = std::unique_ptr<X509, decltype(&X509_free)>;

namespace {

certificate_ptr read_certificate(const std::string& file) {
  auto* from = std::fopen(file.c_str(), "r");
  BOOST_REQUIRE(from != nullptr);
  certificate_ptr out{PEM_read_X509(from, nullptr, nullptr, nullptr),
                      X509_free};
  std::fclose(from);
  BOOST_REQUIRE(out != nullptr);
  return out;
}

std::string sha_256(const std::string& octets) {
  std::array<unsigned char, 32> out{};
  EVP_Digest(octets.data(), octets.size(), out.data(), nullptr, EVP_sha256(),
             nullptr);
  return {out.begin(), out.end()};
}

/// SHA-256 of a certificate's key.
std::string key_digest(const std::string& file) {
  const auto x = read_certificate(file);
  std::string der(4096, '\0');
  auto* to = reinterpret_cast<unsigned char*>(der.data());
  const auto size = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(x.get()), &to);
  der.resize(static_cast<std::size_t>(size));
  return sha_256(der);
}

/// An authority; mx.good.example by it, its chain in the file; one that is
/// signed by itself.
struct files {
  temporary_folder folder;
  stagepost::config::certificate authority
    = make_certificate(folder, "ca", "authority");
  stagepost::config::certificate good = make_certificate(
    folder, "good", "x",
    "-addext subjectAltName=DNS:mx.good.example,IP:192.0.2.1 "
    "-addext basicConstraints=critical,CA:FALSE -CA "
      + authority.certificate + " -CAkey " + authority.key);
  stagepost::config::certificate own
    = make_certificate(folder, "own", "mx.own.example",
                       "-days 1 -addext subjectAltName=DNS:other");
  std::shared_ptr<stagepost::net::tls_context> client;

  files() {
    const auto joined = std::system(
      ("cat " + authority.certificate + " >> " + good.certificate).c_str());
    BOOST_REQUIRE(joined == 0);
    auto made = stagepost::net::tls_context::client(authority.certificate);
    client = std::get<0>(made);
  }

  static const files& once() {
    static const files out;
    return out;
  }
};

struct fixture : pair_fixture {
  std::string refusal;
  tls_facts facts;

  /// @returns Whether both ends shook hands.
  bool meets(const stagepost::config::certificate& shown,
             const tls_peer& wanted) {
    stagepost::config::tls_section section;
    section.certificates = {shown};
    server.link->accept_tls(made_context(section),
                            [this](error_code ec) { server.handshake = ec; });
    client.link->connect_tls(files::once().client, wanted,
                             [this](error_code ec) {
                               client.handshake = ec;
                               refusal = client.link->tls_refusal();
                             });
    BOOST_TEST(run_until([this] { return client.handshake.has_value(); }));
    if (*client.handshake)
      return false;
    facts = client.link->tls().value();
    return true;
  }
};

tls_peer by_records(const std::string& host,
                    const std::vector<tlsa_record>& records,
                    const std::vector<std::string>& names = {}) {
  return {host, check::dane, names, records};
}

} // namespace

BOOST_AUTO_TEST_SUITE(tls_peer)

BOOST_FIXTURE_TEST_CASE(an_authority_vouches_for_a_name, fixture) {
  BOOST_TEST(meets(files::once().good, {"mx.good.example", check::authorities}),
             refusal);
  BOOST_TEST((facts.peer_verified && !facts.peer_matched));
  BOOST_TEST(facts.server_name == "mx.good.example");
}

BOOST_FIXTURE_TEST_CASE(an_authority_vouches_for_an_address, fixture) {
  BOOST_TEST(meets(files::once().good, {"192.0.2.1", check::authorities}),
             refusal);
  BOOST_TEST(facts.peer_verified);
  BOOST_TEST(facts.server_name == "");
}

BOOST_FIXTURE_TEST_CASE(another_name_is_refused, fixture) {
  BOOST_TEST(
    !meets(files::once().good, {"mx.evil.example", check::authorities}));
  BOOST_TEST(refusal == "hostname mismatch");
}

BOOST_FIXTURE_TEST_CASE(another_address_is_refused, fixture) {
  BOOST_TEST(!meets(files::once().good, {"192.0.2.2", check::authorities}));
  BOOST_TEST(refusal == "IP address mismatch");
}

BOOST_FIXTURE_TEST_CASE(the_subject_is_no_name, fixture) {
  auto made
    = stagepost::net::tls_context::client(files::once().own.certificate);
  server.link->accept_tls(made_context([] {
                            stagepost::config::tls_section x;
                            x.certificates = {files::once().own};
                            return x;
                          }()),
                          [](error_code) {});
  client.link->connect_tls(
    std::get<0>(made),
    stagepost::net::tls_peer{"mx.own.example", check::authorities},
    [&](error_code ec) {
      client.handshake = ec;
      refusal = client.link->tls_refusal();
    });
  BOOST_TEST(run_until([&] { return client.handshake.has_value(); }));
  BOOST_TEST(refusal == "hostname mismatch");
}

BOOST_FIXTURE_TEST_CASE(who_vouches_for_itself_is_refused, fixture) {
  BOOST_TEST(!meets(files::once().own, {"other", check::authorities}));
  BOOST_TEST(refusal == "self-signed certificate");
}

BOOST_FIXTURE_TEST_CASE(where_any_will_do_it_is_told_what_it_was, fixture) {
  BOOST_TEST(meets(files::once().good, {"mx.good.example"}));
  BOOST_TEST(facts.peer_verified);
}

BOOST_FIXTURE_TEST_CASE(where_any_will_do_a_wrong_name_is_told, fixture) {
  BOOST_TEST(meets(files::once().good, {"mx.evil.example"}));
  BOOST_TEST(!facts.peer_verified);
  BOOST_TEST(facts.peer_refusal == "hostname mismatch");
}

BOOST_FIXTURE_TEST_CASE(a_record_of_the_key_is_enough, fixture) {
  BOOST_TEST(
    meets(files::once().own,
          by_records("mx.dane.example",
                     {{3, 1, 1, std::string(32, 'x')},
                      {3, 1, 1, key_digest(files::once().own.certificate)}})),
    refusal);
  BOOST_TEST((facts.peer_matched && !facts.peer_verified));
  BOOST_TEST(facts.server_name == "mx.dane.example");
}

BOOST_FIXTURE_TEST_CASE(a_record_of_another_key_is_refused, fixture) {
  BOOST_TEST(
    !meets(files::once().good,
           by_records("mx.good.example", {{3, 1, 1, std::string(32, 'x')}})));
  BOOST_TEST(refusal == "no matching DANE TLSA records");
}

BOOST_FIXTURE_TEST_CASE(a_record_of_an_authority_needs_the_name, fixture) {
  const tlsa_record record{2, 1, 1,
                           key_digest(files::once().authority.certificate)};
  BOOST_TEST(meets(files::once().good, by_records("mx.good.example", {record})),
             refusal);
  BOOST_TEST(facts.peer_matched);
}

BOOST_FIXTURE_TEST_CASE(that_name_may_be_one_of_several, fixture) {
  const tlsa_record record{2, 1, 1,
                           key_digest(files::once().authority.certificate)};
  BOOST_TEST(meets(files::once().good,
                   by_records("real.example", {record}, {"mx.good.example"})),
             refusal);
  BOOST_TEST(facts.server_name == "real.example");
}

BOOST_FIXTURE_TEST_CASE(by_an_authority_another_name_is_refused, fixture) {
  const tlsa_record record{2, 1, 1,
                           key_digest(files::once().authority.certificate)};
  BOOST_TEST(
    !meets(files::once().good, by_records("mx.evil.example", {record})));
  BOOST_TEST(refusal == "hostname mismatch");
}

BOOST_FIXTURE_TEST_CASE(without_a_record_to_go_by_nobody_will_do, fixture) {
  BOOST_TEST(!meets(files::once().good, by_records("mx.good.example", {})));
}

BOOST_AUTO_TEST_CASE(a_file_that_holds_no_authority_is_named) {
  for (const auto* file : {"/dev/null", "/missing.pem"}) {
    const auto made = stagepost::net::tls_context::client(file);
    const auto* why = std::get_if<std::string>(&made);
    BOOST_TEST_REQUIRE(why != nullptr);
    BOOST_TEST(why->find(file) == 0U, *why);
  }
  BOOST_TEST(stagepost::net::tls_context::client("").index() == 0U);
}

BOOST_AUTO_TEST_SUITE_END()
