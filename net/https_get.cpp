#include "net/https_get.hpp"

#include "mail/ascii.hpp"
#include "net/http_caller.hpp"

#include <boost/asio/steady_timer.hpp>

#include <memory>
#include <string_view>
#include <utility>

namespace stagepost::net {

namespace {

constexpr std::size_t most_header = 8U << 10U;

/// One fetch. Its timer keeps it alive, as long as the loop lives at most.
struct fetch {
  explicit fetch(boost::asio::io_context& loop) : caller(loop), timer(loop) {
  }
  http_caller caller;
  boost::asio::steady_timer timer;
};

https_answer judge(http_answer x) {
  if (x.status == 0)
    return {{}, std::move(x.why)};
  if (x.status != 200)
    return {{}, "the answer is " + std::to_string(x.status)};
  const std::string_view type = x.content_type;
  if (!iequals(type.substr(0, type.find_first_of("; \t")), "text/plain"))
    return {{}, "the answer is no text/plain"};
  return {std::move(x.body), {}};
}

} // namespace

void https_get(boost::asio::io_context& loop,
               std::shared_ptr<tls_context> context, https_file what,
               std::function<void(https_answer)> done) {
  http_call call;
  call.peer = {std::move(what.host), what.port, std::move(context)};
  call.addresses = std::move(what.addresses);
  call.method = "GET";
  call.target = std::move(what.path);
  call.fields = {{"User-Agent", "Stagepost"}, {"Accept", "text/plain"}};
  call.connect_limit = call.time_limit = what.time_limit;
  call.most_header = most_header;
  call.most_body = what.most_octets;
  call.keep_alive = false;
  auto it = std::make_shared<fetch>(loop);
  it->timer.expires_at(std::chrono::steady_clock::time_point::max());
  it->timer.async_wait([it](boost::system::error_code) {});
  it->caller.call(std::move(call), [weak = std::weak_ptr(it),
                                    done = std::move(done)](http_answer x) {
    if (auto over = weak.lock())
      over->timer.cancel();
    done(judge(std::move(x)));
  });
}

} // namespace stagepost::net
