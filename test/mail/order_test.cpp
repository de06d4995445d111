#include "mail/queue/order.hpp"

#include <boost/test/unit_test.hpp>

using namespace stagepost;
using namespace std::chrono_literals;
using queue::recipient_filter;
using queue::recipient_state;

namespace {

const queue::time_point now{std::chrono::seconds{1'795'255'200}};

queue::recipient to(const std::string& address, std::uint16_t number = 0) {
  queue::recipient x;
  x.number = number;
  x.state = recipient_state::deferred;
  x.attempts = 3;
  x.next_at = now + 1h;
  x.address = address;
  x.last_reply = "451 later";
  return x;
}

} // namespace

BOOST_AUTO_TEST_SUITE(order)

BOOST_AUTO_TEST_CASE(a_filter_matches_what_it_names) {
  const struct {
    recipient_filter of;
    const char* address;
    bool yes;
  } table[] = {
    {{}, "Anna@Example.NET", true},
    {{.domain = "example.net"}, "Anna@Example.NET", true},
    {{.domain = "example.net"}, "anna@sub.example.net", false},
    {{.domain = "example.net"}, "anna@anotherexample.net", false},
    {{.domain = "example.net"}, "example.net", false},
    {{.domain = "example.net"}, "\"a@b\"@example.net", true},
    {{.address = "anna@example.net"}, "Anna@Example.NET", true},
    {{.address = "anna@example.net"}, "annanna@example.net", false},
    {{.state = recipient_state::held}, "anna@example.net", false},
    {{.state = recipient_state::deferred}, "anna@example.net", true},
    {{.number = 1}, "anna@example.net", false},
    {{.number = 0}, "anna@example.net", true},
  };
  for (const auto& x : table) {
    BOOST_TEST_INFO(x.address << ' ' << x.of.domain << x.of.address);
    BOOST_TEST(x.of.matches(to(x.address)) == x.yes);
  }
}

BOOST_AUTO_TEST_CASE(who_is_redirected_starts_afresh_and_keeps_its_first_name) {
  auto x = queue::redirected(to("anna@example.net"), "eva@example.org", now);
  BOOST_TEST(x.address == "eva@example.org");
  BOOST_TEST(x.original_recipient == "rfc822;anna@example.net");
  BOOST_TEST((x.state == recipient_state::queued));
  BOOST_TEST(x.attempts == 0U);
  BOOST_TEST(x.last_reply.empty());
  BOOST_TEST((x.next_at == now));
  x = queue::redirected(x, "@example.com", now);
  BOOST_TEST(x.address == "eva@example.com");
  BOOST_TEST(x.original_recipient == "rfc822;anna@example.net");
}

BOOST_AUTO_TEST_CASE(a_name_of_another_script_is_kept_as_such) {
  const auto x
    = queue::redirected(to("jörg@example.net"), "j@example.org", now);
  BOOST_TEST(x.original_recipient == "utf-8;jörg@example.net");
}

BOOST_AUTO_TEST_CASE(the_last_change_of_a_recipient_counts) {
  const queue::id one{1};
  const queue::id two{2};
  std::vector<queue::change> x{
    {one, to("a", 0)}, {two, to("b", 0)}, {one, to("c", 1)}, {one, to("d", 0)}};
  queue::keep_last(x);
  std::string left;
  for (const auto& y : x)
    left += y.now.address;
  BOOST_TEST(left == "bcd");
}

BOOST_AUTO_TEST_SUITE_END()
