#include "mail/sasl/base64.hpp"
#include "mail/sasl/scram_conversation.hpp"
#include "scram_client.hpp"

#include <boost/test/unit_test.hpp>

using namespace stagepost;
using namespace stagepost::sasl;

namespace {

const std::string salt = decode_base64("W22ZaJ0SNY7soEsUEjb6gQ==").value();
const auto pencil = make_scram_verifier("pencil", salt, 4096).value();
const std::string server_nonce = "%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0";

circumstances clear() {
  return {server_nonce, false, {}, {}};
}

circumstances bound() {
  return {server_nonce, true, std::string(32, '\xee'), "hash of the cert"};
}

/// How a whole conversation with this client ends.
state outcome(sasl::scram_conversation& talk, scram_client& client,
              const scram_verifier& verifier = pencil) {
  auto now = talk.take(client.first());
  if (now != state::find_verifier)
    return now;
  if (talk.take(verifier) != state::challenge)
    return state::cancelled;
  now = talk.take(client.final(talk.challenge()));
  if (now != state::challenge)
    return now;
  BOOST_TEST(talk.challenge() == client.expected());
  return talk.take("");
}

state outcome(bool plus, const circumstances& where, scram_client client) {
  sasl::scram_conversation talk{plus, where};
  return outcome(talk, client);
}

scram_client with_binding(const std::string& type, const std::string& data) {
  scram_client out;
  out.gs2_header = "p=" + type + ",,";
  out.binding = data;
  return out;
}

scram_client with_header(const std::string& gs2_header) {
  scram_client out;
  out.gs2_header = gs2_header;
  return out;
}

} // namespace

BOOST_AUTO_TEST_SUITE(scram_conversation)

BOOST_AUTO_TEST_CASE(it_goes_as_in_rfc_7677) {
  sasl::scram_conversation talk{false, clear()};
  BOOST_TEST(
    (talk.take("n,,n=user,r=rOprNGfwEbeRWgbNEkqO") == state::find_verifier));
  BOOST_TEST(talk.user() == "user");
  BOOST_TEST((talk.take(pencil) == state::challenge));
  BOOST_TEST(talk.challenge()
             == "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,"
                "s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096");
  BOOST_TEST(
    (talk.take("c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)"
               "hNlF$k0,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=")
     == state::challenge));
  BOOST_TEST(talk.challenge()
             == "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=");
  BOOST_TEST((talk.take("") == state::proved));
}

BOOST_AUTO_TEST_CASE(a_wrong_password_or_an_unknown_user_fails) {
  scram_client wrong;
  wrong.password = "pencils";
  BOOST_TEST((outcome(false, clear(), wrong) == state::failed));
  scram_client known;
  sasl::scram_conversation talk{false, clear()};
  BOOST_TEST(
    (outcome(talk, known, unknown_user_verifier(std::string(32, 'k'), "user"))
     == state::failed));
}

BOOST_AUTO_TEST_CASE(a_client_that_binds_the_channel_proves_itself) {
  BOOST_TEST((outcome(true, bound(),
                      with_binding("tls-exporter", std::string(32, '\xee')))
              == state::proved));
  BOOST_TEST((outcome(true, bound(),
                      with_binding("tls-server-end-point", "hash of the cert"))
              == state::proved));
}

BOOST_AUTO_TEST_CASE(a_channel_with_somebody_in_between_fails) {
  BOOST_TEST((outcome(true, bound(),
                      with_binding("tls-exporter", std::string(32, '\xef')))
              == state::failed));
  BOOST_TEST((outcome(true, bound(), with_binding("tls-exporter", ""))
              == state::failed));
  BOOST_TEST((
    outcome(true, bound(), with_binding("tls-server-end-point", "another cert"))
    == state::failed));
  // the right data of the wrong type
  BOOST_TEST(
    (outcome(true, bound(), with_binding("tls-exporter", "hash of the cert"))
     == state::failed));
}

BOOST_AUTO_TEST_CASE(binding_fits_the_mechanism_and_what_was_offered) {
  const auto none = clear();
  auto exporter_only = bound();
  exporter_only.tls_server_end_point.clear();
  const struct {
    std::string what;
    bool plus;
    circumstances where;
    scram_client client;
    state expected;
  } table[] = {
    {"no binding", false, none, with_header("n,,"), state::proved},
    {"no binding though it was offered", false, bound(), with_header("n,,"),
     state::proved},
    {"would bind, was not offered", false, none, with_header("y,,"),
     state::proved},
    {"would bind, and the offer was taken out", false, bound(),
     with_header("y,,"), state::failed},
    {"binds without PLUS", false, bound(),
     with_binding("tls-exporter", std::string(32, '\xee')), state::failed},
    {"PLUS without binding", true, bound(), with_header("n,,"), state::failed},
    {"PLUS that would bind", true, bound(), with_header("y,,"), state::failed},
    {"a type there is not", true, bound(), with_binding("tls-unique", "x"),
     state::failed},
    {"a type in another case", true, bound(),
     with_binding("TLS-EXPORTER", std::string(32, '\xee')), state::failed},
    {"a type without data here", true, exporter_only,
     with_binding("tls-server-end-point", ""), state::failed},
    {"PLUS in clear", true, none, with_binding("tls-exporter", ""),
     state::failed},
  };
  for (const auto& x : table)
    BOOST_TEST((outcome(x.plus, x.where, x.client) == x.expected), x.what);
}

