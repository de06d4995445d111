#include "test/config/fault.hpp"

#include <boost/test/unit_test.hpp>

namespace stagepost::config {

BOOST_AUTO_TEST_SUITE(outlets)

BOOST_AUTO_TEST_CASE(an_http_outlet_is_read_whole) {
  const auto got = good(read_text(
    "outlets:\n"
    "  later: {type: queue}\n"
    "  jobs: {type: http, url: \"https://a.example/jobs\", per: recipient,\n"
    "    headers: {Authorization: Bearer x}, raw: true, secret: s,\n"
    "    workers: 64, waiting: 10, timeout: 5s, connect_timeout: 2s,\n"
    "    reply_within: 1m, fallback: later, failure_mail: {per_hour: 3}}\n"
    + std::string(least)));
  BOOST_REQUIRE_EQUAL(got.outlets.size(), 2U);
  const auto& x = got.outlets[1];
  BOOST_TEST((x.type == outlet_type::http));
  BOOST_TEST(x.http.url == "https://a.example/jobs");
  BOOST_TEST((x.http.per == http_platform::unit::recipient));
  BOOST_TEST(x.http.headers.at("Authorization") == "Bearer x");
  BOOST_TEST(x.http.raw);
  BOOST_TEST(x.http.secret == "s");
  BOOST_TEST(x.workers == 64U);
  BOOST_TEST(x.waiting == 10U);
  BOOST_TEST(x.timeout.count() == 5);
  BOOST_TEST(x.http.connect_timeout.count() == 2);
  BOOST_TEST(x.reply_within.count() == 60);
  BOOST_TEST(x.fallback == "later");
  BOOST_TEST(x.failure_mail.wanted);
  BOOST_TEST(x.failure_mail.per_hour == 3U);
}

BOOST_AUTO_TEST_CASE(a_command_outlet_is_read_whole) {
  const auto got = good(read_text(
    "outlets: {filter: {type: command, run: [/bin/cat, -n], user: nobody,\n"
    "  keep_alive: true, memory: 64MiB, cpu: 10s, failure_mail: true}}\n"
    + std::string(least)));
  const auto& x = got.outlets.at(0);
  BOOST_TEST((x.type == outlet_type::command));
  BOOST_REQUIRE_EQUAL(x.command.run.size(), 2U);
  BOOST_TEST(x.command.run[1] == "-n");
  BOOST_TEST(x.command.user == "nobody");
  BOOST_TEST(x.command.keep_alive);
  BOOST_TEST(x.command.memory == 64ULL << 20U);
  BOOST_TEST(x.command.cpu.count() == 10);
  BOOST_TEST(x.failure_mail.wanted);
}

BOOST_AUTO_TEST_CASE(keys_belong_to_their_type) {
  check_all({
    {"outlets: {a: {type: queue, workers: 16}}\n",
     "1:28: `workers` is for outlets of type http or command"},
    {"outlets: {a: {type: command, run: /bin/true, url: \"http://a\"}}\n",
     "1:46: `url` is for outlets of type http"},
    {"outlets: {a: {type: http}}\n", "1:14: `url` is missing"},
    {"outlets: {a: {type: command}}\n", "1:14: `run` is missing"},
  });
}

BOOST_AUTO_TEST_CASE(what_no_platform_and_no_program_could_take_is_refused) {
  check_all({
    {"outlets: {a: {type: http, url: ftp://a.example/}}\n",
     "1:32: `url` wants a URL such as https://platform.example.com/jobs, not "
     "`ftp://a.example/`"},
    {"outlets: {a: {type: http, url: \"http://u:p@a.example/\"}}\n",
     "1:32: `url` holds no user and no password; `headers` can say "
     "`Authorization`"},
    {"outlets: {a: {type: http, url: \"http://a\", headers: {Host: b}}}\n",
     "1:54: the header field `Host` is Stagepost's own"},
    {"outlets: {a: {type: http, url: \"http://a\", headers: {\"a b\": b}}}\n",
     "1:54: a header field's name has letters, digits and `-`"},
    {"outlets: {a: {type: http, url: \"http://a\", headers: {B: \"c\\nD: "
     "e\"}}}\n",
     "1:57: `B` wants the field's text, not `c?D: e`"},
    {"outlets: {a: {type: command, run: true}}\n",
     "1:35: the program of `run` wants an absolute path, not `true`"},
  });
}

BOOST_AUTO_TEST_CASE(a_template_uses_known_names) {
  const folder in;
  const auto file = in.write("told.txt", "Dear {{sender}}, {{recipent}}\n");
  check_all({{"outlets: {a: {type: http, url: \"http://a\", failure_mail: "
              "{text: "
                + file + "}}}\n",
              "1:65: `" + file
                + "`: unknown key `recipent`; did you mean `recipients`?"}});
}

BOOST_AUTO_TEST_CASE(a_fallback_is_another_outlet) {
  check_all({
    {"outlets: {a: {type: http, url: \"http://a\", fallback: b}}\n",
     "1:54: there is no outlet `b`; did you mean `a`?"},
    {"outlets: {a: {type: http, url: \"http://a\", fallback: a}}\n",
     "1:54: outlet `a` falls back to itself in the end"},
  });
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace stagepost::config
