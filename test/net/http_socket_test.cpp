#include "net/http.hpp"
#include "test/net/certificates.hpp"
#include "test/net/loop_fixture.hpp"

#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/post.hpp>
#include <boost/system/system_error.hpp>

#include <filesystem>
#include <fstream>
#include <optional>
#include <sys/stat.h>
#include <thread>

using namespace stagepost::net;
using namespace std::chrono_literals;

namespace {

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

struct unix_fixture : loop_fixture {
  temporary_folder folder;
  std::string path = folder.path("control");

  static http_server::handler echo() {
    return [](http_request x, http_responder answer) {
      if (x.method != "HEAD" && x.target == "/slow")
        return;
      answer({201, "application/json", x.method + x.target + x.body});
    };
  }

  /// What a command in another process would get.
  std::variant<http_response, std::string>
  asked(const http_request& what, std::chrono::seconds limit = 5s) {
    std::optional<std::variant<http_response, std::string>> out;
    std::jthread other{[&] {
      auto x = ask(path, what, limit);
      boost::asio::post(loop, [&, x = std::move(x)] { out = x; });
    }};
    BOOST_TEST(run_until([&] { return out.has_value(); }));
    return *out;
  }
};

std::string failure(const std::function<void()>& f) {
  try {
    f();
  } catch (const boost::system::system_error& e) {
    return e.what();
  }
  return "nothing thrown";
}

} // namespace

BOOST_AUTO_TEST_SUITE(http_socket)

BOOST_FIXTURE_TEST_CASE(a_command_asks_over_a_unix_socket, unix_fixture) {
  http_server server{loop, path, echo()};
  auto x = asked({"POST", "/queue?state=held", "{}"});
  auto* answer = std::get_if<http_response>(&x);
  BOOST_REQUIRE(answer != nullptr);
  BOOST_TEST(answer->status == 201U);
  BOOST_TEST(answer->content_type == "application/json");
  BOOST_TEST(answer->body == "POST/queue?state=held{}");
  x = asked({"HEAD", "/", ""});
  BOOST_REQUIRE(std::holds_alternative<http_response>(x));
  BOOST_TEST(std::get<http_response>(x).body == "");
}

BOOST_FIXTURE_TEST_CASE(only_this_user_may_open_the_socket, unix_fixture) {
  http_server server{loop, path, echo()};
  struct stat info {};
  BOOST_TEST(::lstat(path.c_str(), &info) == 0);
  BOOST_TEST((info.st_mode & 07777U) == 0600U);
}

BOOST_FIXTURE_TEST_CASE(the_socket_goes_with_the_server, unix_fixture) {
  { http_server server{loop, path, echo()}; }
  BOOST_TEST(!std::filesystem::exists(path));
}

BOOST_FIXTURE_TEST_CASE(a_stale_socket_is_replaced, unix_fixture) {
  { boost::asio::local::stream_protocol::acceptor crashed{loop, {path}}; }
  BOOST_TEST(std::filesystem::exists(path));
  http_server server{loop, path, echo()};
  BOOST_TEST(std::holds_alternative<http_response>(asked({"GET", "/", ""})));
}

BOOST_FIXTURE_TEST_CASE(a_living_daemons_socket_is_left_alone, unix_fixture) {
  http_server first{loop, path, echo()};
  auto why = failure([&] { http_server second{loop, path, echo()}; });
  BOOST_TEST(has(why, "another daemon answers on " + path), why);
  BOOST_TEST(std::holds_alternative<http_response>(asked({"GET", "/", ""})));
}

BOOST_FIXTURE_TEST_CASE(other_files_are_left_alone, unix_fixture) {
  std::ofstream(path) << "mine";
  auto why = failure([&] { http_server server{loop, path, echo()}; });
  BOOST_TEST(has(why, "is no socket"), why);
  BOOST_TEST(std::filesystem::file_size(path) == 4U);
}

BOOST_FIXTURE_TEST_CASE(a_path_too_long_says_so, unix_fixture) {
  path = folder.path(std::string(120, 'x'));
  auto why = failure([&] { http_server server{loop, path, echo()}; });
  BOOST_TEST(has(why, "107; choose a shorter data_dir"), why);
  auto x = asked({"GET", "/", ""});
  BOOST_REQUIRE(std::holds_alternative<std::string>(x));
  BOOST_TEST(has(std::get<std::string>(x), "107"));
}

BOOST_FIXTURE_TEST_CASE(who_asks_nobody_is_told, unix_fixture) {
  auto x = asked({"GET", "/", ""});
  BOOST_REQUIRE(std::holds_alternative<std::string>(x));
  BOOST_TEST(std::get<std::string>(x)
             == "no daemon answers on " + path
                  + ": is it running, and with this configuration?");
}

BOOST_FIXTURE_TEST_CASE(an_answer_has_a_time_limit, unix_fixture) {
  http_responder kept;
  http_server server{loop, path,
                     [&](http_request, http_responder x) { kept = x; }};
  auto x = asked({"GET", "/", ""}, 1s);
  BOOST_REQUIRE(std::holds_alternative<std::string>(x));
  BOOST_TEST(has(std::get<std::string>(x), "did not answer within 1 s"));
}

BOOST_AUTO_TEST_SUITE_END()
