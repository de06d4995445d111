#include "net/http_answer_reader.hpp"

#include <boost/asio/buffer.hpp>

#include <algorithm>

namespace stagepost::net {

namespace http = boost::beast::http;

namespace {

using error_code = boost::system::error_code;

constexpr unsigned most_interims = 16;

} // namespace

http_answer_reader::http_answer_reader(std::size_t most_header,
                                       std::size_t most_body)
  : most_header_(most_header), most_body_(most_body) {
  begin();
}

void http_answer_reader::begin() {
  parser_.emplace();
  parser_->header_limit(static_cast<std::uint32_t>(most_header_));
  parser_->body_limit(most_body_);
  parser_->eager(true);
}

void http_answer_reader::take(std::string_view octets) {
  if (parser_->is_done()) {
    surplus_ = surplus_ || !octets.empty();
    return;
  }
  begun_ = begun_ || !octets.empty();
  unparsed_ += octets;
  parse();
  // RFC 9110, 15.2: any number of interim answers may come before. We asked for
  // none of them.
  while (why_.empty() && interim()) {
    if (++interims_ > most_interims) {
      why_ = "no end of interim answers";
      return;
    }
    begin();
    parse();
  }
}

bool http_answer_reader::parseable() const {
  // The shortest rest of a chunked body is its end. Beast 1.81 aborts when that
  // comes in pieces, with an assertion.
  constexpr std::size_t shortest_end = std::string_view{"0\r\n\r\n"}.size();
  const bool in_chunks = parser_->is_header_done() && parser_->chunked();
  return !parser_->is_done()
         && unparsed_.size() >= (in_chunks ? shortest_end : 1);
}

void http_answer_reader::parse() {
  error_code ec;
  std::size_t taken = 1;
  while (!ec && taken != 0 && parseable()) {
    taken = parser_->put(boost::asio::buffer(unparsed_), ec);
    unparsed_.erase(0, taken);
  }
  if (ec && ec != http::error::need_more)
    why_ = "no HTTP answer: " + ec.message();
}

void http_answer_reader::end() {
  error_code ec;
  if (why_.empty() && parser_->is_header_done() && !parser_->is_done())
    parser_->put_eof(ec);
  if (why_.empty() && (ec || !parser_->is_done()))
    why_ = begun_ ? "the connection ended amid the answer"
                  : "the connection ended without an answer";
}

bool http_answer_reader::interim() const {
  // After 101 it would be HTTP no more.
  return parser_->is_done() && status() / 100 == 1 && status() != 101;
}

bool http_answer_reader::whole() const noexcept {
  return why_.empty() && parser_->is_done();
}

unsigned http_answer_reader::status() const {
  return parser_->is_header_done() ? parser_->get().result_int() : 0;
}

std::string http_answer_reader::content_type() const {
  const auto value = parser_->get()[http::field::content_type];
  return {value.data(), value.size()};
}

const std::string& http_answer_reader::body() const {
  return parser_->get().body();
}

bool http_answer_reader::keeps_alive() const {
  return whole() && unparsed_.empty() && !surplus_
         && parser_->get().keep_alive() && status() != 101;
}

} // namespace stagepost::net
