// The input is a field's value. Whatever is in it, what is read of it is UTF-8,
// and text without words is read as it is.

#include "mail/mime/encoded_words.hpp"
#include "mail/mime/header_text.hpp"
#include "mail/mime/parameters.hpp"
#include "mail/utf8.hpp"
#include "mail/utf8_repair.hpp"
#include "require.hpp"

#include <cstdint>
#include <string>

using namespace stagepost;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  const std::string raw(reinterpret_cast<const char*>(data), size);
  const auto text = repaired_utf8(raw);
  const auto read = mime::decoded_words(text);
  require(is_utf8(read));
  require(text.find("=?") != std::string::npos || read == text);
  const mime::parameters its(text);
  for (const auto* name : {"name", "filename", "charset", "boundary"})
    require(is_utf8(its.of(name)));
  require(is_utf8(mime::type_before_parameters(text)));
  require(is_utf8(mime::header_text(raw)) && is_utf8(mime::id_in(raw)));
  const auto type = mime::read_media_type(raw);
  require(is_utf8(type.type) && is_utf8(type.name));
  const auto how = mime::read_disposition(raw);
  require(is_utf8(how.how) && is_utf8(how.file_name));
  return 0;
}
