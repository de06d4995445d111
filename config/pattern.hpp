#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <variant>

namespace re2 {
class RE2;
}

namespace stagepost::config {

/// What a route's `sender` and `recipient` hold: an address, `@domain`,
/// `/regular expression/`, or `<>` for the null sender. Letters match whatever
/// their case. A regular expression is RE2's and matches anywhere in the
/// address; its time is linear in the address, whatever the client sends.
class pattern {
public:
  /// @returns The pattern, or what is wrong with the text.
  static std::variant<pattern, std::string> parse(std::string_view text);

  /// @param address  Without <>. Safe to call from any thread.
  [[nodiscard]] bool matches(std::string_view address) const;

private:
  enum class form { address, domain, expression };
  form form_ = form::address;
  std::string text_; ///< Lower case; of a domain, without the `@`.
  std::shared_ptr<const re2::RE2> expression_;
};

} // namespace stagepost::config
