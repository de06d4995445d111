#include "net/program_streams.hpp"
#include "test/net/program_fixture.hpp"

#include <cstdio>
#include <unistd.h>

using namespace stagepost;
using namespace std::chrono_literals;
using kind = net::program_end::kind;

namespace {

/// A message in a file without a name, as the storage has them.
class filed final : public content {
public:
  explicit filed(std::string_view octets)
    : file_(std::tmpfile()), size_(octets.size()) {
    BOOST_REQUIRE(file_ != nullptr);
    BOOST_REQUIRE(std::fwrite(octets.data(), 1, size_, file_) == size_);
    std::fflush(file_); // its position is at its end
  }
  ~filed() override {
    std::fclose(file_);
  }
  [[nodiscard]] std::uint64_t size() const noexcept override {
    return size_;
  }
  std::size_t read(std::uint64_t offset, std::span<char> out) const override {
    const auto n = ::pread(::fileno(file_), out.data(), out.size(),
                           static_cast<off_t>(offset));
    return n > 0 ? static_cast<std::size_t>(n) : 0;
  }
  [[nodiscard]] std::string_view in_memory() const noexcept override {
    return {};
  }
  [[nodiscard]] int file() const noexcept override {
    return ::fileno(file_);
  }

private:
  std::FILE* file_;
  std::size_t size_;
};

std::string long_text() {
  std::string out;
  for (int i = 0; out.size() < 1U << 20U; ++i)
    out += std::to_string(i) + "\r\n";
  return out;
}

} // namespace

BOOST_FIXTURE_TEST_SUITE(program_streams, test::program_fixture)

BOOST_AUTO_TEST_CASE(a_message_is_the_input_wherever_it_lies) {
  const auto text = long_text();
  for (const content_ptr& body :
       {content_ptr{std::make_shared<memory_content>(text)},
        content_ptr{std::make_shared<filed>(text)}}) {
    const auto x
      = run({.run = {"/bin/cat"}, .body = body, .output_limit = 2U << 20U});
    BOOST_TEST((x.how == kind::exited));
    BOOST_TEST((x.output == text));
  }
}

BOOST_AUTO_TEST_CASE(each_reads_a_file_from_its_beginning) {
  const auto body = std::make_shared<filed>("the message\n");
  std::string first;
  std::string second;
  const auto a = net::start_program(loop, {.run = {"/bin/cat"}, .body = body},
                                    [&](const auto& x) { first = x.output; });
  const auto b = net::start_program(loop, {.run = {"/bin/cat"}, .body = body},
                                    [&](const auto& x) { second = x.output; });
  BOOST_TEST(run_until([&] { return !first.empty() && !second.empty(); }));
  BOOST_TEST(first == "the message\n");
  BOOST_TEST(second == "the message\n");
}

BOOST_AUTO_TEST_CASE(nobody_writes_to_a_message) {
  const auto body = std::make_shared<filed>("the message\n");
  const auto x = run(
    {.run = {"/bin/sh", "-c", "echo changed >&0 || exit 7"}, .body = body});
  BOOST_TEST(x.code == 7);
  BOOST_TEST(run({.run = {"/bin/cat"}, .body = body}).output
             == "the message\n");
}

BOOST_AUTO_TEST_CASE(the_last_output_is_kept) {
  const auto x = run({.run = {"/bin/sh", "-c",
                              "head -c 1000000 /dev/zero >&2; echo why >&2; "
                              "head -c 1000000 /dev/zero; echo done"},
                      .output_limit = 1000});
  BOOST_TEST(x.output.size() == 1000U);
  BOOST_TEST(x.output.ends_with("done\n"));
  BOOST_TEST(x.errors.size() == 1000U);
  BOOST_TEST(x.errors.ends_with("why\n"));
}

BOOST_AUTO_TEST_CASE(past_its_time_it_may_still_clear_up) {
  const auto x = run({.run = {"/bin/sh", "-c",
                              "trap 'echo cleared; exit 0' TERM; "
                              "while :; do sleep 0.01; done"},
                      .time_limit = 300ms,
                      .grace = 20s});
  BOOST_TEST((x.how == kind::timed_out));
  BOOST_TEST(x.output == "cleared\n");
}

BOOST_AUTO_TEST_CASE(who_will_not_end_is_killed_after_the_grace) {
  const auto x = run(
    {.run = {"/bin/sh", "-c", "trap '' TERM; while :; do sleep 0.01; done"},
     .time_limit = 300ms,
     .grace = 300ms});
  BOOST_TEST((x.how == kind::timed_out));
  BOOST_TEST(x.code == SIGKILL);
  BOOST_TEST(test::no_children());
}

BOOST_AUTO_TEST_CASE(who_leaves_its_group_holds_nobody_up) {
  const auto x
    = run({.run = {"/bin/sh", "-c", "setsid sleep 60 & echo $!; exit 0"},
           .time_limit = 20s});
  BOOST_TEST((x.how == kind::exited));
  BOOST_TEST(x.code == 0);
  ::kill(std::stoi(x.output), SIGKILL);
}

BOOST_AUTO_TEST_SUITE_END()
