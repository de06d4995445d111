#pragma once

#include <string>

namespace stagepost {

/// A way for mail to leave: the local address that a connection comes from and
/// the name that goes with it, in EHLO, `Received` and reports.
struct egress_way {
  std::string ip; ///< IPv4 or IPv6, in short form; "" = the system chooses.
  std::string hostname;
  bool operator==(const egress_way&) const = default;
};

/// "192.0.2.1/mx.example.com", for people.
inline std::string to_string(const egress_way& x) {
  return x.ip + '/' + x.hostname;
}

} // namespace stagepost
