#include "test/config/files.hpp"

#include <boost/test/unit_test.hpp>

#include <iterator>
#include <random>

namespace stagepost::config {

namespace {

std::string octets_of(const std::string& path) {
  std::ifstream in(std::string(STAGEPOST_SOURCE_DIR) + path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

/// One change such as an editor, or a bad disk, makes.
void mutate(std::string& text, std::mt19937& random) {
  const auto pick = [&](std::size_t n) {
    return std::uniform_int_distribution<std::size_t>(0, n - 1)(random);
  };
  static constexpr std::string_view pieces[] = {"{",
                                                "}",
                                                "[",
                                                "]",
                                                ":",
                                                "- ",
                                                "\"",
                                                "'",
                                                "\n",
                                                "  ",
                                                "\t",
                                                "&a ",
                                                "*a",
                                                "? ",
                                                "!x ",
                                                "${",
                                                "}",
                                                "|\n",
                                                ">-\n",
                                                "#",
                                                "---\n",
                                                "...\n",
                                                "%",
                                                "\xff\xfe",
                                                "99999999999999999999",
                                                "include: stagepost.yaml\n",
                                                "/(/",
                                                "smtp://[",
                                                "@",
                                                "~",
                                                "-1",
                                                "\xe2\x82"};
  const auto at = pick(text.size());
  switch (pick(5)) {
    case 0:
      text[at] = static_cast<char>(pick(256));
      break;
    case 1:
      text.erase(at, 1 + pick(40));
      break;
    case 2:
      text.insert(at, pieces[pick(std::size(pieces))]);
      break;
    case 3:
      text.insert(at, text.substr(pick(text.size()), 1 + pick(80)));
      break;
    default:
      text.resize(at + 1);
  }
}

} // namespace

BOOST_AUTO_TEST_SUITE(mutations)

BOOST_AUTO_TEST_CASE(a_damaged_file_is_read_or_refused_with_reasons) {
  const folder files;
  std::size_t refused = 0;
  for (const auto* sample :
       {"/config/stagepost.yaml", "/config/samples/mx.yaml",
        "/config/samples/submission.yaml"}) {
    const auto original = octets_of(sample);
    BOOST_TEST_REQUIRE(!original.empty());
    std::mt19937 random(20'240'501); // NOLINT: the same run every time
    for (int i = 0; i < 1500; ++i) {
      auto text = original;
      for (auto n = 1 + random() % 4; n > 0 && !text.empty(); --n)
        mutate(text, random);
      const auto x = read_file(files.write("stagepost.yaml", text), {});
      if (const auto* problems = std::get_if<std::vector<problem>>(&x)) {
        ++refused;
        BOOST_TEST_REQUIRE(!problems->empty());
        for (const auto& p : *problems)
          BOOST_TEST_REQUIRE((!p.text.empty() && p.line >= 0 && p.column >= 0));
      }
    }
  }
  BOOST_TEST(refused > 1000U);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace stagepost::config
