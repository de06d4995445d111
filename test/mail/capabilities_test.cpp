#include "mail/smtp/capabilities.hpp"

#include <boost/test/unit_test.hpp>

using stagepost::smtp::parse_capabilities;

BOOST_AUTO_TEST_SUITE(capabilities)

BOOST_AUTO_TEST_CASE(keywords_are_read_in_any_case) {
  const auto x = parse_capabilities(
    "mx\npipelining\nSIZE 1000\n8BitMime\nSTARTTLS\nENHANCEDSTATUSCODES\n"
    "SMTPUTF8\nCHUNKING\nBinaryMime\nDSN\nRequireTLS\nX-UNKNOWN a b");
  BOOST_TEST((x.pipelining && x.size && x.eight_bit_mime && x.starttls
              && x.enhanced_status_codes && x.smtputf8 && x.chunking
              && x.binary_mime && x.dsn && x.require_tls));
  BOOST_TEST(x.size_limit == 1000U);
}

BOOST_AUTO_TEST_CASE(the_first_line_is_a_name) {
  for (const auto* text : {"", "PIPELINING", "STARTTLS\nx", "mx\n\n",
                           "mx\nSTARTTLSX\nXSTARTTLS\n STARTTLS\nSTART TLS"})
    BOOST_TEST((parse_capabilities(text) == stagepost::smtp::capabilities{}));
}

BOOST_AUTO_TEST_CASE(limits_are_numbers_with_a_name) {
  const auto x = parse_capabilities(
    "mx\nLIMITS RCPTDOMAINMAX=1 rcptmax=20  MAILMAX=1000 FUTURE");
  BOOST_TEST(x.most_recipients == 20U);
  BOOST_TEST(x.most_messages == 1000U);
  for (const auto* text : {"mx\nLIMITS", "mx\nLIMITS ", "mx\nLIMITS RCPTMAX",
                           "mx\nLIMITS RCPTMAX=", "mx\nLIMITS RCPTMAX=x",
                           "mx\nLIMITS RCPTMAX=-1", "mx\nLIMITS RCPTMAX=2x",
                           "mx\nLIMITS RCPTMAX=99999999999", "mx\nLIMITS =5"})
    BOOST_TEST((parse_capabilities(text) == stagepost::smtp::capabilities{}));
}

BOOST_AUTO_TEST_CASE(mechanisms_are_read_in_both_spellings) {
  const auto x = parse_capabilities("mx\nAUTH PLAIN cram-md5 Scram-Sha-256");
  BOOST_TEST((x.auth_plain && x.auth_scram_sha_256 && !x.auth_login));
  const auto old = parse_capabilities("mx\nAUTH=LOGIN PLAIN");
  BOOST_TEST((old.auth_plain && old.auth_login && !old.auth_scram_sha_256));
  for (const auto* text :
       {"mx\nAUTH", "mx\nAUTH ", "mx\nAUTH=", "mx\nAUTHPLAIN",
        "mx\nAUTH XPLAIN PLAINX SCRAM-SHA-256-PLUS"})
    BOOST_TEST((parse_capabilities(text) == stagepost::smtp::capabilities{}));
}

BOOST_AUTO_TEST_CASE(an_odd_size_is_no_limit) {
  for (const auto* text : {"mx\nSIZE", "mx\nSIZE ", "mx\nSIZE x", "mx\nSIZE -1",
                           "mx\nSIZE 0", "mx\nSIZE 99999999999999999999"}) {
    const auto x = parse_capabilities(text);
    BOOST_TEST(x.size);
    BOOST_TEST(x.size_limit == 0U);
  }
}

BOOST_AUTO_TEST_SUITE_END()
