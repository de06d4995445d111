#include "mail/smtp/command.hpp"

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <cstdint>
#include <ostream>
#include <string>

using namespace stagepost::smtp;
using errc = command_errc;

namespace {

struct spelled {
  std::string line;
  verb what;
  std::string argument; ///< Or the path.
};
std::ostream& operator<<(std::ostream& out, const spelled& x) {
  return out << x.line;
}

const spelled good[] = {
  {"HELO mx", verb::helo, "mx"},
  {"EHLO mx.example.com", verb::ehlo, "mx.example.com"},
  {"ehlo mx", verb::ehlo, "mx"},
  {"EHLO  mx  ", verb::ehlo, "mx"},
  {"EHLO [192.0.2.1]", verb::ehlo, "[192.0.2.1]"},
  {"EHLO print_server", verb::ehlo, "print_server"},
  {"EHLO [egress:192.0.2.1/mta]", verb::ehlo, "[egress:192.0.2.1/mta]"},
  {"DATA", verb::data, ""},
  {"dAtA ", verb::data, ""},
  {"RSET", verb::rset, ""},
  {"NOOP", verb::noop, ""},
  {"NOOP what ever", verb::noop, "what ever"},
  {"QUIT", verb::quit, ""},
  {"VRFY alice", verb::vrfy, "alice"},
  {"HELP", verb::help, ""},
  {"HELP MAIL", verb::help, "MAIL"},
  {"STARTTLS", verb::starttls, ""},
  {"LHLO mx", verb::lhlo, "mx"},
  {"EXPN list", verb::expn, "list"},
  {"AUTH PLAIN AGEAYg==", verb::auth, "PLAIN AGEAYg=="},
  {"bdat 10 LAST", verb::bdat, "10 LAST"},
  {"BDAT", verb::bdat, ""},
  {"XCLIENT NAME=x", verb::xclient, "NAME=x"},
  {"MAIL FROM:<a@b>", verb::mail, "a@b"},
  {"mail from:<a@b>", verb::mail, "a@b"},
  {"MAIL FROM: <a@b>", verb::mail, "a@b"},
  {"MAIL FROM:  <a@b>  ", verb::mail, "a@b"},
  {"MAIL FROM:<>", verb::mail, ""},
  {"MAIL FROM:<user.@ilo>", verb::mail, "user.@ilo"},
  {"MAIL FROM:<\"a>b\"@c>", verb::mail, "\"a>b\"@c"},
  {"MAIL FROM:<\"a\\\">b\"@c>", verb::mail, "\"a\\\">b\"@c"},
  {"RCPT TO:<a@b>", verb::rcpt, "a@b"},
  {"RCPT TO: <a@b>", verb::rcpt, "a@b"},
  {"RCPT TO:<Postmaster>", verb::rcpt, "Postmaster"},
  {"RCPT TO:<a@[IPv6:::1]>", verb::rcpt, "a@[ipv6:::1]"},
  // source routes are dropped
  {"RCPT TO:<@x:a@b>", verb::rcpt, "a@b"},
  {"RCPT TO:<@x.org,@y.org:a@b>", verb::rcpt, "a@b"},
  {"RCPT TO:<@[IPv6:::1],@y:a@b>", verb::rcpt, "a@b"},
};

struct refusal {
  std::string line;
  errc why;
};
std::ostream& operator<<(std::ostream& out, const refusal& x) {
  return out << x.line;
}

const refusal refused[] = {
  {"", errc::unknown},
  {" ", errc::unknown},
  {" NOOP", errc::unknown},
  {"DAT", errc::unknown},
  {"DATAA", errc::unknown},
  {"MAILFROM:<a@b>", errc::unknown},
  {"MAIL:<a@b>", errc::unknown},
  {"GET / HTTP/1.1", errc::unknown},
  {"SAML FROM:<a@b>", errc::unimplemented},
  {"ETRN b", errc::unimplemented},
  {"TURN", errc::unimplemented},
  {"EHLO", errc::missing_argument},
  {"HELO ", errc::missing_argument},
  {"VRFY", errc::missing_argument},
  {"LHLO", errc::missing_argument},
  {"EXPN", errc::missing_argument},
  {"AUTH", errc::missing_argument},
  {"XCLIENT", errc::missing_argument},
  {"MAIL", errc::missing_argument},
  {"RCPT", errc::missing_argument},
  {"DATA now", errc::unwanted_argument},
  {"QUIT now", errc::unwanted_argument},
  {"RSET all", errc::unwanted_argument},
  {"STARTTLS 1.3", errc::unwanted_argument},
  {"EHLO two words", errc::bad_argument},
  {"EHLO " + std::string(256, 'x'), errc::bad_argument},
  {"MAIL <a@b>", errc::bad_argument},
  {"MAIL TO:<a@b>", errc::bad_argument},
  {"MAIL FROM <a@b>", errc::bad_argument},
  {"MAIL FROM", errc::bad_argument},
  {"RCPT FROM:<a@b>", errc::bad_argument},
  {"MAIL FROM:<a@b>SIZE=1", errc::bad_argument},
  {"MAIL FROM:", errc::bad_sender},
  {"MAIL FROM:a@b", errc::bad_sender},
  {"MAIL FROM:<a@b", errc::bad_sender},
  {"MAIL FROM:<a>", errc::bad_sender},
  {"MAIL FROM:<postmaster>", errc::bad_sender},
  {"MAIL FROM:< a@b>", errc::bad_sender},
  {"MAIL FROM:< >", errc::bad_sender},
  {"MAIL FROM:<<a@b>>", errc::bad_sender},
  {"MAIL FROM:<\"a>@b", errc::bad_sender},
  {"RCPT TO:<>", errc::bad_recipient},
  {"RCPT TO:<alice>", errc::bad_recipient},
  {"RCPT TO:Alice <a@b>", errc::bad_recipient},
  {"RCPT TO:<a@b,c@d>", errc::bad_recipient},
  {"RCPT TO:<a@b,c@d:e@f>", errc::bad_recipient},
  {"RCPT TO:<@a:>", errc::bad_recipient},
  {"RCPT TO:<@a>", errc::bad_recipient},
  {"RCPT TO:<@:a@b>", errc::bad_recipient},
  {"RCPT TO:<@x,:a@b>", errc::bad_recipient},
  {"RCPT TO:<@x,y:a@b>", errc::bad_recipient},
  {"RCPT TO:<@[x:a@b>", errc::bad_recipient},
  {"MAIL FROM:<a@b> =1", errc::bad_parameter},
  {"MAIL FROM:<a@b> SIZE=", errc::bad_parameter},
  {"MAIL FROM:<a@b> S!ZE=1", errc::bad_parameter},
  {"MAIL FROM:<a@b> -X=1", errc::bad_parameter},
  {"MAIL FROM:<a@b> X=1=2", errc::bad_parameter},
};

struct sized {
  std::string argument;
  std::uint64_t size;
  bool last;
};
std::ostream& operator<<(std::ostream& out, const sized& x) {
  return out << x.argument;
}

const sized chunks[] = {
  {"0", 0, false},
  {"0 LAST", 0, true},
  {"10", 10, false},
  {"10 last", 10, true},
  {"10  LAST", 10, true},
  {"18446744073709551615", 18'446'744'073'709'551'615U, false},
};

} // namespace

