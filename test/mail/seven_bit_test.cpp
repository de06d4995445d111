#include "mail/mime/seven_bit.hpp"

#include <boost/test/unit_test.hpp>

using namespace stagepost;
using mime::seven_bit_plan;

namespace {

seven_bit_plan survey(std::string_view octets, std::size_t step) {
  mime::seven_bit_survey it;
  for (; !octets.empty(); octets.remove_prefix(std::min(step, octets.size())))
    it.feed(octets.substr(0, step));
  return it.finish();
}

std::string encoded(std::string_view octets, std::size_t step) {
  mime::seven_bit_encoder it(survey(octets, step));
  std::string out;
  for (; !octets.empty(); octets.remove_prefix(std::min(step, octets.size())))
    it.encode(octets.substr(0, step), out);
  it.finish(out);
  return out;
}

/// Lines as they stand here, with CRLF.
std::string lines(std::string_view text) {
  std::string out;
  for (const char c : text)
    out += c == '\n' ? std::string("\r\n") : std::string(1, c);
  return out;
}

void check(std::string_view from, std::string_view to) {
  const auto message = lines(from);
  for (const std::size_t step : {1UL, 2UL, 13UL, message.size() + 1}) {
    BOOST_TEST(survey(message, step).fault == "");
    BOOST_TEST(encoded(message, step) == lines(to));
  }
}

void check_fault(const std::string& message, std::string_view why) {
  for (const std::size_t step : {std::size_t{1}, message.size() + 1})
    BOOST_TEST(survey(message, step).fault == why);
}

const std::string mixed = R"(MIME-Version: 1.0
Content-Type: multipart/mixed;
 boundary="a b" (the outer one)
Content-Transfer-Encoding: 8bit

)";

} // namespace

// 8-bit messages for servers that take 7bit (RFC 6152, 3).
BOOST_AUTO_TEST_SUITE(seven_bit)

BOOST_AUTO_TEST_CASE(text_becomes_quoted_printable) {
  check(
    "MIME-Version: 1.0\nSubject: a\nContent-Type: TEXT/html; charset=utf-8\n"
    "content-transfer-encoding : 8BIT (of course)\nX: y\n\n"
    "Gr\xc3\xbc\xc3\x9f"
    "e = \n.\n",
    "MIME-Version: 1.0\nSubject: a\nContent-Type: TEXT/html; charset=utf-8\n"
    "X: y\nContent-Transfer-Encoding: quoted-printable\n\n"
    "Gr=C3=BC=C3=9Fe =3D=20\n.\n");
}

BOOST_AUTO_TEST_CASE(anything_else_becomes_base64) {
  check("MIME-Version: 1.0\nContent-Type: image/x-tiny\n"
        "Content-Transfer-Encoding:\n binary\n\n\xff\xfe",
        "MIME-Version: 1.0\nContent-Type: image/x-tiny\n"
        "Content-Transfer-Encoding: base64\n\n//4=");
}

BOOST_AUTO_TEST_CASE(only_the_parts_that_need_it_change) {
  check(
    mixed
      + "pre\xc3\xa4mble\n--a b\n\nplain\n\n--a b  \n"
        "Content-Type: text/plain; charset=utf-8\n"
        "Content-Transfer-Encoding: 8bit\n\n\xc3\xa4\n\n"
        "--a b\nContent-Type: application/pdf\n"
        "Content-Transfer-Encoding: binary\n\nab\xff\n--a b\n"
        "Content-Transfer-Encoding: base64\n\nAAAA\n--a b\n"
        "Content-Transfer-Encoding: 8bit\n\nno need\n--a b--\nepi\xc3\xa4\n",
    "MIME-Version: 1.0\nContent-Type: multipart/mixed;\n"
    " boundary=\"a b\" (the outer one)\n"
    "Content-Transfer-Encoding: 7bit\n\n"
    "pre??mble\n--a b\n\nplain\n\n--a b  \n"
    "Content-Type: text/plain; charset=utf-8\n"
    "Content-Transfer-Encoding: quoted-printable\n\n=C3=A4\n\n"
    "--a b\nContent-Type: application/pdf\n"
    "Content-Transfer-Encoding: base64\n\nYWL/\n--a b\n"
    "Content-Transfer-Encoding: base64\n\nAAAA\n--a b\n"
    "Content-Transfer-Encoding: 7bit\n\nno need\n--a b--\nepi??\n");
}

BOOST_AUTO_TEST_CASE(messages_within_messages_are_looked_through) {
  check(
    mixed
      + "--a b\nContent-Type: message/rfc822\n"
        "Content-Transfer-Encoding: 8bit\n\n"
        "Subject: inner\nContent-Type: multipart/alternative; boundary=i\n\n"
        "--i\n\n\xc3\xa4\n--a b\nContent-Type: text/plain\n\nouter\n--a b--\n",
    "MIME-Version: 1.0\nContent-Type: multipart/mixed;\n"
    " boundary=\"a b\" (the outer one)\n"
    "Content-Transfer-Encoding: 7bit\n\n"
    "--a b\nContent-Type: message/rfc822\n"
    "Content-Transfer-Encoding: 7bit\n\n"
    "Subject: inner\nContent-Type: multipart/alternative; boundary=i\n\n"
    "--i\nContent-Type: text/plain; charset=unknown-8bit\n"
    "Content-Transfer-Encoding: quoted-printable\n\n=C3=A4\n"
    "--a b\nContent-Type: text/plain\n\nouter\n--a b--\n");
}

