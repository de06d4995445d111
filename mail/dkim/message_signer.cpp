#include "mail/dkim/message_signer.hpp"

#include "mail/dkim/author.hpp"

#include <algorithm>
#include <cerrno>
#include <system_error>
#include <utility>

namespace stagepost::dkim {

message_signer::message_signer(content_ptr what,
                               std::shared_ptr<const key_table> keys, facts x)
  : what_(std::move(what)), keys_(std::move(keys)), facts_(std::move(x)) {
}

bool message_signer::work(std::size_t octets) {
  const auto size = what_->size();
  if (at_ == 0 && size == 0)
    take({}, true);
  while (!done_ && octets != 0 && at_ < size) {
    const auto part = piece(at_, std::min(octets, std::size_t{64U << 10U}));
    at_ += part.size();
    octets -= part.size();
    take(part, at_ == size);
  }
  if (!done_ && at_ == size) {
    sign();
    done_ = true;
  }
  return done_;
}

/// The header is read once it must be in what has come.
void message_signer::take(std::string_view octets, bool last) {
  if (facts_.change) {
    changed_.clear();
    facts_.change(octets, last, changed_);
    octets = changed_;
  }
  if (hash_)
    return hash_->feed(octets);
  head_ += octets;
  if (last || head_.size() > longest_header)
    begin();
}

/// Reads the header, finds the keys, and begins with the body.
void message_signer::begin() {
  const auto ends = facts_.binary ? line_end::crlf : line_end::any;
  auto read = read_header(head_, ends);
  if (read)
    header_ = *std::move(read);
  const auto* from = header_ ? header_->find("from") : nullptr;
  auto domain = from == nullptr ? std::string{} : author_domain(from->value());
  set_ = keys_of(domain.empty() ? facts_.sender_domain : domain);
  if (set_ == nullptr) {
    done_ = true; // nothing to sign with
    return;
  }
  if (!header_)
    return give_up(read.error() == format_errc::too_long
                     ? "the header is over "
                         + std::to_string(longest_header >> 10U) + " KiB"
                     : "a line of the header is no field");
  // What has none, or several, has no author whom a signature could vouch for
  // (RFC 6376, 5.4 and 8.15).
  if (const auto count = header_->count("from"); count != 1)
    return give_up(count == 0 ? "the header has no From"
                              : "the header has more than one From");
  hash_.emplace(canonicalization::relaxed, ends);
  hash_->feed(std::string_view{head_}.substr(header_->size));
}

const key_set* message_signer::keys_of(const std::string& domain) const {
  return facts_.own ? keys_->find_for_host(domain) : keys_->find(domain);
}

void message_signer::give_up(std::string why) {
  out_.why_not = std::move(why);
  out_.for_good = true;
  done_ = true;
}

void message_signer::sign() {
  const auto hash = hash_->finish();
  for (const auto& [selector, key] : set_->keys) {
    auto field = signature_field(*header_, key,
                                 {.domain = set_->domain,
                                  .selector = selector,
                                  .at = facts_.at,
                                  .body_hash = hash});
    const auto name = set_->domain + '/' + selector;
    if (field.empty()) {
      out_.why_not = "the key " + name + " failed";
      continue;
    }
    out_.fields += field;
    out_.by += (out_.by.empty() ? "" : " ") + name;
    ++out_.signatures;
  }
}

std::string_view message_signer::piece(std::uint64_t offset,
                                       std::size_t octets) {
  if (const auto all = what_->in_memory(); !all.empty())
    return all.substr(offset, octets);
  buffer_.resize(octets);
  const auto n = what_->read(offset, buffer_);
  if (n == 0)
    throw std::system_error(EIO, std::generic_category(),
                            "reading a message to sign it");
  return std::string_view{buffer_}.substr(0, n);
}

} // namespace stagepost::dkim
