#pragma once

#include "net/resolver.hpp"

#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>

#include <list>
#include <memory>
#include <string>
#include <vector>

struct ub_ctx;
struct ub_result;

namespace stagepost::net {

/// What came back for one name and one type.
struct dns_answer {
  dns_status status = dns_status::temporary;
  std::vector<std::string> records; ///< Their data, in wire format.
  std::string canonical; ///< Where its CNAMEs lead; empty if there are none.
  std::chrono::seconds ttl{0};
  dns_trust trust = dns_trust::insecure;
  std::string why;
};

/// The types that are asked for.
enum dns_type {
  type_a = 1,
  type_ptr = 12,
  type_mx = 15,
  type_txt = 16,
  type_aaaa = 28,
  type_dnskey = 48,
  type_tlsa = 52
};

/// libunbound on a loop: its thread does the asking, the loop hears of answers.
/// An answer that takes longer than 30 s is a temporary failure.
class dns_questions : public std::enable_shared_from_this<dns_questions> {
public:
  using event = std::function<void(dns_answer)>;

  /// Throws std::runtime_error as `resolver` does.
  /// @param anchor  File with the keys that answers are checked against; empty:
  ///                they are not.
  dns_questions(boost::asio::io_context& loop,
                const config::dns_section& section, const std::string& anchor,
                dns_figures& figures);
  ~dns_questions();
  dns_questions(const dns_questions&) = delete;
  dns_questions& operator=(const dns_questions&) = delete;

  /// Once, after construction.
  void start();
  /// No answer comes any more.
  void stop();

  /// @param type  See `dns_type`. @param name  Is a domain name.
  void ask(const std::string& name, int type, event done);

private:
  struct question {
    dns_questions* to;
    event done;
    std::chrono::steady_clock::time_point asked;
    int id;
    std::list<question>::iterator self;
  };

  static void on_result(void* which, int error, ub_result* result);
  void configure(const config::dns_section& section, const std::string& anchor);
  void count(const question& asked, const dns_answer& answer);
  void settle(std::list<question>::iterator which, dns_answer answer);
  void wait();
  void watch_time();

  boost::asio::io_context& loop_;
  dns_figures& figures_;
  std::unique_ptr<ub_ctx, void (*)(ub_ctx*)> context_;
  boost::asio::posix::stream_descriptor descriptor_;
  boost::asio::steady_timer timer_;
  std::list<question> open_; ///< The oldest first.
  bool timer_runs_ = false;
  bool stopped_ = false;
};

} // namespace stagepost::net
