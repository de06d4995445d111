#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace stagepost::dkim {

/// How much of what is signed others may change (RFC 6376, 3.4).
enum class canonicalization : std::uint8_t {
  simple, ///< Next to nothing (3.4.1, 3.4.3).
  relaxed ///< White space, and capitals in the names of fields (3.4.2, 3.4.4).
};

/// "simple" or "relaxed", as c= has it.
[[nodiscard]] std::string_view to_string(canonicalization x) noexcept;

/// What of a content ends a line. It is signed as it is sent.
enum class line_end : std::uint8_t {
  any, ///< CRLF, and a bare CR or LF too: smtp::data_encoder makes it one.
  crlf ///< Nothing else: binary content, which is sent as it is (RFC 3030).
};

/// Appends a header field in canonical form, with its CRLF.
/// @param field  The whole of it, from its name to the end of its last line;
///               that may lack the line end.
void append_canonical(std::string& out, std::string_view field,
                      canonicalization how, line_end ends = line_end::any);

/// Brings a body into canonical form piece by piece, and holds next to nothing
/// of it.
class canonical_body {
public:
  using sink = std::function<void(std::string_view)>;

  /// @param to  Is called with the pieces of the canonical form, each of at
  ///            most some 16 KiB.
  canonical_body(canonicalization how, line_end ends, sink to);

  void feed(std::string_view octets);
  /// The body has come to its end. Call it once.
  void finish();

private:
  void end_line();
  void put(std::string_view octets);
  void put_ends();
  void flush();

  sink to_;
  std::string buffer_;
  std::uint64_t ends_ = 0; ///< Of lines; empty ones may be the body's last.
  bool relaxed_;
  bool any_end_;
  bool after_cr_ = false;
  bool space_ = false; ///< White space, which may be the line's last.
  bool some_ = false;  ///< Something has been put out.
};

} // namespace stagepost::dkim
