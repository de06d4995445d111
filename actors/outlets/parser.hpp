#pragma once

#include "actors/node.hpp"
#include "actors/runtime/observed.hpp"
#include "actors/runtime/owed.hpp"

#include <boost/asio/io_context.hpp>

#include <array>
#include <cstddef>
#include <deque>
#include <string>

namespace stagepost {

/// Reads what large messages are made of, one after the other, and waits for
/// the file they lie in; to be spawned detached.
struct mail_reader_state {
  static inline const char* name = "mail reader";
};

struct parser_state {
  static inline const char* name = "parser";
  using answer = local<const mime::parse_result>;

  /// What lies in memory and is no larger is read at once, in a few
  /// milliseconds of the loop's.
  static constexpr std::uint64_t most_at_once = 256U << 10U;
  static constexpr std::size_t readers = 2;
  static constexpr std::size_t longest_line = 200;

  struct job {
    content_ptr message;
    owed<answer> asks;
  };
  struct reader {
    parser_actor who; ///< Null until it is needed, and after its death.
    bool busy = false;
  };
  node* here = nullptr;
  std::array<reader, readers> crew;
  std::deque<job> line; ///< Large messages that wait for a reader.
};

/// The PARSER of a node. Large messages are read by two detached children,
/// which are made with the first of them, and made anew with the next one when
/// a message kills them; the one who asked hears an error then, and likewise
/// when too many wait, or when the parser itself ends.
parser_actor::behavior_type parser(pointer<parser_actor, parser_state> self,
                                   boost::asio::io_context* loop, node* here,
                                   std::string path);

} // namespace stagepost
