#include "mail/outlet/program_verdict.hpp"

#include <boost/test/unit_test.hpp>

#include <csignal>

using namespace stagepost;
using namespace stagepost::outlet;
using kind = program_result::kind;

namespace {

constexpr auto later = "The message can't be processed now, try again later";

struct row {
  program_result came;
  verdict::kind what;
  std::string reply;
  std::string detail;
};

} // namespace

BOOST_AUTO_TEST_SUITE(program_verdict)

BOOST_AUTO_TEST_CASE(each_end_has_its_reply) {
  using enum verdict::kind;
  const row table[] = {
    {{.how = kind::exited, .code = 0}, accepted, "250 2.0.0 Accepted", ""},
    {{.how = kind::exited,
      .code = 0,
      .output = "working\njob 17\n",
      .errors = "careful\n"},
     accepted,
     "250 2.0.0 job 17",
     ""},
    {{.how = kind::exited, .code = 1},
     rejected,
     "554 5.3.0 The message was refused",
     "exit status 1"},
    {{.how = kind::exited,
      .code = 65,
      .output = "not this",
      .errors = "bad\nno such printer\n"},
     rejected,
     "554 5.3.0 no such printer",
     "exit status 65"},
    {{.how = kind::exited, .code = 255},
     rejected,
     "554 5.3.0 The message was refused",
     "exit status 255"},
    {{.how = kind::exited, .code = 75},
     failed,
     std::string{"451 4.3.0 "} + later,
     "exit status 75"},
    {{.how = kind::exited, .code = 75, .errors = "database away\n"},
     failed,
     "451 4.3.0 database away",
     "exit status 75"},
    {{.how = kind::killed, .code = SIGSEGV},
     failed,
     std::string{"451 4.3.0 "} + later,
     "killed by signal 11"},
    {{.how = kind::timed_out, .code = SIGKILL},
     failed,
     std::string{"451 4.3.0 "} + later,
     "took too long"},
    {{.how = kind::not_started, .why = "/x: cannot run: No such file"},
     failed,
     std::string{"451 4.3.0 "} + later,
     "/x: cannot run: No such file"},
  };
  for (const auto& x : table) {
    const auto got = verdict_of(x.came, "/bin/process");
    BOOST_TEST_CONTEXT(x.reply) {
      BOOST_TEST((got.what == x.what));
      BOOST_TEST(to_string(got.reply) == x.reply);
      BOOST_TEST(got.detail == x.detail);
      BOOST_TEST(got.by == "/bin/process");
      BOOST_TEST(!got.tell_sender);
      BOOST_TEST(got.accepted() == got.reply.positive());
    }
  }
}

BOOST_AUTO_TEST_CASE(what_it_says_stays_one_line) {
  const auto got = verdict_of(
    {.how = kind::exited, .code = 1, .errors = "a\r250 2.0.0 Accepted\x1b[0m"},
    "");
  BOOST_TEST(got.reply.text == "a 250 2.0.0 Accepted [0m");
}

BOOST_AUTO_TEST_SUITE_END()