BOOST_AUTO_TEST_SUITE(command)

BOOST_DATA_TEST_CASE(a_command_is_taken_apart, good, x) {
  const auto found = parse_command(x.line);
  BOOST_REQUIRE(found.has_value());
  BOOST_CHECK(found->what == x.what);
  const bool path = x.what == verb::mail || x.what == verb::rcpt;
  BOOST_TEST((path ? found->path.text() : std::string{found->argument})
             == x.argument);
}

BOOST_DATA_TEST_CASE(what_is_no_command_is_refused, refused, x) {
  BOOST_TEST(parse_command(x.line).error() == make_error_code(x.why));
}

BOOST_AUTO_TEST_CASE(parameters_keep_their_order_and_spelling) {
  const auto x = parse_command("MAIL FROM:<a@b> size=12  BODY=7BIT FLAG X-y==");
  BOOST_TEST(!x.has_value());
  const auto y = parse_command("MAIL FROM:<a@b> size=12  BODY=7BIT FLAG");
  BOOST_REQUIRE(y.has_value());
  BOOST_REQUIRE(y->parameters.size() == 3U);
  BOOST_TEST(y->parameters[0].keyword == "size");
  BOOST_TEST(y->parameters[0].value == "12");
  BOOST_TEST(y->parameters[1].value == "7BIT");
  BOOST_TEST(y->parameters[2].keyword == "FLAG");
  BOOST_TEST(y->parameters[2].value.empty());
}

BOOST_DATA_TEST_CASE(a_chunk_has_its_size, chunks, x) {
  const auto found = parse_chunk(x.argument);
  BOOST_REQUIRE(found.has_value());
  BOOST_TEST(found->size == x.size);
  BOOST_TEST(found->last == x.last);
}

BOOST_AUTO_TEST_CASE(a_chunk_without_a_size_that_makes_sense_is_refused) {
  for (const auto* text : {"", "LAST", "-1", "+1", "1k", "0x10", "10 LAST LAST",
                           "10 FIRST", "10LAST", "10 LAS", "1.5",
                           "18446744073709551616", "000000000000000000001"})
    BOOST_TEST(parse_chunk(text).error() == make_error_code(errc::bad_argument),
               text);
}

BOOST_AUTO_TEST_CASE(a_web_client_is_known_by_its_first_word) {
  BOOST_TEST(looks_like_http("GET / HTTP/1.1"));
  BOOST_TEST(looks_like_http("post /x HTTP/1.0"));
  BOOST_TEST(looks_like_http("Host: mx.example.com"));
  BOOST_TEST(!looks_like_http("HELO GET"));
  BOOST_TEST(!looks_like_http(""));
}

BOOST_AUTO_TEST_SUITE_END()
