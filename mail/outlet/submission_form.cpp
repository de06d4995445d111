#include "mail/outlet/submission_form.hpp"

#include "mail/ascii.hpp"
#include "mail/date.hpp"
#include "mail/mime/part_reader.hpp"
#include "mail/outlet/octets.hpp"
#include "mail/utf8_repair.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <string_view>
#include <utility>

namespace stagepost::outlet {

namespace {

namespace json = boost::json;
using mime::part;

/// What a client said may be anything.
json::string text(std::string_view x) {
  return json::string(repaired_utf8(x));
}

json::value text_or_null(std::string_view x) {
  return x.empty() ? json::value(nullptr) : json::value(text(x));
}

/// Names the field of each part, in their order.
class field_names {
public:
  std::string next(const part& x) {
    switch (x.what) {
      case part::kind::text:
        return "text";
      case part::kind::html:
        return "html";
      case part::kind::attachment:
        break;
    }
    return "attachment-" + std::to_string(++attachments_);
  }

private:
  std::size_t attachments_ = 0;
};

json::object described(const part& x, const std::string& field) {
  json::object out{{"field", field},
                   {"name", text_or_null(x.name)},
                   {"type", text(x.type)},
                   {"size", x.size},
                   {"content_id", text_or_null(x.content_id)},
                   {"inline", x.in_line}};
  // Of the others the text is UTF-8 by now.
  if (x.what == part::kind::attachment && !x.charset.empty())
    out["charset"] = text(x.charset);
  return out;
}

json::array headers(const mime::parsed_mail& mail) {
  json::array out;
  for (const auto& [name, value] : mail.fields)
    out.push_back(json::array{text(name), text(value)});
  return out;
}

json::array authentication_results(const mime::parsed_mail& mail) {
  json::array out;
  for (const auto& [name, value] : mail.fields)
    if (iequals(name, "Authentication-Results"))
      out.emplace_back(text(value));
  return out;
}

json::object envelope(const submission& x) {
  json::array recipients;
  for (const auto& address : x.recipients)
    recipients.emplace_back(text(address));
  return {{"sender", text(x.sender)}, {"recipients", std::move(recipients)}};
}

/// What may stand in a header without quotes (RFC 2045, 5.1).
bool is_token(std::string_view x) {
  return !x.empty() && x.size() <= 100
         && std::all_of(x.begin(), x.end(), [](char c) {
              return is_alnum(c) || c == '-' || c == '_' || c == '.' || c == ':'
                     || c == '+';
            });
}

std::string file_name(const part& x, const std::string& field) {
  if (!x.name.empty())
    return x.name;
  return x.type == "message/rfc822" ? field + ".eml" : field;
}

form_data::field field_of(const submission& mail, const part& x,
                          std::string name) {
  auto value = std::make_unique<mime::part_reader>(mail.body, x);
  if (x.what == part::kind::attachment) {
    auto file = file_name(x, name);
    // As it was sent, so that its reader can tell what it is.
    const bool told = x.type.starts_with("text/") && is_token(x.charset);
    auto type = told ? x.type + "; charset=" + x.charset : x.type;
    return {std::move(name), std::move(file), std::move(type),
            std::move(value)};
  }
  return {std::move(name), {}, x.type + "; charset=utf-8", std::move(value)};
}

std::string boundary(const submission& x, std::uint64_t random) {
  std::array<char, 16> digits{};
  const auto end
    = std::to_chars(digits.data(), digits.data() + digits.size(), random, 16);
  return "stagepost" + x.id + std::string(digits.data(), end.ptr);
}

} // namespace

std::string describe(const submission& x) {
  json::array parts;
  json::array attachments;
  field_names names;
  for (const auto& it : x.mail->parts) {
    auto& list = it.what == part::kind::attachment ? attachments : parts;
    list.emplace_back(described(it, names.next(it)));
  }
  return json::serialize(json::object{
    {"id", text(x.id)},
    {"envelope", envelope(x)},
    {"user", text_or_null(x.user)},
    {"client",
     {{"ip", text(x.client)},
      {"host", text_or_null(x.client_name)},
      {"ehlo", text(x.helo)}}},
    {"tls", text_or_null(x.tls)},
    {"listener", text(x.listener)},
    {"received", rfc3339_date(x.at)},
    {"subject", text(x.mail->subject)},
    {"message_id", text_or_null(x.mail->message_id)},
    {"headers", headers(*x.mail)},
    {"parts", std::move(parts)},
    {"attachments", std::move(attachments)},
    {"authentication_results", authentication_results(*x.mail)},
  });
}

std::unique_ptr<form_data> submission_form(const submission& x, bool raw,
                                           std::uint64_t random) {
  std::vector<form_data::field> fields;
  fields.push_back({"message",
                    {},
                    "application/json",
                    std::make_unique<text_octets>(describe(x))});
  field_names names;
  for (const auto& it : x.mail->parts)
    fields.push_back(field_of(x, it, names.next(it)));
  if (raw)
    fields.push_back({"raw", "raw.eml", "message/rfc822",
                      std::make_unique<content_octets>(x.body)});
  return std::make_unique<form_data>(boundary(x, random), std::move(fields));
}

} // namespace stagepost::outlet
