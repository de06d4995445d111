#pragma once

#include "config/configuration.hpp"
#include "config/keys.hpp"
#include "config/reference.hpp"
#include "config/report.hpp"
#include "config/yaml_value.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace stagepost::config {

// The reader of each section: fills what the file names and leaves the rest as
// it was. Lists keep one element for each item, also for a faulty one, so that
// the CHECKER finds the place of the n-th element in the file.

void read_node(const yaml_value& x, node_section& out, report& r);
void read_storage(const yaml_value& x, storage_section& out, report& r);
void read_tls(const yaml_value& x, tls_section& out, report& r);
void read_limits(const yaml_value& x, limits_section& out, report& r);
/// The same, for what one listener may have of its own.
void read_own_limits(const yaml_value& x, limits_section& out, report& r);
/// Each listener begins with a copy of `limits`.
void read_listeners(const yaml_value& x, const limits_section& limits,
                    std::vector<listener>& out, report& r);
void read_auth(const yaml_value& x, std::vector<auth_source>& out, report& r);
void read_routes(const yaml_value& x, std::vector<route>& out, report& r);
void read_outlets(const yaml_value& x, std::vector<outlet>& out, report& r);
void read_delivery(const yaml_value& x, delivery_section& out, report& r);
void read_egress(const yaml_value& x, egress_section& out, report& r);
void read_dkim(const yaml_value& x, dkim_section& out, report& r);
void read_dns(const yaml_value& x, dns_section& out, report& r);

/// A postgresql:// URI. It may hold a password: no problem shows it.
void read_postgres_uri(const yaml_value& x, std::string& out, report& r);

// What each section adds to `known_keys`.
void describe_node(std::vector<known_key>& out);
void describe_storage(std::vector<known_key>& out);
void describe_tls(std::vector<known_key>& out);
void describe_limits(std::vector<known_key>& out);
void describe_listeners(std::vector<known_key>& out);
void describe_auth(std::vector<known_key>& out);
void describe_routes(std::vector<known_key>& out);
void describe_outlets(std::vector<known_key>& out);
void describe_delivery(std::vector<known_key>& out);
void describe_egress(std::vector<known_key>& out);
void describe_dkim(std::vector<known_key>& out);
void describe_dns(std::vector<known_key>& out);

/// Adds the rows of one table.
template <class T, std::size_t N>
void describe(std::vector<known_key>& out, const std::string& prefix,
              const key<T> (&keys)[N]) {
  for (const auto& k : keys)
    out.push_back({prefix + std::string(k.name), k.read != nullptr, k.meaning});
}

} // namespace stagepost::config
