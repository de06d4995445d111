#include "receiver_script.hpp"

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

// Limits of what stands in a message, the same after DATA and in chunks.

namespace {

using owner = receiver_owner;

const std::string long_header = "554 5.6.0 Message header too long\r\n";
const std::string many_fields
  = "554 5.6.0 Too many fields in the message header\r\n";
const std::string loop = "554 5.4.6 Mail loop: too many Received fields\r\n";
const std::string long_line = "554 5.6.0 A line of the message is too long\r\n";

/// A header of 60 octets, 3 fields and 2 hosts; lines of 40 octets.
owner::settings tight() {
  auto x = script::small();
  x.header_size = 60;
  x.header_fields = 3;
  x.received_fields = 2;
  x.text_line = 40;
  return x;
}

std::string text(std::size_t octets) {
  return std::string(octets, 'x');
}

struct content {
  std::string name;
  std::string octets; ///< Without dots that begin a line.
  std::string reply = stored_reply;
};
std::ostream& operator<<(std::ostream& out, const content& x) {
  return out << x.name;
}

const content contents[] = {
  {"a_header_of_the_size",
   "A: " + text(25) + "\r\nB: " + text(23) + "\r\n\r\n" + text(38) + "\r\n"},
  {"a_header_over_it",
   "A: " + text(25) + "\r\nB: " + text(26) + "\r\n\r\nx\r\n", long_header},
  {"a_field_that_goes_on_and_on",
   "A:\r\n 1\r\n 2\r\n 3\r\n 4\r\n 5\r\n 6\r\n 7\r\n 8\r\n 9\r\n 10\r\n "
   "11\r\n 12\r\n 13\r\n 14\r\n",
   long_header},
  {"as_many_fields", "A: 1\r\nB: 2\r\nC: 3\r\n\r\nD: 4\r\n"},
  {"more_fields", "A: 1\r\nB: 2\r\nC: 3\r\nD: 4\r\n\r\n", many_fields},
  {"as_many_hosts", "Received: a\r\nreceived: b\r\n\r\nReceived: c\r\n"},
  {"a_loop", "Received: a\r\nReceived: b\r\nRECEIVED: c\r\n\r\n", loop},
  {"a_line_of_the_length",
   "A: b\r\n\r\n" + text(38) + "\r\n" + text(38) + "\r\n"},
  {"a_line_over_it", "A: b\r\n\r\n" + text(39) + "\r\nx\r\n", long_line},
  {"the_first_line_over_it", text(39) + "\r\nx\r\n", long_line},
  {"the_last_line_over_it", "A: b\r\n\r\nx\r\n" + text(39) + "\r\n", long_line},
  {"a_line_far_over_it", "A: b\r\n\r\n" + text(500) + "\r\n", long_line},
};

script by_data(const content& x) {
  script out{
    x.name,
    {ehlo, mail, rcpt, data, silent(x.octets), {".\r\n", x.reply}, noop}};
  out.settings = tight();
  if (x.reply == stored_reply)
    out.stored = {{"a@b", {"c@d"}, x.octets}};
  return out;
}

script by_chunks(const content& x) {
  auto out = by_data(x);
  out.turns = {ehlo, mail, rcpt, bdat(x.octets, true, x.reply), noop};
  return out;
}

/// Where it is cut into two chunks makes no difference in the end.
void play_two_chunks(const content& x) {
  for (std::size_t cut = 0; cut <= x.octets.size(); ++cut) {
    owner out{tight()};
    out.feed(ehlo.client + mail.client + rcpt.client);
    auto before = out.said().size();
    out.feed(bdat(x.octets.substr(0, cut), false, "").client);
    if (out.said().substr(before) == x.reply)
      continue;
    before = out.said().size();
    out.feed(bdat(x.octets.substr(cut), true, "").client);
    BOOST_REQUIRE_EQUAL(out.said().substr(before), x.reply);
  }
}

} // namespace

BOOST_AUTO_TEST_SUITE(content_limits)

BOOST_DATA_TEST_CASE(after_data_each_content_has_its_reply, contents, x) {
  play_by_turns(by_data(x));
  play_however_cut(by_data(x));
}

BOOST_DATA_TEST_CASE(in_chunks_it_is_the_same, contents, x) {
  play_by_turns(by_chunks(x));
  play_however_cut(by_chunks(x));
  play_two_chunks(x);
}

BOOST_AUTO_TEST_CASE(binary_content_has_no_lines) {
  owner x{tight()};
  x.feed(ehlo.client + "MAIL FROM:<a@b> BODY=BINARYMIME\r\n" + rcpt.client
         + bdat("A: b\r\n\r\n" + text(500), true, "").client);
  BOOST_TEST(x.stored.size() == 1U);
}

BOOST_AUTO_TEST_CASE(but_a_header_and_hosts) {
  owner x{tight()};
  x.feed(ehlo.client + "MAIL FROM:<a@b> BODY=BINARYMIME\r\n" + rcpt.client
         + bdat("Received:\r\nReceived:\r\nReceived:\r\n", true, "").client);
  BOOST_TEST(x.stored.empty());
  BOOST_TEST(x.said().ends_with(loop));
}

BOOST_AUTO_TEST_CASE(unstuffed_dots_do_not_count) {
  owner x{tight()};
  x.feed(ehlo.client + mail.client + rcpt.client + data.client + ".." + text(37)
         + "\r\n.\r\n");
  BOOST_TEST(x.stored.size() == 1U); // 38 octets and CRLF
}

BOOST_AUTO_TEST_CASE(the_trace_does_not_count) {
  owner x{tight()};
  x.trace = "Received: " + text(200) + "\r\n";
  x.feed(ehlo.client + mail.client + rcpt.client + data.client
         + "Received: a\r\nReceived: b\r\n\r\n" + text(38) + "\r\n.\r\n");
  BOOST_TEST(x.stored.size() == 1U);
}

BOOST_AUTO_TEST_CASE(without_a_limit_a_line_has_any_length) {
  auto free = script::small();
  free.message_size = 0;
  owner x{free};
  x.feed(ehlo.client + mail.client + rcpt.client + data.client + "\r\n"
         + text(100'000) + "\r\n.\r\n");
  BOOST_TEST(x.stored.size() == 1U);
}

BOOST_AUTO_TEST_SUITE_END()
