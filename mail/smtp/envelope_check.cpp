#include "mail/smtp/envelope_check.hpp"

#include <algorithm>

namespace stagepost::smtp {

namespace {

bool breaks_out(char c) {
  return (c >= 0 && c <= ' ') || c == '\x7f' || c == '<' || c == '>';
}

bool is_eight_bit(char c) {
  return (static_cast<unsigned char>(c) & 0x80U) != 0;
}

} // namespace

std::optional<reply> refusal_of(const sender::envelope& x,
                                const capabilities& server) {
  if (std::any_of(x.sender.begin(), x.sender.end(), breaks_out))
    return reply{501, {5, 1, 7}, "Sender address holds forbidden characters"};
  if (std::any_of(x.sender.begin(), x.sender.end(), is_eight_bit))
    return reply{553, {5, 6, 7}, "Sender address is not ASCII"};
  if (x.eight_bit && !server.eight_bit_mime)
    return reply{554, {5, 6, 3}, "Message is 8bit, and the server takes 7bit"};
  if (server.size_limit != 0 && x.size > server.size_limit)
    return reply{552,
                 {5, 3, 4},
                 "Message is larger than the "
                   + std::to_string(server.size_limit)
                   + " octets that the server takes"};
  return std::nullopt;
}

std::optional<reply> refusal_of(std::string_view recipient) {
  if (recipient.empty())
    return reply{501, {5, 1, 3}, "Recipient address is empty"};
  if (std::any_of(recipient.begin(), recipient.end(), breaks_out))
    return reply{
      501, {5, 1, 3}, "Recipient address holds forbidden characters"};
  if (std::any_of(recipient.begin(), recipient.end(), is_eight_bit))
    return reply{553, {5, 6, 7}, "Recipient address is not ASCII"};
  return std::nullopt;
}

void append_mail(std::string& out, const sender::envelope& x,
                 const capabilities& server) {
  out += "MAIL FROM:<";
  out += x.sender;
  out += '>';
  if (server.size && x.size != 0) {
    out += " SIZE=";
    out += std::to_string(x.size);
  }
  if (x.eight_bit)
    out += " BODY=8BITMIME";
  out += "\r\n";
}

void append_rcpt(std::string& out, std::string_view recipient) {
  out += "RCPT TO:<";
  out += recipient;
  out += ">\r\n";
}

} // namespace stagepost::smtp
