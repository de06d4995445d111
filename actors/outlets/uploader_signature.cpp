#include "actors/outlets/uploader.hpp"

#include <array>
#include <exception>
#include <utility>

namespace stagepost::uploading {

namespace {

/// Of a body that is signed in one turn.
constexpr std::size_t most_in_a_turn = 256U << 10U;

/// Signs as much as one turn has time for.
void sign_on(uploader_pointer self) {
  auto& state = self->state;
  std::array<char, 16U << 10U> buffer; // NOLINT: it is filled first
  std::size_t done = 0;
  while (done < most_in_a_turn) {
    const auto n = state.form->read(buffer);
    if (n == 0) {
      state.signed_as = std::exchange(state.signature, nullptr)->field();
      return post(self);
    }
    state.signature->take({buffer.data(), n});
    done += n;
  }
  self->send(self, drained_atom_v, state.number);
}

} // namespace

void sign(uploader_pointer self) {
  auto& state = self->state;
  if (state.ends <= self->clock().now())
    return end(state, try_later(state, "there was no time to sign it"));
  try {
    sign_on(self);
  } catch (const std::exception& x) {
    end(state, try_later(state, x.what()));
  }
}

} // namespace stagepost::uploading
