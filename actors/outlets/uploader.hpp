#pragma once

#include "actors/node.hpp"
#include "actors/runtime/observed.hpp"
#include "config/endpoint.hpp"
#include "mail/outlet/body_signature.hpp"
#include "mail/outlet/form_data.hpp"
#include "net/http_caller.hpp"

#include <boost/asio/io_context.hpp>
#include <caf/typed_response_promise.hpp>

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace stagepost {

struct uploader_state {
  static inline const char* name = "uploader";

  using time_point = std::chrono::steady_clock::time_point;

  node* here = nullptr;
  boost::asio::io_context* loop = nullptr;
  std::string outlet; ///< Its name.
  std::unique_ptr<net::http_caller> caller;

  local<const outlet_job> job; ///< In hand; null while idle.
  std::uint64_t jobs = 0;      ///< That ever came: the number of the last one.
  caf::typed_response_promise<local<const upload>> answer;
  rules_ptr rules;                          ///< In force when the job came.
  const config::outlet* settings = nullptr; ///< Of `rules`.
  config::http_url url;
  time_point ends; ///< By the actors' clock.
  local<const mime::parse_result> parsed;
  upload result;

  std::uint64_t number = 0; ///< Of the POST in hand, of all we ever made.
  bool calling = false;     ///< The caller has it, and keeps to its time.
  time_point posted;
  std::shared_ptr<outlet::form_data> form;
  std::unique_ptr<outlet::body_signature> signature; ///< While it is made.
  std::string signed_as;                             ///< "" = not.
};

using uploader_pointer = pointer<uploader_actor, uploader_state>;

/// The UPLOADER: has a mail parsed, POSTs it to the platform of an outlet, and
/// says what came of it: in the job's time, whoever it waits for. Keeps its
/// connection for the next one.
uploader_actor::behavior_type uploader(uploader_pointer self,
                                       boost::asio::io_context* loop,
                                       node* here, std::string outlet,
                                       std::string path);

namespace uploading {

// The parts of an uploader's work, which lie in three files.

/// The recipients of the POST in hand, as the job has them.
std::vector<std::size_t> recipients_in_hand(const uploader_state& state);
/// The platform's URL without its query, which may hold a secret.
std::string shown_url(const config::outlet& x);

/// Ends the job: those recipients that have no verdict yet get this one.
void end(uploader_state& state, const outlet::verdict& x);
/// The job's time is over, and nobody asked the platform.
outlet::verdict no_time(const uploader_state& state);
/// Is the job of this number in hand? A late answer for another counts for
/// nothing.
bool has_job(const uploader_state& state, std::uint64_t number);
bool time_is_over(uploader_pointer self);
/// Nobody asked the platform: a reply for now, of which the sender is not told.
outlet::verdict try_later(const uploader_state& state, std::string detail);

/// POSTs the form in hand: over the connection that is kept, or else over a
/// fresh one.
void post(uploader_pointer self);
/// What came of the POST of this number.
void on_answer(uploader_pointer self, std::uint64_t number,
               const net::http_answer& x);

/// Signs the form in hand, a part of it each turn, and POSTs it then.
void sign(uploader_pointer self);

} // namespace uploading

} // namespace stagepost
