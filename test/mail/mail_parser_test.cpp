#include "mail/mime/mail_parser.hpp"
#include "mail/utf8.hpp"
#include "parsed.hpp"

#include <boost/test/unit_test.hpp>

#include <fstream>
#include <iterator>
#include <unistd.h>

using namespace stagepost;
using test::octets_of;
using test::shown;

namespace {

std::string file(const std::string& name) {
  std::ifstream in(std::string(STAGEPOST_SOURCE_DIR) + "/test/mail/corpus/"
                     + name + ".eml",
                   std::ios::binary);
  BOOST_REQUIRE_MESSAGE(in.good(), name);
  return {std::istreambuf_iterator<char>(in), {}};
}

mime::parse_result parsed(const std::string& octets,
                          const mime::parse_limits& limits = {}) {
  return mime::parse_mail(memory_content(octets), limits);
}

/// A message of one text with this header, and the text as it is read.
std::string text_read(const std::string& header, const std::string& body) {
  const auto message = test::message_of(header + "\r\n\r\n" + body);
  const auto x = mime::parse_mail(*message);
  BOOST_REQUIRE(x.why.empty());
  BOOST_REQUIRE(x.mail.parts.size() == 1);
  const auto out = octets_of(message, x.mail.parts[0]);
  BOOST_TEST(out.size() == x.mail.parts[0].size);
  return out;
}

std::string multipart(const std::string& rest) {
  return "Content-Type: multipart/mixed; boundary=b\r\n\r\n" + rest;
}

struct sample {
  std::string file, subject, parts;
};

// Sizes are those of the file with LF.
const sample samples[] = {
  {"alternative_in_mixed", "Angebot für März",
   "text text/plain 44\nhtml text/html 74\n"
   "attachment application/pdf 109 offer.pdf"},
  {"inline_image", "A picture",
   "html text/html 32\n"
   "attachment image/png 8 logo.png <logo@example.net> inline"},
  {"forwarded_message", "Fwd: minutes",
   "text text/plain 10\nattachment message/rfc822 146 minutes.eml"},
  {"tnef", "From Outlook",
   "text text/plain 5\nattachment application/ms-tnef 6 winmail.dat"},
  {"iso_2022_jp", "こんにちは、世界", "text text/plain 25"},
  {"latin_1", "Café", "text text/plain 18"},
  {"rfc_2231_names", "names",
   "attachment application/octet-stream 1 € rates and more.txt\n"
   "attachment application/octet-stream 1 über.txt"},
  {"encoded_word_names", "names",
   "attachment application/zip 1 lange Namen über zwei Zeilen.zip\n"
   "attachment application/zip 1 über.zip\n"
   "attachment application/zip 1 pass wd\n"
   "attachment application/zip 1 a.zip"},
  {"base64_with_junk", "junk", "text text/plain 13"},
  {"missing_end_boundary", "cut off",
   "text text/plain 5\nattachment application/octet-stream 7 cut.bin"},
  {"no_mime", "plain as in 1982", "text text/plain 28"},
  {"stl_attachment", "print this",
   "text text/plain 42\nattachment model/stl 184 cube.stl"},
  {"signed", "signed",
   "text text/plain 11\n"
   "attachment application/pgp-signature 57 signature.asc"},
  {"uuencoded", "old", "attachment application/octet-stream 4 cat.txt"},
  {"no_boundary", "which?", "text text/plain 35"},
  {"boundary_never_comes", "where?", "text text/plain 18"},
  {"no_empty_line", "no end", "text text/plain 40"},
  {"footer_of_a_list", "[list] hello",
   "text text/plain 10\nattachment text/plain 43 inline\n"
   "attachment text/plain 5 notes.txt"},
};

} // namespace

BOOST_AUTO_TEST_SUITE(mail_parser)

BOOST_AUTO_TEST_CASE(mail_of_all_kinds_is_read) {
  for (const auto& x : samples) {
    BOOST_TEST_CONTEXT(x.file) {
      const auto result = parsed(file(x.file));
      BOOST_TEST(result.mail.subject == x.subject);
      BOOST_TEST(shown(result) == x.parts);
    }
  }
}

