#include "mail/smtp/sender.hpp"
#include "test/mail/sender_script.hpp"

#include <boost/test/unit_test.hpp>

using namespace stagepost;
using policy = smtp::sender::tls_policy;

namespace {

const std::string offered = R"(
  S: 220 mx
  C: EHLO us
  S: 250-mx
  S: 250-PIPELINING
  S: 250 StartTLS)";

const std::string not_offered = R"(
  S: 220 mx
  C: EHLO us
  S: 250-mx
  S: 250 PIPELINING)";

void play(policy tls, const std::string& dialogue, bool already = false) {
  test::sender_script({"us", tls, already},
                      {"s@y.org", {{"a@x.org"}}, 0, false})
    .play(dialogue);
}

} // namespace

BOOST_AUTO_TEST_SUITE(sender_tls)

BOOST_AUTO_TEST_CASE(an_offered_starttls_is_taken) {
  for (const auto tls : {policy::opportunistic, policy::required})
    play(tls, offered + R"(
      C: STARTTLS
      clear
      S: 220 Go
      ? start_tls
      ! tls
      secure
      C: EHLO us
      S: 250 mx
      ? ready)");
}

BOOST_AUTO_TEST_CASE(what_was_offered_in_clear_is_forgotten) {
  play(policy::opportunistic, offered + R"(
    C: STARTTLS
    S: 220 Go
    ! tls
    C: EHLO us
    S: 250 mx
    ! begin
    C: MAIL FROM:<s@y.org>
    S: 250 Ok
    C: RCPT TO:<a@x.org>)");
}

BOOST_AUTO_TEST_CASE(starttls_is_not_asked_for_within_tls) {
  play(policy::required, offered + R"(
    C: STARTTLS
    S: 220 Go
    ! tls
    C: EHLO us
    S: 250-mx
    S: 250 STARTTLS
    ? ready)");
  play(policy::required, offered + "\nsecure\n? ready", true);
}

BOOST_AUTO_TEST_CASE(without_a_policy_starttls_is_left_alone) {
  play(policy::none, offered + "\n? ready");
}

BOOST_AUTO_TEST_CASE(opportunistic_tls_goes_on_in_clear) {
  play(policy::opportunistic, not_offered + "\n? ready\nclear");
  for (const std::string refusal : {"454 4.7.0 Later", "502 What"})
    play(policy::opportunistic,
         offered + "\nC: STARTTLS\nS: " + refusal + "\n? ready\nclear");
}

BOOST_AUTO_TEST_CASE(required_tls_never_goes_on_in_clear) {
  play(policy::required, not_offered + R"(
    ? hang_up
    why 454 4.7.4 TLS is required, and the server does not offer it)");
  play(policy::required, R"(
    S: 220 mx
    C: EHLO us
    S: 502 What
    C: HELO us
    S: 250 mx
    ? hang_up
    why 454 4.7.4 TLS is required, and the server does not offer it)");
  play(policy::required, offered + R"(
    C: STARTTLS
    S: 502 5.5.1 What
    ? hang_up
    why 454 4.7.4 TLS is required, and the server refused it: 502 5.5.1 What)");
}

BOOST_AUTO_TEST_CASE(octets_before_the_handshake_end_the_dialogue) {
  for (const auto tls : {policy::opportunistic, policy::required}) {
    play(tls, offered + R"(
      C: STARTTLS
      S: 220 Go
      S: 250 injected
      ? hang_up
      why 451 4.5.0 Server broke the protocol: it spoke before it was asked)");
    play(tls, offered + R"(
      S: 220 injected
      ? hang_up
      why 451 4.5.0 Server broke the protocol: it spoke before it was asked)");
  }
  smtp::sender it({"us", policy::opportunistic, false});
  it.feed("220 mx\r\n");
  BOOST_TEST(it.take_output() == "EHLO us\r\n");
  it.feed("250-mx\r\n250 STARTTLS\r\n");
  BOOST_TEST(it.take_output() == "STARTTLS\r\n");
  it.feed("220 Go\r\n2");
  BOOST_TEST((it.wanted() == smtp::sender::wish::hang_up));
  it.tls_started();
  BOOST_TEST((it.wanted() == smtp::sender::wish::hang_up));
  BOOST_TEST(!it.secure());
}

BOOST_AUTO_TEST_CASE(a_failed_handshake_ends_the_dialogue) {
  for (const auto tls : {policy::opportunistic, policy::required})
    play(tls, offered + R"(
      C: STARTTLS
      S: 220 Go
      ! tls_failed
      ? hang_up
      why 454 4.7.5 TLS handshake failed: no shared cipher)");
}

BOOST_AUTO_TEST_CASE(a_421_to_starttls_is_no_leave_to_go_on) {
  play(policy::opportunistic, offered + R"(
    C: STARTTLS
    S: 421 4.3.2 Bye
    ? hang_up
    why 421 4.3.2 Bye)");
}

BOOST_AUTO_TEST_CASE(tls_from_the_first_octet_can_be_verified) {
  auto x = test::two();
  x.require_tls = true;
  for (const bool verified : {true, false})
    test::sender_script({"us", policy::required, true}, x)
      .play(std::string(verified ? "! verified" : "! tls") + R"(
    S: 220 mx
    C: EHLO us
    S: 250-mx
    S: 250-STARTTLS
    S: 250 REQUIRETLS
    ? ready
    secure
    ! begin
    )"
            + (verified ? "C: MAIL FROM:<s@y.org> REQUIRETLS"
                        : "= 550 5.7.30 REQUIRETLS support "
                          "required"));
}

BOOST_AUTO_TEST_SUITE_END()
