#include "net/connection.hpp"
#include "test/net/tls_fixture.hpp"

#include <boost/asio/ssl/error.hpp>

using namespace stagepost::net;
using namespace std::chrono_literals;
using boost::asio::ip::tcp;

namespace {

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

/// Client and server with somebody between them: client - to_client, then
/// to_server - server.
struct relay_fixture : loop_fixture {
  witness client;
  witness to_client;
  witness to_server;
  witness server;

  relay_fixture() {
    connect(client, to_client);
    connect(to_server, server);
    to_client.link->want_input();
    to_server.link->want_input();
  }

  void connect(witness& from, witness& to) {
    tcp::acceptor listening{loop, {boost::asio::ip::address_v4::loopback(), 0}};
    tcp::socket x{loop};
    x.connect(listening.local_endpoint());
    from.watch(connection::make(std::move(x)));
    to.watch(connection::make(listening.accept()));
  }

  static void pass_on(witness& from, witness& to) {
    if (!from.got.empty())
      to.link->write(std::exchange(from.got, {}));
  }
};
} // namespace

BOOST_AUTO_TEST_SUITE(tls)

BOOST_FIXTURE_TEST_CASE(both_ends_agree_and_talk, tls_fixture) {
  BOOST_TEST(shake_hands());
  BOOST_TEST(server.link->tls_description() == client.link->tls_description());
  BOOST_TEST(has(server.link->tls_description(), "TLSv1.3 TLS_"));
  both_listen();
  client.link->write("");
  client.link->write("EHLO\r\n");
  server.link->write("250 ok\r\n");
  BOOST_TEST(run_until(
    [&] { return server.got == "EHLO\r\n" && client.got == "250 ok\r\n"; }));
}

