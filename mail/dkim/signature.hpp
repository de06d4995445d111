#pragma once

#include "mail/dkim/canonical.hpp"
#include "mail/dkim/header.hpp"
#include "mail/dkim/key.hpp"

#include <chrono>
#include <memory>
#include <string>
#include <string_view>

struct evp_md_ctx_st; // OpenSSL's EVP_MD_CTX

namespace stagepost::dkim {

/// The hash of a body (RFC 6376, 3.7), which comes piece by piece.
class body_hash {
public:
  body_hash(canonicalization how, line_end ends);

  void feed(std::string_view octets) {
    body_.feed(octets);
  }
  /// @returns SHA-256, in octets. Call it once.
  [[nodiscard]] std::string finish();

private:
  std::shared_ptr<evp_md_ctx_st> sum_;
  canonical_body body_;
};

/// What a signature says of itself.
struct signature_facts {
  std::string_view domain;                    ///< d=
  std::string_view selector;                  ///< s=
  std::chrono::system_clock::time_point at{}; ///< t=
  canonicalization of_header = canonicalization::relaxed;
  canonicalization of_body = canonicalization::relaxed;
  std::string_view body_hash; ///< Octets; by `of_body`.
};

/// The field DKIM-Signature (RFC 6376, 3.5), folded, with its CRLF.
/// @returns "" if the key can't sign.
[[nodiscard]] std::string signature_field(const header& what,
                                          const signing_key& key,
                                          const signature_facts& x);

} // namespace stagepost::dkim
