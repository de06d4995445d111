#include "mail/smtp/command.hpp"
#include "mail/smtp/line_reader.hpp"
#include "mail/smtp/mail_parameters.hpp"
#include "mail/smtp/xclient.hpp"
#include "require.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

// The first octet says how the others are cut. Lines are the same however
// they come; each is a command whose parts lie in the line, or an error whose
// message is a reply.

namespace {

using namespace stagepost::smtp;
using lines = std::vector<std::pair<std::string, line_reader::fault>>;

lines read_lines(std::string_view octets, std::size_t step, std::size_t most) {
  line_reader reader;
  lines out;
  while (!octets.empty()) {
    auto piece = octets.substr(0, step);
    octets.remove_prefix(piece.size());
    while (!piece.empty()) {
      if (const auto line = reader.next(piece, most))
        out.emplace_back(line->text, line->what);
      reader.done();
    }
  }
  return out;
}

bool lies_in(std::string_view part, std::string_view whole) {
  return part.empty()
         || (part.data() >= whole.data()
             && part.data() + part.size() <= whole.data() + whole.size());
}

bool has_controls(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char c) {
    return static_cast<unsigned char>(c) < ' ' || c == '\x7f';
  });
}

void check_reply(const boost::system::error_code& why) {
  const auto text = why.message();
  require(text.size() > 10 && text[0] == '5' && text[3] == ' '
          && text[4] == '5');
}

void check_command(std::string_view line) {
  const auto x = parse_command(line);
  if (!x)
    return check_reply(x.error());
  require(lies_in(x->argument, line));
  require(x->path.local.empty() || x->what == verb::mail
          || x->what == verb::rcpt);
  require(x->what != verb::rcpt || !x->path.local.empty());
  for (const auto& p : x->parameters)
    require(!p.keyword.empty() && lies_in(p.keyword, line)
            && lies_in(p.value, line));
  transaction mail;
  if (const auto error = read_mail_parameters(x->parameters, {}, mail))
    check_reply(error);
  require(!has_controls(mail.envelope_id));
  transaction::recipient rcpt;
  if (const auto error = read_rcpt_parameters(x->parameters, {}, rcpt))
    check_reply(error);
  require(!has_controls(rcpt.original));
  if (x->what == verb::bdat)
    (void)parse_chunk(x->argument);
  if (const auto said = read_xclient(x->argument); said && said->helo)
    require(said->helo->size() <= 255 && !has_controls(*said->helo));
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  if (size == 0)
    return 0;
  const std::string_view octets{reinterpret_cast<const char*>(data) + 1,
                                size - 1};
  const auto most = (data[0] & 1U) != 0 ? line_reader::max_login_octets
                                        : line_reader::max_octets;
  const auto whole = read_lines(octets, octets.size(), most);
  require(read_lines(octets, data[0] + 1U, most) == whole);
  for (const auto& [text, what] : whole) {
    require(what == line_reader::fault::none || text.empty());
    require(text.size() + 2 <= most && !has_controls(text));
    check_command(text);
  }
  return 0;
}
