#include "mail/sasl/base64.hpp"
#include "mail/sasl/exchange.hpp"
#include "mail/sasl/password_hash.hpp"
#include "mail/sasl/saslprep.hpp"
#include "mail/sasl/scram_message.hpp"
#include "require.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

// The first octet chooses the mechanism and the connection, and whether the
// client's lines that follow are base64 or get encoded here. Whatever the
// client says, challenges are base64, a user and a password are what programs
// and logs can take, and nothing follows an end. What is stored is read back
// as it was written.

namespace {

using namespace stagepost::sasl;

bool has_controls(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char c) {
    return static_cast<unsigned char>(c) < ' ' || c == '\x7f';
  });
}

bool is_scram(mechanism x) {
  return x == mechanism::scram_sha_256 || x == mechanism::scram_sha_256_plus;
}

void check(const exchange& x) {
  const auto now = x.now();
  require(x.user().size() <= 255 && !has_controls(x.user()));
  require(now == state::challenge || x.challenge().empty());
  require(decode_base64(x.challenge()).has_value());
  require(is_scram(x.how())
          || (now != state::find_verifier && now != state::proved));
  require(now != state::proved || !x.user().empty());
  require(now != state::find_verifier || !x.user().empty());
  if (now != state::check_password)
    return;
  require(!is_scram(x.how()) && !x.user().empty());
  require(!x.password().empty() && x.password().size() <= 1024);
  require(x.password().find('\0') == std::string::npos);
}

/// The verifier of "pencil" in RFC 7677, 3, so that the kept dialogue of it
/// comes to its end.
const scram_verifier& pencil() {
  static const auto x
    = parse_scram_verifier("SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ==$"
                           "WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=:"
                           "wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=")
        .value();
  return x;
}

bool has_ended(state x) {
  return x != state::challenge && x != state::find_verifier;
}

void converse(std::uint8_t how, std::string_view lines) {
  circumstances where{"%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0", false, {}, {}};
  where.plus_offered = (how & 8U) != 0;
  if ((how & 16U) != 0)
    where.tls_exporter = "exporter";
  exchange x{static_cast<mechanism>(how & 3U), where};
  check(x);
  bool first = true;
  while (!lines.empty() && !has_ended(x.now())) {
    const auto end = std::min(lines.find('\n'), lines.size());
    auto line = std::string{lines.substr(0, end)};
    lines.remove_prefix(std::min(end + 1, lines.size()));
    if ((how & 4U) != 0 && line != "*")
      line = encode_base64(line);
    if (!first)
      x.respond(line);
    else if ((how & 32U) != 0)
      x.begin(line);
    else
      x.begin(std::nullopt);
    first = false;
    check(x);
    if (x.now() == state::find_verifier)
      x.verifier(pencil());
    check(x);
  }
  const auto last = x.now();
  require(!has_ended(last)
          || (x.respond("dGVzdA==") == last && x.verifier(pencil()) == last));
}

void read_what_is_stored(std::string_view text) {
  if (const auto x = parse_password_hash(text))
    require(to_string(*x) == text);
  if (const auto x = parse_scram_verifier(text))
    require(to_string(*x) == text);
  if (const auto x = decode_base64(text))
    require(encode_base64(*x) == text);
  require(text.size() > max_base64 * 3 / 4
          || decode_base64(encode_base64(text)).value() == text);
}

void read_what_is_said(std::string_view text) {
  if (const auto x = saslprep(text))
    require(!x->empty() && !has_controls(*x));
  if (const auto x = parse_client_first(text)) {
    require(std::string{x->gs2_header} + std::string{x->bare} == text);
    require(x->extended || (!x->user.empty() && !x->nonce.empty()));
  }
  if (const auto x = parse_client_final(text))
    require(x->proof.size() == 32 && text.starts_with(x->without_proof));
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  if (size == 0)
    return 0;
  const std::string_view octets{reinterpret_cast<const char*>(data) + 1,
                                size - 1};
  converse(data[0], octets);
  read_what_is_stored(octets);
  read_what_is_said(octets);
  return 0;
}
