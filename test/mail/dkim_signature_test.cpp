#include "mail/dkim/record.hpp"
#include "mail/dkim/signature.hpp"
#include "mail/dkim/signed_fields.hpp"
#include "mail/sasl/base64.hpp"
#include "test/mail/rfc_keys.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <string>
#include <variant>
#include <vector>

using namespace stagepost::dkim;
using stagepost::sasl::encode_base64;

namespace {

constexpr std::string_view fields_of_the_rfcs
  = "From: Joe SixPack <joe@football.example.com>\r\n"
    "To: Suzie Q <suzie@shopping.example.net>\r\n"
    "Subject: Is dinner ready?\r\n"
    "Date: Fri, 11 Jul 2003 21:00:37 -0700 (PDT)\r\n"
    "Message-ID: <20030712040037.46341.5F8J@football.example.com>\r\n\r\n";
constexpr std::string_view body_of_the_rfcs
  = "Hi.\r\n\r\nWe lost the game. Are you hungry yet?\r\n\r\nJoe.\r\n";
constexpr std::string_view hash_of_the_rfcs
  = "2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=";

signing_key key_of(std::string_view pem) {
  return std::get<signing_key>(signing_key::from_pem(pem));
}

std::string refusal_of(std::string_view pem) {
  const auto got = signing_key::from_pem(pem);
  const auto* why = std::get_if<std::string>(&got);
  return why != nullptr ? *why : "taken";
}

std::string hash_of(std::string_view octets, canonicalization how) {
  body_hash x(how, line_end::any);
  x.feed(octets);
  return encode_base64(x.finish());
}

std::string unfolded(std::string text) {
  std::erase_if(text, [](char c) {
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
  });
  return text;
}

} // namespace

BOOST_AUTO_TEST_SUITE(dkim_signature)

// RFC 6376, A.2, with the one space that the hash was made of (erratum 3192).
BOOST_AUTO_TEST_CASE(rfc6376_appendix_a) {
  const auto octets
    = std::string{"Received: from client1.football.example.com  [192.0.2.1]"
                  "\r\n      by submitserver.example.com with SUBMISSION;"
                  "\r\n      Fri, 11 Jul 2003 21:01:54 -0700 (PDT)\r\n"}
      + std::string{fields_of_the_rfcs};
  constexpr std::string_view own
    = "DKIM-Signature: v=1; a=rsa-sha256; s=brisbane; d=example.com;\r\n"
      "      c=simple/simple; q=dns/txt; i=joe@football.example.com;\r\n"
      "      h=Received : From : To : Subject : Date : Message-ID;\r\n"
      "      bh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=;\r\n"
      "      b=;";
  const auto x = read_header(octets).value();
  const std::vector<std::string_view> names{"Received", "From", "To",
                                            "Subject",  "Date", "Message-ID"};
  BOOST_TEST(hash_of(body_of_the_rfcs, canonicalization::simple)
             == hash_of_the_rfcs);
  BOOST_TEST(encode_base64(
               key_of(rfc6376_key)
                 .sign(to_be_signed(x, names, own, canonicalization::simple)))
             == "AuUoFEfDxTDkHlLXSZEpZj79LICEps6eda7W3deTVFOk4yAUoqOB"
                "4nujc7YopdG5dWLSdNg6xNAZpOPr+kHxt1IrE+NahM6L/LbvaHut"
                "KVdkLLkpVaVVQPzeRDI009SO2Il5Lu7rDNH6mZckBdrIx0orEtZV"
                "4bmp/YzhwvcubU4=");
}

