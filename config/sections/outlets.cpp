#include "config/readers.hpp"
#include "config/sections/sections.hpp"

namespace stagepost::config {

namespace {

constexpr choice<outlet_type> types[] = {{"queue", outlet_type::queue},
                                         {"discard", outlet_type::discard},
                                         {"http", std::nullopt},
                                         {"command", std::nullopt},
                                         {"mailbox", std::nullopt}};

void read_type(const yaml_value& x, outlet_type& out, report& r) {
  read_choice(x, types, out, r, "outlet type");
}

constexpr key<outlet> keys[] = {
  {"type", into<&outlet::type, read_type>,
   "queue: to the recipients' servers; discard: to nowhere.", true},
  {.name = "url", .meaning = "Of an http outlet: where to POST."},
  {.name = "headers", .meaning = "Of an http outlet: header fields to send."},
  {.name = "failure_mail",
   .meaning = "Of an http outlet: whether failures are mailed to the sender."},
  {.name = "run", .meaning = "Of a command outlet: the program."},
  {.name = "workers", .meaning = "How many work at a time."},
  {.name = "timeout", .meaning = "How long one may take."},
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
    out.push_back({entry.key, outlet_type::queue});
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
}

} // namespace stagepost::config
