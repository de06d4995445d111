#include "actors/message_types.hpp"

#include "actors/storage/journal.hpp"
#include "messages/interfaces.hpp"

namespace stagepost {

void add_messages(caf::actor_system_config& to) {
  to.add_message_types<caf::id_block::stagepost_types>();
  to.add_error_category(caf::atom("storage"), describe_storage_error);
}

} // namespace stagepost
