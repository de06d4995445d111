#include "mail/dkim/author.hpp"

#include "mail/address.hpp"
#include "mail/idna.hpp"

namespace stagepost::dkim {

namespace {

bool is_space(char c) {
  return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/// Reads a list of addresses octet by octet, up to the end of the first one.
class first_address {
public:
  /// @returns false once the address has come to its end.
  bool take(char c) {
    if (escaped_) {
      escaped_ = false;
      return true;
    }
    if (c == '\\' && (depth_ != 0 || quoted_)) {
      escaped_ = true;
      return true;
    }
    if (quoted_) {
      quoted_ = c != '"';
      return true;
    }
    if (depth_ != 0) {
      depth_ += c == '(' ? 1U : c == ')' ? -1U : 0U;
      return true;
    }
    return take_bare(c);
  }

  [[nodiscard]] const std::string& domain() const {
    return domain_;
  }

private:
  /// What stands in neither quotes nor a comment.
  bool take_bare(char c) {
    switch (c) {
      case '"':
        quoted_ = true;
        return true;
      case '(':
        ++depth_;
        return true;
      case '<': // what came before is a display name
        begin(true);
        return true;
      case '>':
        return false;
      case '@': // the last one counts, after the route in <@a,@b:user@c>
        domain_.clear();
        in_domain_ = true;
        return true;
      case ':': // the end of a group's name, or of a route
        if (!literal_)
          begin(angle_);
        else
          domain_ += c;
        return true;
      case ',':
      case ';':
        if (domain_.empty() && c == ',')
          begin(angle_);
        return domain_.empty() || angle_;
      default:
        break;
    }
    literal_ = c == '[' || (literal_ && c != ']');
    if (in_domain_ && !is_space(c))
      domain_ += c;
    return true;
  }

  void begin(bool angle) {
    angle_ = angle;
    in_domain_ = literal_ = false;
    domain_.clear();
  }

  std::string domain_;
  unsigned depth_ = 0; ///< Of comments.
  bool quoted_ = false;
  bool escaped_ = false;
  bool angle_ = false;
  bool in_domain_ = false;
  bool literal_ = false;
};

} // namespace

std::string author_domain(std::string_view value) {
  first_address address;
  for (const char c : value)
    if (!address.take(c))
      break;
  const auto ascii = to_ascii_domain(address.domain());
  if (!ascii || ascii->starts_with('[') || !is_domain(*ascii))
    return {};
  return *ascii;
}

} // namespace stagepost::dkim
