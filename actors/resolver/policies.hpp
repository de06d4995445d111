#pragma once

#include "actors/node.hpp"
#include "actors/runtime/observed.hpp"
#include "actors/runtime/owed.hpp"
#include "mail/sts_cache.hpp"
#include "storage/policy_folder.hpp"

#include <deque>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace stagepost {

struct policies_state {
  static inline const char* name = "policies";

  using promise = owed<sts_rule>;

  node* here = nullptr;
  boost::asio::io_context* loop = nullptr;
  sts_cache cache;
  std::unique_ptr<storage::policy_folder> folder;    ///< Null if there is none.
  std::map<std::string, std::vector<promise>> asked; ///< By domain.
  std::set<std::string> fetching;
  /// Domain and id of those to be fetched when others are through.
  std::deque<std::pair<std::string, std::string>> waiting;
};

/// The POLICIES of a node: fetches the MTA-STS policies of domains, keeps them
/// over restarts in `data_dir`, and renews them before their time is over.
policies_actor::behavior_type
policies(pointer<policies_actor, policies_state> self,
         boost::asio::io_context* loop, node* here, std::string path);

} // namespace stagepost
