#include "net/http_answer_reader.hpp"

#include <boost/test/unit_test.hpp>

#include <string>

namespace {

const std::string chunked
  = "HTTP/1.1 422 No\r\nTransfer-Encoding: chunked\r\n\r\n";

/// What comes of octets that come in pieces.
std::string read(std::string octets, std::size_t piece) {
  stagepost::net::http_answer_reader reader{512, 1024};
  for (; !octets.empty() && reader.why().empty(); octets.erase(0, piece))
    reader.take(octets.substr(0, piece));
  if (!reader.whole())
    reader.end();
  return reader.why().empty()
           ? std::to_string(reader.status()) + ' ' + reader.body()
           : reader.why();
}

} // namespace

BOOST_AUTO_TEST_SUITE(http_answer_reader)

BOOST_AUTO_TEST_CASE(an_answer_may_come_in_pieces_of_any_size) {
  const struct {
    std::string octets;
    std::string answer;
  } table[] = {
    {"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}", "200 {}"},
    {"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n"
     "Content-Length: 0\r\n\r\n",
     "200 "},
    {"HTTP/1.0 500 Oh\r\n\r\nuntil the end", "500 until the end"},
    {chunked + "2\r\nab\r\n1;x=y\r\nc\r\n0\r\nX: y\r\n\r\n", "422 abc"},
    // Beast 1.81 aborts where "0\r\n" and the rest come one after the other.
    {chunked + "0\r\n\r\n", "422 "},
    {chunked + "0\r\nX: y\r\n\r\n", "422 "},
    {chunked + "0\r\nbbaa=;cd\r\n0\r\r\n\r\n", "no HTTP answer: bad field"},
    {chunked + "0\r\n", "the connection ended amid the answer"},
    {chunked + "1\r\na", "the connection ended amid the answer"},
  };
  for (const auto& x : table)
    for (const std::size_t piece : {1, 2, 3, 4, 5, 6, 7, 1000})
      BOOST_TEST(read(x.octets, piece) == x.answer,
                 x.octets << " by " << piece << ": " << read(x.octets, piece));
}

BOOST_AUTO_TEST_SUITE_END()