BOOST_AUTO_TEST_CASE(with_crlf_it_has_the_same_parts) {
  for (const auto& x : samples) {
    BOOST_TEST_CONTEXT(x.file) {
      const auto lf = parsed(file(x.file));
      const auto crlf = parsed(test::with_crlf(file(x.file)));
      BOOST_TEST(crlf.mail.subject == x.subject);
      BOOST_REQUIRE(crlf.mail.parts.size() == lf.mail.parts.size());
      for (std::size_t i = 0; i < lf.mail.parts.size(); ++i) {
        const auto& it = crlf.mail.parts[i];
        BOOST_TEST(it.name == lf.mail.parts[i].name);
        BOOST_TEST(it.type == lf.mail.parts[i].type);
        BOOST_CHECK(it.what == lf.mail.parts[i].what);
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(octets_are_those_that_were_sent) {
  const std::tuple<const char*, std::size_t, std::string> expected[] = {
    {"alternative_in_mixed", 0, "Grüße, siehe https://example.net/a?b=c&d=1"},
    {"alternative_in_mixed", 1,
     "<p>Grüße, siehe <a href=\"https://example.net/a?b=c&amp;d=1\">"
     "hier</a></p>"},
    {"iso_2022_jp", 0, "こんにちは、世界\n"},
    {"latin_1", 0, "Un café à 3 €\n"},
    {"base64_with_junk", 0, "Hello, world."},
    {"missing_end_boundary", 1, std::string("\0\1\2\3\4\5\6", 7)},
    {"uuencoded", 0, "Cat\n"},
    {"no_empty_line", 0, "This is text already.\nTo: nobody\n\nMore.\n"},
    {"boundary_never_comes", 0, "The text\nis here.\n"},
  };
  for (const auto& [name, i, octets] : expected) {
    BOOST_TEST_CONTEXT(name) {
      const auto message = test::message_of(file(name));
      const auto x = mime::parse_mail(*message);
      BOOST_REQUIRE(x.mail.parts.size() > i);
      BOOST_TEST(octets_of(message, x.mail.parts[i]) == octets);
    }
  }
}

BOOST_AUTO_TEST_CASE(a_forwarded_message_is_whole) {
  const auto message = test::message_of(file("forwarded_message"));
  const auto x = mime::parse_mail(*message);
  const auto inside = octets_of(message, x.mail.parts.at(1));
  BOOST_TEST(inside.starts_with("From: b@example.net\n"));
  BOOST_TEST(inside.ends_with("--g--"));
}

BOOST_AUTO_TEST_CASE(header_fields_come_decoded_and_in_order) {
  const auto x = parsed(file("alternative_in_mixed"));
  BOOST_TEST(x.mail.message_id == "a1@example.net");
  BOOST_TEST(x.mail.fields.size() == 7);
  BOOST_TEST(x.mail.fields[1].first == "From");
  BOOST_TEST(x.mail.fields[1].second == "Jörg Müller <joerg@example.net>");
}

BOOST_AUTO_TEST_CASE(text_is_utf8_whatever_was_said_of_it) {
  const std::tuple<std::string, std::string, std::string> expected[] = {
    {"X: y", "plain", "plain"},
    {"X: y", "gr\xc3\xbc\xc3\x9f", "grüß"},
    {"X: y", "gr\xfc\xdf", "grüß"},
    {"Content-Type: text/plain; charset=us-ascii", "\x93quoted\x94",
     "“quoted”"},
    {"Content-Type: text/plain; charset=klingon", "gr\xfc\xdf", "grüß"},
    {"Content-Type: text/plain; charset=\"utf-8//IGNORE\"", "\xfc", "ü"},
    {"Content-Type: text/plain; charset=utf-8", "gr\xfc.", "gr\xef\xbf\xbd."},
    {"Content-Type: text/plain; charset=utf-8", "cut \xe2\x82",
     "cut \xef\xbf\xbd\xef\xbf\xbd"},
    {"Content-Type: text/plain; charset=koi8-r", "\xcd\xc9\xd2", "мир"},
    {"Content-Type: text/plain; charset=utf-16le",
     std::string("a\0\xac\x20", 4), "a€"},
    {"Content-Type: text/plain; charset=utf-16le", std::string("a\0\xac", 3),
     "a\xef\xbf\xbd"},
    {"Content-Type: text/plain; charset=gb2312", "\xc4\xe3", "你"},
    {"Content-Type: text", "as it is", "as it is"},
    {"Content-Type:", "as it is", "as it is"},
    {"Content-Transfer-Encoding: 9bit", "as it is=20", "as it is=20"},
    {"Content-Transfer-Encoding: Quoted-Printable (of course)", "a=20b", "a b"},
    {"Content-Transfer-Encoding: quoted-printable", "a=\r\nb=XYc=", "ab=XYc"},
  };
  for (const auto& [header, body, text] : expected)
    BOOST_TEST_CONTEXT(header) {
      BOOST_TEST(text_read(header, body) == text);
    }
}

BOOST_AUTO_TEST_CASE(headers_are_utf8_whatever_they_hold) {
  const std::pair<std::string, std::string> expected[] = {
    {"plain", "plain"},
    {"=?utf-8?q?a=0D=0ABcc:_b?=", "a  Bcc: b"},
    {"=?utf-8?q?=ff=fe?=", ""},
    {"=?x-no-such?q?caf=C3=A9?=", "café"},
    {"=?utf-8?q?not_closed", "=?utf-8?q?not_closed"},
    {"a\r\n\tb", "a\tb"},
    {"caf\xe9", "café"},
    {"caf\xc3\xa9", "café"},
    {std::string("nul\0in it", 9), "nul in it"},
  };
  for (const auto& [value, text] : expected) {
    BOOST_TEST_CONTEXT(value) {
      const auto x = parsed("Subject: " + value + "\r\n\r\n");
      BOOST_TEST(is_utf8(x.mail.subject));
      if (!text.empty())
        BOOST_TEST(x.mail.subject == text);
    }
  }
}

BOOST_AUTO_TEST_CASE(what_is_past_a_limit_says_why) {
  std::string parts;
  for (int i = 0; i < 100'000; ++i)
    parts += "--b\r\n\r\nx\r\n";
  BOOST_TEST(shown(parsed(multipart(parts))) == "It has more than 1000 parts");
  std::string nested;
  for (int i = 0; i < 2'000; ++i) {
    const auto x = std::to_string(i);
    nested += "Content-Type: multipart/mixed; boundary=b" + x + "\r\n\r\n--b"
              + x + "\r\n";
  }
  BOOST_TEST(shown(parsed(nested)) == "Its parts are nested more than 50 deep");
  std::string fields;
  for (int i = 0; i <= 1000; ++i)
    fields += "X: y\r\n";
  BOOST_TEST(shown(parsed(fields + "\r\n"))
             == "Its header has more than 1000 fields");
  const std::string endless(2U << 20U, 'x');
  BOOST_TEST(shown(parsed("X: " + endless)) == "A header in it is too large");
  BOOST_TEST(shown(parsed(multipart("--b\r\nX: " + endless)))
             == "A header in it is too large");
}

BOOST_AUTO_TEST_CASE(what_grows_past_a_limit_says_why) {
  mime::parse_limits limits;
  limits.decoded = 10;
  BOOST_TEST(shown(parsed("X: y\r\n\r\n01234567890", limits))
             == "What it holds is larger than 10 octets");
  BOOST_TEST(shown(parsed("X: y\r\n\r\n0123456789", limits))
             == "text text/plain 10");
  const std::string grown = "Content-Type: text/plain; charset=koi8-r\r\n\r\n";
  BOOST_TEST(shown(parsed(grown + "\xcd\xc9\xd2\xcd\xc9\xd2", limits))
             == "What it holds is larger than 10 octets");
}

BOOST_AUTO_TEST_CASE(odd_mail_is_still_mail) {
  const std::pair<std::string, std::string> expected[] = {
    {"", "text text/plain 0"},
    {"\r\n", "text text/plain 0"},
    {"\r\n\r\nno header at all", "text text/plain 18"},
    {"no header at all\r\n", "text text/plain 18"},
    {"From me Sat Nov 21\nX: y\n\ntext", "text text/plain 4"},
    {"X: y", "text text/plain 0"},
    {std::string("X: y\r\n\r\n\0\0\0", 11), "text text/plain 3"},
    {"X: y\r\n\r\n" + std::string(3U << 20U, 'x'), "text text/plain 3145728"},
    {multipart("--b--\r\n"), "text text/plain 7"},
    {multipart("--b\r\n--b\r\n--b--\r\n"),
     "text text/plain 0\nattachment text/plain 0"},
    {multipart("--b\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
               "--b\r\n\r\nx\r\n--b--"),
     "text text/plain 1"},
    {"Content-Type: multipart/mixed; boundary=\"b \"\n--b \n\nx\n--b--",
     "text text/plain 1"},
    {"Content-Type: multipart/digest; boundary=b\n\n--b\n\nX: y\n\nx\n--b--",
     "attachment message/rfc822 7"},
    {"Content-Type: application/pkcs7-mime; name=smime.p7m\n\nx",
     "attachment application/pkcs7-mime 1 smime.p7m"},
  };
  for (const auto& [octets, parts] : expected)
    BOOST_TEST_CONTEXT(octets.substr(0, 100)) {
      BOOST_TEST(shown(parsed(octets)) == parts);
    }
}

BOOST_AUTO_TEST_CASE(names_that_nobody_encoded_are_read_as_well) {
  for (const auto* name : {"Gr\xfc\xdf"
                           "e \x80.pdf",
                           "Grüße €.pdf"})
    for (const auto* where : {"Content-Disposition: attachment; filename",
                              "Content-Disposition: attachment\r\n"
                              "Content-Type: application/pdf; name"}) {
      const auto got
        = parsed(std::string(where) + "=\"" + name + "\"\r\n\r\nx").mail;
      BOOST_TEST_REQUIRE(got.parts.size() == 1U);
      BOOST_TEST(got.parts.front().name == "Grüße €.pdf");
    }
}

BOOST_AUTO_TEST_CASE(hostile_mail_writes_nothing_to_our_log) {
  int ends[2];
  BOOST_REQUIRE(::pipe(ends) == 0);
  const int kept = ::dup(STDERR_FILENO);
  ::dup2(ends[1], STDERR_FILENO);
  ::close(ends[1]);
  for (const auto* value :
       {"text/plain; =x; charset", "/;;;", "multipart/mixed; boundary*9*=x",
        "text/plain; name*=no-such''%FF%", "\xff\xfe/\xff"})
    (void)parsed(std::string("Content-Type: ") + value
                 + "\r\nContent-Disposition: " + value
                 + "\r\nSubject: =?x?b?////?= =?utf-7?q?+////?=\r\n\r\nx");
  ::dup2(kept, STDERR_FILENO);
  ::close(kept);
  char octet = 0;
  BOOST_TEST(::read(ends[0], &octet, 1) == 0);
  ::close(ends[0]);
}

BOOST_AUTO_TEST_SUITE_END()
