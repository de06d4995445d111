#include "test/net/s_client.hpp"

#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/read.hpp>

#include <chrono>
#include <cstdio>
#include <unistd.h>

namespace stagepost::net {

using boost::asio::ip::tcp;

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
  BOOST_TEST(f.run_until([&] { return over; }, std::chrono::seconds{30}));
  ::pclose(pipe);
  return text;
}

served serve(const std::shared_ptr<tls_context>& context,
             const std::string& options) {
  loop_fixture f;
  tcp::acceptor listening{f.loop, {boost::asio::ip::address_v4::loopback(), 0}};
  witness server;
  served out;
  listening.async_accept([&](error_code, tcp::socket s) {
    server.watch(connection::make(std::move(s)));
    server.link->accept_tls(context, [&](error_code ec) {
      if (ec)
        return;
      out.facts = server.link->tls();
      server.link->write("220 hello\r\n");
      server.link->finish();
    });
  });
  out.text = s_client(f, listening.local_endpoint().port(), options);
  return out;
}

} // namespace stagepost::net
