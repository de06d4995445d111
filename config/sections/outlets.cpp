#include "config/belonging.hpp"
#include "config/endpoint.hpp"
#include "config/program_path.hpp"
#include "config/readable_file.hpp"
#include "config/readers.hpp"
#include "config/sections/sections.hpp"
#include "mail/ascii.hpp"
#include "mail/outlet/failure_mail.hpp"
#include "mail/outlet/mail_template.hpp"

#include <algorithm>

namespace stagepost::config {

namespace {

using kind = yaml_value::kind;

constexpr choice<outlet_type> types[] = {{"queue", outlet_type::queue},
                                         {"discard", outlet_type::discard},
                                         {"http", outlet_type::http},
                                         {"command", outlet_type::command},
                                         {"mailbox", std::nullopt}};

void read_type(const yaml_value& x, outlet_type& out, report& r) {
  read_choice(x, types, out, r, "outlet type");
}

void read_url(const yaml_value& x, std::string& out, report& r) {
  constexpr std::string_view wanted
    = "a URL such as https://platform.example.com/jobs";
  const auto* text = want_text(x, r, wanted);
  if (text == nullptr)
    return;
  if (parse_http_url(*text))
    out = *text;
  else if (text->find('@') != std::string::npos) // not shown: it is a secret
    r.complain(x.at, r.subject()
                       + " holds no user and no password; `headers` can say "
                         "`Authorization`");
  else
    refuse(x, r, wanted);
}

/// What Stagepost writes itself, so that nothing is said twice.
constexpr std::string_view own_fields[]
  = {"host",       "content-length", "content-type",    "transfer-encoding",
     "connection", "expect",         "idempotency-key", "stagepost-signature"};

void read_headers(const yaml_value& x, std::map<std::string, std::string>& out,
                  report& r) {
  if (!want_map(x, r))
    return;
  for (const auto& entry : x.entries) {
    const report::scope in(r, entry.key);
    const auto is_token = [](char c) {
      return is_alnum(c)
             || std::string_view("!#$%&'*+-.^_`|~").find(c)
                  != std::string_view::npos;
    };
    const auto name = stagepost::lower(entry.key);
    if (name.empty() || !std::all_of(name.begin(), name.end(), is_token))
      r.complain(entry.at, "a header field's name has letters, digits and `-`");
    else if (std::find(std::begin(own_fields), std::end(own_fields), name)
             != std::end(own_fields))
      r.complain(entry.at, "the header field " + backquoted(entry.key)
                             + " is Stagepost's own");
    if (const auto* text = want_text(entry.value, r, "the field's text"))
      out[entry.key] = *text;
  }
}

constexpr choice<http_platform::unit> units[]
  = {{"message", http_platform::unit::message},
     {"recipient", http_platform::unit::recipient}};

void read_unit(const yaml_value& x, http_platform::unit& out, report& r) {
  read_choice(x, units, out, r, "unit");
}

void read_secret(const yaml_value& x, std::string& out, report& r) {
  if (x.is == kind::text && !x.text.empty())
    out = x.text;
  else if (x.is != kind::broken)
    r.complain(x.at, r.subject()
                       + " wants a text; what stands here is not "
                         "shown");
}

file_place place_of(const yaml_value& x, const report& r) {
  return {r.file(x.at.file), x.at.line, x.at.column};
}

void read_authority(const yaml_value& x, outlet& out, report& r) {
  read_pem(x, out.http.authority, r);
  out.http.authority_at = place_of(x, r);
}

void read_user(const yaml_value& x, outlet& out, report& r) {
  out.command.user_at = place_of(x, r);
  const auto* text = want_text(x, r, "a user of this machine");
  if (text != nullptr && is_name(*text))
    out.command.user = *text;
  else if (text != nullptr)
    refuse(x, r, "a user of this machine");
}

void read_template(const yaml_value& x, std::string& out, report& r) {
  if (!read_readable_file(x, out, r, "a file with the template"))
    return;
  const auto octets
    = octets_of(out, stagepost::outlet::failure_templates::largest);
  if (const auto* why = std::get_if<file_fault>(&octets)) {
    r.complain(x.at, r.subject() + " can't be read from " + backquoted(out)
                       + ": " + why->why);
    return;
  }
  const auto values = stagepost::outlet::template_values({});
  std::vector<std::string_view> known;
  for (const auto& [name, value] : values)
    known.push_back(name);
  for (const auto& name :
       stagepost::outlet::names_in(std::get<std::string>(octets)))
    if (!values.contains(name))
      r.complain(x.at,
                 backquoted(out) + ": " + unknown_key(name, known, known));
}

constexpr key<failure_mail> failure_keys[] = {
  {"text", into<&failure_mail::text, read_template>,
   "File with the template of its plain text."},
  {"html", into<&failure_mail::html, read_template>,
   "File with the template of its HTML."},
  {"per_hour", into<&failure_mail::per_hour, count{0, 1'000'000}>,
   "To one sender, at most; 0 = no limit."},
};

void read_failure_mail(const yaml_value& x, failure_mail& out, report& r) {
  if (x.is == kind::map) {
    out.wanted = true;
    read_map(x, failure_keys, out, r);
  } else {
    read_flag(x, out.wanted, r);
  }
}

template <auto Member, auto Read>
constexpr auto into_http = [](const yaml_value& x, outlet& out, report& r) {
  Read(x, out.http.*Member, r);
};

template <auto Member, auto Read>
constexpr auto into_command = [](const yaml_value& x, outlet& out, report& r) {
  Read(x, out.command.*Member, r);
};

constexpr key<outlet> keys[] = {
  {"type", into<&outlet::type, read_type>,
   "queue: to the recipients' servers; http: POST it to a platform; command: "
   "run a program; discard: to nowhere.",
   true},
  {"fallback", into<&outlet::fallback, read_name>,
   "The outlet that gets what fails here for the time being."},
  {"workers", into<&outlet::workers, count{1, 10'000}>,
   "How many mails are worked at a time."},
  {"waiting", into<&outlet::waiting, count{0, 1'000'000}>,
   "How many may wait for a worker; over it 451 4.3.2."},
  {"timeout", into<&outlet::timeout, time{1, 3'600}>,
   "How long one mail may take once a worker has it."},
  {"reply_within", into<&outlet::reply_within, time{1, 590}>,
   "How long a client waits in all, waiting line and fallback included."},
  {"failure_mail", into<&outlet::failure_mail, read_failure_mail>,
   "Whether the sender gets a mail about a failure, or its settings."},
  {"url", into_http<&http_platform::url, read_url>, "Where to POST."},
  {"headers", into_http<&http_platform::headers, read_headers>,
   "Header fields to send along."},
  {"per", into_http<&http_platform::per, read_unit>,
   "message or recipient: what a POST is for."},
  {"raw", into_http<&http_platform::raw, read_flag>,
   "Whether the message goes along as it came, as the field `raw`."},
  {"secret", into_http<&http_platform::secret, read_secret>,
   "The key of the signature in `Stagepost-Signature`."},
  {"authority", read_authority,
   "PEM file with the authorities to trust instead of the system's."},
  {"connect_timeout", into_http<&http_platform::connect_timeout, time{1, 300}>,
   "How long a connection may take, TLS included."},
  {"run", into_command<&mail_program::run, read_program>,
   "The program with its arguments; no shell."},
  {"user", read_user, "Run it as this user; the daemon has to be root."},
  {"keep_alive", into_command<&mail_program::keep_alive, read_flag>,
   "Whether one process takes many mails, one after the other."},
  {"memory", into_command<&mail_program::memory, size{1U << 20U, 1ULL << 50U}>,
   "Address space of the program."},
  {"cpu", into_command<&mail_program::cpu, time{1, 86'400}>,
   "CPU time of the program."},
};

using of = outlet_type;

constexpr belonging<of> belongings[] = {
  {"fallback", of::http, false, of::command},
  {"workers", of::http, false, of::command},
  {"waiting", of::http, false, of::command},
  {"timeout", of::http, false, of::command},
  {"reply_within", of::http, false, of::command},
  {"failure_mail", of::http, false, of::command},
  {"url", of::http, true},
  {"headers", of::http},
  {"per", of::http},
  {"raw", of::http},
  {"secret", of::http},
  {"authority", of::http},
  {"connect_timeout", of::http},
  {"run", of::command, true},
  {"user", of::command},
  {"keep_alive", of::command},
  {"memory", of::command},
  {"cpu", of::command},
};

/// True for a type that a later version brings: its own keys come with it, so
/// that the type alone is the problem.
bool comes_later(const yaml_value& x) {
  const auto* type = x.find("type");
  if (type == nullptr)
    return false;
  for (const auto& t : types)
    if (!t.value && t.word == type->value.text)
      return true;
  return false;
}

void read_outlet(const yaml_value& x, outlet& out, report& r) {
  if (!comes_later(x)) {
    read_map(x, keys, out, r);
    check_belongings(x, types, belongings, "outlets", r);
    return;
  }
  const report::scope in(r, "type");
  read_type(x.find("type")->value, out.type, r);
}

} // namespace

void read_outlets(const yaml_value& x, std::vector<outlet>& out, report& r) {
  if (!want_map(x, r))
    return;
  for (const auto& entry : x.entries) {
    const report::scope in(r, entry.key);
    out.emplace_back().name = entry.key;
    if (!is_name(entry.key))
      r.complain(entry.at, "an outlet's name has up to 63 letters, digits, "
                           "`.`, `_` and `-`");
    else if (entry.key == "reject")
      r.complain(entry.at, "no outlet can be named `reject`: in routes it "
                           "stands for the refusal");
    read_outlet(entry.value, out.back(), r);
  }
}

void describe_outlets(std::vector<known_key>& out) {
  describe(out, "outlets.*.", keys);
  describe(out, "outlets.*.failure_mail.", failure_keys);
}

} // namespace stagepost::config
