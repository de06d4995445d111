#include "mail/sasl/scram_message.hpp"

#include <boost/test/unit_test.hpp>

using namespace stagepost;
using namespace stagepost::sasl;
using namespace std::string_literals;

namespace {

const auto syntax = make_error_code(format_errc::syntax);
const std::string proof = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";

} // namespace

BOOST_AUTO_TEST_SUITE(scram_message)

BOOST_AUTO_TEST_CASE(a_first_message_is_taken_apart) {
  const struct {
    std::string message;
    char flag;
    std::string binding, authzid, header, user, nonce;
  } table[] = {
    {"n,,n=user,r=abc", 'n', "", "", "n,,", "user", "abc"},
    {"y,,n=user,r=abc", 'y', "", "", "y,,", "user", "abc"},
    {"p=tls-exporter,,n=user,r=abc", 'p', "tls-exporter", "",
     "p=tls-exporter,,", "user", "abc"},
    {"n,a=boss,n=user,r=abc", 'n', "", "boss", "n,a=boss,", "user", "abc"},
    {"n,a=a=2Cb,n=c=3Dd=2C,r=abc", 'n', "", "a,b", "n,a=a=2Cb,", "c=d,", "abc"},
    {"n,,n=Z\xc3\xbcrich,r=a=b!~", 'n', "", "", "n,,", "Z\xc3\xbcrich",
     "a=b!~"},
    {"n,,n=user,r=abc,x=1,Y=2,z=a=b", 'n', "", "", "n,,", "user", "abc"},
  };
  for (const auto& x : table) {
    const auto found = parse_client_first(x.message);
    BOOST_TEST_CONTEXT(x.message) {
      BOOST_REQUIRE(found.has_value());
      BOOST_TEST(found->flag == x.flag);
      BOOST_TEST(found->binding == x.binding);
      BOOST_TEST(found->authzid == x.authzid);
      BOOST_TEST(found->gs2_header == x.header);
      BOOST_TEST(found->bare == x.message.substr(x.header.size()));
      BOOST_TEST(found->user == x.user);
      BOOST_TEST(found->nonce == x.nonce);
      BOOST_TEST(!found->extended);
    }
  }
}

BOOST_AUTO_TEST_CASE(what_must_be_understood_is_seen) {
  BOOST_TEST(parse_client_first("n,,m=x,n=user,r=abc")->extended);
  BOOST_TEST(parse_client_first("n,,m=x")->extended);
}

BOOST_AUTO_TEST_CASE(what_is_no_first_message_is_refused) {
  for (const auto& x : {""s,
                        ","s,
                        ",,"s,
                        "n"s,
                        "n,,"s,
                        "n,n=user,r=abc"s,
                        "n,,n=user"s,
                        "n,,r=abc"s,
                        "n,,r=abc,n=user"s,
                        ",,n=user,r=abc"s,
                        "N,,n=user,r=abc"s,
                        "x,,n=user,r=abc"s,
                        "n=,,n=user,r=abc"s,
                        "yy,,n=user,r=abc"s,
                        "F,n,,n=user,r=abc"s,
                        "p,,n=user,r=abc"s,
                        "p=,,n=user,r=abc"s,
                        "p=tls_exporter,,n=user,r=abc"s,
                        "p=tls exporter,,n=user,r=abc"s,
                        "n,a=,n=user,r=abc"s,
                        "n,boss,n=user,r=abc"s,
                        "n,b=boss,n=user,r=abc"s,
                        "n,a=bo=ss,n=user,r=abc"s,
                        "n,,n=,r=abc"s,
                        "n,,n,r=abc"s,
                        "n,,N=user,r=abc"s,
                        "n,,n=us=er,r=abc"s,
                        "n,,n=user=,r=abc"s,
                        "n,,n=user=2,r=abc"s,
                        "n,,n=user=2c,r=abc"s,
                        "n,,n=user=00,r=abc"s,
                        "n,,n=us\0er,r=abc"s,
                        "n,,n=user,r="s,
                        "n,,n=user,r"s,
                        "n,,n=user,r=a c"s,
                        "n,,n=user,r=a\x7f"s,
                        "n,,n=user,r=\xc3\xbc"s,
                        "n,,n=user,r=abc,"s,
                        "n,,n=user,r=abc,x"s,
                        "n,,n=user,r=abc,x="s,
                        "n,,n=user,r=abc,1=2"s,
                        "n,,n=user,r=abc,=2"s,
                        "n,,n=user,r=abc,x=1,x=2"s,
                        "n,,n=user,r=abc,n=root"s,
                        "n,,n=user,r=abc,r=def"s,
                        "n,,n=user,r=abc,m=x"s,
                        "n,,n=user,r=abc,x=\0"s,
                        "n,,n=user,r=abc" + std::string(9000, ',')})
    BOOST_TEST(parse_client_first(x).error() == syntax, x);
}

BOOST_AUTO_TEST_CASE(a_final_message_is_taken_apart) {
  const auto message = "c=biws,r=abcdef,x=1,p=" + proof;
  const auto x = parse_client_final(message);
  BOOST_REQUIRE(x.has_value());
  BOOST_TEST(x->binding == "n,,");
  BOOST_TEST(x->nonce == "abcdef");
  BOOST_TEST(x->without_proof == "c=biws,r=abcdef,x=1");
  BOOST_TEST(x->proof == std::string(32, '\0'));
}

BOOST_AUTO_TEST_CASE(what_is_no_final_message_is_refused) {
  for (const auto& x : {""s,
                        "c=biws"s,
                        "c=biws,r=abc"s,
                        "c=biws,p=" + proof,
                        "r=abc,c=biws,p=" + proof,
                        "c=biws,r=abc,p="s,
                        "c=biws,r=abc,p=AAAA"s,
                        "c=biws,r=abc,p=A" + proof,
                        "c=biws,r=abc,p=" + proof + "AAAA",
                        "c=biws,r=abc,p=" + proof + ' ',
                        "c=biws,r=abc,p=" + proof + ",x=1",
                        "c=biws,r=abc,P=" + proof,
                        "c=,r=abc,p=" + proof,
                        "c=biw,r=abc,p=" + proof,
                        "c=b*ws,r=abc,p=" + proof,
                        "c=biws,r=,p=" + proof,
                        "c=biws,r=a\tc,p=" + proof,
                        "c=biws,r=abc,,p=" + proof,
                        "c=biws,r=abc,m=x,p=" + proof,
                        "c=biws,r=abc,p=" + proof + ",p=" + proof,
                        "c=biws,r=abc,x=\0,p="s + proof})
    BOOST_TEST(parse_client_final(x).error() == syntax, x);
}

BOOST_AUTO_TEST_SUITE_END()
