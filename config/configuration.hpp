#pragma once

#include "config/delivery.hpp"
#include "config/outlet.hpp"

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
  /// PEM file with the authorities that client certificates are checked
  /// against; "" where none are asked for.
  std::string client_authority;
  bool operator==(const tls_section&) const = default;
};

enum class listener_protocol { smtp, lmtp, http };
enum class listener_tls { none, starttls, implicit };
enum class listener_auth { none, optional, required };
enum class client_certificates { none, request, require };

/// The SASL mechanisms a listener may offer.
enum class sasl_mechanism { plain, login, scram_sha_256, scram_sha_256_plus };

/// How much may come in within a minute; 0 = no limit. A client is an IPv4
/// address or an IPv6 network of 64 bits.
struct rates_section {
  std::uint32_t client_connections = 0;
  std::uint32_t client_messages = 0;
  std::uint32_t client_recipients = 0;
  std::uint32_t user_messages = 0; ///< Of who logged in.
  std::uint32_t user_recipients = 0;
  std::uint32_t sender_messages = 0; ///< Of a reverse-path.
  std::uint32_t sender_recipients = 0;
  bool operator==(const rates_section&) const = default;
};

struct limits_section {
  std::uint32_t max_clients = 10'000;
  /// Per IPv4 address or IPv6 network of 64 bits.
  std::uint32_t max_clients_per_host = 100;
  std::uint64_t message_size = 50U << 20U; ///< Octets.
  std::uint32_t recipients = 1000;
  std::uint32_t unknown_commands = 10;
  seconds session_idle{300};
  std::uint64_t queue_memory = 1U << 30U; ///< Octets of bodies in memory.
  // The ends of a session; 0 = no limit.
  std::uint32_t messages_per_connection = 10'000;
  std::uint32_t recipients_per_connection = 0;
  seconds session_total{24 * 3600}; ///< Past it: 421 between commands.
  seconds command_time{60}; ///< From a command's first octet to its CRLF.
  /// Octets a second that content has to come at, on average, after the first
  /// `command_time`; 0 = any.
  std::uint32_t minimum_rate = 100;
  std::uint32_t auth_failures = 5; ///< Of one session; then 421.
  // What a message's content may be.
  std::uint64_t header_size = 100U << 10U; ///< Octets.
  std::uint32_t header_fields = 1000;
  std::uint32_t received_fields = 100;  ///< Over it: 554 5.4.6, a loop.
  std::uint64_t text_line = 64U << 10U; ///< Octets; 0 = no limit.
  rates_section per_minute;
  // When the machine itself runs short; the whole node's.
  std::uint64_t content_memory = 1U << 30U; ///< Octets of mail coming in.
  std::uint64_t free_disk = 256U << 20U; ///< Octets left in `data_dir`; under
                                         ///< it 452, under half of it 421.
  /// Percent of max_clients from which sessions are under stress: idle at most
  /// 10 s, one bad command. 100 = never.
  std::uint32_t stress = 90;
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
  listener_auth auth = listener_auth::none;
  bool auth_without_tls = false; ///< PLAIN and LOGIN also in clear.
  std::vector<sasl_mechanism> mechanisms{
    sasl_mechanism::plain, sasl_mechanism::login, sasl_mechanism::scram_sha_256,
    sasl_mechanism::scram_sha_256_plus};
  /// Who logged in may only send from the addresses that are theirs.
  bool require_sender_match = false;
  bool require_tls = false; ///< require: [tls]: 530 5.7.0 before it.
  config::client_certificates client_certificate
    = config::client_certificates::none;
  std::vector<network> proxy_protocol; ///< Whose PROXY header is believed.
  std::vector<network> xclient;        ///< Whose XCLIENT is believed.
  bool expn = false;                   ///< EXPN for who logged in.
  seconds greet_delay{0}; ///< Who talks before the greeting is sent away.
  /// EHLO keywords that are not offered, upper case: "CHUNKING".
  std::vector<std::string> discard_ehlo_keywords;
  limits_section limits; ///< Those of `limits`, with the listener's own on top.
  bool operator==(const listener&) const = default;
};

