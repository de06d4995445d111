#include "mail/smtp/data_encoder.hpp"

#include <boost/test/unit_test.hpp>

#include <random>

using namespace stagepost::smtp;

namespace {

std::string encoded(std::string_view content, std::size_t step) {
  stagepost::smtp::data_encoder encoder;
  std::string out;
  for (; !content.empty();
       content.remove_prefix(std::min(step, content.size())))
    encoder.encode(content.substr(0, step), out);
  encoder.encode("", out);
  encoder.finish(out);
  return out;
}

// What the encoder must do, octet by octet.
std::string expected(std::string_view content) {
  std::string out;
  bool line_start = true;
  for (std::size_t i = 0; i < content.size(); ++i) {
    if (content[i] == '\r' || content[i] == '\n') {
      if (content[i] == '\n' && i > 0 && content[i - 1] == '\r')
        continue;
      out += "\r\n";
      line_start = true;
      continue;
    }
    if (line_start && content[i] == '.')
      out += '.';
    out += content[i];
    line_start = false;
  }
  return out + (line_start ? ".\r\n" : "\r\n.\r\n");
}

} // namespace

BOOST_AUTO_TEST_SUITE(data_encoder)

BOOST_AUTO_TEST_CASE(without_dots_it_cleans_line_ends_alone) {
  const struct {
    std::string_view content;
    std::string_view wire;
  } table[] = {
    {"", ""},
    {"a", "a\r\n"},
    {"a\r\n.\r\n..b\r\n", "a\r\n.\r\n..b\r\n"},
    {"a\n.\nQUIT\r", "a\r\n.\r\nQUIT\r\n"},
    {"a\r\r\nb\n\rc", "a\r\n\r\nb\r\n\r\nc\r\n"},
  };
  for (const auto& [content, wire] : table)
    for (std::size_t step = 1; step <= content.size() + 1; ++step) {
      stagepost::smtp::data_encoder encoder(false);
      std::string out;
      for (auto rest = content; !rest.empty();
           rest.remove_prefix(std::min(step, rest.size())))
        encoder.encode(rest.substr(0, step), out);
      encoder.finish(out);
      BOOST_TEST(out == wire);
    }
}

BOOST_AUTO_TEST_CASE(dots_are_doubled_and_every_line_ends_with_crlf) {
  const struct {
    std::string_view content;
    std::string_view wire;
  } table[] = {
    {"", ".\r\n"},
    {"a\r\n", "a\r\n.\r\n"},
    {"a", "a\r\n.\r\n"},
    {"a\r", "a\r\n.\r\n"},
    {"a\n", "a\r\n.\r\n"},
    {".", "..\r\n.\r\n"},
    {".\r\n", "..\r\n.\r\n"},
    {"..\r\n", "...\r\n.\r\n"},
    {"a.b\r\n", "a.b\r\n.\r\n"},
    {"a\r\n.\r\nb\r\n", "a\r\n..\r\nb\r\n.\r\n"},
    {"a\n.\nb\n", "a\r\n..\r\nb\r\n.\r\n"},
    {"a\r.\rb\r", "a\r\n..\r\nb\r\n.\r\n"},
    {"a\n.\r\nb", "a\r\n..\r\nb\r\n.\r\n"},
    {"a\r\n.\nb", "a\r\n..\r\nb\r\n.\r\n"},
    {"a\r\r\nb", "a\r\n\r\nb\r\n.\r\n"},
    {"a\n\rb", "a\r\n\r\nb\r\n.\r\n"},
    {"\r\n\r\n", "\r\n\r\n.\r\n"},
    {{"a\0b\r\n", 5}, {"a\0b\r\n.\r\n", 8}},
  };
  for (const auto& x : table)
    BOOST_TEST_CONTEXT(x.content) {
      BOOST_TEST(encoded(x.content, 1000) == x.wire);
      BOOST_TEST(expected(x.content) == x.wire);
    }
}

BOOST_AUTO_TEST_CASE(the_pieces_do_not_show) {
  std::mt19937 random(7);
  for (int round = 0; round < 2000; ++round) {
    std::string content(random() % 40, ' ');
    for (auto& c : content)
      c = "\r\n.a\r\n.bcd"[random() % 10];
    const auto wire = expected(content);
    for (const std::size_t step : {1U, 2U, 3U, 7U, 100U})
      BOOST_REQUIRE(encoded(content, step) == wire);
  }
}

BOOST_AUTO_TEST_CASE(an_encoder_that_finished_is_as_new) {
  stagepost::smtp::data_encoder encoder;
  std::string out;
  encoder.encode("a\r", out);
  encoder.finish(out);
  encoder.encode("\n.", out);
  encoder.finish(out);
  BOOST_TEST(out == "a\r\n.\r\n\r\n..\r\n.\r\n");
}

BOOST_AUTO_TEST_SUITE_END()
