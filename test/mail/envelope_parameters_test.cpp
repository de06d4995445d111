#include "mail/notify.hpp"
#include "mail/smtp/mail_parameters.hpp"
#include "receiver_script.hpp"

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <limits>
#include <ostream>

// What may stand behind the paths of MAIL and RCPT, and what it leads to.

namespace {

using namespace stagepost;
using namespace stagepost::smtp;
using owner = receiver_owner;

const std::string ok = "250 2.1.0 Ok\r\n";
const std::string bad = "501 5.5.4 Bad value of a parameter\r\n";
const std::string unknown = "555 5.5.4 Parameter not recognized\r\n";
const std::string large = "552 5.3.4 Message larger than the limit\r\n";
const std::string in_clear = "530 5.7.10 REQUIRETLS needs TLS\r\n";
const std::string no_sender
  = "550 5.6.7 An address that is not ASCII wants SMTPUTF8\r\n";
const std::string no_recipient
  = "553 5.6.7 An address that is not ASCII wants SMTPUTF8\r\n";
const std::string broken
  = "500 5.5.2 Commands are printable ASCII and end with CRLF\r\n";

struct row {
  std::string text; ///< Behind `MAIL FROM:` or `RCPT TO:`.
  std::string reply;
};
std::ostream& operator<<(std::ostream& out, const row& x) {
  return out << x.text;
}

const row of_mail[] = {
  {"<a@b> SIZE=0", ok},
  {"<a@b> size=1000", ok},
  {"<a@b> SIZE=1001", large},
  {"<a@b> SIZE=18446744073709551616", large},
  {"<a@b> SIZE", bad},
  {"<a@b> SIZE=", bad},
  {"<a@b> SIZE=-1", bad},
  {"<a@b> SIZE=1k", bad},
  {"<a@b> SIZE=0x10", bad},
  {"<a@b> SIZE=000000000000000000001", bad},
  {"<a@b> SIZE=1 SIZE=1", bad},
  {"<a@b> BODY=7BIT", ok},
  {"<a@b> BODY=8BITMIME", ok},
  {"<a@b> body=binarymime", ok},
  {"<a@b> BODY=9BIT", bad},
  {"<a@b> BODY", bad},
  {"<a@b> BODY=7BIT BODY=8BITMIME", bad},
  {"<a@b> SMTPUTF8", ok},
  {"<j\xc3\xb6rg@b> SMTPUTF8", ok},
  {"<a@b\xc3\xbc"
   "cher.example> SMTPUTF8",
   ok},
  {"<a@b> SMTPUTF8=1", bad},
  {"<a@b> SMTPUTF8 smtputf8", bad},
  {"<j\xc3\xb6rg@b>", no_sender},
  {"<j\xc3\xb6rg@b> BODY=8BITMIME", no_sender},
  {"<j\xf6rg@b> SMTPUTF8", broken},
  {"<j\xc0\xafrg@b> SMTPUTF8", broken},
  {"<j\xed\xa0\x80rg@b> SMTPUTF8", broken},
  {"<j\xc2\x85rg@b> SMTPUTF8", "501 5.1.7 Bad sender address\r\n"},
  {"<a@b> RET=FULL", ok},
  {"<a@b> ret=hdrs", ok},
  {"<a@b> RET=BODY", bad},
  {"<a@b> RET", bad},
  {"<a@b> RET=FULL RET=FULL", bad},
  {"<a@b> ENVID=x", ok},
  {"<a@b> ENVID=a+2Bb+3Dc+20d", ok},
  {"<a@b> ENVID=" + std::string(100, 'x'), ok},
  {"<a@b> ENVID=" + std::string(101, 'x'), bad},
  {"<a@b> ENVID=", bad},
  {"<a@b> ENVID=+0D+0AEvil:", bad},
  {"<a@b> ENVID=+2b", bad},
  {"<a@b> ENVID=+F6", bad},
  {"<a@b> ENVID=\xc3\xb6 SMTPUTF8", bad},
  {"<a@b> ENVID=x ENVID=y", bad},
  {"<a@b> REQUIRETLS", in_clear},
  {"<a@b> REQUIRETLS=1", bad},
  {"<a@b> REQUIRETLS REQUIRETLS", bad},
  {"<a@b> AUTH=<>", unknown},
  {"<a@b> BY=120;R", unknown},
  {"<a@b> X-WHAT", unknown},
  {"<a@b> NOTIFY=NEVER", unknown},
  {"<a@b> ORCPT=rfc822;c@d", unknown},
  {"<> SIZE=1 BODY=8BITMIME SMTPUTF8 RET=HDRS ENVID=x", ok},
};

const row of_rcpt[] = {
  {"<c@d> NOTIFY=NEVER", "250 2.1.5 Ok\r\n"},
  {"<c@d> notify=success,failure,delay", "250 2.1.5 Ok\r\n"},
  {"<c@d> NOTIFY=NEVER,DELAY", bad},
  {"<c@d> NOTIFY=SUCCESS,SUCCESS", bad},
  {"<c@d> NOTIFY=SUCCESS,", bad},
  {"<c@d> NOTIFY=ALWAYS", bad},
  {"<c@d> NOTIFY=", bad},
  {"<c@d> NOTIFY", bad},
  {"<c@d> NOTIFY=NEVER NOTIFY=NEVER", bad},
  {"<c@d> ORCPT=rfc822;c+2Bx@d", "250 2.1.5 Ok\r\n"},
  {"<c@d> ORCPT=rfc822;" + std::string(493, 'x'), "250 2.1.5 Ok\r\n"},
  {"<c@d> ORCPT=rfc822;" + std::string(494, 'x'), bad},
  {"<c@d> ORCPT=utf-8;j\\x{F6}rg@d", "250 2.1.5 Ok\r\n"},
  {"<c@d> ORCPT=utf-8;j\xc3\xb6rg@d", "250 2.1.5 Ok\r\n"},
  {"<c@d> ORCPT=rfc822;j\xc3\xb6rg@d", bad},
  {"<c@d> ORCPT=rfc822;a+0D+0ARCPT", bad},
  {"<c@d> ORCPT=rfc822;", bad},
  {"<c@d> ORCPT=;c@d", bad},
  {"<c@d> ORCPT=c@d", bad},
  {"<c@d> ORCPT", bad},
  {"<c@d> ORCPT=rfc822;c@d ORCPT=rfc822;c@d", bad},
  {"<j\xc3\xb6rg@d>", "250 2.1.5 Ok\r\n"},
  {"<j\xf6rg@d>", broken},
  {"<c@d> SIZE=1", unknown},
  {"<c@d> RRVS=2014-04-03T23:01:00Z", unknown},
};

/// The same where nothing was offered.
const row not_offered[] = {
  {"<a@b> SIZE=1", unknown},
  {"<a@b> BODY=7BIT", unknown},
  {"<a@b> BODY=BINARYMIME", unknown},
  {"<a@b> SMTPUTF8", unknown},
  {"<j\xc3\xb6rg@b> SMTPUTF8", unknown},
  {"<a@b> RET=FULL", unknown},
  {"<a@b> ENVID=x", unknown},
  {"<a@b> REQUIRETLS", unknown},
  {"<a@b> AUTH=<>", unknown},
  {"<j\xc3\xb6rg@b>", no_sender},
};

owner::settings bare() {
  auto x = script::small();
  x.offers = {false, false, false, false, false, false, false,
              false, false, false, false, false, false};
  return x;
}

const turn bare_ehlo = ehlo_with({});
const turn utf8_mail{"MAIL FROM:<a@b> SMTPUTF8\r\n", ok};

script mail_script(const row& x) {
  return {x.text, {ehlo, {"MAIL FROM:" + x.text + "\r\n", x.reply}}};
}

script rcpt_script(const row& x) {
  return {x.text, {ehlo, utf8_mail, {"RCPT TO:" + x.text + "\r\n", x.reply}}};
}

/// The envelope of a message stored with these.
transaction envelope(const std::string& of_mail_,
                     const std::string& of_rcpt_ = "") {
  owner x{script::small()};
  x.feed(ehlo.client + "MAIL FROM:<a@b> " + of_mail_ + "\r\nRCPT TO:<c@d> "
         + of_rcpt_ + "\r\nBDAT 0 LAST\r\n");
  BOOST_REQUIRE(x.envelopes.size() == 1U);
  return x.envelopes.front();
}

} // namespace

