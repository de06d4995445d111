#include "config/changes.hpp"

#include <algorithm>
#include <cstddef>
#include <string_view>

namespace stagepost::config {

namespace {

using names = std::vector<std::string>;

/// A member with its key.
template <class T>
struct row {
  std::string_view key;
  bool (*same)(const T&, const T&);
  /// Takes over `to` where `own` says what `from` says.
  void (*follow)(T& own, const T& from, const T& to);
};

template <class T, class M>
T class_of(M T::*);

template <auto Member>
constexpr auto member(std::string_view key) {
  using T = decltype(class_of(Member));
  return row<T>{key,
                [](const T& a, const T& b) { return a.*Member == b.*Member; },
                [](T& own, const T& from, const T& to) {
                  if (own.*Member == from.*Member)
                    own.*Member = to.*Member;
                }};
}

/// Whether `a` and `b` differ in more than what each took from its section.
template <class T, std::size_t N>
bool differ(const row<T> (&rows)[N], T a, const T& section_a, const T& b,
            const T& section_b) {
  if (a == b)
    return false;
  for (const auto& x : rows)
    x.follow(a, section_a, section_b);
  return a != b;
}

template <class T, std::size_t N>
void add_differences(const std::string& name, const row<T> (&rows)[N],
                     const T& a, const T& b, names& out) {
  for (const auto& x : rows)
    if (!x.same(a, b))
      out.push_back(name + '.' + std::string(x.key));
}

/// But for its hostname, which is what sessions say.
constexpr row<node_section> of_node[]
  = {member<&node_section::name>("name"),
     member<&node_section::data_dir>("data_dir"),
     member<&node_section::roles>("roles"),
     member<&node_section::threads>("threads"),
     member<&node_section::user>("user")};

constexpr row<node_section> of_names[]
  = {member<&node_section::hostname>("hostname")};

constexpr row<storage_section> of_storage[]
  = {member<&storage_section::postgres>("postgres"),
     member<&storage_section::shards>("shards")};

constexpr row<tls_section> of_tls[]
  = {member<&tls_section::certificates>("certificates"),
     member<&tls_section::minimum>("minimum"),
     member<&tls_section::client_authority>("client_authority")};

using limits = limits_section;

constexpr row<limits> of_limits[]
  = {member<&limits::max_clients>("max_clients"),
     member<&limits::max_clients_per_host>("max_clients_per_host"),
     member<&limits::message_size>("message_size"),
     member<&limits::recipients>("recipients"),
     member<&limits::unknown_commands>("unknown_commands"),
     member<&limits::session_idle>("session_idle"),
     member<&limits::messages_per_connection>("messages_per_connection"),
     member<&limits::recipients_per_connection>("recipients_per_connection"),
     member<&limits::session_total>("session_total"),
     member<&limits::command_time>("command_time"),
     member<&limits::minimum_rate>("minimum_rate"),
     member<&limits::auth_failures>("auth_failures"),
     member<&limits::header_size>("header_size"),
     member<&limits::header_fields>("header_fields"),
     member<&limits::received_fields>("received_fields"),
     member<&limits::text_line>("text_line"),
     member<&limits::per_minute>("per_minute"),
     member<&limits::queue_memory>("queue_memory"),
     member<&limits::content_memory>("content_memory"),
     member<&limits::free_disk>("free_disk"),
     member<&limits::stress>("stress")};

/// What a listener is, to the system.
constexpr row<listener> of_sockets[] = {member<&listener::protocol>("protocol"),
                                        member<&listener::address>("address")};

/// What it asks of its clients, but for its limits.
constexpr row<listener> of_sessions[]
  = {member<&listener::tls>("tls"),
     member<&listener::banner>("banner"),
     member<&listener::pipelining>("pipelining"),
     member<&listener::normalize_bare_newline>("bare_newline"),
     member<&listener::auth>("auth"),
     member<&listener::auth_without_tls>("auth_without_tls"),
     member<&listener::mechanisms>("mechanisms"),
     member<&listener::require_sender_match>("require_sender_match"),
     member<&listener::require_tls>("require"),
     member<&listener::client_certificate>("client_certificate"),
     member<&listener::proxy_protocol>("proxy_protocol"),
     member<&listener::xclient>("xclient"),
     member<&listener::expn>("expn"),
     member<&listener::greet_delay>("greet_delay"),
     member<&listener::discard_ehlo_keywords>("discard_ehlo_keywords")};

using settings = destination_settings;

constexpr row<settings> of_destinations[]
  = {member<&settings::next_hop>("next_hop"),
     member<&settings::connections>("connections"),
     member<&settings::messages_per_connection>("messages_per_connection"),
     member<&settings::rate>("rate"),
     member<&settings::tls>("tls"),
     member<&settings::prefer>("prefer"),
     member<&settings::auth_without_tls>("auth_without_tls")};

using delivery = delivery_section;

/// But for what domains may have of their own.
constexpr row<delivery> of_delivery[]
  = {member<&delivery::retry>("retry"),
     member<&delivery::retry_jitter>("retry_jitter"),
     member<&delivery::probe>("probe"),
     member<&delivery::fair_by>("fair_by"),
     member<&delivery::expire>("expire"),
     member<&delivery::warn_after>("warn_after"),
     member<&delivery::report>("report"),
     member<&delivery::reports_per_minute>("reports_per_minute"),
     member<&delivery::postmaster_copy>("postmaster_copy"),
     member<&delivery::port>("port"),
     member<&delivery::timeouts>("timeouts"),
     member<&delivery::in_doubt>("in_doubt"),
     member<&delivery::ca_file>("ca_file"),
     member<&delivery::mta_sts>("mta_sts"),
     member<&delivery::mta_sts_port>("mta_sts_port")};

constexpr row<egress_section> of_egress[]
  = {member<&egress_section::default_hostname>("default_hostname"),
     member<&egress_section::addresses>("addresses"),
     member<&egress_section::pools>("pools"),
     member<&egress_section::rules>("rules"),
     member<&egress_section::choosers>("override")};

constexpr row<dkim_section> of_dkim[]
  = {member<&dkim_section::domains>("domains"),
     member<&dkim_section::clients>("clients"),
     member<&dkim_section::listeners>("listeners"),
     member<&dkim_section::required>("required")};

constexpr row<dns_section> of_dns[]
  = {member<&dns_section::servers>("servers"),
     member<&dns_section::hosts>("hosts"),
     member<&dns_section::trust_anchor>("trust_anchor")};

void compare_listeners(const configuration& a, const configuration& b,
                       changes& out) {
  const auto find = [](const auto& in, const std::string& name) {
    return std::find_if(in.begin(), in.end(),
                        [&](const auto& x) { return x.name == name; });
  };
  for (const auto& x : a.listeners) {
    const auto name = "listeners." + x.name;
    const auto y = find(b.listeners, x.name);
    if (y == b.listeners.end()) {
      out.restart.push_back(name + " (removed)");
      continue;
    }
    add_differences(name, of_sockets, x, *y, out.restart);
    add_differences(name, of_sessions, x, *y, out.live);
    if (differ(of_limits, x.limits, a.limits, y->limits, b.limits))
      out.live.push_back(name + ".limits");
  }
  for (const auto& y : b.listeners)
    if (find(a.listeners, y.name) == a.listeners.end())
      out.restart.push_back("listeners." + y.name + " (added)");
}

/// Who is asked of each login anew; only what users changed is worth a line of
/// its own.
void compare_auth(const std::vector<auth_source>& a,
                  const std::vector<auth_source>& b, changes& out) {
  const auto same_but_users = [](auto x, const auto& y) {
    x.users = y.users;
    return x == y;
  };
  if (a.size() != b.size()
      || !std::equal(a.begin(), a.end(), b.begin(), same_but_users)) {
    out.live.emplace_back("auth");
    return;
  }
  for (std::size_t i = 0; i < a.size(); ++i)
    if (a[i].users != b[i].users)
      out.live.push_back("auth[" + std::to_string(i) + "].users");
}

void compare_delivery(const delivery& a, const delivery& b, names& out) {
  add_differences("delivery", of_destinations, a.defaults, b.defaults, out);
  add_differences("delivery", of_delivery, a, b, out);
  const auto same = [&](const auto& x, const auto& y) {
    return x.first == y.first
           && !differ(of_destinations, x.second, a.defaults, y.second,
                      b.defaults);
  };
  if (a.domains.size() != b.domains.size()
      || !std::equal(a.domains.begin(), a.domains.end(), b.domains.begin(),
                     same))
    out.emplace_back("delivery.domains");
}

} // namespace

changes changes_between(const configuration& running,
                        const configuration& read) {
  const auto& a = running;
  const auto& b = read;
  changes out;
  add_differences("node", of_node, a.node, b.node, out.restart);
  add_differences("node", of_names, a.node, b.node, out.live);
  add_differences("storage", of_storage, a.storage, b.storage, out.restart);
  add_differences("dns", of_dns, a.dns, b.dns, out.restart);
  add_differences("tls", of_tls, a.tls, b.tls, out.live);
  add_differences("limits", of_limits, a.limits, b.limits, out.live);
  compare_listeners(a, b, out);
  compare_auth(a.auth, b.auth, out);
  if (a.routes != b.routes)
    out.live.emplace_back("routes");
  if (a.outlets != b.outlets)
    out.live.emplace_back("outlets");
  compare_delivery(a.delivery, b.delivery, out.live);
  add_differences("egress", of_egress, a.egress, b.egress, out.live);
  add_differences("dkim", of_dkim, a.dkim, b.dkim, out.live);
  return out;
}

} // namespace stagepost::config
