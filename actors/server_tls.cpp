#include "actors/server_tls.hpp"

#include "config/endpoint.hpp"

#include <algorithm>
#include <utility>

namespace stagepost {

namespace {

using mode = config::client_certificates;

bool wanted(const config::configuration& x, mode m) {
  if (x.tls.certificates.empty())
    return false;
  return m == mode::none
         || std::any_of(x.listeners.begin(), x.listeners.end(), [m](auto& y) {
              return y.tls != config::listener_tls::none
                     && y.client_certificate == m;
            });
}

bool asks_over_tls(const config::outlet& x) {
  if (x.type != config::outlet_type::http)
    return false;
  const auto url = config::parse_http_url(x.http.url);
  return url && url->tls;
}

} // namespace

std::variant<server_tls, std::string>
server_tls::load(const config::configuration& x,
                 const config::tls_section& before, const server_tls& loaded) {
  server_tls out;
  auto client = net::tls_context::client(x.delivery.ca_file);
  if (auto* why = std::get_if<std::string>(&client))
    return "delivery.ca_file: " + *why;
  out.client_ = std::get<std::shared_ptr<net::tls_context>>(std::move(client));
  for (const auto& outlet : x.outlets) {
    if (!asks_over_tls(outlet))
      continue;
    auto& context = out.platforms_[outlet.http.authority];
    if (context)
      continue;
    auto made = net::tls_context::client(outlet.http.authority);
    if (auto* why = std::get_if<std::string>(&made))
      return "outlets." + outlet.name + ".authority: " + *why;
    context = std::get<std::shared_ptr<net::tls_context>>(std::move(made));
  }
  for (const auto m : {mode::none, mode::request, mode::require}) {
    if (!wanted(x, m))
      continue;
    auto& context = out.contexts_[static_cast<std::size_t>(m)];
    if (x.tls == before)
      context = loaded.of(m);
    if (context)
      continue;
    auto made = net::tls_context::server(x.tls, m);
    if (auto* why = std::get_if<std::string>(&made))
      return std::move(*why);
    context = std::get<std::shared_ptr<net::tls_context>>(std::move(made));
  }
  return out;
}

net::tls_context::reloaded server_tls::reload_if_changed() const {
  net::tls_context::reloaded out;
  for (const auto& x : contexts_) {
    if (!x)
      continue;
    const auto one = x->reload_if_changed();
    out.changed = out.changed || one.changed;
    out.news = out.news || one.news;
    for (const auto& why : one.refusals)
      if (std::find(out.refusals.begin(), out.refusals.end(), why)
          == out.refusals.end())
        out.refusals.push_back(why);
  }
  return out;
}

} // namespace stagepost
