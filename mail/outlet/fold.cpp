#include "mail/outlet/fold.hpp"

#include <algorithm>
#include <string>

namespace stagepost::outlet {

namespace {

smtp::reply for_some(const std::vector<verdict>& recipients,
                     std::size_t accepted, bool told) {
  return {250,
          {2, 0, 0},
          "Accepted for " + std::to_string(accepted) + " of "
            + std::to_string(recipients.size()) + " recipients"
            + (told ? ", a report on the others follows" : "")};
}

} // namespace

folded fold(const std::vector<verdict>& recipients,
            const std::vector<bool>& reported) {
  folded out;
  bool told = false; // of one at least
  for (std::size_t i = 0; i < recipients.size(); ++i)
    if (!recipients[i].accepted()) {
      out.untold.push_back(i);
      told = told || reported.at(i);
    }
  const auto accepted = recipients.size() - out.untold.size();
  if (out.untold.empty()) {
    out.reply = recipients.front().reply;
  } else if (accepted != 0) {
    out.reply = for_some(recipients, accepted, told);
  } else {
    // Nobody is spared a word: the first of the worst ones stands for all.
    out.untold.clear();
    out.reply
      = std::max_element(recipients.begin(), recipients.end(),
                         [](const auto& a, const auto& b) {
                           return a.reply.code / 100 < b.reply.code / 100;
                         })
          ->reply;
  }
  return out;
}

} // namespace stagepost::outlet
