#pragma once

#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace stagepost::net {

/// Reads the answer to one request off a connection (RFC 9112), whose octets
/// may be anything.
class http_answer_reader {
public:
  /// @param most_header  Octets, interim answers included each for itself.
  /// @param most_body    Octets, without chunks' framing.
  http_answer_reader(std::size_t most_header, std::size_t most_body);

  void take(std::string_view octets);
  /// The peer closed in order: that may be the end of the body.
  void end();

  /// Something has come, if only an interim answer (1xx).
  [[nodiscard]] bool begun() const noexcept {
    return begun_;
  }
  /// All of the answer is there.
  [[nodiscard]] bool whole() const noexcept;
  /// Why there never will be a whole answer, for people; "" if there may be.
  [[nodiscard]] const std::string& why() const noexcept {
    return why_;
  }
  /// 0 before the header is there.
  [[nodiscard]] unsigned status() const;
  [[nodiscard]] std::string content_type() const;
  [[nodiscard]] const std::string& body() const;
  /// May another request follow over this connection?
  [[nodiscard]] bool keeps_alive() const;

private:
  using parser
    = boost::beast::http::response_parser<boost::beast::http::string_body>;

  void begin();
  void parse();
  [[nodiscard]] bool parseable() const;
  [[nodiscard]] bool interim() const;

  std::size_t most_header_;
  std::size_t most_body_;
  std::optional<parser> parser_;
  std::string unparsed_;
  std::string why_;
  unsigned interims_ = 0;
  bool begun_ = false;
  bool surplus_ = false; ///< Octets came after its end.
};

} // namespace stagepost::net
