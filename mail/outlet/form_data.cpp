#include "mail/outlet/form_data.hpp"

#include <algorithm>
#include <system_error>
#include <utility>

namespace stagepost::outlet {

namespace {

std::string quoted(std::string_view name) {
  std::string out = "\"";
  for (const char c : name) {
    switch (c) {
      case '"':
        out += "%22";
        break;
      case '\r':
        out += "%0D";
        break;
      case '\n':
        out += "%0A";
        break;
      default:
        out += c;
    }
  }
  return out + '"';
}

/// A type can't be escaped: one that would leave its line is none.
bool fits_a_line(std::string_view type) {
  return std::all_of(type.begin(), type.end(),
                     [](char c) { return c >= ' ' && c <= '~'; });
}

} // namespace

form_data::form_data(std::string boundary, std::vector<field> fields)
  : boundary_(std::move(boundary)), fields_(std::move(fields)) {
  for (std::size_t i = 0; i < fields_.size(); ++i)
    size_ += before(i).size() + fields_[i].value->size();
  size_ += before(fields_.size()).size();
  lines_ = before(0);
}

std::string form_data::content_type() const {
  return "multipart/form-data; boundary=" + boundary_;
}

std::uint64_t form_data::size() const noexcept {
  return size_;
}

std::string form_data::before(std::size_t i) const {
  std::string out = i == 0 ? "--" : "\r\n--";
  out += boundary_;
  if (i == fields_.size())
    return out + "--\r\n";
  const auto& x = fields_[i];
  out += "\r\nContent-Disposition: form-data; name=" + quoted(x.name);
  if (!x.file_name.empty())
    out += "; filename=" + quoted(x.file_name);
  if (!x.type.empty() && fits_a_line(x.type))
    out += "\r\nContent-Type: " + x.type;
  return out + "\r\n\r\n";
}

void form_data::next() {
  lines_ = before(++at_);
  given_ = 0;
  passed_ = 0;
}

std::size_t form_data::read_value(std::span<char> out) {
  auto& value = *fields_[at_].value;
  const auto left = value.size() - passed_;
  const auto n
    = value.read(out.first(std::min<std::uint64_t>(left, out.size())));
  if (n == 0)
    throw std::system_error(std::make_error_code(std::errc::io_error),
                            "a value ends before its size");
  passed_ += n;
  return n;
}

std::size_t form_data::read(std::span<char> out) {
  std::size_t n = 0;
  while (n < out.size()) {
    const auto room = out.subspan(n);
    if (given_ < lines_.size()) {
      const auto copied = lines_.copy(room.data(), room.size(), given_);
      given_ += copied;
      n += copied;
    } else if (at_ == fields_.size()) {
      break;
    } else if (passed_ < fields_[at_].value->size()) {
      n += read_value(room);
    } else {
      next();
    }
  }
  return n;
}

void form_data::rewind() {
  for (auto& x : fields_)
    x.value->rewind();
  at_ = 0;
  given_ = 0;
  passed_ = 0;
  lines_ = before(0);
}

} // namespace stagepost::outlet
