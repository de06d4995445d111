#include "actors/http/event_hub.hpp"
#include "actors/http/event_view.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>

using namespace stagepost;
using kind = queue::event::kind;

namespace {

struct with_a_hub {
  stagepost::event_hub hub;

  static queue::event event(kind what, const std::string& to) {
    queue::event x;
    x.message = queue::id{77};
    x.what = what;
    x.recipient = to;
    x.relay = "mx.one.example[2001:db8::1]:25";
    x.reply = "250 fine\n";
    return x;
  }

  static std::size_t count(const std::string& text) {
    std::size_t n = 0;
    for (auto at = text.find("data: "); at != std::string::npos;
         at = text.find("data: ", at + 1))
      ++n;
    return n;
  }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(event_hub, with_a_hub)

BOOST_AUTO_TEST_CASE(nobody_listens_at_first) {
  BOOST_TEST(!hub.anybody());
  hub.publish({event(kind::delivered, "a@one.example")});
}

BOOST_AUTO_TEST_CASE(each_listener_hears_what_it_asked_for) {
  const auto all = hub.listen({});
  const auto failures = hub.listen({.kinds = {"bounced"}});
  const auto one = hub.listen({.domain = "one.example"});
  const auto anna = hub.listen({.recipient = "anna@one.example"});
  const auto other = hub.listen({.message = queue::id{78}});
  BOOST_TEST(hub.anybody());
  hub.publish({event(kind::delivered, "Anna@One.example"),
               event(kind::bounced, "eva@two.example"),
               event(kind::deferred, "eva@one.example")});
  BOOST_TEST(count(all->take()) == 3U);
  BOOST_TEST(count(failures->take()) == 1U);
  BOOST_TEST(count(one->take()) == 2U);
  BOOST_TEST(count(anna->take()) == 1U);
  BOOST_TEST(count(other->take()) == 0U);
}

BOOST_AUTO_TEST_CASE(who_has_gone_is_forgotten) {
  const auto one = hub.listen({});
  one->abandon();
  hub.publish({event(kind::delivered, "a@one.example")});
  BOOST_TEST(!hub.anybody());
}

BOOST_AUTO_TEST_CASE(who_is_too_slow_is_let_go) {
  const auto one = hub.listen({});
  std::vector<queue::event> many;
  for (int i = 0; i < 1000; ++i)
    many.push_back(event(kind::delivered, "a@one.example"));
  for (int i = 0; i < 20 && hub.anybody(); ++i)
    hub.publish(many);
  BOOST_TEST(!hub.anybody());
  const auto text = one->take();
  BOOST_TEST(text.size() < (1U << 20U) + 100);
  BOOST_TEST(text.find(": dropped") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(there_is_a_limit_to_listeners) {
  std::vector<std::shared_ptr<net::event_stream>> all;
  while (auto x = hub.listen({}))
    all.push_back(x);
  BOOST_TEST(all.size() == stagepost::event_hub::most_listeners);
  all.back()->abandon();
  BOOST_TEST(hub.listen({}) != nullptr);
}

BOOST_AUTO_TEST_CASE(an_event_shows_all_that_is_known) {
  auto x = event_view(event(kind::delivered, "a@one.example"));
  BOOST_TEST(x.at("event") == "delivered");
  BOOST_TEST(x.at("mx") == "mx.one.example");
  BOOST_TEST(x.at("address") == "2001:db8::1");
  BOOST_TEST(x.at("port") == 25);
  BOOST_TEST(x.at("began").is_null());
  auto bare = event(kind::bounced, "a@one.example");
  bare.relay = "";
  x = event_view(bare);
  BOOST_TEST(x.at("mx") == "");
  BOOST_TEST(x.at("port").is_null());
}

BOOST_AUTO_TEST_CASE(an_event_is_one_line_of_data_whatever_a_server_said) {
  const auto text = as_server_sent(event(kind::deferred, "a@one.example"));
  BOOST_TEST(text.starts_with("event: deferred\ndata: {"));
  BOOST_TEST(text.ends_with("}\n\n"));
  BOOST_TEST(std::count(text.begin(), text.end(), '\n') == 3);
}

BOOST_AUTO_TEST_CASE(the_names_of_events_are_known) {
  BOOST_TEST(is_event("delivered"));
  BOOST_TEST(is_event("redirected"));
  BOOST_TEST(!is_event("lost"));
  BOOST_TEST(!is_event(""));
}

BOOST_AUTO_TEST_SUITE_END()
