#include "net/acceptor.hpp"
#include "test/net/loop_fixture.hpp"

#include <boost/asio/connect.hpp>

#include <fcntl.h>
#include <sys/resource.h>
#include <thread>
#include <unistd.h>

using namespace stagepost::net;
using namespace std::chrono_literals;
using boost::asio::ip::tcp;

namespace {

std::shared_ptr<stagepost::net::acceptor> bind_to(const std::string& host,
                                                  std::uint16_t port = 0) {
  auto x = stagepost::net::acceptor::bind({host, port});
  auto* out = std::get_if<std::shared_ptr<stagepost::net::acceptor>>(&x);
  BOOST_REQUIRE(out != nullptr);
  return *out;
}

std::string refusal(const std::string& host, std::uint16_t port = 0) {
  auto x = stagepost::net::acceptor::bind({host, port});
  auto* out = std::get_if<std::string>(&x);
  return out != nullptr ? *out : "bound";
}

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

struct fixture : loop_fixture {
  std::vector<tcp::socket> clients;
  std::vector<std::pair<tcp::socket, std::size_t>> accepted;

  void call(const stagepost::net::acceptor& x) {
    clients.emplace_back(loop).connect(x.local());
  }
  auto take() {
    return [this](tcp::socket s, std::size_t i) {
      accepted.emplace_back(std::move(s), i);
    };
  }
};

/// Leaves the process no file descriptor but those it has.
class no_descriptors_left {
public:
  no_descriptors_left() {
    ::getrlimit(RLIMIT_NOFILE, &before_);
    auto next = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
    ::close(next);
    auto now = before_;
    now.rlim_cur = static_cast<rlim_t>(next);
    ::setrlimit(RLIMIT_NOFILE, &now);
  }
  ~no_descriptors_left() {
    ::setrlimit(RLIMIT_NOFILE, &before_);
  }

private:
  rlimit before_{};
};

} // namespace

BOOST_AUTO_TEST_SUITE(acceptor)

BOOST_FIXTURE_TEST_CASE(the_loops_take_turns, fixture) {
  boost::asio::io_context other;
  auto x = bind_to("127.0.0.1");
  x->start(loop, {&loop, &other}, take());
  for (int i = 0; i < 4; ++i)
    call(*x);
  BOOST_TEST(run_until([&] { return accepted.size() == 4; }));
  for (std::size_t i = 0; i < accepted.size(); ++i) {
    BOOST_TEST(accepted[i].second == i % 2);
    auto& context = accepted[i].first.get_executor().context();
    BOOST_TEST((&context
                == (i % 2 == 0 ? static_cast<void*>(&loop)
                               : static_cast<void*>(&other))));
    BOOST_TEST(accepted[i].first.remote_endpoint()
               == clients[i].local_endpoint());
  }
  accepted.clear();
}

BOOST_FIXTURE_TEST_CASE(who_connects_before_start_is_not_lost, fixture) {
  auto x = bind_to("127.0.0.1");
  call(*x);
  x->start(loop, {&loop}, take());
  BOOST_TEST(run_until([&] { return accepted.size() == 1; }));
}

BOOST_FIXTURE_TEST_CASE(a_successor_starts_where_another_stopped, fixture) {
  auto x = bind_to("127.0.0.1");
  x->start(loop, {&loop}, take());
  x->stop();
  call(*x);
  run_for(10ms);
  BOOST_TEST(accepted.empty());
  x->start(loop, {&loop}, take());
  BOOST_TEST(run_until([&] { return accepted.size() == 1; }));
  call(*x);
  BOOST_TEST(run_until([&] { return accepted.size() == 2; }));
}

BOOST_FIXTURE_TEST_CASE(the_home_loop_may_go_first, fixture) {
  auto x = bind_to("127.0.0.1");
  {
    boost::asio::io_context home;
    x->start(home, {&loop}, take());
    home.poll();
  }
  x->stop();
  x->start(loop, {&loop}, take());
  call(*x);
  BOOST_TEST(run_until([&] { return accepted.size() == 1; }));
}

BOOST_FIXTURE_TEST_CASE(without_descriptors_it_pauses, fixture) {
  auto x = bind_to("127.0.0.1");
  x->start(loop, {&loop}, take());
  call(*x);
  {
    no_descriptors_left none;
    run_for(250ms);
    BOOST_TEST(accepted.empty());
    BOOST_TEST(x->pauses() >= 1U);
    BOOST_TEST(x->pauses() <= 3U);
  }
  BOOST_TEST(run_until([&] { return accepted.size() == 1; }));
}

BOOST_AUTO_TEST_CASE(accepted_sockets_do_not_leak_into_commands) {
  fixture f;
  auto x = bind_to("127.0.0.1");
  x->start(f.loop, {&f.loop}, f.take());
  f.call(*x);
  BOOST_TEST(f.run_until([&] { return f.accepted.size() == 1; }));
  auto fd = f.accepted.front().first.native_handle();
  BOOST_TEST((::fcntl(fd, F_GETFD) & FD_CLOEXEC) != 0);
}

BOOST_AUTO_TEST_CASE(a_port_in_use_says_so) {
  auto x = bind_to("127.0.0.1");
  auto port = x->local().port();
  auto why = refusal("127.0.0.1", port);
  BOOST_TEST(has(why, "127.0.0.1:" + std::to_string(port)), why);
  BOOST_TEST(has(why, "another program listens there"), why);
}

BOOST_AUTO_TEST_CASE(an_address_of_others_is_refused) {
  BOOST_TEST(has(refusal("192.0.2.1"), "no interface of this machine"));
  BOOST_TEST(has(refusal("mx.example"), "not an IPv4 or IPv6 address"));
}

BOOST_AUTO_TEST_CASE(ipv6_leaves_ipv4_to_others) {
  auto x = stagepost::net::acceptor::bind({"::", 0});
  if (auto* why = std::get_if<std::string>(&x)) {
    BOOST_TEST_MESSAGE("no IPv6 here: " << *why);
    return;
  }
  auto six = std::get<std::shared_ptr<stagepost::net::acceptor>>(x);
  auto four = bind_to("0.0.0.0", six->local().port());
  BOOST_TEST(four->local().port() == six->local().port());
}

BOOST_AUTO_TEST_SUITE_END()
