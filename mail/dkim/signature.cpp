#include "mail/dkim/signature.hpp"

#include "mail/dkim/signed_fields.hpp"
#include "mail/sasl/base64.hpp"
#include "mail/sasl/digest.hpp"

#include <openssl/evp.h>

#include <new>

namespace stagepost::dkim {

namespace {

constexpr std::size_t columns = 76; // of 78, for a `;` and for luck
constexpr std::string_view turn = "\r\n\t";

/// Names with colons between them, in lines.
void append_names(std::string& out, const std::vector<std::string_view>& all) {
  out += turn;
  std::string line = "h=";
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (line.size() + all[i].size() + 1 > columns) {
      out += line;
      out += turn;
      line = " ";
    }
    line += all[i];
    if (i + 1 != all.size())
      line += ':';
  }
  out += line;
  out += ';';
}

/// Base64 may be folded anywhere. The first line holds `b=` already.
void append_signature(std::string& out, std::string_view base64) {
  auto room = columns - 2;
  while (base64.size() > room) {
    out += base64.substr(0, room);
    base64.remove_prefix(room);
    out += turn;
    out += ' ';
    room = columns - 1;
  }
  out += base64;
  out += "\r\n";
}

std::string up_to_signature(const std::vector<std::string_view>& names,
                            algorithm how, const signature_facts& x) {
  using namespace std::chrono;
  const auto t = duration_cast<seconds>(x.at.time_since_epoch()).count();
  std::string out{"DKIM-Signature: v=1; a="};
  out += name_of(how);
  out += "; c=";
  out += to_string(x.of_header);
  out += '/';
  out += to_string(x.of_body);
  out += ';';
  out += turn;
  out += "d=";
  out += x.domain;
  out += ';';
  out += turn;
  out += "s=";
  out += x.selector;
  out += "; t=" + std::to_string(t) + ';';
  append_names(out, names);
  out += turn;
  out += "bh=" + sasl::encode_base64(x.body_hash) + ';';
  out += turn;
  out += "b=";
  return out;
}

} // namespace

body_hash::body_hash(canonicalization how, line_end ends)
  : sum_(EVP_MD_CTX_new(), EVP_MD_CTX_free),
    body_(how, ends, [sum = sum_](std::string_view piece) {
      if (EVP_DigestUpdate(sum.get(), piece.data(), piece.size()) != 1)
        throw std::bad_alloc{};
    }) {
  if (!sum_ || EVP_DigestInit_ex(sum_.get(), EVP_sha256(), nullptr) != 1)
    throw std::bad_alloc{};
}

std::string body_hash::finish() {
  body_.finish();
  std::string out(sasl::sha256_octets, '\0');
  if (EVP_DigestFinal_ex(sum_.get(),
                         reinterpret_cast<unsigned char*>(out.data()), nullptr)
      != 1)
    throw std::bad_alloc{};
  return out;
}

std::string signature_field(const header& what, const signing_key& key,
                            const signature_facts& x) {
  const auto names = names_to_sign(what);
  auto out = up_to_signature(names, key.algorithm(), x);
  const auto signature = key.sign(to_be_signed(what, names, out, x.of_header));
  if (signature.empty())
    return {};
  append_signature(out, sasl::encode_base64(signature));
  return out;
}

} // namespace stagepost::dkim