BOOST_AUTO_TEST_CASE(rfc8463_appendix_a) {
  const auto x = read_header(fields_of_the_rfcs).value();
  const std::vector<std::string_view> names{
    "from", "to", "subject", "date", "message-id", "from", "subject", "date"};
  BOOST_TEST(hash_of("Hi.\r\n\r\nWe lost the game.  Are you hungry yet?\r\n"
                     "\r\nJoe.\r\n",
                     canonicalization::relaxed)
             == hash_of_the_rfcs);
  constexpr std::string_view by_ed25519
    = "DKIM-Signature: v=1; a=ed25519-sha256; c=relaxed/relaxed;\r\n"
      " d=football.example.com; i=@football.example.com;\r\n"
      " q=dns/txt; s=brisbane; t=1528637909; h=from : to :\r\n"
      " subject : date : message-id : from : subject : date;\r\n"
      " bh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=;\r\n"
      " b=";
  BOOST_TEST(encode_base64(key_of(rfc8463_ed25519_key)
                             .sign(to_be_signed(x, names, by_ed25519,
                                                canonicalization::relaxed)))
             == "/gCrinpcQOoIfuHNQIbq4pgh9kyIK3AQUdt9OdqQehSwhEIug4D11Bus"
                "Fa3bT3FY5OsU7ZbnKELq+eXdp1Q1Dw==");
  constexpr std::string_view by_rsa
    = "DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed;\r\n"
      " d=football.example.com; i=@football.example.com;\r\n"
      " q=dns/txt; s=test; t=1528637909; h=from : to : subject :\r\n"
      " date : message-id : from : subject : date;\r\n"
      " bh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=;\r\n"
      " b=";
  BOOST_TEST(encode_base64(key_of(rfc8463_rsa_key)
                             .sign(to_be_signed(x, names, by_rsa,
                                                canonicalization::relaxed)))
             == "F45dVWDfMbQDGHJFlXUNB2HKfbCeLRyhDXgFpEL8GwpsRe0IeIixNTe3"
                "DhCVlUrSjV4BwcVcOF6+FF3Zo9Rpo1tFOeS9mPYQTnGdaSGsgeefOsk2Jz"
                "dA+L10TeYt9BgDfQNZtKdN1WO//KgIqXP7OdEFE4LjFYNcUxZQ4FADY+8=");
}

// RFC 8463, A.2
BOOST_AUTO_TEST_CASE(records) {
  BOOST_TEST(record_text(key_of(rfc8463_ed25519_key))
             == "v=DKIM1; k=ed25519; "
                "p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=");
  BOOST_TEST(
    record_text(key_of(rfc8463_rsa_key))
    == "v=DKIM1; k=rsa; p=MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDkHlOQoBTzWR"
       "iGs5V6NpP3idY6Wk08a5qhdR6wy5bdOKb2jLQiY/J16JYi0Qvx/byYzCNb3W91y3FutAC"
       "DfzwQ/BC/e/8uBsCR+yz1Lxj+PL6lHvqMKrM3rG4hstT5QjvHO9PzoxZyVYLzBfO2EeC3"
       "Ip3G+2kryOTIKT+l/K4w3QIDAQAB");
  BOOST_TEST(record_name("s1", "example.com") == "s1._domainkey.example.com");
  BOOST_TEST(zone_line("n.example", "v=DKIM1; p=x")
             == "n.example. IN TXT \"v=DKIM1; p=x\"\n");
  BOOST_TEST(zone_line("n.example", std::string(300, 'a'))
             == "n.example. IN TXT (\n\t\"" + std::string(255, 'a') + "\"\n\t\""
                  + std::string(45, 'a') + "\" )\n");
}

