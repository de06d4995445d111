#include "net/tls_facts.hpp"
#include "test/net/s_client.hpp"
#include "test/net/tls_fixture.hpp"

#include <openssl/ssl.h>

#include <algorithm>
#include <cctype>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

using namespace stagepost::net;
using stagepost::config::client_certificates;

namespace {

/// What a shell command prints.
std::string printed(const std::string& command) {
  auto* pipe = ::popen(command.c_str(), "r");
  BOOST_REQUIRE(pipe != nullptr);
  std::string out;
  for (int c = 0; (c = std::fgetc(pipe)) != EOF;)
    out += static_cast<char>(c);
  BOOST_TEST(::pclose(pipe) == 0);
  return out;
}

std::string hex(const std::string& octets) {
  constexpr auto digits = "0123456789abcdef";
  std::string out;
  for (const char c : octets) {
    out += digits[static_cast<unsigned char>(c) >> 4U];
    out += digits[static_cast<unsigned char>(c) & 15U];
  }
  return out;
}

/// A client that speaks TLS 1.2 only.
std::shared_ptr<stagepost::net::tls_context> old_client(std::uint64_t options) {
  auto out = stagepost::net::tls_context::unverified_client();
  SSL_CTX_set_max_proto_version(out->current().get(), TLS1_2_VERSION);
  SSL_CTX_set_options(out->current().get(), options);
  return out;
}

void shake_hands(pair_fixture& f,
                 std::shared_ptr<stagepost::net::tls_context> server,
                 std::shared_ptr<stagepost::net::tls_context> client) {
  f.server.link->accept_tls(std::move(server),
                            [&](error_code ec) { f.server.handshake = ec; });
  f.client.link->connect_tls(std::move(client), "",
                             [&](error_code ec) { f.client.handshake = ec; });
  BOOST_TEST(
    f.run_until([&] { return f.server.handshake && f.client.handshake; }));
  BOOST_TEST(*f.server.handshake == error_code{});
}

/// An authority, a client's certificate by it, one by somebody else.
struct client_files {
  temporary_folder folder;
  stagepost::config::tls_section section = test_contexts().section;
  std::string good;
  std::string foreign;

  client_files() {
    const auto authority = make_certificate(folder, "ca", "authority");
    section.client_authority = authority.certificate;
    good = options_of(make_certificate(folder, "good", "client/O=Ex\\\\,ample",
                                       "-CA " + authority.certificate
                                         + " -CAkey " + authority.key));
    foreign = options_of(make_certificate(folder, "foreign", "mallory"));
  }

  static std::string options_of(const stagepost::config::certificate& x) {
    return " -cert " + x.certificate + " -key " + x.key;
  }

  [[nodiscard]] std::shared_ptr<stagepost::net::tls_context>
  context(client_certificates mode) const {
    return made_context(section, mode);
  }
};

} // namespace

BOOST_AUTO_TEST_SUITE(tls_facts)

BOOST_FIXTURE_TEST_CASE(what_was_agreed_is_told, tls_fixture) {
  BOOST_TEST(!server.link->tls().has_value());
  BOOST_TEST(shake_hands("MX.b.example"));
  const auto at_server = server.link->tls();
  const auto at_client = client.link->tls();
  BOOST_REQUIRE(at_server.has_value());
  BOOST_REQUIRE(at_client.has_value());
  BOOST_TEST(at_server->version == "TLSv1.3");
  BOOST_TEST(at_server->cipher == at_client->cipher);
  BOOST_TEST(at_server->cipher.starts_with("TLS_"));
  BOOST_TEST(at_server->bits >= 128);
  BOOST_TEST(at_server->server_name == "MX.b.example");
  BOOST_TEST(!at_server->resumed);
  BOOST_TEST(at_server->peer_subject == "");
  BOOST_TEST(!at_server->peer_verified);
  BOOST_TEST(at_server->peer_refusal == "");
  BOOST_TEST(at_client->peer_subject == "CN=x");
  BOOST_TEST(!at_client->peer_verified, "nobody checked it");
  server.link->abort();
  BOOST_TEST(!server.link->tls().has_value());
}

