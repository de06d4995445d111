#pragma once

#include "mail/retry_schedule.hpp"

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace stagepost::config {

using std::chrono::seconds;

/// A local address to listen on.
struct endpoint {
  std::string host;       ///< An IPv4 or IPv6 address, without brackets.
  std::uint16_t port = 0; ///< 0: the system chooses, as tests like it.
  bool operator==(const endpoint&) const = default;
};

/// An IP network: "192.0.2.0/24", "::1/128", or a single address.
struct network {
  std::string address;
  unsigned prefix = 0;
  [[nodiscard]] bool contains(const std::string& ip) const;
  bool operator==(const network&) const = default;
};

enum class role { smtp, queue, pop3, http };

struct node_section {
  std::string name;     ///< Default: the machine's name.
  std::string hostname; ///< Default: the machine's name.
  std::string data_dir = "./var";
  std::vector<role> roles{role::smtp, role::queue, role::pop3, role::http};
  std::uint32_t threads = 0; ///< I/O loops; 0 = one a core.
  std::string user; ///< Drop to this user once the ports are bound; "" = stay.
  bool operator==(const node_section&) const = default;
};

struct shard {
  std::string name;
  std::string postgres; ///< Its own database; "" = that of `storage`.
  bool operator==(const shard&) const = default;
};

struct storage_section {
  std::string postgres = "embedded"; ///< Or a postgresql:// URI.
  std::vector<shard> shards{{"queue", ""}};
  [[nodiscard]] bool embedded() const {
    return postgres == "embedded";
  }
  bool operator==(const storage_section&) const = default;
};

struct certificate {
  std::string certificate; ///< PEM file, the chain in it.
  std::string key;         ///< PEM file.
  std::string file{};      ///< Where it stands, for `check`.
  int line = 0;
  int column = 0;
  /// Wherever they stand.
  bool operator==(const config::certificate& x) const {
    return certificate == x.certificate && key == x.key;
  }
};

struct tls_section {
  std::vector<config::certificate> certificates;
  std::string minimum = "1.2"; ///< "1.2" or "1.3".
  bool operator==(const tls_section&) const = default;
};

enum class listener_protocol { smtp, http };
enum class listener_tls { none, starttls, implicit };

struct limits_section {
  std::uint32_t max_clients = 10'000;
  std::uint32_t max_clients_per_host = 100;
  std::uint64_t message_size = 50U << 20U; ///< Octets.
  std::uint32_t recipients = 1000;
  std::uint32_t unknown_commands = 10;
  seconds session_idle{300};
  std::uint64_t queue_memory = 1U << 30U; ///< Octets of bodies in memory.
  bool operator==(const limits_section&) const = default;
};

struct listener {
  std::string name;
  listener_protocol protocol = listener_protocol::smtp;
  endpoint address;
  listener_tls tls = listener_tls::none;
  std::string banner = "ESMTP Stagepost";
  bool pipelining = true;
  bool normalize_bare_newline = false; ///< bare_newline: reject | normalize
  limits_section limits; ///< Those of `limits`, with the listener's own on top.
  bool operator==(const listener&) const = default;
};

/// A route's condition is met when each of its keys that is present is met.
struct route {
  std::optional<std::string> listener;
  std::vector<network> client;       ///< Any of them; empty: key not present.
  std::optional<std::string> sender; ///< address, @domain or /regex/
  std::optional<std::string> recipient; ///< address, @domain or /regex/
  std::string to;                       ///< An outlet's name, or "reject".
  std::string reply; ///< With reject: "550 5.7.1 Relaying denied".
  std::string file;  ///< Where it stands, for `explain`.
  int line = 0;
  bool operator==(const route&) const = default;
};

enum class outlet_type { queue, discard };

struct outlet {
  std::string name;
  outlet_type type = outlet_type::queue;
  bool operator==(const outlet&) const = default;
};

/// A smart host: smtp://host:port
struct next_hop {
  std::string host;
  std::uint16_t port = 25;
  bool operator==(const next_hop&) const = default;
};

enum class report_content { headers, full };
enum class delivery_tls { none, opportunistic, required };

/// What may differ by recipient domain.
struct destination_settings {
  std::vector<config::next_hop> next_hop; ///< Empty: by MX.
  std::uint32_t connections = 20;         ///< 0 = no limit.
  std::uint32_t messages_per_connection = 100;
  std::uint32_t rate = 0; ///< Messages a second; 0 = no limit.
  delivery_tls tls = delivery_tls::opportunistic;
  bool operator==(const destination_settings&) const = default;
};

struct delivery_section {
  destination_settings defaults;
  retry_schedule retry;
  seconds expire{5 * 24 * 3600};
  seconds warn_after{4 * 3600}; ///< 0 = no delay report.
  report_content report = report_content::headers;
  std::uint16_t port = 25; ///< Of hosts found by MX; tests can't bind 25.
  /// By domain, lower case; each with the defaults filled in.
  std::map<std::string, destination_settings> domains;

  [[nodiscard]] const destination_settings&
  settings_for(const std::string& domain) const;
};

struct egress_rule {
  std::string domain; ///< Of the sender.
  std::string ip;
  std::string hostname; ///< "" = default_hostname.
  bool operator==(const egress_rule&) const = default;
};

struct egress_section {
  std::string default_hostname; ///< Default: node.hostname.
  std::vector<std::string> addresses;
  std::vector<egress_rule> rules;
  bool operator==(const egress_section&) const = default;
};

struct dns_section {
  /// "192.0.2.53" or "127.0.0.1@5353"; empty: the system's.
  std::vector<std::string> servers;
  /// Fixed answers: name -> addresses.
  std::map<std::string, std::vector<std::string>> hosts;
  bool operator==(const dns_section&) const = default;
};

/// The whole configuration, checked: what is in here can be used as it is.
struct configuration {
  node_section node;
  storage_section storage;
  tls_section tls;
  std::vector<listener> listeners;
  limits_section limits;
  std::vector<route> routes;
  std::vector<outlet> outlets;
  delivery_section delivery;
  egress_section egress;
  dns_section dns;
};

/// One thing wrong with a file, with its place.
struct problem {
  std::string file;
  int line = 0;     ///< From 1.
  int column = 0;   ///< From 1.
  std::string text; ///< Says what is wrong and, if it can, what is right.
};
/// `file:line:column: text`
std::string to_string(const problem& x);

/// Reads a file and what it includes, fills in the defaults, checks all of it.
/// @param environment  Where `${NAME}` is looked up.
/// @returns The configuration, or every problem that was found, in order.
std::variant<configuration, std::vector<problem>>
read_file(const std::string& path,
          const std::map<std::string, std::string>& environment);

/// The process's environment as `read_file` takes it.
std::map<std::string, std::string> process_environment();

} // namespace stagepost::config
