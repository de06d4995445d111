#include "mail/ip_address.hpp"

#include <arpa/inet.h>
#include <array>

namespace stagepost {

bool is_ip_address(const std::string& text) {
  if (text.find('\0') != std::string::npos) // where inet_pton would stop
    return false;
  std::array<unsigned char, sizeof(in6_addr)> bytes{};
  return inet_pton(AF_INET, text.c_str(), bytes.data()) == 1
         || inet_pton(AF_INET6, text.c_str(), bytes.data()) == 1;
}

bool is_loopback(const std::string& text) {
  in_addr v4{};
  if (inet_pton(AF_INET, text.c_str(), &v4) == 1)
    return (ntohl(v4.s_addr) >> 24U) == 127;
  in6_addr v6{};
  if (inet_pton(AF_INET6, text.c_str(), &v6) != 1)
    return false;
  return IN6_IS_ADDR_LOOPBACK(&v6)
         || (IN6_IS_ADDR_V4MAPPED(&v6) && v6.s6_addr[12] == 127);
}

std::string short_ip(const std::string& text) {
  std::array<char, INET6_ADDRSTRLEN> out{};
  in_addr four{};
  in6_addr six{};
  if (text.find('\0') != std::string::npos)
    return {};
  if (inet_pton(AF_INET, text.c_str(), &four) == 1)
    return inet_ntop(AF_INET, &four, out.data(), out.size());
  if (inet_pton(AF_INET6, text.c_str(), &six) != 1)
    return {};
  if (IN6_IS_ADDR_V4MAPPED(&six) != 0)
    return inet_ntop(AF_INET, &six.s6_addr[12], out.data(), out.size());
  return inet_ntop(AF_INET6, &six, out.data(), out.size());
}

} // namespace stagepost
