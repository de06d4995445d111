#include "config/credential.hpp"

#include <boost/test/unit_test.hpp>

#include <string>

namespace stagepost::config {

namespace {

const std::string argon = "$argon2id$v=19$m=65536,t=3,p=1$"
                          "c29tZXNhbHRzb21lc2FsdA$"
                          "aGFzaGhhc2hoYXNoaGFzaGhhc2hoYXNoaGFzaGhhc2g";
const std::string key = std::string(43, 'A') + '=';

std::string scram(const std::string& how, const std::string& keys) {
  return "SCRAM-SHA-256$" + how + '$' + keys;
}

} // namespace

BOOST_AUTO_TEST_SUITE(credential)

BOOST_AUTO_TEST_CASE(a_user_s_name_is_text_that_can_be_seen) {
  for (const std::string& name :
       {std::string("a"), std::string("alice@example.com"),
        std::string("printer-7"), std::string("m\xc3\xbcller"),
        std::string("\xe5\xbc\xa0"), std::string("\xf0\x9f\x93\xae"),
        std::string("a:b\"c\\"), std::string(255, 'a')})
    BOOST_TEST(is_user_name(name), name);
  for (const std::string& name :
       {std::string(), std::string("a b"), std::string(" a"),
        std::string("a\n"), std::string("a\0b", 3), std::string("a\x7f"),
        std::string("a\xc2\x80"), std::string("a\xc2\x9f"),
        std::string("a\xc2\xa0"), std::string("a\xe2\x80\x8b"),
        std::string("a\xe2\x80\xae"), std::string("\xef\xbb\xbf"),
        std::string("a\xe3\x80\x80"), std::string(256, 'a')})
    BOOST_TEST(!is_user_name(name), name);
}

BOOST_AUTO_TEST_CASE(what_is_no_utf_8_is_no_name) {
  for (const std::string& name :
       {std::string("\x80"), std::string("\xc3"), std::string("\xc3("),
        std::string("\xc0\xaf"), std::string("\xe0\x80\xaf"),
        std::string("\xed\xa0\x80"), std::string("\xf0\x80\x80\xaf"),
        std::string("\xf4\x90\x80\x80"), std::string("\xf5\x80\x80\x80"),
        std::string("a\xff"), std::string("\xe5\xbc")})
    BOOST_TEST(!is_user_name(name));
}

BOOST_AUTO_TEST_CASE(an_argon2id_hash_carries_its_parameters) {
  const std::string salt = "c29tZXNhbHRzb21lc2FsdA";
  const auto of = [&](const std::string& parameters) {
    return "$argon2id$v=19$" + parameters + '$' + salt + '$' + salt;
  };
  for (const auto& text : {argon, of("m=19456,t=2,p=1"), of("m=8,t=1,p=1"),
                           of("m=1048576,t=20,p=16")})
    BOOST_TEST(is_argon2id(text), text);
  const std::string begin = "$argon2id$v=19$m=65536,t=3,p=1$";
  for (const auto& text :
       {std::string(),
        std::string("secret"),
        std::string("$argon2id$"),
        "$argon2i$v=19$m=65536,t=3,p=1$" + salt + '$' + salt,
        std::string("$2b$12$abcdefghijklmnopqrstuu"),
        "$argon2id$v=16$m=65536,t=3,p=1$" + salt + '$' + salt,
        "$argon2id$m=65536,t=3,p=1$" + salt + '$' + salt,
        of("m=7,t=3,p=1"),
        of("m=1048577,t=3,p=1"),
        of("m=65536,t=21,p=1"),
        of("m=65536,t=3,p=17"),
        of("m=65536,t=0,p=1"),
        of("t=3,m=65536,p=1"),
        of("m=65536,t=3"),
        of("m=65536,t=3,p=1,x=1"),
        of(""),
        begin + '$' + salt,
        begin + salt + '$',
        begin + salt,
        begin + "AAAAAAAAA$" + salt,
        begin + "AAAAAAAAAA$" + salt,
        begin + salt + "$AAAAAAAAAAA",
        begin + salt + '$' + std::string(88, 'A'),
        argon + "$AA",
        argon + '=',
        argon + ' '})
    BOOST_TEST(!is_argon2id(text), text);
}

BOOST_AUTO_TEST_CASE(a_scram_verifier_holds_two_keys_of_32_octets) {
  const auto keys = key + ':' + key;
  const std::string salt = "c2FsdHNhbHRzYWx0";
  BOOST_TEST(is_scram_verifier(scram("4096:" + salt, keys)));
  BOOST_TEST(is_scram_verifier(scram("10000000:c2FsdHNhbHQ=", keys)));
  for (const auto& text :
       {std::string(),
        std::string("secret"),
        std::string("SCRAM-SHA-256$"),
        "SCRAM-SHA-1$4096:" + salt + '$' + keys,
        scram("4095:" + salt, keys),
        scram("-1:" + salt, keys),
        scram("10000001:" + salt, keys),
        scram("4096", keys),
        scram("4096:", keys),
        scram("4096:c2FsdA==", keys),
        scram("4096:c2FsdHNhbHQ", keys),
        scram("4096:============", keys),
        scram("4096:c2Fsd=NhbHQ=", keys),
        scram("4096:" + std::string(88, 'A'), keys),
        scram("4096:" + salt, key),
        scram("4096:" + salt, key + ':'),
        scram("4096:" + salt, keys + ':' + key),
        scram("4096:" + salt, key + ':' + std::string(44, 'A')),
        scram("4096:" + salt, key + ':' + std::string(42, 'A') + "=="),
        scram("4096:" + salt, keys + ' ')})
    BOOST_TEST(!is_scram_verifier(text), text);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace stagepost::config
