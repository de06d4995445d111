#include "actors/routes.hpp"

namespace stagepost {

namespace {

bool names_a_way_on(std::string_view address) {
  const auto local = address.substr(0, address.rfind('@'));
  return local.find_first_of("%!@") != std::string_view::npos
         || local.find("=?") != std::string_view::npos;
}

/// Somebody known to us: they logged in, or a route names them by their
/// network.
bool is_trusted(const config::decision& way, std::string_view user) {
  return !user.empty() || (way.by != nullptr && !way.by->client.empty());
}

} // namespace

config::decision decide(const node& here, const rules& by,
                        config::route_facts facts) {
  if (!by.routes.asks_directory())
    return by.routes.decide(facts);
  const auto directory = here.domains.get();
  facts.directory = directory.get();
  return by.routes.decide(facts);
}

std::optional<smtp::reply> route_refusal(const config::decision& way,
                                         std::string_view recipient,
                                         std::string_view user) {
  if (way.to == nullptr)
    return way.refusal;
  if (!is_trusted(way, user) && names_a_way_on(recipient))
    return smtp::reply{
      550, {5, 7, 1}, "Addresses that name a way on are not relayed"};
  return std::nullopt;
}

} // namespace stagepost
