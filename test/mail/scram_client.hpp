#pragma once

#include <cstdint>
#include <string>
#include <string_view>

/// The client's half of SCRAM-SHA-256 (RFC 5802), as far as tests need it; on
/// octets, without base64 around them. Its fields may be bent before they are
/// used.
struct scram_client {
  std::string user = "user"; ///< As a saslname.
  std::string password = "pencil";
  std::string nonce = "rOprNGfwEbeRWgbNEkqO"; // RFC 7677, 3
  std::string gs2_header = "n,,";
  std::string binding{}; ///< Data of the channel binding.

  [[nodiscard]] std::string first() const;
  /// Its final message, to the server's first.
  [[nodiscard]] std::string final(std::string_view server_first);
  /// What a server that knows the password has to say in the end.
  [[nodiscard]] const std::string& expected() const {
    return expected_;
  }

private:
  [[nodiscard]] std::string bare() const;
  std::string expected_;
};