BOOST_AUTO_TEST_CASE(a_name_that_nobody_has_is_told_too) {
  const auto& context = test_contexts().server;
  for (const std::string options : {"-tls1_2", "-tls1_3"}) {
    const auto x
      = serve(context, options + " -servername nobody.example").facts;
    BOOST_REQUIRE(x.has_value());
    BOOST_TEST(x->server_name == "nobody.example");
    BOOST_TEST(serve(context, options + " -noservername").facts->server_name
               == "");
    const auto odd
      = serve(context, options + " -servername \"$(printf 'a\\nb\\377')\"");
    BOOST_TEST(odd.facts->server_name == "a?b?");
  }
}

BOOST_AUTO_TEST_CASE(both_ends_export_the_same_binding) {
  constexpr auto kind = channel_binding::exporter;
  std::string last;
  for (const auto& client :
       {test_contexts().client, test_contexts().client, old_client(0)}) {
    pair_fixture f;
    BOOST_TEST(f.server.link->octets_of(kind) == "");
    shake_hands(f, test_contexts().server, client);
    const auto octets = f.server.link->octets_of(kind);
    BOOST_TEST(octets.size() == 32U);
    BOOST_TEST((octets == f.client.link->octets_of(kind)));
    BOOST_TEST((octets != last), "each connection has its own");
    last = octets;
  }
}

BOOST_AUTO_TEST_CASE(a_binding_is_that_of_other_programs) {
  loop_fixture f;
  const auto& context = test_contexts().server;
  witness server;
  std::string binding;
  boost::asio::ip::tcp::acceptor listening{
    f.loop, {boost::asio::ip::address_v4::loopback(), 0}};
  listening.async_accept([&](error_code, boost::asio::ip::tcp::socket s) {
    server.watch(connection::make(std::move(s)));
    server.link->accept_tls(context, [&](error_code) {
      binding = server.link->octets_of(channel_binding::exporter);
      server.link->finish();
    });
  });
  const auto text = s_client(f, listening.local_endpoint().port(),
                             "-tls1_3 -keymatexport EXPORTER-Channel-Binding "
                             "-keymatexportlen 32");
  auto expected = hex(binding);
  std::transform(expected.begin(), expected.end(), expected.begin(),
                 [](char c) { return static_cast<char>(std::toupper(c)); });
  BOOST_TEST(expected.size() == 64U);
  BOOST_TEST(has(text, "Keying material: " + expected), text);
}

BOOST_AUTO_TEST_CASE(a_weak_master_secret_exports_nothing) {
  pair_fixture f;
  shake_hands(f, test_contexts().server,
              old_client(SSL_OP_NO_EXTENDED_MASTER_SECRET));
  BOOST_TEST(f.server.link->octets_of(channel_binding::exporter) == "");
  BOOST_TEST(f.server.link->octets_of(channel_binding::end_point).size()
             == 32U);
}

BOOST_AUTO_TEST_CASE(an_end_point_is_the_hash_of_its_certificate) {
  temporary_folder folder;
  const struct {
    const char* signature;
    const char* hash;
  } table[] = {{"-sha256", "-sha256"},
               {"-sha384", "-sha384"},
               {"-sha512", "-sha512"},
               {"-sha1", "-sha256"}};
  for (const auto& x : table) {
    const auto files = make_certificate(folder, "x", "x", x.signature);
    pair_fixture f;
    shake_hands(f, made_context({{files}, "1.2", ""}), test_contexts().client);
    const auto expected
      = printed("openssl x509 -outform DER -in " + files.certificate
                + " | openssl dgst -r " + x.hash + " | cut -d' ' -f1");
    constexpr auto kind = channel_binding::end_point;
    BOOST_TEST(hex(f.server.link->octets_of(kind)) + "\n" == expected);
    BOOST_TEST(hex(f.client.link->octets_of(kind)) + "\n" == expected);
  }
}

