#pragma once

#include "mail/content.hpp"
#include "mail/mime/parsed_mail.hpp"
#include "mail/outlet/form_data.hpp"

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace stagepost::outlet {

/// A mail as a platform hears of it.
struct submission {
  std::string id;
  std::string sender;                  ///< Without <>; "" = the null sender.
  std::vector<std::string> recipients; ///< Those that the platform is for.
  std::string user;                    ///< Who logged in; "" if nobody did.
  std::string client;                  ///< IP address.
  std::string client_name;             ///< By its PTR; may be "".
  std::string helo;
  std::string tls; ///< "TLSv1.3 TLS_AES_256_GCM_SHA384"; "" in clear.
  std::string listener;
  std::chrono::system_clock::time_point at;
  std::shared_ptr<const mime::parsed_mail> mail;
  content_ptr body;
};

/// The `message` field of a form: JSON, as docs/http-outlet.md has it.
[[nodiscard]] std::string describe(const submission& x);

/// The form that a platform gets: `message`, `text`, `html`, `attachment-1` …,
/// and `raw` if that is wanted. The octets of the parts are made as it is read.
/// @param random  Nobody can guess it: it keeps who writes a mail from
/// writing its boundary. With the same number the form is the same.
[[nodiscard]] std::unique_ptr<form_data>
submission_form(const submission& x, bool raw, std::uint64_t random);

} // namespace stagepost::outlet
