#include "actors/outlets/parser.hpp"
#include "loops_config.hpp"
#include "mail/mime/mail_parser.hpp"

#include <boost/test/unit_test.hpp>
#include <caf/all.hpp>

#include <cerrno>
#include <future>
#include <memory>
#include <system_error>
#include <vector>

using namespace stagepost;

namespace {

using findings = local<const mime::parse_result>;

/// Lies in a file, so to say: no memory shows it.
class filed_content final : public content {
public:
  explicit filed_content(std::string octets) : octets_(std::move(octets)) {
  }
  [[nodiscard]] std::uint64_t size() const noexcept override {
    return octets_.size();
  }
  std::size_t read(std::uint64_t offset, std::span<char> out) const override {
    return octets_.read(offset, out);
  }
  [[nodiscard]] std::string_view in_memory() const noexcept override {
    return {};
  }

private:
  memory_content octets_;
};

class broken_content final : public content {
public:
  [[nodiscard]] std::uint64_t size() const noexcept override {
    return 100;
  }
  std::size_t read(std::uint64_t /*offset*/,
                   std::span<char> /*out*/) const override {
    throw std::system_error(EIO, std::generic_category(), "the file");
  }
  [[nodiscard]] std::string_view in_memory() const noexcept override {
    return {};
  }
};

/// Can't be read before a gate is open.
class gated_content final : public content {
public:
  explicit gated_content(std::shared_future<void> gate)
    : gate_(std::move(gate)) {
  }
  [[nodiscard]] std::uint64_t size() const noexcept override {
    return 1;
  }
  std::size_t read(std::uint64_t /*offset*/,
                   std::span<char> /*out*/) const override {
    gate_.wait();
    return 0;
  }
  [[nodiscard]] std::string_view in_memory() const noexcept override {
    return {};
  }

private:
  std::shared_future<void> gate_;
};

template <class T, class... Ts>
local<const content> mail(Ts&&... xs) {
  return {std::make_shared<const T>(std::forward<Ts>(xs)...)};
}

/// On loops and threads, as in the daemon: a reader is a thread.
struct fixture {
  test::loops_config config;
  caf::actor_system system{config};
  caf::scoped_actor self{system};
  node here{config::configuration{}};
  boost::asio::io_context* loop = nullptr; // it needs none
  parser_actor who
    = system.spawn(stagepost::parser, loop, &here, std::string{"parser"});

  ~fixture() {
    self->send_exit(who, caf::exit_reason::user_shutdown);
    self->wait_for(who);
  }

  auto ask(const local<const content>& x) {
    return self->request(who, caf::infinite, parse_atom_v, x);
  }

  template <class Pending>
  std::string subject(Pending pending) {
    std::string out;
    pending.receive([&](const findings& x) { out = x->mail.subject; },
                    [&](caf::error& e) { out = system.render(e); });
    return out;
  }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(parser, fixture)

BOOST_AUTO_TEST_CASE(small_and_large_mail_is_read) {
  const std::string head = "Subject: hello\r\n\r\n";
  const std::string large(1U << 20U, 'x');
  BOOST_TEST(subject(ask(mail<memory_content>(head))) == "hello");
  BOOST_TEST(subject(ask(mail<memory_content>(head + large))) == "hello");
  BOOST_TEST(subject(ask(mail<filed_content>(head))) == "hello");
  BOOST_TEST(subject(ask(mail<filed_content>(head + large))) == "hello");
}

BOOST_AUTO_TEST_CASE(mail_past_a_limit_has_its_reason) {
  std::string parts = "Content-Type: multipart/mixed; boundary=b\r\n\r\n";
  for (int i = 0; i < 2000; ++i)
    parts += "--b\r\n\r\n";
  std::string why;
  ask(mail<filed_content>(parts))
    .receive([&](const findings& x) { why = x->why; },
             [&](caf::error& e) { BOOST_ERROR(system.render(e)); });
  BOOST_TEST(why == "It has more than 1000 parts");
}

BOOST_AUTO_TEST_CASE(a_reader_that_dies_answers_and_is_followed_by_another) {
  for (int i = 0; i < 5; ++i) {
    const auto broken = subject(ask(mail<broken_content>()));
    BOOST_TEST(broken.find("the file") != std::string::npos);
    BOOST_TEST(subject(ask(mail<filed_content>("Subject: after\r\n\r\n")))
               == "after");
  }
}

BOOST_AUTO_TEST_CASE(so_many_wait_and_the_next_is_refused) {
  std::promise<void> gate;
  const auto open = gate.get_future().share();
  std::vector<decltype(ask({}))> waiting;
  const auto most = parser_state::readers + parser_state::longest_line;
  for (std::size_t i = 0; i < most; ++i)
    waiting.push_back(ask(mail<gated_content>(open)));
  const auto refused = subject(ask(mail<gated_content>(open)));
  BOOST_TEST(refused.find("too many large messages") != std::string::npos);
  BOOST_TEST(subject(ask(mail<memory_content>("Subject: small\r\n\r\n")))
             == "small");
  gate.set_value();
  for (auto& x : waiting)
    BOOST_TEST(subject(std::move(x)) == "");
  BOOST_TEST(subject(ask(mail<filed_content>("Subject: after\r\n\r\n")))
             == "after");
}

BOOST_AUTO_TEST_CASE(a_parser_that_ends_leaves_nobody_without_an_answer) {
  for (const auto why :
       {caf::exit_reason::kill, caf::exit_reason::user_shutdown}) {
    std::promise<void> gate;
    const auto open = gate.get_future().share();
    std::vector<decltype(ask({}))> waiting;
    for (std::size_t i = 0; i < parser_state::readers + 1; ++i)
      waiting.push_back(ask(mail<gated_content>(open)));
    // It has them all when it answers the next one.
    BOOST_TEST(subject(ask(mail<memory_content>("Subject: x\r\n\r\n"))) == "x");
    self->send_exit(who, why);
    for (auto& x : waiting) // two at a reader, one in line
      BOOST_TEST(
        subject(std::move(x))
        == system.render(caf::make_error(caf::sec::request_receiver_down)));
    gate.set_value();
    self->wait_for(who);
    who = system.spawn(stagepost::parser, loop, &here, std::string{"parser"});
  }
}

BOOST_AUTO_TEST_CASE(it_is_found_by_those_who_need_it) {
  BOOST_TEST(subject(ask(mail<memory_content>("Subject: x\r\n\r\n"))) == "x");
  BOOST_TEST((here.parser.get() == who));
}

BOOST_AUTO_TEST_SUITE_END()
