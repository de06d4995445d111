#pragma once

#include "mail/outlet/submission_form.hpp"
#include "messages/handover.hpp"

#include <memory>

namespace stagepost {

/// A job as a platform hears of it: the mail, for the job's recipients.
[[nodiscard]] outlet::submission
submission_of(const outlet_job& job,
              std::shared_ptr<const mime::parsed_mail> mail);

} // namespace stagepost
