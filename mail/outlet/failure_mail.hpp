#pragma once

#include "mail/queue/id.hpp"

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace stagepost::outlet {

/// What a failure mail tells the sender of one message.
struct failure_facts {
  std::string hostname; ///< Of the node.
  std::string sender;   ///< Who gets it: the reverse-path.
  std::vector<std::string> recipients;
  std::string outlet;  ///< Its name.
  std::string subject; ///< Of the message, UTF-8.
  std::string reason;  ///< The reply that the client got.
  std::string detail;  ///< What happened, for people; may be empty.
  /// Whether sending it again may help, for the advice.
  bool for_now = false;
  queue::id original;
  queue::id own;
  queue::time_point arrived;
  queue::time_point now;
  std::string original_header; ///< Header fields of the message.
};

/// The texts of a failure mail; see `template_values` for the names.
struct failure_templates {
  static constexpr std::size_t largest = 256U << 10U; ///< Octets of each.
  std::string text;
  std::string html;
};

/// The templates that an outlet has unless it names others.
const failure_templates& built_in_templates();

/// The values for names in templates: sender, recipients, subject, outlet,
/// reason, detail, advice, arrived, id, hostname. Control characters but LF
/// are gone, invalid UTF-8 is replaced.
std::map<std::string, std::string, std::less<>>
template_values(const failure_facts& x);

/// The failure mail as a whole message: multipart/mixed with the text in plain
/// and in HTML (both base64, UTF-8) and the header of the original. ASCII but
/// for `To`, which is in UTF-8 if the sender's address is.
std::string compose_failure_mail(const failure_facts& x,
                                 const failure_templates& by);

/// Whether a message with this header may be answered by a machine: it is
/// neither auto-submitted (RFC 3834) nor list or bulk mail.
bool may_be_answered(std::string_view header);

} // namespace stagepost::outlet
