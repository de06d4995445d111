#include "config/pattern.hpp"

#include "config/host_name.hpp"
#include "mail/address.hpp"
#include "mail/utf8.hpp"

#include <re2/re2.h>
#include <utility>

namespace stagepost::config {

namespace {

/// More than any address has (RFC 5321, 4.5.3.1.3), quotes and all.
constexpr std::size_t longest_address = 1024;
constexpr std::size_t longest_expression = 4096;

bool same(std::string_view a, std::string_view lower_case) {
  return a.size() == lower_case.size() && lower(a) == lower_case;
}

/// With its `@`.
std::string local_part(std::string_view address) {
  return std::string{address.substr(0, address.rfind('@') + 1)};
}

/// Domains of other scripts are the same in both of their spellings.
bool has_domain(std::string_view address, std::string_view domain) {
  const auto at = address.rfind('@');
  if (at == std::string_view::npos)
    return false;
  const auto its = address.substr(at + 1);
  return is_ascii(its) ? same(its, domain) : dns_domain_of(address) == domain;
}

} // namespace

std::variant<pattern, std::string> pattern::parse(std::string_view text) {
  pattern out;
  if (text == "<>")
    return out;
  if (text.size() >= 2 && text.front() == '/' && text.back() == '/') {
    re2::RE2::Options options(re2::RE2::Quiet);
    // As octets, unless letters of other scripts are to match in either case.
    options.set_encoding(!is_ascii(text) && is_utf8(text)
                           ? re2::RE2::Options::EncodingUTF8
                           : re2::RE2::Options::EncodingLatin1);
    options.set_case_sensitive(false);
    text = text.substr(1, text.size() - 2);
    if (text.empty())
      return "an empty expression";
    if (text.size() > longest_expression)
      return "an expression of more than 4096 characters";
    out.form_ = form::expression;
    out.expression_ = std::make_shared<re2::RE2>(
      re2::StringPiece(text.data(), text.size()), options);
    if (!out.expression_->ok())
      return out.expression_->error();
    return out;
  }
  if (text.starts_with('@')) {
    out.form_ = form::domain;
    out.text_ = lower(text.substr(1));
    if (!is_ascii(out.text_))
      out.text_ = dns_domain_of("x" + std::string{text});
    if (!is_domain(out.text_) && !is_ehlo_name(out.text_))
      return "no domain after the `@`";
    return out;
  }
  const auto parsed = parse_mailbox(text, alphabet::utf8);
  if (!parsed)
    return "neither an address, nor `@domain`, nor `/expression/`";
  out.text_ = lower(parsed->text());
  if (!is_ascii(parsed->domain))
    out.text_ = local_part(out.text_) + dns_domain_of(out.text_);
  return out;
}

bool pattern::matches(std::string_view address) const {
  if (address.size() > longest_address)
    return false;
  switch (form_) {
    case form::address:
      return same(address, text_)
             || (!is_ascii(address)
                 && same(local_part(address), local_part(text_))
                 && has_domain(address, text_.substr(text_.rfind('@') + 1)));
    case form::domain:
      return has_domain(address, text_);
    case form::expression:
      return re2::RE2::PartialMatch(
        re2::StringPiece(address.data(), address.size()), *expression_);
  }
  return false;
}

} // namespace stagepost::config
