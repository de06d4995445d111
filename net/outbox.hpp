#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

namespace stagepost::net {

/// Octets that were written but that the system has not taken yet. Owns no
/// memory when empty.
class outbox {
public:
  [[nodiscard]] bool empty() const noexcept {
    return size() == 0;
  }
  [[nodiscard]] std::size_t size() const noexcept {
    return octets_.size() - gone_;
  }
  [[nodiscard]] std::string_view view() const noexcept {
    return std::string_view{octets_}.substr(gone_);
  }

  /// Adds all but the first `skip` octets.
  void append(std::string octets, std::size_t skip) {
    if (empty()) {
      octets_ = std::move(octets);
      gone_ = skip;
      return;
    }
    // Moved up at most once for each doubling: linear in all.
    if (gone_ > octets_.size() / 2)
      octets_.erase(0, std::exchange(gone_, 0));
    octets_.append(octets, skip);
  }

  void consume(std::size_t n) {
    gone_ += n;
    if (empty())
      clear();
  }

  /// Forgets all but the first `n` octets.
  void truncate(std::size_t n) {
    if (n == 0)
      clear();
    else if (n < size())
      octets_.resize(gone_ + n);
  }

  void clear() noexcept {
    std::string{}.swap(octets_);
    gone_ = 0;
  }

private:
  std::string octets_;
  std::size_t gone_ = 0;
};

} // namespace stagepost::net