BOOST_FIXTURE_TEST_CASE(much_survives_a_slow_reader_under_tls, tls_fixture) {
  BOOST_TEST(shake_hands());
  std::string sent;
  for (int i = 0; sent.size() < 10'000'000; ++i)
    sent += "line " + std::to_string(i) + "\r\n";
  for (std::size_t i = 0; i < sent.size(); i += 70'001)
    server.link->write(sent.substr(i, 70'001));
  BOOST_TEST(server.link->unsent() > 0U);
  server.link->want_drained();
  client.link->want_input();
  BOOST_TEST(run_until([&] { return client.got.size() == sent.size(); }));
  BOOST_TEST((client.got == sent));
  BOOST_TEST(run_until([&] { return server.drained == 1; }));
}

BOOST_FIXTURE_TEST_CASE(what_is_decrypted_already_is_readable, tls_fixture) {
  BOOST_TEST(shake_hands());
  client.link->write(std::string(150'000, 'x'));
  run_for(20ms);
  server.link->want_input();
  BOOST_TEST(run_until([&] { return server.got.size() == 150'000; }));
  BOOST_TEST(server.readable >= 3, "at most 64 KiB for each event");
}

BOOST_FIXTURE_TEST_CASE(an_idle_connection_does_not_spin, tls_fixture) {
  BOOST_TEST(shake_hands());
  both_listen();
  client.link->write("x");
  BOOST_TEST(run_until([&] { return server.got == "x"; }));
  auto before = server.readable + client.readable;
  run_for(30ms);
  BOOST_TEST(server.readable + client.readable == before);
}

BOOST_FIXTURE_TEST_CASE(half_a_record_does_not_spin, relay_fixture) {
  client.link->connect_tls(test_contexts().client, "",
                           [&](error_code ec) { client.handshake = ec; });
  server.link->accept_tls(test_contexts().server,
                          [&](error_code ec) { server.handshake = ec; });
  BOOST_TEST(run_until([&] {
    pass_on(to_server, to_client);
    pass_on(to_client, to_server);
    return client.handshake && server.handshake;
  }));
  server.link->want_input();
  client.link->write(std::string(10'000, 'x'));
  BOOST_TEST(run_until([&] { return to_client.got.size() > 10'000; }));
  auto rest = to_client.got.substr(5000);
  to_server.link->write(to_client.got.substr(0, 5000));
  run_for(20ms);
  BOOST_TEST(server.got == "");
  BOOST_TEST(server.readable <= 2);
  to_server.link->write(rest);
  BOOST_TEST(run_until([&] { return server.got.size() == 10'000; }));
}

BOOST_FIXTURE_TEST_CASE(a_goodbye_closes_in_order, tls_fixture) {
  BOOST_TEST(shake_hands());
  both_listen();
  client.link->write("QUIT\r\n");
  client.link->finish();
  BOOST_TEST(run_until([&] { return server.closed == 1; }));
  BOOST_TEST(server.got == "QUIT\r\n");
  BOOST_TEST(server.why == error_code{});
}

BOOST_FIXTURE_TEST_CASE(an_end_without_goodbye_is_an_error, tls_fixture) {
  BOOST_TEST(shake_hands());
  server.link->want_input();
  client.link->write("DATA");
  client.link->want_input();
  run_for(20ms);
  client.link->abort();
  BOOST_TEST(run_until([&] { return server.closed == 1; }));
  BOOST_TEST(server.got == "DATA");
  BOOST_TEST(server.why
             == make_error_code(boost::asio::ssl::error::stream_truncated));
}

BOOST_FIXTURE_TEST_CASE(plaintext_before_tls_is_thrown_away, tls_fixture) {
  server.reads_on = false;
  client.link->write("RSET\r\nMAIL FROM:<mallory@example.com>\r\n");
  BOOST_TEST(run_until([&] { return server.link->available() > 0; }));
  server.link->drop_input();
  server.link->write("220 ready\r\n");
  run_for(20ms);
  BOOST_TEST(client.link->read() == "220 ready\r\n");
  BOOST_TEST(shake_hands());
  server.reads_on = true;
  both_listen();
  client.link->write("EHLO\r\n");
  BOOST_TEST(run_until([&] { return server.got.size() >= 6; }));
  BOOST_TEST(server.got == "EHLO\r\n");
}

BOOST_FIXTURE_TEST_CASE(plaintext_for_a_handshake_ends_it, tls_fixture) {
  server.link->drop_input();
  server.link->write("220 ready\r\n");
  client.link->write("EHLO client.example\r\n"); // before we turn to TLS
  BOOST_TEST(run_until([&] { return server.link->available() > 0; }));
  server.link->accept_tls(test_contexts().server,
                          [&](error_code ec) { server.handshake = ec; });
  BOOST_TEST(run_until([&] { return server.handshake.has_value(); }));
  BOOST_TEST(*server.handshake != error_code{});
}

BOOST_FIXTURE_TEST_CASE(a_greeting_that_came_early_is_kept, tls_fixture) {
  server.link->write("220 ready\r\n");
  run_for(20ms);
  BOOST_TEST(client.link->read() == "220 ready\r\n");
  client.link->connect_tls(test_contexts().client, "",
                           [&](error_code ec) { client.handshake = ec; });
  run_for(20ms);
  server.link->drop_input();
  server.link->accept_tls(test_contexts().server,
                          [&](error_code ec) { server.handshake = ec; });
  BOOST_TEST(run_until([&] { return server.handshake && client.handshake; }));
  BOOST_TEST(*server.handshake == error_code{});
}

BOOST_FIXTURE_TEST_CASE(what_was_given_back_is_thrown_away_too, tls_fixture) {
  server.link->write("220 ready\r\n");
  run_for(20ms);
  BOOST_TEST(client.link->read() == "220 ready\r\n");
  server.link->unread("RSET\r\n");
  server.link->drop_input();
  BOOST_TEST(shake_hands());
  BOOST_TEST(server.link->read() == "");
  both_listen();
  client.link->write("EHLO\r\n");
  BOOST_TEST(run_until([&] { return server.got.size() >= 6; }));
  BOOST_TEST(server.got == "EHLO\r\n");
}

BOOST_FIXTURE_TEST_CASE(a_handshake_may_follow_a_header_at_once, tls_fixture) {
  const std::string header = "PROXY UNKNOWN\r\n";
  // 0: the header alone is read; then more and more of what is behind it.
  for (const std::size_t more : {0U, 1U, 5U, 100U, 1000U}) {
    pair_fixture f;
    f.server.reads_on = false;
    f.client.link->write(header);
    f.client.link->connect_tls(test_contexts().client, "mx.b.example",
                               [&](error_code ec) { f.client.handshake = ec; });
    std::string all;
    BOOST_TEST(f.run_until([&] {
      all += f.server.link->read();
      f.server.link->want_input();
      return all.size() > header.size() + 100;
    }));
    BOOST_TEST(all.starts_with(header));
    auto rest = all.substr(header.size());
    // As if it had come in two pieces.
    if (rest.size() > more)
      f.server.link->unread(rest.substr(more));
    f.server.link->unread(rest.substr(0, more));
    f.server.link->accept_tls(test_contexts().server,
                              [&](error_code ec) { f.server.handshake = ec; });
    BOOST_TEST(
      f.run_until([&] { return f.server.handshake && f.client.handshake; }));
    BOOST_TEST(*f.server.handshake == error_code{});
    BOOST_TEST(f.server.link->tls()->server_name == "mx.b.example");
    f.server.reads_on = true;
    f.server.link->want_input();
    f.client.link->write("EHLO\r\n");
    BOOST_TEST(f.run_until([&] { return f.server.got == "EHLO\r\n"; }));
  }
}

BOOST_FIXTURE_TEST_CASE(a_handshake_that_has_not_come_is_waited_for,
                        tls_fixture) {
  client.link->write("PROXY UNKNOWN\r\n");
  server.link->want_input();
  BOOST_TEST(run_until([&] { return !server.got.empty(); }));
  server.link->accept_tls(test_contexts().server,
                          [&](error_code ec) { server.handshake = ec; });
  client.link->connect_tls(test_contexts().client, "",
                           [&](error_code ec) { client.handshake = ec; });
  BOOST_TEST(run_until([&] { return server.handshake && client.handshake; }));
  BOOST_TEST(*server.handshake == error_code{});
}

BOOST_FIXTURE_TEST_CASE(who_talks_early_is_seen_under_tls, tls_fixture) {
  BOOST_TEST(shake_hands());
  BOOST_TEST(server.link->available() == 0U);
  client.link->write("EHLO\r\n");
  BOOST_TEST(run_until([&] {
    loop.run_for(1ms);
    return server.link->available() > 0;
  }));
  server.link->want_input();
  BOOST_TEST(run_until([&] { return server.got == "EHLO\r\n"; }));
  BOOST_TEST(server.link->available() == 0U);
}

BOOST_FIXTURE_TEST_CASE(plaintext_to_tls_ends_the_connection, tls_fixture) {
  server.link->accept_tls(test_contexts().server, [&](error_code ec) {
    BOOST_TEST(server.closed == 0);
    server.handshake = ec;
  });
  client.link->write("EHLO me\r\n");
  BOOST_TEST(run_until([&] { return server.closed == 1; }));
  BOOST_REQUIRE(server.handshake.has_value());
  BOOST_TEST(server.handshake->failed());
  BOOST_TEST(server.why == *server.handshake);
}

BOOST_FIXTURE_TEST_CASE(the_answer_before_tls_leaves_in_clear, tls_fixture) {
  // More than the system takes, so that the handshake has to wait for it.
  std::string sent(8'000'000, 'x');
  server.link->write(sent);
  BOOST_TEST(server.link->unsent() > 0U);
  server.link->accept_tls(test_contexts().server,
                          [&](error_code ec) { server.handshake = ec; });
  server.link->write("250 under TLS\r\n");
  client.reads_on = false;
  BOOST_TEST(run_until([&] {
    client.got += client.link->read();
    client.link->want_input();
    return client.got.size() >= sent.size();
  }));
  BOOST_TEST((client.got == sent));
  client.got.clear();
  client.reads_on = true;
  client.link->connect_tls(test_contexts().client, "",
                           [&](error_code ec) { client.handshake = ec; });
  BOOST_TEST(run_until([&] { return client.got == "250 under TLS\r\n"; }));
}

BOOST_FIXTURE_TEST_CASE(nothing_meant_for_tls_leaves_in_clear, tls_fixture) {
  server.link->accept_tls(test_contexts().server, [](error_code) {});
  server.link->write("secret");
  server.link->finish();
  client.link->want_input();
  BOOST_TEST(run_until([&] { return client.closed == 1; }));
  BOOST_TEST(client.got == "");
}

BOOST_FIXTURE_TEST_CASE(the_owner_may_let_go_during_the_handshake,
                        tls_fixture) {
  server.link->accept_tls(test_contexts().server,
                          [&](error_code) { server.link.reset(); });
  client.link->connect_tls(test_contexts().client, "", [](error_code) {});
  client.link->want_input();
  BOOST_TEST(run_until([&] { return !server.link; }));
  BOOST_TEST(run_until([&] { return client.closed == 1; }));
  BOOST_TEST(server.closed == 0);
}

BOOST_AUTO_TEST_SUITE_END()
