#include "actors/http/answer.hpp"

#include <charconv>
#include <utility>

namespace stagepost {

namespace {

/// Only in a query `+` stands for a space, as forms write it.
std::string percent_decode(std::string_view text, char plus = '+') {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    unsigned octet = 0;
    if (text[i] == '%' && i + 2 < text.size()) {
      const auto* begin = text.data() + i + 1;
      const auto [stop, ec] = std::from_chars(begin, begin + 2, octet, 16);
      if (ec == std::errc{} && stop == begin + 2) {
        out += static_cast<char>(octet);
        i += 2;
        continue;
      }
    }
    out += text[i] == '+' ? plus : text[i];
  }
  return out;
}

} // namespace

http_target parse_target(std::string_view target) {
  http_target out;
  const auto mark = target.find('?');
  out.path = percent_decode(target.substr(0, mark));
  auto rest = mark == std::string_view::npos ? std::string_view{}
                                             : target.substr(mark + 1);
  while (!rest.empty()) {
    const auto pair = rest.substr(0, rest.find('&'));
    rest.remove_prefix(std::min(rest.size(), pair.size() + 1));
    const auto equals = pair.find('=');
    const auto value = equals == std::string_view::npos
                         ? std::string_view{}
                         : pair.substr(equals + 1);
    out.query[percent_decode(pair.substr(0, equals), ' ')]
      = percent_decode(value, ' ');
  }
  return out;
}

net::http_response json_answer(const boost::json::value& x, unsigned status) {
  return {status, "application/json", boost::json::serialize(x) + '\n'};
}

net::http_response error_answer(unsigned status, std::string_view text) {
  return json_answer(boost::json::object{{"error", text}}, status);
}

} // namespace stagepost
