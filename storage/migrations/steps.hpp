#pragma once

#include <array>
#include <string_view>

namespace stagepost::storage::migrations {

// One file a step. A step that was released never changes again.
extern const std::string_view queue_0001;
extern const std::string_view directory_0002;
extern const std::string_view leases_0003;
extern const std::string_view suspension_0004;

/// All steps in order: the first brings an empty schema to version 1.
inline const std::array steps{&queue_0001, &directory_0002, &leases_0003,
                              &suspension_0004};

} // namespace stagepost::storage::migrations
