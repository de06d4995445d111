#include "actors/routes.hpp"

namespace stagepost {

config::decision decide(const node& here, const rules& by,
                        config::route_facts facts) {
  if (!by.routes.asks_directory())
    return by.routes.decide(facts);
  const auto directory = here.domains.get();
  facts.directory = directory.get();
  return by.routes.decide(facts);
}

} // namespace stagepost
