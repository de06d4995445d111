#pragma once

#include "mail/smtp/data_decoder.hpp"
#include "mail/smtp/header_watch.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace stagepost::smtp {

/// The content of one message on its way in: decoded, measured and held to the
/// limits. What breaks one is dropped from there on, but taken to its real
/// end, so that the dialogue stays in step.
class content_intake {
public:
  struct limits {
    std::uint64_t octets = 0; ///< Of content, without the trace; 0: none.
    bool normalize_newlines = false; ///< Else a bare CR or LF is refused.
  };

  /// @param trace  Put before the client's first octet.
  content_intake(limits x, std::string trace);

  /// Takes octets up to the end of data.
  /// @returns How many were taken.
  std::size_t take(std::string_view octets);

  [[nodiscard]] bool ended() const noexcept {
    return decoder_.ended();
  }
  /// Four times the limit and a MiB more came without an end.
  [[nodiscard]] bool endless() const noexcept;

  /// The reply that refuses the content, with its codes and without CRLF;
  /// empty while there is nothing against it.
  [[nodiscard]] std::string_view refusal() const noexcept;

  /// Content not fetched yet.
  [[nodiscard]] std::string fetch();
  [[nodiscard]] std::size_t waiting() const noexcept {
    return octets_.size();
  }

private:
  limits limits_;
  std::uint64_t size_ = 0; ///< Decoded so far.
  std::string octets_;
  data_decoder decoder_;
  header_watch header_;
};

} // namespace stagepost::smtp
