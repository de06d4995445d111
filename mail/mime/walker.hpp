#pragma once

#include "mail/mime/entity.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace stagepost::mime {

/// Walks through a message as its octets come, in pieces of any size, and tells
/// what each of them belongs to. Holds the header of one entity, or the
/// beginning of a line, and never the content.
class walker {
public:
  static constexpr std::size_t most_header = 256U << 10U; ///< Of an entity.
  static constexpr std::size_t most_entities = 10'000;
  static constexpr std::size_t most_depth = 32;

  /// Who hears of it. All octets of the message come, in order, each once.
  class visitor {
  public:
    virtual ~visitor() = default;
    /// The header with its empty line, if it has one.
    virtual void header(const entity& x, std::string_view octets) = 0;
    /// A piece of a leaf's body, without the CRLF before a delimiter.
    virtual void body(const entity& x, std::string_view octets) = 0;
    /// Delimiters, and what lies before the first and after the last of them.
    virtual void between(std::string_view octets) = 0;
  };

  explicit walker(visitor& who) : who_(&who) {
    begin_entity(true, false, false);
  }

  /// @returns false when the message is past a limit; nothing is told any more.
  bool feed(std::string_view octets);
  bool finish();

private:
  enum class place { header, body, between };
  struct frame {
    std::string boundary;
    bool sealed = false;
    bool digest = false;
    std::size_t depth = 0;
  };

  void begin_entity(bool message, bool sealed, bool digest);
  void end_header();
  void end_line(std::string_view line);
  void pass_on(std::string_view octets);
  bool take_delimiter(std::string_view line);

  visitor* who_;
  std::vector<frame> open_;
  entity now_;
  place where_ = place::header;
  std::string header_;
  std::string line_;
  std::size_t entities_ = 0;
  std::size_t depth_ = 0;
  bool in_digest_ = false;
  bool mid_line_ = false; ///< The beginning of the line was passed on.
  bool held_eol_ = false; ///< A CRLF that may belong to a delimiter.
  bool failed_ = false;
};

} // namespace stagepost::mime
