#include "mail/smtp/mail_parameters.hpp"

#include "mail/ascii.hpp"
#include "mail/notify.hpp"
#include "mail/original_recipient.hpp"
#include "mail/smtp/size.hpp"
#include "mail/smtp/xegress.hpp"
#include "mail/xtext.hpp"

#include <limits>

namespace stagepost::smtp {

namespace {

using errc = command_errc;

constexpr std::size_t max_envelope_id = 100;

/// What reading one value leads to; `errc{}` is success.
template <class T>
struct reader {
  std::string_view keyword;
  bool extensions::*offered;
  errc (*read)(std::string_view value, const extensions& offers, T& out);
};

errc read_size(std::string_view value, const extensions&, transaction& out) {
  const auto size = parse_size(value);
  if (size)
    out.declared_size = *size;
  else if (size.error() == make_error_code(format_errc::out_of_range))
    out.declared_size = std::numeric_limits<std::uint64_t>::max();
  else
    return errc::bad_parameter;
  return {};
}

errc read_body(std::string_view value, const extensions& offers,
               transaction& out) {
  if (iequals(value, "8BITMIME"))
    out.body = body_kind::eight_bit;
  else if (iequals(value, "BINARYMIME") && offers.chunking
           && offers.binary_mime)
    out.body = body_kind::binary;
  else if (iequals(value, "BINARYMIME"))
    return errc::unknown_parameter;
  else if (!iequals(value, "7BIT"))
    return errc::bad_parameter;
  return {};
}

errc read_returned(std::string_view value, const extensions&,
                   transaction& out) {
  if (iequals(value, "FULL"))
    out.returns = returned::full;
  else if (iequals(value, "HDRS"))
    out.returns = returned::headers;
  else
    return errc::bad_parameter;
  return {};
}

errc read_envelope_id(std::string_view value, const extensions&,
                      transaction& out) {
  auto text = decode_xtext(value);
  if (!text || value.size() > max_envelope_id)
    return errc::bad_parameter;
  out.envelope_id = std::move(*text);
  return {};
}

/// "<>" or an address as xtext; curl puts that into <>, too.
errc read_submitter(std::string_view value, const extensions&, transaction&) {
  if (value == "<>")
    return {};
  if (value.starts_with('<') && value.ends_with('>'))
    value = value.substr(1, value.size() - 2);
  const auto text = decode_xtext(value);
  return text && parse_mailbox(*text) ? errc{} : errc::bad_parameter;
}

errc read_egress(std::string_view value, const extensions&, transaction& out) {
  auto way = read_xegress(value);
  if (!way)
    return errc::bad_parameter;
  out.egress = std::make_shared<const egress_way>(std::move(*way));
  return {};
}

errc read_smtputf8(std::string_view value, const extensions&,
                   transaction& out) {
  out.smtputf8 = true;
  return value.empty() ? errc{} : errc::bad_parameter;
}

errc read_require_tls(std::string_view value, const extensions&,
                      transaction& out) {
  out.require_tls = true;
  return value.empty() ? errc{} : errc::bad_parameter;
}

errc read_notification(std::string_view value, const extensions&,
                       transaction::recipient& out) {
  const auto set = read_notify(value);
  if (!set)
    return errc::bad_parameter;
  out.notify = *set;
  return {};
}

errc read_original(std::string_view value, const extensions&,
                   transaction::recipient& out) {
  auto text = read_original_recipient(value);
  if (!text)
    return errc::bad_parameter;
  out.original = std::move(*text);
  return {};
}

constexpr reader<transaction> of_mail[] = {
  {"SIZE", &extensions::size, read_size},
  {"BODY", &extensions::eight_bit_mime, read_body},
  {"SMTPUTF8", &extensions::smtputf8, read_smtputf8},
  {"RET", &extensions::dsn, read_returned},
  {"ENVID", &extensions::dsn, read_envelope_id},
  {"REQUIRETLS", &extensions::require_tls, read_require_tls},
  {"AUTH", &extensions::auth, read_submitter},
  {"XEGRESS", &extensions::xegress, read_egress},
};

constexpr reader<transaction::recipient> of_rcpt[] = {
  {"NOTIFY", &extensions::dsn, read_notification},
  {"ORCPT", &extensions::dsn, read_original},
};

template <class T, std::size_t N>
boost::system::error_code read(std::span<const parameter> given,
                               const extensions& offers,
                               const reader<T> (&readers)[N], T& out) {
  unsigned seen = 0;
  for (const auto& [keyword, value] : given) {
    std::size_t i = 0;
    while (i < N && !iequals(keyword, readers[i].keyword))
      ++i;
    if (i == N || !(offers.*readers[i].offered))
      return errc::unknown_parameter;
    const auto bit = 1U << i;
    if ((seen & bit) != 0)
      return errc::bad_parameter;
    seen |= bit;
    if (const auto error = readers[i].read(value, offers, out); error != errc{})
      return error;
  }
  return {};
}

} // namespace

boost::system::error_code read_mail_parameters(std::span<const parameter> given,
                                               const extensions& offers,
                                               transaction& out) {
  return read(given, offers, of_mail, out);
}

boost::system::error_code read_rcpt_parameters(std::span<const parameter> given,
                                               const extensions& offers,
                                               transaction::recipient& out) {
  return read(given, offers, of_rcpt, out);
}

} // namespace stagepost::smtp
