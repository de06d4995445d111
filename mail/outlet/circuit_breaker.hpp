#pragma once

#include <chrono>
#include <cstdint>

namespace stagepost::outlet {

/// Spares a platform that is down the jobs it could only fail, and the clients
/// the wait. It opens when too many jobs in a row found the platform failing;
/// while it is open no job goes but one at a time as a probe, after 5 s, after
/// 10 s more and so on up to 60 s; it closes when the platform answers.
class circuit_breaker {
public:
  using time_point = std::chrono::steady_clock::time_point;

  /// Whether a job's end made it open or close.
  enum class change { none, opened, closed };

  static constexpr std::uint32_t most_failures = 5;
  static constexpr std::chrono::seconds first_wait{5};
  static constexpr std::chrono::seconds longest_wait{60};

  /// May a job go? While open, true makes it the probe: say what came of it.
  [[nodiscard]] bool may_go(time_point now) noexcept;
  /// Would a job that comes now be turned away?
  [[nodiscard]] bool turns_away(time_point now) const noexcept;

  /// The platform answered a job.
  change answered() noexcept;
  /// The platform failed a job. While it is open the end of one that began
  /// before says nothing new.
  /// @param probe  `may_go` let it go while open.
  change failed(time_point now, bool probe) noexcept;
  /// A job ended without asking the platform; if it was the probe, the next
  /// one is.
  void unasked(bool probe) noexcept;

  [[nodiscard]] bool open() const noexcept {
    return open_;
  }
  [[nodiscard]] bool probing() const noexcept {
    return probing_;
  }
  /// When the next probe may go; while it is open.
  [[nodiscard]] time_point next_probe() const noexcept {
    return next_probe_;
  }

private:
  bool open_ = false;
  bool probing_ = false;
  std::uint32_t failures_ = 0; ///< In a row.
  std::chrono::seconds wait_ = first_wait;
  time_point next_probe_;
};

} // namespace stagepost::outlet
