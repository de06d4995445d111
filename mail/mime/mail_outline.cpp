#include "mail/mime/mail_outline.hpp"

#include <algorithm>
#include <utility>

namespace stagepost::mime {

void mail_outline::read(std::string_view octets, bool in_digest, entity& to) {
  now_ = read_part_header(octets, in_digest);
  to.what
    = now_.boundary.empty() ? entity::kind::leaf : entity::kind::multipart;
  const auto slash = now_.it.type.find('/');
  to.type = {now_.it.type.substr(0, slash), now_.it.type.substr(slash + 1),
             now_.boundary};
}

void mail_outline::header(const entity& x, std::string_view octets) {
  at_ += octets.size();
  if (x.number == 0) {
    top_ = octets;
    begin_ = at_;
  }
  if (x.what != entity::kind::leaf)
    return;
  now_.it.offset = at_;
  // Its octets can't be taken apart, so they are shown as they are.
  if (now_.it.type.starts_with("multipart/"))
    now_.it.type = "text/plain";
  leaves_.push_back(std::move(now_));
}

void mail_outline::body(const entity& /*x*/, std::string_view octets) {
  at_ += octets.size();
  leaves_.back().it.length += octets.size();
}

void mail_outline::between(std::string_view octets) {
  at_ += octets.size();
}

// What is a text besides, as the footer of a list or a signature, comes with
// the attachments.
void mail_outline::choose() {
  const auto first = [this](std::string_view type, part::kind what) {
    const auto i = std::find_if(leaves_.begin(), leaves_.end(),
                                [type](const part_header& x) {
                                  return !x.attached && x.it.type == type;
                                });
    if (i != leaves_.end())
      i->it.what = what;
  };
  first("text/plain", part::kind::text);
  first("text/html", part::kind::html);
}

std::vector<part> mail_outline::parts() && {
  if (leaves_.empty() && at_ > begin_) {
    part_header all;
    all.it.type = "text/plain";
    all.it.encoding = "7bit";
    all.it.offset = begin_;
    all.it.length = at_ - begin_;
    leaves_.push_back(std::move(all));
  }
  choose();
  std::vector<part> out;
  for (auto& x : leaves_)
    out.push_back(std::move(x.it));
  return out;
}

} // namespace stagepost::mime
