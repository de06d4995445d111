#include "test/net/http_platform.hpp"

using namespace stagepost::net;
using namespace std::chrono_literals;

BOOST_FIXTURE_TEST_SUITE(http_caller_tls, http_platform_fixture)

BOOST_AUTO_TEST_CASE(a_certificate_is_verified) {
  over_tls();
  BOOST_TEST(post(no_content).status == 204U);
  BOOST_TEST(post(no_content).status == 204U);
  BOOST_TEST(connections() == 1U);
  forget();
  what.peer.host = "other.example";
  BOOST_TEST(post("").why == "TLS failed: hostname mismatch");
  forget();
  over_tls();
  what.peer.tls = std::get<0>(tls_context::client({}));
  BOOST_TEST(post("").why == "TLS failed: self-signed certificate");
}

BOOST_AUTO_TEST_CASE(a_handshake_has_its_time) {
  over_tls();
  shakes_hands = false;
  what.connect_limit = 200ms;
  BOOST_TEST(post("").why == "TLS failed: it took too long");
}

BOOST_AUTO_TEST_CASE(under_tls_a_refusal_is_heard_even_if_the_server_resets) {
  over_tls();
  reads_on = false;
  what.body = std::make_shared<counted>(64U << 20U);
  start();
  BOOST_TEST(run_until(
    [&] { return connections() == 1U && server().handshake.has_value(); }));
  run_for(50ms);
  server().link->write("HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\n\r\n");
  server().link->abort();
  BOOST_TEST(finish().status == 413U);
}

BOOST_AUTO_TEST_CASE(under_tls_an_end_without_goodbye_may_be_a_cut) {
  over_tls();
  start();
  BOOST_TEST(run_until([&] { return has_request(); }));
  server().link->write("HTTP/1.1 200 OK\r\n\r\nuntil the");
  run_for(20ms);
  server().link->abort();
  BOOST_TEST(finish().why == "the connection ended amid the answer");
}

BOOST_AUTO_TEST_SUITE_END()
