#pragma once

#include "mail/smtp/chunk_decoder.hpp"
#include "mail/smtp/data_decoder.hpp"
#include "mail/smtp/header_watch.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace stagepost::smtp {

/// Four times the limit (0: none) and a MiB more: nobody waits for the end.
[[nodiscard]] constexpr bool far_over(std::uint64_t limit,
                                      std::uint64_t octets) noexcept {
  constexpr std::uint64_t grace = 1U << 20U;
  return limit != 0 && octets > grace && (octets - grace) / 4 >= limit;
}

/// The content of one message on its way in: decoded, measured and held to the
/// limits. What breaks one is dropped from there on, but taken to its real
/// end, so that the dialogue stays in step.
class content_intake {
public:
  struct limits {
    std::uint64_t octets = 0; ///< Of content, without the trace; 0: none.
    bool normalize_newlines = false; ///< Else a bare CR or LF is refused.
    std::uint64_t text_line = 0;     ///< Octets of a line with CRLF; 0: none.
    header_watch::limits header;
  };

  /// How the content comes.
  enum class way : std::uint8_t {
    data,          ///< After DATA, ended by a dot.
    chunks,        ///< By BDAT.
    binary_chunks, ///< By BDAT, of any octets (BINARYMIME).
  };

  /// @param trace  Put before the client's first octet.
  content_intake(limits x, way how, std::string trace);

  /// Takes octets up to the end of data. @returns How many were taken.
  std::size_t take(std::string_view octets);
  /// Takes octets of a chunk, all of them.
  void take_chunk(std::string_view octets);
  /// After the last chunk.
  void finish_chunks();

  [[nodiscard]] bool by_chunks() const noexcept {
    return how_ != way::data;
  }
  /// The dot was seen, or `finish_chunks` called.
  [[nodiscard]] bool ended() const noexcept {
    return ended_;
  }
  /// It is far over the limit and has no end.
  [[nodiscard]] bool endless() const noexcept {
    return !ended() && far_over(limits_.octets, size_);
  }

  /// The reply that refuses the content, with its codes and without CRLF;
  /// empty while there is nothing against it.
  [[nodiscard]] std::string_view refusal() const noexcept;

  /// Content not fetched yet.
  [[nodiscard]] std::string fetch();
  [[nodiscard]] std::size_t waiting() const noexcept {
    return octets_.size();
  }
  /// Octets of content so far, the trace not among them.
  [[nodiscard]] std::uint64_t size() const noexcept {
    return size_;
  }

private:
  void measure(std::size_t before, bool refused);
  void watch_lines(std::string_view fresh) noexcept;

  limits limits_;
  std::uint64_t size_ = 0; ///< Decoded so far.
  std::uint64_t line_ = 0; ///< Octets of the line that is open.
  std::string octets_;
  data_decoder decoder_;
  chunk_decoder chunks_;
  header_watch header_;
  way how_;
  bool ended_ = false;
  bool long_line_ = false;
};

} // namespace stagepost::smtp
