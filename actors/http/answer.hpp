#pragma once

#include "net/http.hpp"

#include <boost/json.hpp>

#include <map>
#include <string>
#include <string_view>

namespace stagepost {

/// A request's target, taken apart: "/queue/ID?x=1&y=2".
struct http_target {
  std::string path;
  std::map<std::string, std::string> query; ///< Percent-decoded.
};
http_target parse_target(std::string_view target);

net::http_response json_answer(const boost::json::value& x,
                               unsigned status = 200);
/// `{"error": text}`
net::http_response error_answer(unsigned status, std::string_view text);

} // namespace stagepost
