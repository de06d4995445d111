#include "mail/smtp/dialogue.hpp"

#include <algorithm>
#include <utility>

namespace stagepost::smtp {

// -- DATA ---------------------------------------------------------------------

void receiver::state::on_data() {
  if (intake)
    return refuse_data("503 5.5.1 The message has begun with BDAT already");
  if (!in_mail)
    return refuse_data("503 5.5.1 MAIL comes first");
  if (now.recipients.empty())
    return refuse_data(without_recipients());
  if (now.body == body_kind::binary)
    return refuse_data("503 5.5.1 A body of BINARYMIME comes by BDAT");
  open = wish::begin_content;
}

std::string_view receiver::state::without_recipients() const noexcept {
  if (!recipient_refused)
    return "503 5.5.1 RCPT comes first";
  return settings->lmtp ? "503 5.5.1 No valid recipients"
                        : "554 5.5.1 No valid recipients";
}

void receiver::state::refuse_data(std::string_view line) {
  if (!more_follows)
    return say(line);
  say("554 5.5.0 Protocol error: data sent before it was asked for");
  hang_up();
}

void receiver::state::begin_intake(std::string trace) {
  using way = content_intake::way;
  content_intake::limits x;
  x.octets = settings->message_size;
  x.normalize_newlines
    = settings->bare_newline == receiver_settings::newline_rule::normalize;
  x.text_line = settings->text_line;
  x.header = {settings->header_size, settings->header_fields,
              settings->received_fields};
  auto how_ = way::data;
  if (chunk)
    how_ = now.body == body_kind::binary ? way::binary_chunks : way::chunks;
  intake = std::make_unique<content_intake>(x, how_, std::move(trace));
  if (!chunk)
    return say("354 End data with <CR><LF>.<CR><LF>");
  if (chunk->left == 0)
    end_chunk();
}

void receiver::state::refuse_intake(const reply& why) {
  if (!chunk || why.code == 421) {
    if (!chunk && more_follows && why.code != 421)
      return refuse_data({});
    return say(why);
  }
  auto refused = std::exchange(chunk, nullptr);
  // Behind the last chunk LMTP's client waits for a reply for each recipient.
  const bool each = settings->lmtp && refused->last;
  for (auto n = each ? now.recipients.size() : 1; n > 0; --n)
    append_wire(refused->refusal, why);
  drop_chunk(*refused);
}

void receiver::state::take_content(std::string_view& octets) {
  if (chunk)
    return take_chunk(octets);
  octets.remove_prefix(intake->take(octets));
  if (intake->endless())
    return say_goodbye("421 4.3.4", "Message far larger than the limit");
  if (!intake->ended())
    return;
  if (closing)
    return close_if_asked();
  const auto refusal = intake->refusal();
  if (refusal.empty())
    open = wish::store;
  else
    refuse_message(refusal);
}

void receiver::state::refuse_message(std::string_view line) {
  for (auto n = settings->lmtp ? now.recipients.size() : 1; n > 0; --n)
    say(line);
  end_transaction();
}

// -- BDAT ---------------------------------------------------------------------

void receiver::state::on_bdat(const command& x) {
  const auto size = parse_chunk(x.argument);
  if (!size) {
    say("501 5.5.4 BDAT wants a size in octets, and maybe LAST");
    return say_goodbye("421 4.7.0", "Nobody can say where that chunk ends");
  }
  const auto so_far = intake ? intake->size() : 0;
  if (far_over(settings->message_size, size->size)
      || far_over(settings->message_size, so_far + size->size))
    return say_goodbye("421 4.3.4", "Message far larger than the limit");
  chunk_intake fresh{size->size, size->last};
  if (!settings->offers.chunking)
    fresh.refusal = "502 5.5.1 Command not implemented\r\n";
  else if (!in_mail)
    fresh.refusal = "503 5.5.1 MAIL comes first\r\n";
  else if (now.recipients.empty())
    fresh.refusal = std::string{without_recipients()} + "\r\n";
  if (!fresh.refusal.empty())
    return drop_chunk(fresh);
  chunk = std::make_unique<chunk_intake>(std::move(fresh));
  if (!intake)
    open = wish::begin_content;
  else if (chunk->left == 0)
    end_chunk();
}

/// Its octets are taken, so that the dialogue stays in step; then it hears why.
/// What was begun is over: chunks behind it must not become a message.
void receiver::state::drop_chunk(const chunk_intake& x) {
  auto dropped = std::make_unique<chunk_intake>(x);
  dropped->wanted = false;
  end_transaction();
  chunk = std::move(dropped);
  if (chunk->left == 0)
    end_chunk();
}

void receiver::state::take_chunk(std::string_view& octets) {
  const auto part
    = octets.substr(0, static_cast<std::size_t>(
                         std::min<std::uint64_t>(chunk->left, octets.size())));
  octets.remove_prefix(part.size());
  chunk->left -= part.size();
  if (chunk->wanted)
    intake->take_chunk(part);
  if (chunk->left == 0)
    end_chunk();
}

void receiver::state::end_chunk() {
  const auto ended = std::exchange(chunk, nullptr);
  if (!ended->wanted) {
    replies += ended->refusal;
    return close_if_asked();
  }
  if (closing)
    return close_if_asked();
  if (ended->last)
    intake->finish_chunks();
  const auto refusal = intake->refusal();
  if (!refusal.empty() && ended->last)
    return refuse_message(refusal);
  if (!refusal.empty()) {
    say(refusal);
    return end_transaction();
  }
  if (ended->last)
    open = wish::store;
  else
    say("250 2.0.0 " + std::to_string(intake->size()) + " octets so far");
}

} // namespace stagepost::smtp
