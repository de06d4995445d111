#include "mail/outlet/fold.hpp"

#include <boost/test/unit_test.hpp>

#include <string>
#include <vector>

using namespace stagepost;
using outlet::verdict;
using sizes = std::vector<std::size_t>;

namespace {

verdict yes(const std::string& text) {
  return {verdict::kind::accepted, {250, {2, 0, 0}, text}, "a"};
}

verdict no(std::uint16_t code, const std::string& text) {
  const auto cls = static_cast<std::uint8_t>(code / 100);
  return {code >= 500 ? verdict::kind::rejected : verdict::kind::failed,
          {code, {cls, 0, 0}, text},
          "b"};
}

/// Where the sender hears of all that is not accepted.
outlet::folded folded(const std::vector<verdict>& x) {
  return outlet::fold(x, std::vector<bool>(x.size(), true));
}

} // namespace

BOOST_AUTO_TEST_SUITE(fold)

BOOST_AUTO_TEST_CASE(one_recipient_hears_its_outlet_s_words) {
  for (const auto& x : {yes("Printed"), no(550, "No paper"), no(451, "Down")}) {
    const auto got = folded({x});
    BOOST_TEST((got.reply == x.reply));
    BOOST_TEST(got.untold.empty());
  }
}

BOOST_AUTO_TEST_CASE(all_accepted_is_the_first_word) {
  const auto got = folded({yes("One"), yes("Two")});
  BOOST_TEST(got.reply.text == "One");
  BOOST_TEST(got.untold.empty());
}

BOOST_AUTO_TEST_CASE(one_accepted_is_250_and_the_others_are_told_by_mail) {
  const auto got = folded({no(550, "No"), yes("Yes"), no(451, "Later")});
  BOOST_TEST(to_string(got.reply)
             == "250 2.0.0 Accepted for 1 of 3 recipients, a report on the "
                "others follows");
  BOOST_TEST((got.untold == sizes{0, 2}));
}

BOOST_AUTO_TEST_CASE(nobody_is_promised_a_report_that_is_not_wanted) {
  const std::vector all{no(550, "No"), yes("Yes"), no(451, "Later")};
  const std::string short_of_it = "250 2.0.0 Accepted for 1 of 3 recipients";
  const auto said = [&](const std::vector<bool>& reported) {
    return to_string(outlet::fold(all, reported).reply);
  };
  BOOST_TEST(said({false, true, false}) == short_of_it);
  BOOST_TEST(said({false, false, true})
             == short_of_it + ", a report on the others follows");
}

BOOST_AUTO_TEST_CASE(none_accepted_is_the_worst_reply) {
  BOOST_TEST(folded({no(451, "a"), no(452, "b")}).reply.text == "a");
  BOOST_TEST(folded({no(451, "a"), no(550, "b")}).reply.text == "b");
  BOOST_TEST(folded({no(554, "a"), no(550, "b")}).reply.text == "a");
  BOOST_TEST(folded({no(451, "a"), no(550, "b")}).untold.empty());
}

BOOST_AUTO_TEST_SUITE_END()