BOOST_AUTO_TEST_CASE(text_without_mime_gets_it) {
  check("Subject: a\n\n\xe4\n",
        "Subject: a\nMIME-Version: 1.0\n"
        "Content-Type: text/plain; charset=unknown-8bit\n"
        "Content-Transfer-Encoding: quoted-printable\n\n=E4\n");
}

BOOST_AUTO_TEST_CASE(what_is_ascii_stays_as_it_is) {
  for (const std::string message :
       {"Subject: a\n\nb\n", "", "\n", "\nb", "Subject: a\n", "no header\n\nb",
        "Content-Type: multipart/signed; boundary=x\n\n--x\n"
        "Content-Transfer-Encoding: 8bit\n\nb\n--x--\n"})
    check(message, message);
}

BOOST_AUTO_TEST_CASE(a_plan_says_whether_there_is_anything_to_do) {
  for (const auto& [message, changes] :
       {std::pair{std::string{"Subject: a\r\n\r\nb\r\n"}, false},
        {"Subject: a\r\n\r\n\xe4\r\n", true}}) {
    mime::seven_bit_survey x;
    x.feed(message);
    BOOST_TEST(mime::changes_anything(x.finish()) == changes);
  }
}

BOOST_AUTO_TEST_CASE(what_can_not_be_changed_is_told) {
  const struct {
    std::string message;
    std::string why;
  } table[] = {
    {"Subject: \xc3\xa4\n\nb\n", "a header in it is not ASCII"},
    {"Content-Type: multipart/signed; boundary=x\n\n--x\n\n\xc3\xa4\n--x--\n",
     "it is signed or encrypted"},
    {"Content-Type: multipart/encrypted; boundary=x\n\n--x\n"
     "Content-Type: multipart/mixed; boundary=y\n\n--y\n\n\xc3\xa4\n--x--\n",
     "it is signed or encrypted"},
    {"Content-Type: message/partial; id=a; number=1\n\n\xc3\xa4\n",
     "a part of it can't be read"},
    {"Content-Type: message/rfc822\nContent-Transfer-Encoding: "
     "base64\n\n\xc3\n",
     "a part of it can't be read"},
    {"Content-Type: multipart/mixed\n\n--x\n\n\xc3\xa4\n--x--\n",
     "a part of it can't be read"},
    {"Content-Type: multipart/mixed; boundary=x; boundary=y\n\n--x\n\n\xc3\n",
     "a part of it can't be read"},
    {"Content-Type: multipart/mixed; boundary*=us-ascii''x\n\n--x\n\n\xc3\n",
     "a part of it can't be read"},
    {"Content-Type: text/plain\nContent-Type: text/html\n\n\xc3\xa4\n",
     "a part of it can't be read"},
    {"Content-Type: text\n\n\xc3\xa4\n", "a part of it can't be read"},
    {"Content-Type: text/plain; charset=\"utf-8\n\n\xc3\xa4\n",
     "a part of it can't be read"},
    {"no field\n\n\xc3\xa4\n", "a part of it can't be read"},
    {"Content-Transfer-Encoding: base64\n\n\xc3\xa4\n",
     "a part of it is not what it says it is"},
    {"Content-Transfer-Encoding: quoted-printable\n\n\xc3\xa4\n",
     "a part of it is not what it says it is"},
    {"Content-Transfer-Encoding: x-own\n\n\xc3\xa4\n",
     "a part of it is not what it says it is"},
  };
  for (const auto& [message, why] : table)
    check_fault(lines(message), why);
}

BOOST_AUTO_TEST_CASE(binary_parts_become_printable) {
  const std::string from
    = "MIME-Version: 1.0\r\nContent-Type: text/plain\r\n"
      "Content-Transfer-Encoding: binary\r\n\r\na\nb\rc\r\n";
  BOOST_TEST(encoded(from, 3)
             == "MIME-Version: 1.0\r\nContent-Type: text/plain\r\n"
                "Content-Transfer-Encoding: quoted-printable\r\n\r\n"
                "a=0Ab=0Dc\r\n");
  BOOST_TEST(encoded({"Subject: a\r\n\r\n\0\n", 16}, 1)
             == "Subject: a\r\nMIME-Version: 1.0\r\n"
                "Content-Type: text/plain; charset=unknown-8bit\r\n"
                "Content-Transfer-Encoding: quoted-printable\r\n\r\n=00=0A");
  const auto wide = "Content-Type: a/b\r\nContent-Transfer-Encoding: 8bit\r\n"
                    "\r\n"
                    + std::string(5000, 'x') + "\r\n";
  const auto out = encoded(wide, 999);
  BOOST_TEST(out.find(": base64\r\n") != std::string::npos);
  BOOST_TEST(out.find(std::string(77, 'e')) == std::string::npos);
}

BOOST_AUTO_TEST_CASE(there_are_limits) {
  std::string deep;
  for (int i = 0; i < 40; ++i)
    deep += "Content-Type: message/rfc822\r\n\r\n";
  check_fault(deep, "it has too many parts, or too large a header");
  std::string many = "Content-Type: multipart/mixed; boundary=x\r\n\r\n";
  for (int i = 0; i < 10'001; ++i)
    many += "--x\r\n\r\n";
  check_fault(many, "it has too many parts, or too large a header");
  check_fault("Subject: " + std::string(300'000, 'x') + "\r\n\r\nb",
              "it has too many parts, or too large a header");
}

BOOST_AUTO_TEST_SUITE_END()
