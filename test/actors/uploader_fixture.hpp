#pragma once

#include "actors/outlets/uploader.hpp"
#include "mail/mime/mail_parser.hpp"
#include "outlet_fixture.hpp"
#include "test/net/http_platform.hpp"

#include <chrono>
#include <deque>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace stagepost::test::uploaders {

using namespace std::chrono_literals;

struct answers {
  std::string why_not_parsed; ///< "" = parse.
  std::vector<std::string> addresses{"127.0.0.1"};
  std::vector<std::string> asked; ///< Hosts.
  std::size_t parsed = 0;
  bool parser_waits = false;
  bool resolver_waits = false;
  std::deque<caf::typed_response_promise<local<const mime::parse_result>>>
    mails;                                                       ///< That wait.
  std::deque<caf::typed_response_promise<host_addresses>> hosts; ///< Likewise.
};

inline local<const mime::parse_result> parsed(const content& body) {
  return make_local<const mime::parse_result>(mime::parse_mail(body));
}

inline parser_actor::behavior_type scripted_parser(parser_actor::pointer self,
                                                   answers* x) {
  using answer = local<const mime::parse_result>;
  return {[self, x](parse_atom,
                    const local<const content>& body) -> caf::result<answer> {
    ++x->parsed;
    if (x->parser_waits)
      return x->mails.emplace_back(self->make_response_promise<answer>());
    auto out = mime::parse_mail(*body);
    out.why = x->why_not_parsed;
    return make_local<const mime::parse_result>(std::move(out));
  }};
}

inline resolver_actor::behavior_type
scripted_resolver(resolver_actor::pointer self, answers* x) {
  return {[](mx_atom, const std::string&) { return mx_hosts{}; },
          [self, x](host_atom,
                    const std::string& host) -> caf::result<host_addresses> {
            x->asked.push_back(host);
            if (x->resolver_waits)
              return x->hosts.emplace_back(
                self->make_response_promise<host_addresses>());
            host_addresses out;
            out.addresses = x->addresses;
            out.why = "no such domain";
            return out;
          },
          [](tlsa_atom, const tlsa_question&) { return tlsa_records{}; },
          [](text_atom, const std::string&) { return text_records{}; }};
}

/// An uploader on the loop of its platform, with a parser and a resolver that
/// do what the test says.
struct with_platform : test::outlet_fixture {
  net::http_platform_fixture platform;
  answers script;
  parser_actor parser;
  resolver_actor resolver;
  uploader_actor who;
  std::optional<upload> done;

  with_platform() {
    outlet().http.url = "http://platform.example:"
                        + std::to_string(platform.door.local_endpoint().port())
                        + "/jobs?token=x";
    reread();
    here().now = [] { return queue::time_point{1'790'000'000s}; };
    parser = system.spawn(scripted_parser, &script);
    here().parser.set(parser);
    resolver = system.spawn(scripted_resolver, &script);
    here().resolver.set(resolver);
    who = system.spawn(stagepost::uploader, &platform.loop, &here(), "jobs",
                       "outlets/jobs/uploader-1");
    settle();
  }
  ~with_platform() {
    stop(std::exchange(who, nullptr), caf::exit_reason::kill);
    stop(std::exchange(parser, nullptr), caf::exit_reason::kill);
    stop(std::exchange(resolver, nullptr), caf::exit_reason::kill);
  }

  template <class Condition>
  bool run_until(Condition x) {
    return platform.run_until([&] {
      settle();
      return x();
    });
  }

  void give(const local<const outlet_job>& x) {
    done.reset();
    ask_later(
      who, deliver_atom_v, x,
      [this](const local<const upload>& y) { done = *y; },
      [](const caf::error&) {});
  }

  /// The requests that came, one answered after the other.
  std::vector<std::string> serve(const std::vector<std::string>& replies) {
    std::vector<std::string> out;
    for (const auto& x : replies) {
      BOOST_TEST(run_until([&] { return done || whole_request(); }));
      if (done)
        break;
      out.push_back(std::exchange(platform.server().got, {}));
      platform.say(x);
    }
    BOOST_TEST(run_until([&] { return done.has_value(); }));
    return out;
  }

  /// Those who waited longest are answered.
  void answer_parser() {
    free(parser);
    auto to = std::move(script.mails.front());
    script.mails.pop_front();
    to.deliver(parsed(*job()->mail->body));
  }
  void answer_resolver() {
    free(resolver);
    auto to = std::move(script.hosts.front());
    script.hosts.pop_front();
    host_addresses x;
    x.addresses = script.addresses;
    to.deliver(std::move(x));
  }
  /// Nothing is on its way to the platform.
  bool nobody_comes() {
    settle();
    platform.run_for(20ms);
    settle();
    return platform.connections() == 0;
  }

  /// Every form ends with its last delimiter.
  bool whole_request() {
    return platform.connections() > 0
           && platform.server().got.ends_with("--\r\n");
  }

  static std::string field(const std::string& request,
                           const std::string& name) {
    const auto begin = request.find("\r\n" + name + ": ");
    if (begin == std::string::npos)
      return {};
    const auto from = begin + name.size() + 4;
    return request.substr(from, request.find("\r\n", from) - from);
  }
  static std::string body(const std::string& request) {
    return request.substr(request.find("\r\n\r\n") + 4);
  }
  std::string reply(std::size_t i = 0) {
    return done && i < done->verdicts.size()
             ? to_string(done->verdicts[i].reply)
             : "none";
  }
};

inline const std::string created
  = "HTTP/1.1 201 Created\r\nContent-Type: application/json\r\n"
    "Content-Length: 20\r\n\r\n{\"message\":\"Job 17\"}";
inline const std::string refusal
  = "HTTP/1.1 422 No\r\nContent-Type: text/plain\r\n"
    "Content-Length: 9\r\n\r\nNo credit";
inline const std::string trouble
  = "HTTP/1.1 500 Oops\r\nContent-Length: 0\r\n\r\n";

} // namespace stagepost::test::uploaders
