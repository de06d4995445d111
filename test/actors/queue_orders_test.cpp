#include "actors/http/queue_orders.hpp"

#include <boost/test/unit_test.hpp>

using namespace stagepost;
using namespace std::chrono_literals;
using kind = queue::order::kind;

namespace {

const queue::time_point now{std::chrono::seconds{1'795'255'200}};
const std::string some = R"("ids": ["0B32CCTF00000"])";

std::variant<queue::order, net::http_response> read(const std::string& name,
                                                    const std::string& body) {
  return read_queue_order({"POST", "/queue/" + name, '{' + body + '}'}, now);
}

queue::order good(const std::string& name, const std::string& body) {
  auto x = read(name, body);
  BOOST_REQUIRE_MESSAGE(std::holds_alternative<queue::order>(x),
                        name + ' ' + body);
  return std::get<queue::order>(std::move(x));
}

} // namespace

BOOST_AUTO_TEST_SUITE(queue_orders)

BOOST_AUTO_TEST_CASE(an_order_is_read_with_what_belongs_to_it) {
  auto x = good("hold", some + R"(, "domain": "Example.NET", "state": "held")");
  BOOST_TEST((x.what == kind::hold));
  BOOST_TEST(x.messages.size() == 1U);
  BOOST_TEST(x.which.domain == "example.net");
  BOOST_TEST((x.which.state == queue::recipient_state::held));
  BOOST_TEST(good("retry", R"("ids": [])").messages.empty());
  x = good("bounce", some + R"(, "reply": "554 5.7.0 No")");
  BOOST_TEST(smtp::to_string(x.reply) == "554 5.7.0 No");
  BOOST_TEST(good("bounce", some).reply.permanent());
  BOOST_TEST(good("redirect", some + R"(, "to": "Eva@Example.ORG")").to
             == "Eva@example.org");
  BOOST_TEST(good("redirect", some + R"(, "to": "@Example.ORG")").to
             == "@example.org");
}

BOOST_AUTO_TEST_CASE(a_suspension_is_read_as_the_queue_compares_it) {
  auto x = good("suspend", R"("domain": "BÜCHER.example")").pause;
  BOOST_TEST(x.subject == "xn--bcher-kva.example");
  BOOST_TEST((x.since == now));
  BOOST_TEST(!x.until);
  x = good("suspend", R"("sender": "Anna@Example.ORG", "reason": "hm",)"
                      R"( "for": 60)")
        .pause;
  BOOST_TEST(x.subject == "anna@example.org");
  BOOST_TEST(x.reason == "hm");
  BOOST_TEST((x.until == now + 60s));
  BOOST_TEST(good("resume", R"("sender": "@Example.ORG")").pause.subject
             == "@example.org");
  BOOST_TEST(good("resume", R"("site": "mx:25/none")").pause.subject
             == "mx:25/none");
}

BOOST_AUTO_TEST_CASE(what_makes_no_sense_is_refused) {
  const struct {
    std::string name;
    std::string body;
    unsigned status;
  } table[] = {
    {"eat", some, 404},
    {"", some, 404},
    {"hold", "", 400},
    {"hold", R"("ids": [])", 400},
    {"delete", R"("ids": [])", 400},
    {"hold", R"("ids": "0B32CCTF00000")", 400},
    {"hold", R"("ids": [7])", 400},
    {"hold", R"("ids": ["x"])", 400},
    {"hold", some + R"(, "state": "lost")", 400},
    {"hold", some + "}", 400},
    {"bounce", some + R"(, "reply": "450 4.0.0 Later")", 400},
    {"bounce", some + R"(, "reply": "No")", 400},
    {"bounce", some + R"(, "reply": "550 5.0.0 a\nb")", 400},
    {"redirect", some, 400},
    {"redirect", some + R"(, "to": "postmaster")", 400},
    {"redirect", some + R"(, "to": "a@b@c")", 400},
    {"redirect", some + R"(, "to": "@")", 400},
    {"redirect", some + R"(, "to": "a@b.example>\r\nRCPT TO:<c@d")", 400},
    {"suspend", "", 400},
    {"suspend", R"("domain": "a.example", "site": "b")", 400},
    {"suspend", R"("domain": "a b")", 400},
    {"suspend", R"("sender": "anna")", 400},
    {"suspend", R"("domain": "a.example", "for": 0)", 400},
    {"suspend", R"("domain": "a.example", "for": "2h")", 400},
    {"suspend", R"("domain": "a.example", "for": 99999999999)", 400},
    {"suspend", R"("site": ")" + std::string(501, 'x') + '"', 400},
    {"suspend", R"("site": "mx.example.com")", 400},
    {"suspend", R"("site": "a b:25/none")", 400},
  };
  for (const auto& x : table) {
    const auto found = read(x.name, x.body);
    BOOST_TEST_INFO(x.name << ' ' << x.body);
    const auto* refusal = std::get_if<net::http_response>(&found);
    BOOST_REQUIRE(refusal != nullptr);
    BOOST_TEST(refusal->status == x.status);
  }
}

BOOST_AUTO_TEST_SUITE_END()
