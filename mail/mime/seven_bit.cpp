#include "mail/mime/seven_bit.hpp"

#include <algorithm>
#include <utility>

namespace stagepost::mime {

namespace {

using step = seven_bit_plan::step;

constexpr std::size_t longest_line = 998; // RFC 5321, 4.5.3.1.6

bool says_more(encoding x) {
  return x == encoding::eight_bit || x == encoding::binary;
}

std::string_view label_of(step x) {
  switch (x) {
    case step::quoted_printable:
      return "quoted-printable";
    case step::base64:
      return "base64";
    default:
      return "7bit";
  }
}

} // namespace

seven_bit_survey::seven_bit_survey() : walker_(*this) {
}

void seven_bit_survey::complain(std::string_view why) {
  if (fault_.empty())
    fault_ = why;
}

void seven_bit_survey::feed(std::string_view octets) {
  if (fault_.empty() && !walker_.feed(octets))
    complain("it has too many parts, or too large a header");
}

void seven_bit_survey::header(const entity& x, std::string_view /*octets*/) {
  if (!x.ascii_header)
    complain("a header in it is not ASCII");
  facts it;
  it.what = x.what;
  it.encoding = x.encoding;
  it.text = x.type.type == "text";
  // Of messages, those for SMTPUTF8 may be encoded (RFC 6532, 3.7; RFC 6533).
  const bool foreign
    = x.type.type == "multipart"
      || (x.type.type == "message" && !x.type.subtype.starts_with("global"));
  it.fit = !x.malformed && !foreign;
  it.sealed = x.sealed;
  found_.push_back(it);
  column_ = 0;
  last_ = '\n';
}

void seven_bit_survey::body(const entity& /*x*/, std::string_view octets) {
  auto& it = found_.back();
  for (const char c : octets) {
    it.eight_bit |= static_cast<unsigned char>(c) > 127;
    it.rough |= c == '\0' || (c == '\n') != (last_ == '\r');
    column_ = c == '\n' ? 0 : column_ + 1;
    it.rough |= column_ > longest_line + 1; // with the CR
    last_ = c;
  }
}

void seven_bit_survey::between(std::string_view /*octets*/) {
}

step seven_bit_survey::step_for(const facts& x) {
  const bool encoded
    = !says_more(x.encoding) && x.encoding != encoding::seven_bit;
  const bool needed = x.eight_bit || (x.rough && !encoded);
  if (x.what != entity::kind::leaf || !needed)
    return says_more(x.encoding) && !x.sealed ? step::relabel : step::keep;
  if (x.sealed)
    complain("it is signed or encrypted");
  else if (!x.fit)
    complain("a part of it can't be read");
  else if (encoded)
    complain("a part of it is not what it says it is");
  return x.text ? step::quoted_printable : step::base64;
}

bool changes_anything(const seven_bit_plan& x) noexcept {
  return std::any_of(x.steps.begin(), x.steps.end(),
                     [](step y) { return y != step::keep; });
}

seven_bit_plan seven_bit_survey::finish() {
  if (fault_.empty() && !walker_.finish())
    complain("it has too many parts, or too large a header");
  seven_bit_plan out;
  for (const auto& x : found_)
    out.steps.push_back(step_for(x));
  out.fault = std::move(fault_);
  return out;
}

seven_bit_encoder::seven_bit_encoder(seven_bit_plan plan)
  : plan_(std::move(plan)), walker_(*this) {
}

void seven_bit_encoder::encode(std::string_view octets, std::string& out) {
  out_ = &out;
  walker_.feed(octets);
}

void seven_bit_encoder::finish(std::string& out) {
  out_ = &out;
  walker_.finish();
  end_part();
}

void seven_bit_encoder::end_part() {
  if (now_ == step::quoted_printable)
    quoted_.finish(*out_);
  else if (now_ == step::base64)
    base64_.finish(*out_);
  now_ = step::keep;
}

// Text of whoever knew no MIME (RFC 1428, 3).
void seven_bit_encoder::add_missing(const entity& x, std::string_view label) {
  if (x.begins_message && !x.has_version)
    *out_ += "MIME-Version: 1.0\r\n";
  if (!x.has_type && now_ == step::quoted_printable)
    *out_ += "Content-Type: text/plain; charset=unknown-8bit\r\n";
  *out_ += "Content-Transfer-Encoding: ";
  *out_ += label;
  *out_ += "\r\n";
}

void seven_bit_encoder::header(const entity& x, std::string_view octets) {
  end_part();
  const auto next
    = x.number < plan_.steps.size() ? plan_.steps[x.number] : step::keep;
  if (next == step::keep) {
    *out_ += octets;
    return;
  }
  now_ = next;
  std::size_t read = 0;
  for (const auto& field : fields_of(octets)) {
    read += field.all.size();
    if (!same_name(field.name, "content-transfer-encoding"))
      *out_ += field.all;
  }
  if (read == octets.size() && !out_->empty() && out_->back() != '\n')
    *out_ += "\r\n"; // it had no end
  add_missing(x, label_of(next));
  *out_ += octets.substr(read);
}

void seven_bit_encoder::body(const entity& /*x*/, std::string_view octets) {
  if (now_ == step::quoted_printable)
    quoted_.encode(octets, *out_);
  else if (now_ == step::base64)
    base64_.encode(octets, *out_);
  else
    *out_ += octets;
}

// Nobody reads this but those who know no MIME.
void seven_bit_encoder::between(std::string_view octets) {
  end_part();
  const auto at = out_->size();
  *out_ += octets;
  std::replace_if(
    out_->begin() + static_cast<std::ptrdiff_t>(at), out_->end(),
    [](char c) { return static_cast<unsigned char>(c) > 127; }, '?');
}

} // namespace stagepost::mime
