#include "mail/mime/mail_parser.hpp"

#include "mail/ascii.hpp"
#include "mail/mime/entity.hpp"
#include "mail/mime/header_text.hpp"
#include "mail/mime/mail_outline.hpp"
#include "mail/mime/part_decoder.hpp"
#include "mail/mime/part_reader.hpp"
#include "mail/utf8_repair.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace stagepost::mime {

namespace {

constexpr std::size_t piece = 64U << 10U;

/// It outlives whoever reads it here.
content_ptr unowned(const content& x) {
  return {content_ptr{}, &x};
}

void feed(const content& message, walker& to) {
  if (const auto whole = message.in_memory(); !whole.empty()) {
    to.feed(whole);
  } else {
    std::string octets(piece, '\0');
    std::uint64_t at = 0;
    while (const auto n = message.read(at, octets)) {
      if (!to.feed(std::string_view(octets).substr(0, n)))
        break;
      at += n;
    }
  }
  to.finish();
}

std::string why(walker::limit passed, const parse_limits& limits) {
  switch (passed) {
    case walker::limit::header:
      return "A header in it is too large";
    case walker::limit::entities:
      return "It has more than " + std::to_string(limits.parts) + " parts";
    case walker::limit::depth:
      return "Its parts are nested more than " + std::to_string(limits.depth)
             + " deep";
    case walker::limit::none:
      break;
  }
  return {};
}

/// Says nothing of the charset, or what is not so if there are octets over 127.
bool is_unsaid(const std::string& charset) {
  const auto name = lower(charset);
  for (const auto* x : {"", "us-ascii", "ascii", "unknown", "unknown-8bit",
                        "x-unknown", "default"})
    if (name == x)
      return true;
  return false;
}

/// Passes all octets of a part by `see`, as long as it wants them.
template <class F>
void pass(const content& message, const part& x, F see) {
  part_reader from(unowned(message), x);
  std::array<char, 16U << 10U> octets;
  while (const auto n = from.read(octets))
    if (!see(std::string_view(octets.data(), n)))
      return;
}

bool is_utf8_throughout(const content& message, const part& x) {
  utf8_repair it;
  std::string made;
  pass(message, x, [&](std::string_view octets) {
    made.clear();
    it.feed(octets, made);
    return it.replaced() == 0;
  });
  it.finish(made);
  return it.replaced() == 0;
}

/// Completes a part: by which charset it is read, and how long it is then; no
/// more is counted than `most`.
void measure(const content& message, std::uint64_t most, part& x) {
  if (x.what != part::kind::attachment) {
    if (!is_unsaid(x.charset))
      x.read_as = x.charset;
    else
      x.read_as = is_utf8_throughout(message, x) ? "utf-8" : "windows-1252";
  }
  if (x.read_as.empty() && !is_encoded(x.encoding)) {
    x.size = x.length;
    return;
  }
  pass(message, x, [&](std::string_view octets) {
    x.size += octets.size();
    return x.size <= most;
  });
}

/// @returns Why it has too many of them.
std::string read_fields(std::string_view header, const parse_limits& limits,
                        parsed_mail& to) {
  const auto raw = raw_fields(header);
  if (raw.size() > limits.fields)
    return "Its header has more than " + std::to_string(limits.fields)
           + " fields";
  for (const auto& [name, value] : raw) {
    to.fields.emplace_back(name, header_text(value));
    if (to.subject.empty() && same_name(name, "subject"))
      to.subject = to.fields.back().second;
    if (to.message_id.empty() && same_name(name, "message-id"))
      to.message_id = id_in(value);
  }
  return {};
}

parse_result refused(std::string reason) {
  return {{}, std::move(reason)};
}

} // namespace

parse_result parse_mail(const content& message, const parse_limits& limits) {
  mail_outline outline;
  walker through(outline, {limits.header, limits.parts, limits.depth},
                 walker::manner::lenient);
  feed(message, through);
  if (auto reason = why(through.passed(), limits); !reason.empty())
    return refused(std::move(reason));
  parse_result out;
  if (auto reason = read_fields(outline.top(), limits, out.mail);
      !reason.empty())
    return refused(std::move(reason));
  out.mail.parts = std::move(outline).parts();
  auto left = limits.decoded;
  for (auto& x : out.mail.parts) {
    measure(message, left, x);
    if (x.size > left)
      return refused("What it holds is larger than "
                     + std::to_string(limits.decoded) + " octets");
    left -= x.size;
  }
  return out;
}

} // namespace stagepost::mime