BOOST_AUTO_TEST_SUITE(envelope_parameters)

BOOST_DATA_TEST_CASE(each_one_of_mail_has_its_reply, of_mail, x) {
  play_by_turns(mail_script(x));
  play_however_cut(mail_script(x));
}

BOOST_DATA_TEST_CASE(each_one_of_rcpt_has_its_reply, of_rcpt, x) {
  play_by_turns(rcpt_script(x));
  play_however_cut(rcpt_script(x));
}

BOOST_DATA_TEST_CASE(what_was_not_offered_is_not_known, not_offered, x) {
  script with{x.text, {bare_ehlo, {"MAIL FROM:" + x.text + "\r\n", x.reply}}};
  with.settings = bare();
  play_by_turns(with);
}

BOOST_AUTO_TEST_CASE(nor_is_what_was_not_offered_for_a_recipient) {
  owner x{bare()};
  x.feed(ehlo.client + mail.client + "RCPT TO:<c@d> NOTIFY=NEVER\r\n");
  BOOST_TEST(x.said().ends_with(unknown));
  x.feed("RCPT TO:<c@d> ORCPT=rfc822;c@d\r\n");
  BOOST_TEST(x.said().ends_with(unknown));
}

BOOST_AUTO_TEST_CASE(an_address_of_letters_wants_smtputf8) {
  owner x{script::small()};
  x.feed(ehlo.client + mail.client + "RCPT TO:<j\xc3\xb6rg@d>\r\n");
  BOOST_TEST(x.said().ends_with(no_recipient));
  x.feed("RCPT TO:<c@d> ORCPT=utf-8;j\xc3\xb6rg@d\r\n");
  BOOST_TEST(x.said().ends_with(no_recipient));
}

