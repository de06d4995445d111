#include "receiver_script.hpp"

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <ostream>

// Ways to name far.example so that some servers take it for their own. The
// owner, who knows what is its own, has to be asked about one address, the one
// that would be stored; or nobody is asked, and the client hears 501.

namespace {

using owner = receiver_owner;

struct disguise {
  std::string path;
  std::string asked; ///< Empty: refused.
};
std::ostream& operator<<(std::ostream& out, const disguise& x) {
  return out << x.path;
}

const disguise disguises[] = {
  {"<user@far.example>", "user@far.example"},
  {"<USER@FAR.Example>", "USER@far.example"},
  {"<user%far.example@mx>", "user%far.example@mx"},
  {"<far.example!user@mx>", "far.example!user@mx"},
  {"<@mx:user@far.example>", "user@far.example"},
  {"<@mx,@mx:user@far.example>", "user@far.example"},
  {"<@mx:user%far.example@mx>", "user%far.example@mx"},
  {"<\"user@far.example\"@mx>", "\"user@far.example\"@mx"},
  {"<\"user\"@far.example>", "user@far.example"},
  {"<\"a>\"@far.example>", "\"a>\"@far.example"},
  {"<user@[192.0.2.1]>", "user@[192.0.2.1]"},
  {"<user@[IPv6:::1]>", "user@[ipv6:::1]"},
  {"<=?utf-7?q?a&AEA-b?=@mx>", "=?utf-7?q?a&AEA-b?=@mx"},
  {"<postmaster>", "postmaster@mx"},
  {"<user@far.example@mx>", ""},
  {"<user@mx@far.example>", ""},
  {"<user@mx,user@far.example>", ""},
  {"<user@mx,c@d:e@far.example>", ""},
  {"<user@far.example", ""},
  {"<<user@far.example>>", ""},
  {"<user@far.example>>", ""},
  {"user@far.example", ""},
  {"mx <user@far.example>", ""},
  {"<user@(mx)far.example>", ""},
  {"<user(@mx)@far.example>", ""},
  {"<user@far.example(@mx)>", ""},
  {"<user@far.example >", ""},
  {"<user@far.example.>", ""},
  {"<user@[IPv6:fe80::1%eth0]>", ""},
  {"<user@[far.example]>", ""},
  {"<far.example!user>", ""},
  {"<user>", ""},
};

} // namespace

BOOST_AUTO_TEST_SUITE(disguised_recipients)

BOOST_DATA_TEST_CASE(nobody_is_taken_for_somebody_else, disguises, x) {
  stagepost::smtp::receiver r{
    std::make_shared<const owner::settings>(script::small())};
  r.feed(ehlo.client + mail.client);
  r.sender_verified({250, {2, 1, 0}, "Ok"});
  (void)r.take_replies();
  r.feed("RCPT TO:" + x.path + "\r\n");
  if (x.asked.empty()) {
    BOOST_CHECK(r.wanted() == owner::wish::none);
    BOOST_TEST(r.take_replies().starts_with("501 5."));
    return;
  }
  BOOST_CHECK(r.wanted() == owner::wish::verify_recipient);
  BOOST_TEST(r.recipient().address == x.asked);
  r.verified({250, {2, 1, 5}, "Ok"});
  BOOST_REQUIRE(r.current().recipients.size() == 1U);
  BOOST_TEST(r.current().recipients[0].address == x.asked);
}

BOOST_AUTO_TEST_CASE(a_recipient_that_was_refused_gets_nothing) {
  owner x{script::small()};
  x.feed(ehlo.client + mail.client + bad_rcpt.client + rcpt.client
         + "RCPT TO:<later@d>\r\n" + data.client + dot.client);
  BOOST_REQUIRE(x.stored.size() == 1U);
  BOOST_TEST(x.stored[0].recipients == std::vector<std::string>{"c@d"},
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_SUITE_END()
