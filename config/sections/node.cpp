#include "config/readers.hpp"
#include "config/sections/sections.hpp"

#include <algorithm>

namespace stagepost::config {

namespace {

constexpr choice<role> roles[] = {{"smtp", role::smtp},
                                  {"queue", role::queue},
                                  {"pop3", role::pop3},
                                  {"http", role::http}};

void read_role(const yaml_value& x, role& out, report& r) {
  read_choice(x, roles, out, r, "role");
}

void read_roles(const yaml_value& x, std::vector<role>& out, report& r) {
  read_list<read_role>(x, out, r);
  if (x.is == yaml_value::kind::list && x.items.empty())
    r.complain(x.at, "`roles` is empty: this node would do nothing");
  refuse_repeated(x, r, "role");
}

void read_data_dir(const yaml_value& x, std::string& out, report& r) {
  if (const auto* text = want_text(x, r, "a folder")) {
    if (text->empty())
      refuse(x, r, "a folder");
    else
      out = *text;
  }
}

void read_user(const yaml_value& x, std::string& out, report& r) {
  constexpr std::string_view wanted = "the name of a system user, or \"\"";
  if (const auto* text = want_text(x, r, wanted)) {
    if (text->empty() || (is_name(*text) && text->front() != '-'))
      out = *text;
    else
      refuse(x, r, wanted);
  }
}

constexpr key<node_section> keys[] = {
  {"name", into<&node_section::name, read_name>,
   "What the other machines and the log call this one."},
  {"hostname", into<&node_section::hostname, read_ehlo_name>,
   "The host name in greetings, EHLO and Received."},
  {"data_dir", into<&node_section::data_dir, read_data_dir>,
   "The folder of the private PostgreSQL and of temporary files."},
  {"roles", into<&node_section::roles, read_roles>,
   "Which branches of the actor tree run here."},
  {"threads", into<&node_section::threads, count{0, 1024}>,
   "I/O loops; 0 = one a core."},
  {"user", into<&node_section::user, read_user>,
   "The user to become once the ports are bound; empty = stay."},
};

} // namespace

void read_node(const yaml_value& x, node_section& out, report& r) {
  read_map(x, keys, out, r);
}

void describe_node(std::vector<known_key>& out) {
  describe(out, "node.", keys);
}

} // namespace stagepost::config