BOOST_AUTO_TEST_CASE(the_field_is_folded_and_holds_what_it_should) {
  const auto what
    = read_header("From: a@b.example\r\nTo: c@d.example\r\n\r\n").value();
  for (const auto how : {algorithm::rsa, algorithm::ed25519}) {
    const auto key = signing_key::generate(how, 1024);
    const std::string hash(32, 'h');
    const auto field = signature_field(
      what, key,
      {.domain = "b.example",
       .selector = "s1",
       .at = std::chrono::system_clock::from_time_t(1'528'637'909),
       .body_hash = hash});
    BOOST_TEST(field.ends_with("\r\n"));
    for (std::size_t at = 0; at < field.size();) {
      const auto end = field.find("\r\n", at);
      BOOST_TEST(end - at <= 78U);
      at = end + 2;
      BOOST_TEST((at == field.size() || field[at] == '\t'));
    }
    const auto flat = unfolded(field);
    const auto begin
      = std::string{"DKIM-Signature:v=1;a="} + std::string{name_of(how)}
        + ";c=relaxed/relaxed;d=b.example;s=s1;t=1528637909;h=from:from:"
          "reply-to:to:to:cc:subject:mime-version:content-type:"
          "content-transfer-encoding;bh="
        + encode_base64(hash) + ";b=";
    BOOST_TEST(flat.substr(0, begin.size()) == begin);
    // What a verifier does (RFC 6376, 3.7): the value of b= taken out.
    const auto own = field.substr(0, field.find("\tb=") + 3);
    const auto signature
      = stagepost::sasl::decode_base64(flat.substr(begin.size())).value();
    BOOST_TEST(key.verifies(
      to_be_signed(what, names_to_sign(what), own, canonicalization::relaxed),
      signature));
  }
}

BOOST_AUTO_TEST_CASE(keys_that_sign_nothing_are_refused) {
  BOOST_TEST(refusal_of("").starts_with("holds no usable private key in PEM"));
  BOOST_TEST(refusal_of("-----BEGIN PRIVATE KEY-----\nAAAA\n"
                        "-----END PRIVATE KEY-----\n")
               .starts_with("holds no usable private key in PEM form: "));
  const std::string short_key = R"(-----BEGIN PRIVATE KEY-----
MIIBVgIBADANBgkqhkiG9w0BAQEFAASCAUAwggE8AgEAAkEA2YYwOmgLujmH9T+6
I6OFcsZBOz2odnmljIllzRnbki/rxn5Kn/ln1vYrM9wWjQ1P+ICEwRIr/9EvqYdT
goxqIwIDAQABAkEAzeTfJ5muaBHmp/QvK2avfQk9W2asW6AfXBv9mRq9o+srVEIK
cNfVOPT1SKaFXp/smNVyJZ18Z6BV7mWZXGDlOQIhAPAG+EmqbeLXS8Hb6J9VqWcZ
7wSJH9w4BhbQG2DyFMaVAiEA5//dCSwK+PJ3oToGJuQa+rLGMk26v3Kx55FXFU7p
V9cCIQDA00iZnYHjr0Qb+/d4MVADFNFwmlxvBM7Xet3T1wabtQIhAOCnbX0CPyXO
dXWUYHysikuVbkMr7diR0iBxJyilH2RFAiAcldn+Z/UPTzPU6ALPmur+TwfyklFe
xTVVp9V3XoSRtw==
-----END PRIVATE KEY-----
)";
  BOOST_TEST(refusal_of(short_key).starts_with("holds an RSA key of 512 bits"));
  const std::string curve = R"(-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgPDmcKbQbyl5F/vVM
f7ZK5MM1XPiRIE5TZBo+4OX47cKhRANCAASh6y91+EtMzDNfNrV6cdcpGHDbpxKK
N5ejvJ9RQcIQ3gQhn7XNJUlh9i2GYlgJWFOLsRHXC66u4PI//nHe9ROA
-----END PRIVATE KEY-----
)";
  BOOST_TEST(refusal_of(curve).starts_with("holds a key of type EC"));
  const std::string locked = R"(-----BEGIN ENCRYPTED PRIVATE KEY-----
MIGbMFcGCSqGSIb3DQEFDTBKMCkGCSqGSIb3DQEFDDAcBAjFG4opsthYQgICCAAw
DAYIKoZIhvcNAgkFADAdBglghkgBZQMEAQIEEJfLgoC87WPPRZlZd1WOSI0EQH1b
tIeQBJlr+jeDgXDPPc5HrSP+baDliiGlGgrgxNfxFtuYzFyHh1b+Ff6280fueRO7
KdJ2spmclNYfywN0rJE=
-----END ENCRYPTED PRIVATE KEY-----
)";
  BOOST_TEST(refusal_of(locked).starts_with("is protected by a passphrase"));
}

BOOST_AUTO_TEST_CASE(a_damaged_key_is_refused) {
  std::string pem{rfc8463_rsa_key};
  const auto at = pem.find("s5V6NpP3idY6"); // of the modulus
  pem.replace(at, 12, "s5V6NpP4idY6");
  BOOST_TEST(refusal_of(pem)
             == "holds a damaged key: it does not verify what it signs");
}

BOOST_AUTO_TEST_CASE(a_key_goes_through_its_pem) {
  for (const auto how : {algorithm::rsa, algorithm::ed25519}) {
    const auto key = signing_key::generate(how, 1024);
    const auto again = key_of(key.to_pem());
    BOOST_TEST((again.algorithm() == how));
    BOOST_TEST(again.bits() == (how == algorithm::rsa ? 1024U : 256U));
    BOOST_TEST(key.verifies("x", again.sign("x")));
    BOOST_TEST(!key.verifies("y", again.sign("x")));
  }
}

BOOST_AUTO_TEST_SUITE_END()
