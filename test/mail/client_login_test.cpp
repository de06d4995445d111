#include "mail/sasl/base64.hpp"
#include "receiver_script.hpp"
#include "scram_client.hpp"

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

// AUTH (RFC 4954) as a receiver speaks it; what the mechanisms say is tested
// with them.

namespace {

using owner = receiver_owner;
using stagepost::sasl::encode_base64;
using stagepost::sasl::mechanism;
using namespace std::string_literals;

const std::string alice = encode_base64("\0alice\0secret"s);
const std::string wrong = encode_base64("\0alice\0Secret"s);
const std::string down = encode_base64("\0down\0secret"s);
const std::string yes = "235 2.7.0 Authentication successful\r\n";
const std::string no = "535 5.7.8 Wrong user or password\r\n";
const std::string later = "454 4.7.0 Temporary failure\r\n";
const std::string malformed = "501 5.5.2 That is not what was asked for\r\n";
const std::string cancelled = "501 5.7.0 Login cancelled\r\n";
const std::string too_many = "421 4.7.0 mx Too many failed logins\r\n";
const turn prompted{"AUTH PLAIN\r\n", "334 \r\n"};
const turn log_in{"AUTH PLAIN " + alice + "\r\n", yes};

/// Any mechanism, also in clear.
owner::settings lenient() {
  auto x = script::small();
  x.mechanisms = {mechanism::plain, mechanism::login, mechanism::scram_sha_256,
                  mechanism::scram_sha_256_plus};
  x.auth_without_tls = true;
  return x;
}

owner::settings strict() {
  auto x = lenient();
  x.auth_without_tls = false;
  return x;
}

owner::settings patient_twice() {
  auto x = lenient();
  x.auth_failures = 2;
  return x;
}

owner::settings members_only() {
  auto x = lenient();
  x.auth_required = true;
  return x;
}

owner::settings tls_only() {
  auto x = lenient();
  x.tls_required = true;
  return x;
}

owner::settings for_members_who_expand() {
  auto x = lenient();
  x.expn = true;
  return x;
}

const turn hello_with_auth
  = ehlo_with({"PIPELINING", "SIZE 1000", "8BITMIME", "CHUNKING", "BINARYMIME",
               "SMTPUTF8", "DSN", "AUTH PLAIN LOGIN SCRAM-SHA-256", "STARTTLS",
               "LIMITS RCPTMAX=3", "ENHANCEDSTATUSCODES"});
const turn hello_in_tls = ehlo_with(
  {"PIPELINING", "SIZE 1000", "8BITMIME", "CHUNKING", "BINARYMIME", "SMTPUTF8",
   "DSN", "AUTH PLAIN LOGIN SCRAM-SHA-256 SCRAM-SHA-256-PLUS", "REQUIRETLS",
   "LIMITS RCPTMAX=3", "ENHANCEDSTATUSCODES"});

turn line(const std::string& client, std::string server) {
  return {client + "\r\n", std::move(server)};
}

/// All turns of one SCRAM exchange, up to the end of it.
std::vector<turn> scram(const std::string& name, scram_client client,
                        const std::string& outcome) {
  const auto server_first = "r=" + client.nonce + std::string{owner::nonce}
                            + ",s=" + encode_base64("sixteen octets..")
                            + ",i=4096";
  const auto final = client.final(server_first);
  std::vector<turn> out{
    line("AUTH " + name + ' ' + encode_base64(client.first()),
         "334 " + encode_base64(server_first) + "\r\n")};
  if (outcome != yes) {
    out.push_back(line(encode_base64(final), outcome));
    return out;
  }
  out.push_back(line(encode_base64(final),
                     "334 " + encode_base64(client.expected()) + "\r\n"));
  out.push_back(line("", outcome));
  return out;
}

std::vector<turn> operator+(std::vector<turn> a, const std::vector<turn>& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

scram_client binding() {
  scram_client x;
  x.gs2_header = "p=tls-exporter,,";
  x.binding = owner::exporter;
  return x;
}

scram_client knowing(std::string password) {
  scram_client x;
  x.password = std::move(password);
  return x;
}

script with(std::string name, std::vector<turn> turns,
            owner::settings settings = lenient(), bool hangs_up = false) {
  return {std::move(name), std::move(turns), {}, hangs_up, std::move(settings)};
}

const script dialogues[] = {
  with("plain_comes_along", {hello_with_auth, log_in, mail}),
  with("plain_comes_after_an_empty_challenge",
       {hello_with_auth, prompted, line(alice, yes), mail}),
  with("an_empty_response_is_none_of_plain",
       {hello_with_auth, line("AUTH PLAIN =", malformed), prompted,
        line("=", malformed), prompted, line("", malformed)}),
  with("login_asks_for_name_and_password",
       {hello_with_auth, line("auth login", "334 VXNlcm5hbWU6\r\n"),
        line(encode_base64("alice"), "334 UGFzc3dvcmQ6\r\n"),
        line(encode_base64("secret"), yes)}),
  with("login_may_bring_its_name",
       {hello_with_auth,
        line("AUTH LOGIN " + encode_base64("alice"), "334 UGFzc3dvcmQ6\r\n"),
        line(encode_base64("secret"), yes)}),
  with("scram_proves_that_it_knows", std::vector{hello_with_auth}
                                       + scram("SCRAM-SHA-256", {}, yes)
                                       + std::vector{mail}),
  with("scram_with_a_wrong_password_fails",
       std::vector{hello_with_auth}
         + scram("SCRAM-SHA-256", knowing("Pencil"), no) + std::vector{mail}),
  with("scram_binds_the_channel",
       std::vector{hello_with_auth, starttls(), hello_in_tls}
         + scram("SCRAM-SHA-256-PLUS", binding(), yes)),
  with("a_client_that_was_not_told_of_plus_is_refused",
       {hello_with_auth, starttls(), hello_in_tls,
        line("AUTH SCRAM-SHA-256 "
               + encode_base64("y,,n=user,r=rOprNGfwEbeRWgbNEkqO"),
             no)}),
  with("a_star_cancels_at_every_step",
       {hello_with_auth, prompted, line("*", cancelled),
        line("AUTH LOGIN", "334 VXNlcm5hbWU6\r\n"), line("*", cancelled),
        line("AUTH LOGIN " + encode_base64("alice"), "334 UGFzc3dvcmQ6\r\n"),
        line("*", cancelled), mail}),
  with("what_is_no_base64_is_refused",
       {hello_with_auth, line("AUTH PLAIN ab", malformed), prompted,
        line("MAIL FROM:<a@b>", malformed), prompted,
        line("\xc3\xb6", malformed), mail}),
  with("a_control_character_ends_the_login",
       {hello_with_auth, prompted,
        line("a\tb",
             "500 5.5.2 Commands are printable ASCII and end with CRLF\r\n"),
        line(alice, "500 5.5.2 Command not recognized\r\n")}),
  with("a_wrong_password_leaves_one_a_stranger",
       {hello_with_auth, line("AUTH PLAIN " + wrong, no), log_in}),
  with("nobody_acts_for_another",
       {hello_with_auth,
        line("AUTH PLAIN " + encode_base64("bob\0alice\0secret"s), no)}),
  with("too_many_failures_end_it",
       {hello_with_auth, line("AUTH PLAIN " + wrong, no),
        line("AUTH PLAIN ab", malformed), prompted, line("*", cancelled),
        line("AUTH PLAIN " + wrong, no),
        line("AUTH PLAIN " + wrong, no + too_many), silent(log_in.client)},
       lenient(), true),
  with("our_own_trouble_is_no_failure",
       {hello_with_auth, line("AUTH PLAIN " + down, later),
        line("AUTH PLAIN " + wrong, no), line("AUTH PLAIN " + down, later),
        line("AUTH PLAIN " + down, later), log_in},
       patient_twice()),
  with("a_mechanism_that_is_not_known",
       {hello_with_auth,
        line("AUTH GSSAPI", "504 5.5.4 Mechanism not offered\r\n"),
        line("AUTH PLAI", "504 5.5.4 Mechanism not offered\r\n"),
        line("AUTH", "501 5.5.4 The command needs an argument\r\n"), log_in}),
  with("a_hello_comes_first",
       {{log_in.client, "503 5.5.1 Say EHLO first\r\n"},
        {"HELO me\r\n", "250 mx greets me\r\n"},
        {log_in.client, "503 5.5.1 Say EHLO first\r\n"}}),
  with("nobody_logs_in_twice",
       {hello_with_auth,
        log_in,
        {log_in.client, "503 5.5.1 You are logged in already\r\n"},
        ehlo,
        {log_in.client, "503 5.5.1 You are logged in already\r\n"}}),
  with("nobody_logs_in_amid_a_transaction",
       {hello_with_auth,
        mail,
        {log_in.client, "503 5.5.1 A transaction is open\r\n"},
        rset,
        log_in}),
  with("not_in_clear",
       {ehlo,
        {log_in.client,
         "538 5.7.11 Encryption required: STARTTLS comes first\r\n"},
        starttls(),
        hello_in_tls,
        log_in},
       strict()),
  with("no_binding_in_clear",
       {hello_with_auth,
        line("AUTH SCRAM-SHA-256-PLUS",
             "538 5.7.11 Encryption required: STARTTLS comes first\r\n")}),
  with("members_only",
       {hello_with_auth,
        {mail.client, "530 5.7.0 Authentication required\r\n"},
        log_in,
        mail,
        rcpt},
       members_only()),
  with("nothing_without_tls",
       {ehlo,
        {mail.client, "530 5.7.0 Must issue a STARTTLS command first\r\n"},
        {log_in.client, "530 5.7.0 Must issue a STARTTLS command first\r\n"},
        noop,
        starttls(),
        hello_in_tls,
        log_in,
        mail,
        rcpt},
       tls_only()),
  with("a_login_in_clear_is_forgotten_at_starttls",
       {hello_with_auth,
        log_in,
        starttls(),
        hello_in_tls,
        {mail.client, "530 5.7.0 Authentication required\r\n"},
        log_in,
        mail},
       members_only()),
  with(
    "a_submitter_may_be_named_and_is_not_believed",
    {hello_with_auth, line("MAIL FROM:<a@b> AUTH=<>", "250 2.1.0 Ok\r\n"), rset,
     log_in,
     line("MAIL FROM:<a@b> AUTH=nobody",
          "501 5.5.4 Bad value of a parameter\r\n"),
     line("MAIL FROM:<a@b> AUTH=<", "501 5.5.4 Bad value of a parameter\r\n"),
     line("MAIL FROM:<a@b> AUTH=<e@f>", "250 2.1.0 Ok\r\n"), rset,
     line("MAIL FROM:<a@b> AUTH=e@f", "250 2.1.0 Ok\r\n")}),
  with("lists_are_expanded_for_members",
       {hello_with_auth,
        line("EXPN list", "502 5.5.1 Command not implemented\r\n"), log_in,
        line("EXPN list", "250 2.1.5 list\r\n"),
        line("EXPN unknown@d", "550 5.1.1 No such user\r\n")},
       for_members_who_expand()),
};

} // namespace

BOOST_AUTO_TEST_SUITE(client_login)

BOOST_DATA_TEST_CASE(each_step_has_its_reply, dialogues, x) {
  play_by_turns(x);
}

BOOST_DATA_TEST_CASE(it_is_the_same_however_the_octets_come, dialogues, x) {
  play_however_cut(x);
}

BOOST_AUTO_TEST_CASE(a_response_has_at_most_12288_octets) {
  const auto begun = hello_with_auth.client + prompted.client;
  for (const std::size_t step : {1U, 1000U, 20'000U})
    for (const std::size_t size : {12'288U, 12'289U, 12'292U}) {
      owner x{lenient()};
      auto all = begun + std::string(size, 'A') + "\r\nNOOP\r\n";
      for (std::string_view rest = all; !rest.empty();
           rest.remove_prefix(std::min(step, rest.size())))
        x.feed(rest.substr(0, step));
      BOOST_TEST(x.said().ends_with(
        (size == 12'288U ? malformed : "500 5.5.6 Line too long\r\n")
        + noop.server));
    }
}

BOOST_AUTO_TEST_CASE(no_other_command_is_that_long) {
  owner x{lenient()};
  x.feed(hello_with_auth.client + "NOOP " + std::string(3000, 'x') + "\r\n");
  BOOST_TEST(x.said().ends_with("\r\n500 5.5.6 Line too long\r\n"));
  x.feed(log_in.client + "AUTH " + std::string(3000, 'x') + "\r\n");
  BOOST_TEST(x.said().ends_with("\r\n500 5.5.6 Line too long\r\n"));
}

BOOST_AUTO_TEST_CASE(the_owner_may_refuse_before_it_begins) {
  owner x{lenient()};
  x.refuse_login = true;
  x.feed(hello_with_auth.client + log_in.client);
  BOOST_TEST(x.said().ends_with("\r\n454 4.7.0 Too many at once\r\n"));
  BOOST_TEST(x.machine.subject().empty()); // which was the password
  BOOST_TEST(x.machine.user().empty());
}

BOOST_AUTO_TEST_CASE(a_dialogue_closed_amid_a_login_keeps_no_password) {
  stagepost::smtp::receiver x{
    std::make_shared<const owner::settings>(lenient())};
  x.feed(hello_with_auth.client + log_in.client);
  BOOST_CHECK(x.wanted() == owner::wish::begin_login);
  x.close({421, {4, 3, 2}, "Shutting down"});
  BOOST_TEST(x.subject().empty());
  x.login_begins({std::string{owner::nonce}, false, "", ""});
  x.logged_in("alice");
  BOOST_CHECK(x.wanted() == owner::wish::hang_up);
  BOOST_TEST(x.user().empty());
}

BOOST_AUTO_TEST_CASE(who_logged_in_is_told) {
  owner x{lenient()};
  x.feed(hello_with_auth.client + log_in.client);
  BOOST_TEST(x.machine.user() == "alice");
  x.feed(ehlo.client);
  BOOST_TEST(x.machine.user() == "alice");
}

BOOST_AUTO_TEST_SUITE_END()
