#include "actors/auth/login_programs.hpp"
#include "test/net/loop_fixture.hpp"
#include "test/storage/scratch.hpp"

#include <cerrno>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <sys/wait.h>

using namespace stagepost;
using verdict = login_verdict;

namespace {

struct fixture : net::loop_fixture {
  test::scratch_folder folder;
  std::unique_ptr<stagepost::login_programs> programs
    = std::make_unique<stagepost::login_programs>(loop);
  std::vector<verdict> heard;

  /// A source that runs this shell script, with the folder as $1.
  login_programs::source_ptr script(const std::string& text,
                                    std::uint32_t workers = 16) {
    return source({"/bin/sh", "-c", text, "sh", folder.path()}, workers);
  }
  static login_programs::source_ptr source(std::vector<std::string> run,
                                           std::uint32_t workers = 16) {
    auto out = std::make_shared<config::auth_source>();
    out->type = config::auth_source::kind::command;
    out->run = std::move(run);
    out->workers = workers;
    out->timeout = config::seconds{1};
    return out;
  }

  bool start(const login_programs::source_ptr& source,
             const std::string& user = "anna",
             const std::string& password = "secret") {
    return programs->ask(source, user, sasl::secret{password},
                         [this](verdict x) { heard.push_back(x); });
  }
  verdict ask(const login_programs::source_ptr& source,
              const std::string& user = "anna",
              const std::string& password = "secret") {
    const auto before = heard.size();
    BOOST_REQUIRE(start(source, user, password));
    BOOST_TEST(heard.size() == before, "never from within");
    BOOST_REQUIRE(run_until([&] { return heard.size() > before; }));
    return heard.back();
  }
  std::string content_of(const std::string& name) const {
    std::ifstream from(folder.path() + '/' + name, std::ios::binary);
    return {std::istreambuf_iterator<char>{from}, {}};
  }
};

bool no_children() {
  return ::waitpid(-1, nullptr, WNOHANG) == -1 && errno == ECHILD;
}

} // namespace

BOOST_FIXTURE_TEST_SUITE(login_programs, fixture)

BOOST_AUTO_TEST_CASE(status_0_is_yes_and_any_other_no) {
  BOOST_TEST((ask(script("exit 0")) == verdict::yes));
  for (const auto* status : {"1", "2", "75", "126", "127", "255"})
    BOOST_TEST((ask(script(std::string("exit ") + status)) == verdict::no));
}

BOOST_AUTO_TEST_CASE(it_judges_by_name_and_password) {
  const auto judge = script(
    R"(test "$SSMTPD_USERNAME" = anna && test "$SSMTPD_PASSWORD" = 'a b$`"')");
  BOOST_TEST((ask(judge, "anna", "a b$`\"") == verdict::yes));
  BOOST_TEST((ask(judge, "anna", "a b") == verdict::no));
  BOOST_TEST((ask(judge, "bob", "a b$`\"") == verdict::no));
}

BOOST_AUTO_TEST_CASE(name_password_and_path_are_all_of_its_environment) {
  BOOST_REQUIRE(::setenv("STAGEPOST_TEST_SECRET", "x", 1) == 0);
  ask(script(R"(tr '\0' '\n' < /proc/$$/environ | sort > "$1/environment")"),
      "anna", "a=b");
  ::unsetenv("STAGEPOST_TEST_SECRET");
  const char* path = std::getenv("PATH");
  BOOST_REQUIRE(path != nullptr);
  BOOST_TEST(content_of("environment")
             == "PATH=" + std::string(path)
                  + "\nSSMTPD_PASSWORD=a=b\nSSMTPD_USERNAME=anna\n");
}

BOOST_AUTO_TEST_CASE(nobody_reads_the_password_among_the_arguments) {
  ask(script(R"(cat /proc/$$/cmdline > "$1/arguments"; cat >> "$1/arguments")"),
      "anna", "opensesame");
  const auto text = content_of("arguments");
  BOOST_TEST(text.find("cmdline") != std::string::npos);
  BOOST_TEST(text.find("opensesame") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(what_says_nothing_is_no_refusal) {
  BOOST_TEST((ask(script("kill -KILL $$")) == verdict::unavailable));
  BOOST_TEST((ask(script("sleep infinity")) == verdict::unavailable));
  BOOST_TEST((ask(source({folder.path() + "/gone"})) == verdict::unavailable));
  BOOST_TEST(
    (ask(script("exit 0"), std::string{"an\0na", 5}) == verdict::unavailable));
  BOOST_TEST(run_until([] { return no_children(); }));
}

BOOST_AUTO_TEST_CASE(so_many_run_at_a_time) {
  const auto one_by_one = script(R"(
    mkdir "$1/inside" || exit 1
    echo $SSMTPD_USERNAME >> "$1/order"
    rmdir "$1/inside")",
                                 1);
  for (const auto* user : {"1", "2", "3", "4", "5"})
    BOOST_TEST(start(one_by_one, user));
  BOOST_REQUIRE(run_until([&] { return heard.size() == 5; }));
  for (const auto x : heard)
    BOOST_TEST((x == verdict::yes));
  BOOST_TEST(content_of("order") == "1\n2\n3\n4\n5\n");
}

BOOST_AUTO_TEST_CASE(a_line_has_an_end) {
  const auto slow = script("sleep infinity", 2);
  for (std::size_t i = 0; i < 2 + stagepost::login_programs::longest_line; ++i)
    BOOST_TEST(start(slow));
  BOOST_TEST(!start(slow));
  BOOST_TEST((ask(script("exit 0")) == verdict::yes),
             "another source has its own");
  BOOST_TEST(heard.size() == 1U);
  programs.reset();
  BOOST_TEST(run_until([this] {
    loop.run_for(std::chrono::milliseconds{1});
    return no_children();
  }));
  BOOST_TEST(heard.size() == 1U);
}

BOOST_AUTO_TEST_SUITE_END()
