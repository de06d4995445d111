#pragma once

#include "net/http_caller.hpp"
#include "test/net/loop_fixture.hpp"
#include "test/net/tls_contexts.hpp"

#include <algorithm>
#include <deque>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>

namespace stagepost::net {

/// Octets to be sent that count how they are read.
class counted : public outlet::octet_source {
public:
  explicit counted(std::uint64_t size) : counted(size, size) {
  }
  /// @param real  How many there are, whatever they say.
  counted(std::uint64_t size, std::uint64_t real) : size_(size), real_(real) {
  }
  [[nodiscard]] std::uint64_t size() const noexcept override {
    return size_;
  }
  std::size_t read(std::span<char> out) override {
    const auto n = static_cast<std::size_t>(
      std::min<std::uint64_t>(out.size(), real_ - given_));
    std::fill_n(out.begin(), n, 'x');
    given_ += n;
    largest_ = std::max(largest_, n);
    return n;
  }
  void rewind() override {
    given_ = 0;
  }
  [[nodiscard]] std::uint64_t given() const {
    return given_;
  }
  [[nodiscard]] std::size_t largest() const {
    return largest_;
  }

private:
  std::uint64_t size_;
  std::uint64_t real_;
  std::uint64_t given_ = 0;
  std::size_t largest_ = 0;
};

/// A text to be sent.
inline std::shared_ptr<outlet::octet_source> some(std::string text) {
  struct source : outlet::octet_source {
    explicit source(std::string x) : text(std::move(x)) {
    }
    [[nodiscard]] std::uint64_t size() const noexcept override {
      return text.size();
    }
    std::size_t read(std::span<char> out) override {
      // Piece by piece, as a form's fields come.
      const auto n = std::min<std::size_t>({out.size(), 3, text.size() - at});
      std::copy_n(text.begin() + static_cast<std::ptrdiff_t>(at), n,
                  out.begin());
      at += n;
      return n;
    }
    void rewind() override {
      at = 0;
    }
    std::string text;
    std::size_t at = 0;
  };
  return std::make_shared<source>(std::move(text));
}

inline const std::string no_content = "HTTP/1.1 204 No Content\r\n\r\n";

/// A platform that does what the test says, and a caller that asks it.
struct http_platform_fixture : loop_fixture {
  boost::asio::ip::tcp::acceptor door{
    loop, {boost::asio::ip::address_v4::loopback(), 0}};
  std::deque<witness> links; ///< The platform's ends, oldest first.
  bool reads_on = true;      ///< The platform takes what is sent.
  bool drops = false;        ///< And forgets it.
  bool shakes_hands = true;
  std::shared_ptr<tls_context> identity; ///< Null: in clear.

  std::shared_ptr<http_caller::counter> open
    = std::make_shared<http_caller::counter>(0);
  std::unique_ptr<http_caller> caller
    = std::make_unique<http_caller>(loop, open);
  http_call what;
  std::optional<http_answer> got;

  http_platform_fixture() {
    what.peer = {"127.0.0.1", door.local_endpoint().port(), nullptr};
    what.addresses = {"127.0.0.1"};
    what.target = "/jobs?from=mail";
    accept();
  }
  ~http_platform_fixture() {
    door.close();
    run_for(std::chrono::milliseconds{1});
  }

  void over_tls() {
    static const auto shown
      = make_certificate(test_contexts().folder, "platform", "x",
                         "-addext subjectAltName=DNS:platform.example");
    config::tls_section section;
    section.certificates = {shown};
    identity = made_context(section);
    what.peer.host = "platform.example";
    what.peer.tls = std::get<0>(tls_context::client(shown.certificate));
  }

  void accept() {
    door.async_accept([this](error_code ec, boost::asio::ip::tcp::socket s) {
      if (ec)
        return;
      auto& x = links.emplace_back();
      x.reads_on = reads_on;
      x.watch(connection::make(std::move(s)));
      if (!identity)
        begin(x);
      else if (shakes_hands)
        x.link->accept_tls(identity, [this, &x](error_code e) {
          x.handshake = e;
          if (!e)
            begin(x);
        });
      accept();
    });
  }
  void begin(witness& x) const {
    if (reads_on)
      x.link->want_input();
  }

  /// Asks, with a body of "some mail" unless the test has set another.
  void start() {
    if (!what.body)
      what.body = some("some mail");
    if (!links.empty())
      server().got.clear();
    got.reset();
    caller->call(what, [this](http_answer x) { got = std::move(x); });
    BOOST_TEST(!got.has_value());
  }
  [[nodiscard]] bool has_request() const {
    return !links.empty() && links.back().got.ends_with("some mail");
  }
  [[nodiscard]] const std::string& request() const {
    return links.back().got;
  }
  [[nodiscard]] std::string host_and_port() const {
    return what.peer.host + ':' + std::to_string(what.peer.port);
  }
  void say(const std::string& answer, bool closes = false) {
    server().link->write(answer);
    if (closes)
      server().link->finish();
  }
  witness& server() {
    return links.back();
  }
  [[nodiscard]] std::size_t connections() const {
    return links.size();
  }
  http_answer finish() {
    BOOST_TEST(run_until([&] {
      if (drops && !links.empty())
        server().got.clear();
      return got.has_value();
    }));
    return got.value_or(http_answer{});
  }
  /// What the platform does with one request is what `answer` says once it has
  /// come; "" lets it hang.
  http_answer post(const std::string& answer, bool closes = false) {
    start();
    BOOST_TEST(run_until([&] { return got || has_request(); }));
    if (!answer.empty() && has_request())
      say(answer, closes);
    return finish();
  }
  /// Begins with a new caller, and no connection.
  void forget() {
    caller = std::make_unique<http_caller>(loop, open);
    run_for(std::chrono::milliseconds{5});
  }
};

} // namespace stagepost::net
