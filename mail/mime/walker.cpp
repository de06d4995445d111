#include "mail/mime/walker.hpp"

#include <algorithm>
#include <utility>

namespace stagepost::mime {

namespace {

constexpr std::string_view crlf = "\r\n";

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

} // namespace

void walker::begin_entity(bool message, bool sealed, bool digest) {
  now_ = {};
  now_.number = entities_++;
  now_.begins_message = message;
  now_.sealed = sealed;
  in_digest_ = digest;
  header_.clear();
  where_ = place::header;
  failed_ = failed_ || entities_ > most_entities;
}

void walker::end_header() {
  read_header(header_, in_digest_, now_);
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
  failed_ = failed_ || depth_ > most_depth;
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
  if (std::exchange(held_eol_, false))
    who_->between(crlf);
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
  if (std::exchange(held_eol_, false))
    tell(crlf);
  if (!octets.empty())
    tell(octets);
}

void walker::end_line(std::string_view line) {
  if (take_delimiter(line))
    return;
  if (where_ != place::header) {
    pass_on(line.substr(0, line.size() - crlf.size()));
    held_eol_ = true;
    mid_line_ = false;
    return;
  }
  header_ += line;
  if (line == crlf)
    end_header();
  else
    failed_ = failed_ || header_.size() > most_header;
}

bool walker::feed(std::string_view octets) {
  while (!octets.empty() && !failed_) {
    const auto lf = octets.find('\n');
    const bool whole = lf != std::string_view::npos;
    const auto n = whole ? lf + 1 : octets.size();
    line_ += octets.substr(0, n);
    octets.remove_prefix(n);
    if (whole && line_.ends_with(crlf)) {
      const auto line = std::exchange(line_, {});
      end_line(line);
    } else if (where_ != place::header && line_.size() > longest_held) {
      const bool cr = line_.back() == '\r'; // half of a line end, maybe
      pass_on(std::string_view(line_).substr(0, line_.size() - (cr ? 1 : 0)));
      line_ = cr ? "\r" : "";
      mid_line_ = true;
    } else if (line_.size() > most_header) {
      failed_ = true;
    }
  }
  return !failed_;
}

bool walker::finish() {
  if (failed_)
    return false;
  auto line = std::exchange(line_, {});
  if (!line.empty() && !take_delimiter(line)) {
    if (where_ == place::header)
      header_ += line;
    else
      pass_on(line);
  }
  while (where_ == place::header && !failed_)
    end_header();
  pass_on({});
  return !failed_;
}

} // namespace stagepost::mime
