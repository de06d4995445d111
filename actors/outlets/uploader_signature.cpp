#include "actors/outlets/uploader.hpp"

#include <boost/asio/post.hpp>
#include <caf/send.hpp>

#include <array>
#include <exception>
#include <utility>

namespace stagepost::uploading {

namespace {

/// Of a body that is signed in one turn.
constexpr std::size_t most_in_a_turn = 64U << 10U;

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
  // Goes on when others on the loop had their turn.
  boost::asio::post(*state.loop, [who = caf::weak_actor_ptr{self->ctrl()},
                                  number = state.number] {
    if (auto strong = who.lock())
      caf::anon_send(caf::actor_cast<uploader_actor>(std::move(strong)),
                     drained_atom_v, number);
  });
}

} // namespace

void sign(uploader_pointer self) {
  auto& state = self->state;
  if (time_is_over(self))
    return end(state, no_time(state));
  try {
    sign_on(self);
  } catch (const std::exception& x) {
    end(state, try_later(state, x.what()));
  }
}

} // namespace stagepost::uploading