BOOST_AUTO_TEST_CASE(a_certificate_without_a_hash_is_no_end_point) {
  temporary_folder folder;
  const stagepost::config::certificate files{folder.path("x.crt"),
                                             folder.path("x.key")};
  printed("openssl req -x509 -newkey ed25519 -nodes -days 2 -subj /CN=x -out "
          + files.certificate + " -keyout " + files.key + " 2>/dev/null");
  pair_fixture f;
  shake_hands(f, made_context({{files}, "1.2", ""}), test_contexts().client);
  BOOST_TEST(f.server.link->octets_of(channel_binding::end_point) == "");
  BOOST_TEST(f.client.link->octets_of(channel_binding::end_point) == "");
}

BOOST_AUTO_TEST_CASE(client_certificates_are_asked_for_and_checked) {
  const client_files files;
  const auto none = made_context(files.section);
  const auto request = files.context(client_certificates::request);
  const auto require = files.context(client_certificates::require);
  const struct {
    std::shared_ptr<stagepost::net::tls_context> context;
    std::string certificate;
    bool agreed;
    std::string subject;
    bool verified;
  } table[] = {
    {none, files.good, true, "", false},
    {request, "", true, "", false},
    {request, files.good, true, "O=Ex\\,ample,CN=client", true},
    {request, files.foreign, true, "CN=mallory", false},
    {require, "", false, "", false},
    {require, files.good, true, "O=Ex\\,ample,CN=client", true},
    {require, files.foreign, false, "", false},
  };
  for (const auto& x : table)
    for (const std::string options :
         {"-tls1_3", "-tls1_2", "-tls1_3 -servername mx.b.example"}) {
      const auto got = serve(x.context, options + x.certificate);
      BOOST_TEST(has(got.text, "220 hello") == x.agreed, got.text);
      BOOST_TEST(got.facts.has_value() == x.agreed);
      if (!got.facts)
        continue;
      BOOST_TEST(got.facts->peer_subject == x.subject);
      BOOST_TEST(got.facts->peer_verified == x.verified);
      BOOST_TEST(got.facts->peer_refusal.empty()
                 == (x.verified || x.subject.empty()));
    }
}

BOOST_AUTO_TEST_CASE(a_resumed_session_remembers_its_client) {
  const client_files files;
  const auto context = files.context(client_certificates::request);
  const auto session = files.folder.path("session");
  const struct {
    std::string certificate;
    std::string subject;
    bool verified;
  } table[] = {{files.good, "O=Ex\\,ample,CN=client", true},
               {files.foreign, "CN=mallory", false}};
  for (const auto& x : table)
    for (const std::string version : {"-tls1_2", "-tls1_3"}) {
      serve(context, version + x.certificate + " -sess_out " + session);
      const auto again
        = serve(context, version + x.certificate + " -sess_in " + session);
      BOOST_REQUIRE(again.facts.has_value());
      BOOST_TEST(again.facts->resumed);
      BOOST_TEST(again.facts->peer_subject == x.subject);
      BOOST_TEST(again.facts->peer_verified == x.verified);
    }
}

BOOST_AUTO_TEST_CASE(an_authority_that_cannot_be_used_is_named) {
  auto section = test_contexts().section;
  const auto refusal = [&] {
    auto x = stagepost::net::tls_context::server(section,
                                                 client_certificates::request);
    auto* why = std::get_if<std::string>(&x);
    return why != nullptr ? *why : "loaded";
  };
  BOOST_TEST(has(refusal(), "tls.client_authority is empty"));
  section.client_authority = "/nowhere/ca.crt";
  BOOST_TEST(has(refusal(), "cannot read /nowhere/ca.crt"));
  section.client_authority = section.certificates[0].key;
  BOOST_TEST(
    has(refusal(), section.client_authority + " holds no usable certificate"));
}

BOOST_AUTO_TEST_SUITE_END()
