#include "storage/policy_folder.hpp"

#include <boost/test/unit_test.hpp>

#include <filesystem>
#include <fstream>

namespace fs = std::filesystem;
using namespace stagepost::storage;

namespace {

struct fixture {
  fs::path root;
  std::string path;

  fixture() {
    auto name = (fs::temp_directory_path() / "stagepost-XXXXXX").string();
    BOOST_REQUIRE(::mkdtemp(name.data()) != nullptr);
    root = name;
    path = (root / "mta-sts").string();
  }
  ~fixture() {
    fs::remove_all(root);
  }
};

const kept_policy one{
  "a.example", "20160831",
  std::chrono::system_clock::time_point{std::chrono::seconds{1'700'000'000}},
  "version: STSv1\nmode: none\nmax_age: 1\n"};

} // namespace

BOOST_FIXTURE_TEST_SUITE(policy_folder, fixture)

BOOST_AUTO_TEST_CASE(what_is_kept_is_there_again) {
  const stagepost::storage::policy_folder x(path);
  BOOST_TEST(x.load().empty());
  BOOST_TEST(x.save(one) == "");
  auto other = one;
  other.id = "2";
  BOOST_TEST(x.save(other) == "");
  const auto kept = stagepost::storage::policy_folder(path).load();
  BOOST_TEST_REQUIRE(kept.size() == 1U);
  BOOST_TEST(kept[0].domain == "a.example");
  BOOST_TEST(kept[0].id == "2");
  BOOST_TEST((kept[0].fetched == one.fetched));
  BOOST_TEST(kept[0].text == one.text);
}

BOOST_AUTO_TEST_CASE(what_is_removed_is_gone) {
  const stagepost::storage::policy_folder x(path);
  BOOST_TEST(x.save(one) == "");
  x.remove("a.example");
  x.remove("b.example");
  BOOST_TEST(x.load().empty());
}

BOOST_AUTO_TEST_CASE(what_is_broken_is_passed_over) {
  const stagepost::storage::policy_folder x(path);
  std::ofstream(path + "/empty.example");
  std::ofstream(path + "/words.example") << "no policy at all\n";
  std::ofstream(path + "/.new") << one.id << " 1\nhalf";
  BOOST_TEST(x.load().empty());
}

BOOST_AUTO_TEST_CASE(a_folder_that_is_gone_is_told) {
  const stagepost::storage::policy_folder x(path);
  fs::remove_all(path);
  BOOST_TEST(x.save(one) == "No such file or directory");
  BOOST_TEST(x.load().empty());
}

BOOST_AUTO_TEST_SUITE_END()
