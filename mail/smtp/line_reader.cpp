#include "mail/smtp/line_reader.hpp"

#include "mail/ascii.hpp"
#include "mail/utf8.hpp"

#include <algorithm>

namespace stagepost::smtp {

void line_reader::clear() noexcept {
  std::string{}.swap(kept_); // an idle session holds no buffer
  dropped_ = 0;
  given_ = false;
}

/// Keeps what may still become a line; of one that is too long already, only
/// the last octet, which may be the CR of its CRLF.
void line_reader::keep(std::string_view octets, std::size_t most) {
  if (octets.empty())
    return;
  if (kept_.size() + octets.size() < most && dropped_ == 0) {
    kept_ += octets;
    return;
  }
  dropped_ += kept_.size() + octets.size() - 1;
  kept_.assign(1, octets.back());
}

std::optional<line_reader::line> line_reader::next(std::string_view& octets,
                                                   std::size_t most) {
  done();
  const auto lf = octets.find('\n');
  if (lf == std::string_view::npos) {
    keep(octets, most);
    octets = {};
    if (dropped_ + kept_.size() <= max_dropped)
      return std::nullopt;
    clear();
    return line{{}, fault::endless};
  }
  const auto end = octets.substr(0, lf + 1);
  octets.remove_prefix(end.size());
  const auto length = dropped_ + kept_.size() + end.size();
  const char before = lf > 0 ? end[lf - 1] : kept_.empty() ? ' ' : kept_.back();
  auto what = fault::none;
  if (length > max_dropped + 1)
    what = fault::endless;
  else if (before != '\r')
    what = fault::bare_lf;
  else if (length > most)
    what = fault::too_long;
  if (what != fault::none) {
    clear();
    return line{{}, what};
  }
  std::string_view whole = end;
  if (!kept_.empty()) {
    kept_ += end;
    whole = kept_;
    given_ = true;
  }
  whole.remove_suffix(2);
  if (std::all_of(whole.begin(), whole.end(), is_printable))
    return line{whole, fault::none};
  const bool control = std::any_of(whole.begin(), whole.end(), [](char c) {
    return static_cast<unsigned char>(c) < ' ' || c == '\x7f';
  });
  if (control || !is_utf8(whole))
    return line{{}, fault::bad_octet};
  return line{whole, fault::none, false};
}

} // namespace stagepost::smtp
