#include "actors/guards/load_guard.hpp"

#include <boost/test/unit_test.hpp>

#include <filesystem>
#include <thread>
#include <vector>

using namespace stagepost;
using namespace std::chrono_literals;

namespace {

constexpr std::uint64_t mib = 1U << 20U;
const load_guard::time_point start{1h};

struct with_a_disk {
  result<disk_room> disk{disk_room{1000 * mib, 1'000'000}};
  int asked = 0;
  stagepost::load_guard guard{{100 * mib, 256 * mib}, [this] {
                                ++asked;
                                return disk;
                              }};

  std::string look(load_guard::time_point now) {
    guard.observe(now);
    return name_of(guard.level());
  }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(load_guard, with_a_disk)

BOOST_AUTO_TEST_CASE(the_disk_is_scarce_under_the_limit_and_gone_under_half) {
  constexpr struct {
    disk_room room;
    const char* level;
  } cases[] = {
    {{256 * mib, 1000}, "fine"},   {{256 * mib - 1, 1000}, "scarce"},
    {{128 * mib, 1000}, "scarce"}, {{128 * mib - 1, 1000}, "exhausted"},
    {{0, 1000}, "exhausted"},      {{1000 * mib, 999}, "scarce"},
    {{1000 * mib, 0}, "scarce"},   {{~std::uint64_t{0}, 1000}, "fine"},
  };
  auto now = start;
  for (const auto& x : cases) {
    disk = x.room;
    BOOST_TEST(look(now += 1s) == x.level);
  }
}

BOOST_AUTO_TEST_CASE(a_disk_that_does_not_answer_takes_no_mail) {
  disk = boost::system::error_code{EIO, boost::system::system_category()};
  BOOST_TEST(look(start) == "scarce");
}

BOOST_AUTO_TEST_CASE(the_disk_is_asked_once_a_second) {
  for (auto t = start; t < start + 3s; t += 1ms)
    guard.observe(t);
  BOOST_TEST(asked == 3);
}

BOOST_AUTO_TEST_CASE(without_a_limit_the_disk_is_not_asked) {
  stagepost::load_guard free{{0, 0}, [this] {
                               ++asked;
                               return disk;
                             }};
  stagepost::load_guard::share x{free};
  BOOST_TEST(x.resize(1ULL << 60U));
  BOOST_TEST(!free.observe(start));
  BOOST_TEST(name_of(free.level()) == "fine");
  BOOST_TEST(asked == 0);
}

BOOST_AUTO_TEST_CASE(other_limits_count_from_the_next_look_on) {
  stagepost::load_guard::share all{guard};
  BOOST_TEST(all.resize(80 * mib));
  disk = disk_room{200 * mib, 1000};
  BOOST_TEST(look(start) == "scarce");
  guard.limit({200 * mib, 100 * mib});
  BOOST_TEST(look(start + 1s) == "fine");
  guard.limit({200 * mib, 500 * mib});
  BOOST_TEST(look(start + 2s) == "exhausted");
  guard.limit({200 * mib, 0});
  BOOST_TEST(look(start + 3s) == "fine");
  BOOST_TEST(guard.free_disk() == 0U);
  guard.limit({50 * mib, 0});
  BOOST_TEST(look(start + 4s) == "exhausted");
  BOOST_TEST(!all.resize(80 * mib + 1));
  BOOST_TEST(all.held() == 80 * mib);
  BOOST_TEST(all.resize(40 * mib));
}

BOOST_AUTO_TEST_CASE(shares_add_up_and_are_given_back) {
  using share = stagepost::load_guard::share;
  {
    share a{guard};
    share b{guard};
    BOOST_TEST(a.resize(10 * mib));
    BOOST_TEST(b.resize(20 * mib));
    BOOST_TEST(b.resize(5 * mib));
    BOOST_TEST(guard.held() == 15 * mib);
    share c{std::move(a)};
    BOOST_TEST(guard.held() == 15 * mib);
    b = std::move(c);
    BOOST_TEST(guard.held() == 15 * mib);
    BOOST_TEST(b.held() == 10 * mib);
    b = share{};
    BOOST_TEST(b.held() == 0U);
  }
  BOOST_TEST(guard.held() == 0U);
}

BOOST_AUTO_TEST_CASE(no_share_grows_beyond_what_there_is) {
  stagepost::load_guard::share a{guard};
  stagepost::load_guard::share b{guard};
  BOOST_TEST(a.resize(60 * mib));
  BOOST_TEST(b.resize(40 * mib));
  BOOST_TEST(!b.resize(40 * mib + 1));
  BOOST_TEST(!b.resize(~std::uint64_t{0}));
  BOOST_TEST(b.held() == 40 * mib);
  BOOST_TEST(a.resize(59 * mib));
  BOOST_TEST(b.resize(41 * mib));
  BOOST_TEST(guard.held() == 100 * mib);
}

BOOST_AUTO_TEST_CASE(memory_is_scarce_from_three_quarters_on) {
  constexpr struct {
    std::uint64_t held;
    const char* level;
  } cases[] = {{0, "fine"},
               {75 * mib - 1, "fine"},
               {75 * mib, "scarce"},
               {95 * mib - 1, "scarce"},
               {95 * mib, "exhausted"},
               {100 * mib, "exhausted"},
               {1, "fine"}};
  stagepost::load_guard::share all{guard};
  for (const auto& x : cases) {
    BOOST_TEST(all.resize(x.held));
    BOOST_TEST(name_of(guard.level()) == x.level, x.held);
  }
}

BOOST_AUTO_TEST_CASE(a_worse_level_is_told_at_once_and_once) {
  BOOST_TEST(!guard.observe(start));
  disk = disk_room{200 * mib, 1000};
  const auto low = guard.observe(start + 1s);
  BOOST_REQUIRE(low.has_value());
  BOOST_TEST(name_of(low->from) == "fine");
  BOOST_TEST(name_of(low->to) == "scarce");
  BOOST_TEST(low->why == "200 MiB free on disk, limit 256 MiB");
  for (auto t = start + 2s; t < start + 1min; t += 1s)
    BOOST_TEST(!guard.observe(t));
  stagepost::load_guard::share all{guard};
  all.resize(96 * mib);
  const auto out = guard.observe(start + 1min);
  BOOST_REQUIRE(out.has_value());
  BOOST_TEST(name_of(out->to) == "exhausted");
  BOOST_TEST(out->why == "96 MiB of mail coming in, limit 100 MiB");
}

BOOST_AUTO_TEST_CASE(a_better_level_is_told_when_it_lasts) {
  disk = disk_room{200 * mib, 1000};
  BOOST_TEST(guard.observe(start).has_value());
  auto now = start;
  for (int i = 0; i < 10; ++i) { // better and worse again, all the time
    disk = disk_room{(i % 2 == 0 ? 300 : 200) * mib, 1000};
    BOOST_TEST(!guard.observe(now += 5s));
  }
  disk = disk_room{300 * mib, 1000};
  BOOST_TEST(!guard.observe(now += 1s));
  BOOST_TEST(!guard.observe(now + 9s));
  const auto well = guard.observe(now + 10s);
  BOOST_REQUIRE(well.has_value());
  BOOST_TEST(name_of(well->to) == "fine");
  BOOST_TEST(well->why.empty());
}

BOOST_AUTO_TEST_CASE(threads_that_come_and_go_leave_nothing_behind) {
  {
    std::vector<std::jthread> crowd;
    for (int i = 0; i < 4; ++i)
      crowd.emplace_back([this] {
        for (std::uint64_t j = 0; j < 10'000; ++j) {
          stagepost::load_guard::share x{guard};
          x.resize(j * 3000);
          x.resize(j * 7000);
        }
      });
  }
  BOOST_TEST(guard.held() == 0U);
}

BOOST_AUTO_TEST_CASE(a_real_disk_has_room_and_a_missing_folder_has_not) {
  const auto room = room_on_disk(std::filesystem::temp_directory_path());
  BOOST_REQUIRE(room.has_value());
  BOOST_TEST(room->octets > 0U);
  BOOST_TEST(room->files > 0U);
  BOOST_TEST(room_on_disk("/nowhere/at/all").has_error());
}

BOOST_AUTO_TEST_CASE(stress_begins_at_its_percentage) {
  BOOST_TEST(!under_stress(89, 100, 90));
  BOOST_TEST(under_stress(90, 100, 90));
  BOOST_TEST(!under_stress(100, 100, 100));
  BOOST_TEST(under_stress(0, 100, 0));
  BOOST_TEST(under_stress(4'000'000'000, 4'000'000'000, 99));
}

BOOST_AUTO_TEST_SUITE_END()
