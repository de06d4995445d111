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
  /// Past one of them, a message is not read on.
  struct limits {
    std::size_t header = 256U << 10U; ///< Octets, of an entity.
    std::size_t entities = 10'000;
    std::size_t depth = 32;
  };
  enum class limit { none, header, entities, depth };

  /// What it takes for a line and for a header.
  enum class manner {
    strict,  ///< As RFC 5322 and RFC 2046 have it.
    lenient, ///< LF ends a line, too; a line that is no field ends a header.
  };

  /// Who hears of it. All octets of the message come, in order, each once.
  class visitor {
  public:
    virtual ~visitor() = default;
    /// Reads a header into `to`, as `read_header` does; for who knows more.
    virtual void read(std::string_view octets, bool in_digest, entity& to);
    /// The header with its empty line, if it has one.
    virtual void header(const entity& x, std::string_view octets) = 0;
    /// A piece of a leaf's body, without the CRLF before a delimiter.
    virtual void body(const entity& x, std::string_view octets) = 0;
    /// Delimiters, and what lies before the first and after the last of them.
    virtual void between(std::string_view octets) = 0;
  };

  explicit walker(visitor& who) : walker(who, limits{}, manner::strict) {
  }
  walker(visitor& who, limits most, manner how)
    : who_(&who), most_(most), how_(how) {
    begin_entity(true, false, false);
  }

  /// @returns false when the message is past a limit; nothing is told any more.
  bool feed(std::string_view octets);
  bool finish();

  /// Which limit it is past.
  [[nodiscard]] limit passed() const noexcept {
    return passed_;
  }

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
  void hold_to(limit which, bool kept);
  [[nodiscard]] bool is_whole(std::string_view line) const;
  [[nodiscard]] bool breaks_header(std::string_view line) const;

  visitor* who_;
  limits most_;
  manner how_;
  std::vector<frame> open_;
  entity now_;
  place where_ = place::header;
  std::string header_;
  std::string line_;
  std::size_t entities_ = 0;
  std::size_t depth_ = 0;
  bool in_digest_ = false;
  bool mid_line_ = false;     ///< The beginning of the line was passed on.
  std::string_view held_eol_; ///< It may belong to a delimiter.
  limit passed_ = limit::none;
};

} // namespace stagepost::mime
