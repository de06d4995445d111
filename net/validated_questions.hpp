#pragma once

#include "net/dns_questions.hpp"

#include <chrono>
#include <functional>
#include <memory>
#include <string>

namespace stagepost::net {

/// What answers are checked against.
struct validation {
  std::string anchor; ///< File with keys; empty: nothing is checked.
  /// Where the root itself can't be checked, nothing is.
  bool lenient = false;
};

/// As `resolver` says.
[[nodiscard]] validation validation_by(const config::dns_section& section);

/// Questions whose answers are checked by DNSSEC as far as the servers let us:
/// see `resolver`.
class validated_questions
  : public std::enable_shared_from_this<validated_questions> {
public:
  using event = dns_questions::event;

  /// Throws std::runtime_error as `resolver` does.
  validated_questions(boost::asio::io_context& loop,
                      const config::dns_section& section, const validation& how,
                      dns_figures& figures,
                      std::function<void(const std::string&)> warn);
  ~validated_questions(); ///< Drops the questions without an answer.

  /// As dns_questions::ask.
  void ask(const std::string& name, int type, event done);

private:
  using steady = std::chrono::steady_clock;

  std::shared_ptr<dns_questions> make(const std::string& anchor);
  void ask_unchecked(const std::string& name, int type, event done);
  /// The answer is bogus: is it forged, or can nothing be checked here?
  void doubt(const std::string& name, int type, dns_answer found, event done);
  void give_up_checking(const dns_answer& root);

  boost::asio::io_context& loop_;
  const config::dns_section section_;
  dns_figures& figures_;
  std::function<void(const std::string&)> warn_;
  const bool lenient_;
  std::shared_ptr<dns_questions> checked_;
  std::shared_ptr<dns_questions> unchecked_; ///< Made when it is needed.
  steady::time_point check_from_;            ///< Until then nothing is checked.
  steady::time_point warn_from_;
};

} // namespace stagepost::net