BOOST_AUTO_TEST_CASE(requiretls_is_for_tls) {
  owner x{script::small()};
  x.feed(ehlo.client + "STARTTLS\r\n");
  x.feed(ehlo.client + "MAIL FROM:<a@b> REQUIRETLS\r\n");
  BOOST_TEST(x.said().find("\r\n250-REQUIRETLS\r\n") != std::string::npos);
  BOOST_TEST(x.said().ends_with(ok));
  BOOST_TEST(x.machine.current().require_tls);
}

BOOST_AUTO_TEST_CASE(without_parameters_nothing_is_asked_for) {
  const auto x = envelope("");
  BOOST_TEST(x.declared_size == 0U);
  BOOST_CHECK(x.body == body_kind::seven_bit);
  BOOST_CHECK(x.returns == returned::unsaid);
  BOOST_TEST(x.envelope_id.empty());
  BOOST_TEST(!x.smtputf8);
  BOOST_TEST(!x.require_tls);
  BOOST_TEST(x.recipients.at(0).notify == 0U);
  BOOST_TEST(x.recipients.at(0).original.empty());
}

BOOST_AUTO_TEST_CASE(what_was_asked_for_is_in_the_envelope) {
  const auto x
    = envelope("SIZE=12 BODY=8BITMIME SMTPUTF8 RET=HDRS ENVID=QQ+2B314",
               "NOTIFY=SUCCESS,DELAY ORCPT=RFC822;e+2Bx@f");
  BOOST_TEST(x.declared_size == 12U);
  BOOST_CHECK(x.body == body_kind::eight_bit);
  BOOST_CHECK(x.returns == returned::headers);
  BOOST_TEST(x.envelope_id == "QQ+314");
  BOOST_TEST(x.smtputf8);
  BOOST_TEST(x.recipients.at(0).notify == (notify_success | notify_delay));
  BOOST_TEST(x.recipients.at(0).original == "rfc822;e+x@f");
  BOOST_CHECK(envelope("BODY=BINARYMIME").body == body_kind::binary);
  BOOST_CHECK(envelope("RET=FULL").returns == returned::full);
  BOOST_TEST(
    envelope("SMTPUTF8", "ORCPT=utf-8;j\\x{F6}rg@f").recipients.at(0).original
    == "utf-8;j\xc3\xb6rg@f");
}

BOOST_AUTO_TEST_CASE(a_size_past_counting_is_the_largest) {
  const std::vector<parameter> given{{"SIZE", "99999999999999999999"}};
  transaction x;
  BOOST_TEST(!read_mail_parameters(given, extensions{}, x));
  BOOST_TEST(x.declared_size == std::numeric_limits<std::uint64_t>::max());
}

BOOST_AUTO_TEST_CASE(one_recipients_wishes_are_not_anothers) {
  owner x{script::small()};
  x.feed(ehlo.client + mail.client + "RCPT TO:<c@d> NOTIFY=NEVER\r\n"
         + "RCPT TO:<unknown@d> NOTIFY=DELAY ORCPT=rfc822;x\r\n" + rcpt.client
         + "BDAT 0 LAST\r\n");
  BOOST_REQUIRE(x.envelopes.size() == 1U);
  const auto& to = x.envelopes[0].recipients;
  BOOST_REQUIRE(to.size() == 2U);
  BOOST_TEST(to[0].notify == notify_never);
  BOOST_TEST(to[1].notify == 0U);
  BOOST_TEST(to[1].original.empty());
}

BOOST_AUTO_TEST_CASE(one_messages_wishes_are_not_the_nexts) {
  owner x{script::small()};
  x.feed(ehlo.client + "MAIL FROM:<a@b> ENVID=x RET=FULL SMTPUTF8\r\n"
         + rcpt.client + "BDAT 0 LAST\r\n" + mail.client + rcpt.client
         + "BDAT 0 LAST\r\n");
  BOOST_REQUIRE(x.envelopes.size() == 2U);
  BOOST_TEST(x.envelopes[1].envelope_id.empty());
  BOOST_TEST(!x.envelopes[1].smtputf8);
  BOOST_CHECK(x.envelopes[1].returns == returned::unsaid);
}

BOOST_AUTO_TEST_SUITE_END()