BOOST_AUTO_TEST_CASE(nobody_acts_for_another) {
  BOOST_TEST(
    (outcome(false, clear(), with_header("n,a=user,")) == state::proved));
  BOOST_TEST(
    (outcome(false, clear(), with_header("n,a=root,")) == state::failed));
  BOOST_TEST(
    (outcome(false, clear(), with_header("n,a=\x01,")) == state::malformed));
}

BOOST_AUTO_TEST_CASE(the_users_name_is_prepared) {
  scram_client client;
  client.user = "Zu\xcc\x88rich=2CCH=3D";
  sasl::scram_conversation talk{false, clear()};
  BOOST_TEST((outcome(talk, client) == state::proved));
  BOOST_TEST(talk.user() == "Z\xc3\xbcrich,CH=");
}

BOOST_AUTO_TEST_CASE(what_is_no_name_is_refused) {
  for (const std::string name : {"a\nb", "\xfc", "\xc2\xad", "=00", "a=b"}) {
    scram_client client;
    client.user = name;
    BOOST_TEST((outcome(false, clear(), client) == state::malformed), name);
  }
  scram_client client;
  client.user = std::string(256, 'u');
  BOOST_TEST((outcome(false, clear(), client) == state::malformed));
}

BOOST_AUTO_TEST_CASE(an_extension_that_must_be_understood_fails) {
  sasl::scram_conversation talk{false, clear()};
  BOOST_TEST((talk.take("n,,m=x,n=user,r=abc") == state::failed));
}

BOOST_AUTO_TEST_CASE(a_final_message_belongs_to_its_first) {
  const struct {
    std::string_view what, from, to;
    state expected;
  } table[] = {
    {"the client's nonce alone", server_nonce, "", state::failed},
    {"another nonce of the server", "hNlF$k0", "hNlF$k1", state::failed},
    {"another nonce of the client", "r=rOpr", "r=rOps", state::failed},
    {"another gs2-header", "c=biws", "c=eSws", state::failed},
    {"an extension slipped in", ",p=", ",x=1,p=", state::failed},
    {"no proof", ",p=", ",q=", state::malformed},
    {"no base64", "c=biws", "c=biw", state::malformed},
  };
  for (const auto& x : table) {
    scram_client client;
    sasl::scram_conversation talk{false, clear()};
    BOOST_TEST((talk.take(client.first()) == state::find_verifier));
    BOOST_TEST((talk.take(pencil) == state::challenge));
    auto message = client.final(talk.challenge());
    message.replace(message.find(x.from), x.from.size(), x.to);
    BOOST_TEST((talk.take(message) == x.expected), x.what);
  }
}

BOOST_AUTO_TEST_CASE(a_recorded_dialogue_can_not_be_played_again) {
  scram_client client;
  sasl::scram_conversation talk{false, clear()};
  BOOST_TEST((talk.take(client.first()) == state::find_verifier));
  BOOST_TEST((talk.take(pencil) == state::challenge));
  const auto recorded = client.final(talk.challenge());
  auto later = clear();
  later.nonce = "another nonce of the server";
  sasl::scram_conversation again{false, later};
  BOOST_TEST((again.take(client.first()) == state::find_verifier));
  BOOST_TEST((again.take(pencil) == state::challenge));
  BOOST_TEST((again.take(recorded) == state::failed));
}

BOOST_AUTO_TEST_CASE(nothing_comes_after_the_servers_last_word) {
  scram_client client;
  sasl::scram_conversation talk{false, clear()};
  BOOST_TEST((talk.take(client.first()) == state::find_verifier));
  BOOST_TEST((talk.take(pencil) == state::challenge));
  BOOST_TEST((talk.take(client.final(talk.challenge())) == state::challenge));
  BOOST_TEST((talk.take("more") == state::malformed));
}

BOOST_AUTO_TEST_CASE(without_a_nonce_of_ours_there_is_no_exchange) {
  auto where = clear();
  where.nonce.clear();
  BOOST_TEST((outcome(false, where, {}) == state::failed));
}

BOOST_AUTO_TEST_SUITE_END()
