#include "actors/dkim_keys.hpp"
#include "test/config/files.hpp"

#include <boost/test/unit_test.hpp>

#include <filesystem>

using namespace stagepost;

namespace {

config::dkim_section section(const std::string& file) {
  config::dkim_section out;
  out.domains["example.com"] = {{"s1", file}};
  return out;
}

std::string fresh_key() {
  return dkim::signing_key::generate(dkim::algorithm::ed25519).to_pem();
}

dkim_keys loaded(const config::dkim_section& x) {
  return std::get<dkim_keys>(dkim_keys::load(x, x, {}));
}

} // namespace

BOOST_AUTO_TEST_SUITE(dkim_keys)

BOOST_AUTO_TEST_CASE(without_domains_there_is_no_table) {
  BOOST_TEST(!stagepost::dkim_keys{}.table());
  BOOST_TEST(!loaded({}).table());
  BOOST_TEST(!loaded({}).reload_if_changed().changed);
}

BOOST_AUTO_TEST_CASE(a_new_file_is_taken_and_a_bad_one_changes_nothing) {
  const config::folder files;
  const auto file = files.write("a.pem", fresh_key());
  const auto keys = loaded(section(file));
  const auto first = keys.table();
  BOOST_TEST_REQUIRE(!!first);
  BOOST_TEST(!keys.reload_if_changed().changed);
  BOOST_TEST(keys.table() == first);
  files.write("a.pem", "no key");
  const auto refused = keys.reload_if_changed();
  BOOST_TEST(!refused.changed);
  BOOST_TEST_REQUIRE(refused.refusals.size() == 1U);
  BOOST_TEST(refused.refusals[0].starts_with(file + " holds no usable"));
  BOOST_TEST(keys.table() == first);
  files.write("a.pem", fresh_key());
  BOOST_TEST(keys.reload_if_changed().changed);
  BOOST_TEST(keys.table() != first);
}

BOOST_AUTO_TEST_CASE(the_same_section_keeps_its_keys) {
  const config::folder files;
  const auto a = section(files.write("a.pem", fresh_key()));
  const auto b = section(files.write("b.pem", fresh_key()));
  const auto first = loaded(a);
  const auto again
    = std::get<stagepost::dkim_keys>(stagepost::dkim_keys::load(a, a, first));
  BOOST_TEST(again.table() == first.table());
  const auto other
    = std::get<stagepost::dkim_keys>(stagepost::dkim_keys::load(b, a, first));
  BOOST_TEST(other.table() != first.table());
  const auto bad = section(files.write("c.pem", ""));
  BOOST_TEST(std::holds_alternative<std::string>(
    stagepost::dkim_keys::load(bad, a, first)));
}

BOOST_AUTO_TEST_CASE(what_its_administrator_should_know) {
  const config::folder files;
  const auto file = files.write(
    "a.pem", dkim::signing_key::generate(dkim::algorithm::rsa, 1024).to_pem());
  std::filesystem::permissions(file, std::filesystem::perms{0644});
  const auto said = loaded(section(file)).warnings();
  BOOST_TEST_REQUIRE(said.size() == 2U);
  BOOST_TEST(said[0].starts_with(file + " can be read by everybody"));
  BOOST_TEST(said[1].starts_with(file + " holds an RSA key of 1024 bits"));
  std::filesystem::permissions(file, std::filesystem::perms{0640});
  BOOST_TEST(loaded(section(file)).warnings().size() == 1U);
}

BOOST_AUTO_TEST_SUITE_END()
