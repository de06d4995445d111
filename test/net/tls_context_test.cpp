#include "net/tls_context.hpp"
#include "test/net/certificates.hpp"
#include "test/net/loop_fixture.hpp"
#include "test/net/tls_contexts.hpp"

#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/read.hpp>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <unistd.h>
#include <vector>

using namespace stagepost::net;
using namespace std::chrono_literals;
using boost::asio::ip::tcp;
using stagepost::config::tls_section;

namespace {

std::string refusal(const tls_section& section) {
  auto x = stagepost::net::tls_context::server(section);
  auto* why = std::get_if<std::string>(&x);
  return why != nullptr ? *why : "loaded";
}

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

/// An OpenSSL program in a child process that talks to `port`.
std::string s_client(loop_fixture& f, std::uint16_t port,
                     const std::string& options) {
  auto command = std::string("timeout 20 openssl s_client -connect "
                             "127.0.0.1:")
                 + std::to_string(port) + " " + options
                 + " -ign_eof </dev/null 2>&1";
  auto* pipe = ::popen(command.c_str(), "r");
  BOOST_REQUIRE(pipe != nullptr);
  boost::asio::posix::stream_descriptor out{f.loop, ::dup(::fileno(pipe))};
  std::string text;
  bool over = false;
  boost::asio::async_read(out, boost::asio::dynamic_buffer(text),
                          [&](error_code, std::size_t) { over = true; });
  BOOST_TEST(f.run_until([&] { return over; }, 30s));
  ::pclose(pipe);
  return text;
}

/// What openssl s_client says when it is greeted under TLS.
std::string served(const std::shared_ptr<stagepost::net::tls_context>& context,
                   const std::string& options) {
  loop_fixture f;
  tcp::acceptor listening{f.loop, {boost::asio::ip::address_v4::loopback(), 0}};
  witness server;
  listening.async_accept([&](error_code, tcp::socket s) {
    server.watch(connection::make(std::move(s)));
    server.link->accept_tls(context, [&](error_code ec) {
      if (ec)
        return;
      server.link->write("220 hello\r\n");
      server.link->finish();
    });
  });
  return s_client(f, listening.local_endpoint().port(), options);
}

} // namespace

BOOST_AUTO_TEST_SUITE(tls_context)

BOOST_AUTO_TEST_CASE(the_certificate_is_chosen_by_sni) {
  const struct {
    const char* name;
    const char* subject;
  } table[] = {
    {"mx.a.example", "CN = mx.a.example"},
    {"MX.b.example", "CN = x"},
    {"one.wild.example", "CN = x"},
    {"two.one.wild.example", "CN = mx.a.example"},
    {"wild.example", "CN = mx.a.example"},
    {"unknown.example", "CN = mx.a.example"},
  };
  for (const auto& x : table) {
    auto text
      = served(test_contexts().server, std::string("-servername ") + x.name);
    BOOST_TEST(has(text, std::string("subject=") + x.subject + "\n"),
               x.name << ": " << text);
    BOOST_TEST(has(text, "220 hello"), text);
  }
}

BOOST_AUTO_TEST_CASE(old_versions_are_refused) {
  auto section = test_contexts().section;
  section.minimum = "1.3";
  auto strict = made_context(section);
  const auto& usual = test_contexts().server;
  const std::string any = " -cipher ALL:@SECLEVEL=0";
  const struct {
    std::shared_ptr<stagepost::net::tls_context> context;
    std::string options;
    bool agreed;
  } table[] = {
    {usual, "-tls1_3", true},
    {usual, "-tls1_2", true},
    {usual, "-tls1_1" + any, false},
    {usual, "-tls1" + any, false},
    {strict, "-tls1_3", true},
    {strict, "-tls1_2", false},
    {usual, "-tls1_2 -cipher aNULL:@SECLEVEL=0", false},
  };
  for (const auto& x : table) {
    auto text = served(x.context, x.options);
    BOOST_TEST(has(text, "220 hello") == x.agreed, x.options << ": " << text);
  }
}

BOOST_AUTO_TEST_CASE(a_refused_file_is_named) {
  const auto& good = test_contexts().section.certificates[0];
  const auto& other = test_contexts().section.certificates[1];
  auto& folder = test_contexts().folder;
  std::ofstream(folder.path("empty.pem")) << "";
  auto locked = folder.path("locked.key");
  BOOST_REQUIRE(std::system(("openssl pkey -aes128 -passout pass:x -in "
                             + good.key + " -out " + locked)
                              .c_str())
                == 0);
  const struct {
    stagepost::config::certificate files;
    std::vector<std::string> parts;
  } table[] = {
    {{"/nowhere/mx.crt", good.key}, {"cannot read /nowhere/mx.crt"}},
    {{good.certificate, "/nowhere/mx.key"}, {"cannot read /nowhere/mx.key"}},
    {{folder.path("empty.pem"), good.key}, {"empty.pem holds no usable"}},
    {{good.certificate, folder.path("empty.pem")},
     {"empty.pem holds no usable private key"}},
    {{good.certificate, other.key},
     {other.key, "does not belong to the certificate", good.certificate}},
    {{good.certificate, locked}, {locked, "passphrase"}},
  };
  for (const auto& x : table) {
    auto why = refusal({{x.files}, "1.2"});
    for (const auto& part : x.parts)
      BOOST_TEST(has(why, part), why << " has no " << part);
  }
  BOOST_TEST(has(refusal({}), "tls.certificates is empty"));
}

BOOST_AUTO_TEST_SUITE_END()
