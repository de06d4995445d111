#pragma once

#include "mail/content.hpp"
#include "mail/egress_way.hpp"
#include "mail/outlet/verdict.hpp"
#include "mail/queue/backlog.hpp"
#include "mail/smtp/transaction.hpp"

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <vector>

namespace stagepost {

/// A message whose end was received, with what is known of its arrival.
struct received_mail {
  queue::id id;
  std::size_t shard = 0;
  queue::time_point at;
  std::string client;      ///< IP address.
  std::string client_name; ///< By its PTR, where it was looked up; or "".
  std::string local;       ///< Ours.
  egress_way wish;         ///< How it is to leave; "" = as configured.
  std::string helo;
  std::string user; ///< Who logged in; "" if nobody did.
  std::string listener;
  std::string tls; ///< "TLSv1.3 TLS_AES_256_GCM_SHA384"; "" in clear.
  smtp::transaction envelope;
  content_ptr body;
};

/// A message for an outlet, with those of its recipients that it is for.
struct outlet_job {
  std::string outlet; ///< Its name: the rules in force say the rest.
  std::shared_ptr<const received_mail> mail;
  std::vector<std::size_t> recipients; ///< Of the envelope's; not empty.
  /// Nobody waits for the verdict after this: what is not begun by then is not
  /// begun, and what runs is ended.
  std::chrono::steady_clock::time_point deadline;
};

/// One verdict for each of the job's recipients, in their order.
using outlet_verdicts = std::vector<outlet::verdict>;

/// What came of a job at a platform.
struct upload {
  enum class sign {
    none,  ///< It was not asked, or not heard out.
    alive, ///< It answered.
    down   ///< It could not be reached, or failed.
  };
  sign platform = sign::none;
  outlet_verdicts verdicts;
};

/// What became of a message at its outlets, for a shard's log of deliveries.
struct handed_over {
  std::vector<queue::event> events;
  /// Recipients that were not accepted and that the client was not told of, or
  /// accepted for somebody who asked to hear of it: their sender is to get a
  /// report. No verdicts: nobody is.
  queue::backlog::settlement untold;
};

/// A failure mail to be written: what one outlet made of some recipients.
struct failure_notice {
  std::string outlet; ///< Its name.
  std::shared_ptr<const received_mail> mail;
  std::vector<std::string> recipients; ///< Addresses.
  outlet::verdict why;                 ///< Of the first of them.
};

} // namespace stagepost
