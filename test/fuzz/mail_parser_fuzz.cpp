// The input is a message. Whatever it is, what is said of it is UTF-8, each
// part lies in it, and yields as many octets as it says in pieces of any size;
// its form is as long as it says.

#include "mail/mime/mail_parser.hpp"
#include "mail/mime/part_reader.hpp"
#include "mail/outlet/submission_form.hpp"
#include "mail/utf8.hpp"
#include "require.hpp"

#include <cstdint>
#include <memory>
#include <string>

using namespace stagepost;

namespace {

std::string all_of(outlet::octet_source& from, std::size_t step) {
  std::string out;
  std::string octets(step, '\0');
  while (const auto n = from.read(octets))
    out.append(octets, 0, n);
  return out;
}

void check(const content_ptr& message, const mime::part& x) {
  require(x.offset <= message->size());
  require(x.length <= message->size() - x.offset);
  for (const auto* text : {&x.type, &x.charset, &x.name, &x.content_id})
    require(is_utf8(*text));
  require(x.name.find_first_of("/\\\r\n") == std::string::npos);
  mime::part_reader from(message, x);
  const auto whole = all_of(from, 1U << 16U);
  require(whole.size() == x.size);
  require(x.what == mime::part::kind::attachment || is_utf8(whole));
  from.rewind();
  require(all_of(from, 61) == whole);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  const content_ptr message = std::make_shared<memory_content>(
    std::string(reinterpret_cast<const char*>(data), size));
  auto x = mime::parse_mail(*message);
  if (!x.why.empty())
    return 0;
  require(is_utf8(x.mail.subject) && is_utf8(x.mail.message_id));
  for (const auto& [name, value] : x.mail.fields)
    require(is_utf8(name) && is_utf8(value)
            && value.find_first_of("\r\n") == std::string::npos);
  for (const auto& part : x.mail.parts)
    check(message, part);
  outlet::submission it;
  it.body = message;
  it.mail = std::make_shared<const mime::parsed_mail>(std::move(x.mail));
  const auto form = outlet::submission_form(it, true, size);
  require(all_of(*form, 1U << 16U).size() == form->size());
  return 0;
}
