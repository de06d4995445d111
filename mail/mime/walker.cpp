#include "mail/mime/walker.hpp"

#include <algorithm>
#include <utility>

namespace stagepost::mime {

namespace {

constexpr std::string_view crlf = "\r\n";
constexpr std::string_view lf = "\n";

std::string_view end_of(std::string_view line) {
  return line.ends_with(crlf) ? crlf : lf;
}

/// Longer than any delimiter with the space that may follow it.
constexpr std::size_t longest_held = 1024;

/// Is the line `--boundary` or `--boundary--`, with space behind it?
bool delimits(std::string_view line, std::string_view boundary, bool& last) {
  line.remove_prefix(2);
  if (!line.starts_with(boundary))
    return false;
  line.remove_prefix(boundary.size());
  last = line.starts_with("--");
  if (last)
    line.remove_prefix(2);
  return line.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

bool is_field(std::string_view line) {
  auto name = line.substr(0, line.find(':'));
  while (name.ends_with(' ') || name.ends_with('\t'))
    name.remove_suffix(1);
  return name.size() < line.size() && !name.empty()
         && std::all_of(name.begin(), name.end(),
                        [](char c) { return c > ' ' && c <= '~'; });
}

} // namespace

void walker::visitor::read(std::string_view octets, bool in_digest,
                           entity& to) {
  read_header(octets, in_digest, to);
}

void walker::hold_to(limit which, bool kept) {
  if (!kept && passed_ == limit::none)
    passed_ = which;
}

bool walker::is_whole(std::string_view line) const {
  return how_ == manner::lenient ? line.ends_with(lf) : line.ends_with(crlf);
}

// Whoever forgot the empty line wants the text to be read; a line of a mailbox
// file before the first field is no text.
bool walker::breaks_header(std::string_view line) const {
  if (how_ != manner::lenient || line == end_of(line) || is_field(line))
    return false;
  if (header_.empty())
    return !line.starts_with("From ") && !line.starts_with(">From ");
  return line.front() != ' ' && line.front() != '\t';
}

void walker::begin_entity(bool message, bool sealed, bool digest) {
  now_ = {};
  now_.number = entities_++;
  now_.begins_message = message;
  now_.sealed = sealed;
  in_digest_ = digest;
  header_.clear();
  where_ = place::header;
  hold_to(limit::entities, entities_ <= most_.entities);
}

void walker::end_header() {
  who_->read(header_, in_digest_, now_);
  who_->header(now_, header_);
  switch (now_.what) {
    case entity::kind::leaf:
      where_ = place::body;
      return;
    case entity::kind::multipart: {
      const auto& kind = now_.type.subtype;
      open_.push_back({now_.type.boundary,
                       now_.sealed || kind == "signed" || kind == "encrypted",
                       kind == "digest", ++depth_});
      where_ = place::between;
      break;
    }
    case entity::kind::message:
      ++depth_;
      begin_entity(true, now_.sealed, false);
      break;
  }
  hold_to(limit::depth, depth_ <= most_.depth);
}

// A delimiter of an outer multipart ends the inner ones (RFC 2046, 5.1.2).
bool walker::take_delimiter(std::string_view line) {
  if (mid_line_ || !line.starts_with("--"))
    return false;
  bool last = false;
  while (true) {
    const auto found
      = std::find_if(open_.rbegin(), open_.rend(), [&](const frame& x) {
          return delimits(line, x.boundary, last);
        });
    if (found == open_.rend())
      return false;
    if (where_ == place::header) // it has no body
      end_header();
    if (where_ != place::header)
      break; // else a message in it began: its empty header ends, too
  }
  const auto found
    = std::find_if(open_.rbegin(), open_.rend(), [&](const frame& x) {
        return delimits(line, x.boundary, last);
      });
  open_.erase(found.base(), open_.end());
  if (!held_eol_.empty())
    who_->between(std::exchange(held_eol_, {}));
  who_->between(line);
  const auto& parent = open_.back();
  depth_ = parent.depth;
  if (!last) {
    begin_entity(false, parent.sealed, parent.digest);
    return true;
  }
  open_.pop_back();
  depth_ = open_.empty() ? 0 : open_.back().depth;
  where_ = place::between;
  return true;
}

void walker::pass_on(std::string_view octets) {
  const auto tell = [this](std::string_view x) {
    if (where_ == place::body)
      who_->body(now_, x);
    else
      who_->between(x);
  };
  if (!held_eol_.empty())
    tell(std::exchange(held_eol_, {}));
  if (!octets.empty())
    tell(octets);
}

void walker::end_line(std::string_view line) {
  if (take_delimiter(line))
    return;
  const auto end = end_of(line);
  if (where_ != place::header) {
    pass_on(line.substr(0, line.size() - end.size()));
    held_eol_ = end;
    mid_line_ = false;
  } else if (breaks_header(line)) {
    end_header();
    end_line(line);
  } else {
    header_ += line;
    if (line == end)
      end_header();
    else
      hold_to(limit::header, header_.size() <= most_.header);
  }
}

bool walker::feed(std::string_view octets) {
  while (!octets.empty() && passed_ == limit::none) {
    const auto n = std::min(octets.find('\n'), octets.size() - 1) + 1;
    const auto piece = octets.substr(0, n);
    octets.remove_prefix(n);
    if (line_.empty() && is_whole(piece)) {
      end_line(piece);
      continue;
    }
    line_ += piece;
    if (is_whole(line_)) {
      const auto line = std::exchange(line_, {});
      end_line(line);
    } else if (where_ != place::header && line_.size() > longest_held) {
      const bool cr = line_.back() == '\r'; // half of a line end, maybe
      pass_on(std::string_view(line_).substr(0, line_.size() - (cr ? 1 : 0)));
      line_ = cr ? "\r" : "";
      mid_line_ = true;
    } else {
      hold_to(limit::header, line_.size() <= most_.header);
    }
  }
  return passed_ == limit::none;
}

bool walker::finish() {
  if (passed_ != limit::none)
    return false;
  auto line = std::exchange(line_, {});
  if (!line.empty() && !take_delimiter(line)) {
    if (where_ == place::header && breaks_header(line))
      end_header();
    if (where_ == place::header)
      header_ += line;
    else
      pass_on(line);
  }
  while (where_ == place::header && passed_ == limit::none)
    end_header();
  pass_on({});
  return passed_ == limit::none;
}

} // namespace stagepost::mime