/// Where credentials are checked; sources are asked in order.
struct auth_source {
  enum class kind { command, users, directory };
  kind type = kind::users;
  // -- of a command --
  std::vector<std::string> run; ///< argv; no shell.
  seconds timeout{10};
  std::uint32_t workers = 16; ///< Programs at a time.
  // -- of users --
  struct user {
    /// "$argon2id$…"; "" if there is none.
    std::string password;
    /// "SCRAM-SHA-256$ITERATIONS:SALT$STORED:SERVER"; "" if there is none.
    std::string scram;
    /// Addresses and @domains they may send from; if empty, their own name
    /// where it is an address.
    std::vector<std::string> senders;
    bool operator==(const user&) const = default;
  };
  std::map<std::string, user> users; ///< By login name.
  bool operator==(const auth_source&) const = default;
};

/// Whose domain a recipient has.
enum class recipient_domain : std::uint8_t {
  any,
  local ///< One in the directory.
};

/// A route's condition is met when each of its keys that is present is met.
struct route {
  std::optional<std::string> listener;
  /// authenticated: true (anybody) | false (nobody) | a user's name.
  std::optional<std::variant<bool, std::string>> authenticated;
  std::vector<network> client;       ///< Any of them; empty: key not present.
  std::optional<std::string> sender; ///< address, @domain or /regex/
  std::optional<std::string> recipient; ///< address, @domain or /regex/
  config::recipient_domain recipient_domain = config::recipient_domain::any;
  std::string to;    ///< An outlet's name, or "reject".
  std::string reply; ///< With reject: "550 5.7.1 Relaying denied".
  std::string file;  ///< Where it stands, for `explain`.
  int line = 0;
  bool operator==(const route&) const = default;
};

/// One of a pool's addresses.
struct egress_member {
  std::vector<std::string> ip; ///< One, or one of each family.
  std::string hostname;        ///< "" = default_hostname.
  std::uint32_t weight = 1;    ///< 0 = only while no other can be used.
  bool operator==(const egress_member&) const = default;
};

/// A rule's condition is met when each of its keys that is present is met: by
/// any item of it.
struct egress_rule {
  std::vector<std::string> domain;     ///< Of the sender; `*.` for those below.
  std::vector<std::string> arrival_ip; ///< Ours, that the message came in on.
  std::vector<std::string> user;       ///< Who logged in.
  // Where to: a pool, or an address and a name; without `ip` one of
  // `addresses`.
  std::vector<std::string> ip; ///< One, or one of each family.
  std::string hostname;        ///< "" = default_hostname.
  std::string pool;
  bool operator==(const egress_rule&) const = default;
};

/// Who may say by which way their mail leaves (XEGRESS).
struct egress_override {
  std::vector<std::string> listeners; ///< All clients of these.
  std::vector<std::string> users;     ///< Who logged in as one of these.
  bool operator==(const egress_override&) const = default;
};

struct egress_section {
  std::string default_hostname; ///< Default: node.hostname.
  std::vector<std::string> addresses;
  std::map<std::string, std::vector<egress_member>> pools;
  std::vector<egress_rule> rules;
  egress_override choosers; ///< override
  bool operator==(const egress_section&) const = default;
};

/// A key that signs (RFC 6376).
struct dkim_key {
  std::string selector; ///< Lower case.
  std::string key;      ///< PEM file.
  std::string file{};   ///< Where it stands, for `check`.
  int line = 0;
  int column = 0;
  /// Wherever they stand.
  bool operator==(const dkim_key& x) const {
    return selector == x.selector && key == x.key;
  }
};

struct dkim_section {
  /// By domain, lower case; "*.example.com" for all below example.com.
  std::map<std::string, std::vector<dkim_key>> domains;
  // Whose mail is signed, besides that of users who logged in.
  std::vector<network> clients{{"127.0.0.0", 8}, {"::1", 128}};
  std::vector<std::string> listeners; ///< By their names.
  bool required = false; ///< What should be signed and can't be is not sent.
  bool operator==(const dkim_section&) const = default;
};

struct dns_section {
  /// "192.0.2.53" or "127.0.0.1@5353"; empty: the system's.
  std::vector<std::string> servers;
  /// Fixed answers: name -> addresses.
  std::map<std::string, std::vector<std::string>> hosts;
  /// File with the keys that DNSSEC begins with; "none": no DNSSEC; empty: that
  /// of the root, for the system's servers.
  std::string trust_anchor;
  bool operator==(const dns_section&) const = default;
};

/// The whole configuration, checked: what is in here can be used as it is.
struct configuration {
  node_section node;
  storage_section storage;
  tls_section tls;
  std::vector<listener> listeners;
  limits_section limits;
  std::vector<auth_source> auth;
  std::vector<route> routes;
  std::vector<outlet> outlets;
  delivery_section delivery;
  egress_section egress;
  dkim_section dkim;
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
