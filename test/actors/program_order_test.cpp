#include "actors/outlets/program_order.hpp"
#include "test/actors/outlet_jobs.hpp"

#include <boost/json.hpp>
#include <boost/test/unit_test.hpp>

#include <pwd.h>
#include <sys/resource.h>
#include <unistd.h>

using namespace stagepost;
using namespace std::chrono_literals;
namespace json = boost::json;

namespace {

outlet_job job(received_mail mail) {
  return test::job_of(std::move(mail), "filter", {});
}

} // namespace

BOOST_AUTO_TEST_SUITE(program_order)

BOOST_AUTO_TEST_CASE(the_environment_is_the_envelope) {
  auto x
    = job(test::mail_to({"a@one.example", "b@two.example", "c@x.example"}));
  x.recipients = {0, 2};
  const std::map<std::string, std::string> wanted{
    {"STAGEPOST_ID", to_string(x.mail->id)},
    {"STAGEPOST_SENDER", "from@sender.example"},
    {"STAGEPOST_RECIPIENTS", "a@one.example\nc@x.example"},
    {"STAGEPOST_CLIENT", "192.0.2.7"},
    {"STAGEPOST_CLIENT_NAME", "client.example"},
    {"STAGEPOST_HELO", "helo.example"},
    {"STAGEPOST_USER", "anna"},
    {"STAGEPOST_LISTENER", "mx"},
    {"STAGEPOST_TLS", "TLSv1.3 TLS_AES_256_GCM_SHA384"},
    {"STAGEPOST_SIZE", "24"},
  };
  BOOST_TEST((environment_of(x) == wanted));
}

BOOST_AUTO_TEST_CASE(the_line_is_the_envelope_too) {
  auto x = job(test::mail_to({"a@one.example", "b@two.example"}));
  x.recipients = {1};
  const auto line = envelope_line(x);
  BOOST_TEST(line.find('\n') == line.size() - 1);
  const auto got = json::parse(line).as_object();
  BOOST_TEST(got.at("id").as_string() == to_string(x.mail->id));
  BOOST_TEST(got.at("sender").as_string() == "from@sender.example");
  BOOST_TEST((got.at("recipients") == json::array{"b@two.example"}));
  BOOST_TEST(got.at("client").as_string() == "192.0.2.7");
  BOOST_TEST(got.at("client_name").as_string() == "client.example");
  BOOST_TEST(got.at("helo").as_string() == "helo.example");
  BOOST_TEST(got.at("user").as_string() == "anna");
  BOOST_TEST(got.at("listener").as_string() == "mx");
  BOOST_TEST(got.at("tls").as_string() == "TLSv1.3 TLS_AES_256_GCM_SHA384");
  BOOST_TEST(got.at("size").to_number<int>() == 24);
  BOOST_TEST(got.size() == 10U);
}

BOOST_AUTO_TEST_CASE(nothing_a_client_says_breaks_it) {
  auto mail = test::mail_to({"a@one.example"});
  mail.helo = std::string{"x\ny\0z\x1b\xff", 7};
  mail.user = "\"\\\r";
  const auto x = job(std::move(mail));
  const auto got = environment_of(x);
  BOOST_TEST(got->at("STAGEPOST_HELO") == "x y z ?");
  BOOST_TEST(got->at("STAGEPOST_USER") == "\"\\ ");
  BOOST_TEST(json::parse(envelope_line(x)).at("helo").as_string() == "x y z ?");
}

BOOST_AUTO_TEST_CASE(more_recipients_than_a_variable_holds_are_too_many) {
  std::vector<std::string> all;
  for (int i = 0; i < 1000; ++i)
    all.push_back(std::string(60, 'x') + std::to_string(i) + "@example.com");
  BOOST_TEST(environment_of(job(test::mail_to(all))).has_value());
  for (auto& x : all)
    x.insert(0, 60, 'y');
  BOOST_TEST(!environment_of(job(test::mail_to(all))).has_value());
}

BOOST_AUTO_TEST_CASE(limits_are_the_programs) {
  config::outlet x;
  x.command.run = {"/bin/true", "--flag"};
  const rules by{config::configuration{}};
  BOOST_TEST(program_of(x, by).limits.empty());
  x.command.memory = 64U << 20U;
  x.command.cpu = config::seconds{5};
  const auto got = program_of(x, by);
  BOOST_TEST((got.run == std::vector<std::string>{"/bin/true", "--flag"}));
  BOOST_REQUIRE(got.limits.size() == 2U);
  BOOST_TEST(got.limits[0].what == RLIMIT_AS);
  BOOST_TEST(got.limits[0].most == 64U << 20U);
  BOOST_TEST(got.limits[1].what == RLIMIT_CPU);
  BOOST_TEST(got.limits[1].most == 5U);
  BOOST_TEST(!got.as.has_value());
}

BOOST_AUTO_TEST_CASE(it_ends_before_the_client_stops_waiting) {
  config::outlet x;
  x.timeout = config::seconds{60};
  const struct {
    std::chrono::milliseconds left;
    std::chrono::milliseconds limit;
    std::chrono::milliseconds grace;
  } table[] = {
    {240s, 60s, 2s}, {62s, 60s, 2s},     {30s, 28s, 2s},
    {4s, 2s, 2s},    {1s, 500ms, 500ms},
  };
  for (const auto& row : table) {
    const auto got = run_time_of(x, row.left);
    BOOST_TEST((got.limit == row.limit), row.left.count());
    BOOST_TEST((got.grace == row.grace), row.left.count());
  }
}

BOOST_AUTO_TEST_SUITE_END()
