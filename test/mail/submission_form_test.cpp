#include "mail/outlet/submission_form.hpp"
#include "parsed.hpp"

#include <boost/json.hpp>
#include <boost/test/unit_test.hpp>

using namespace stagepost;
using namespace std::chrono_literals;

namespace {

const std::string mail
  = test::with_crlf(R"(Authentication-Results: mx.example.com;
 dkim=pass
Authentication-Results: mx.example.com; spf=pass
Subject: =?utf-8?Q?f=C3=BCr?= you
Message-ID: <a1@example.net>
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=b

--b

the text
--b
Content-Type: text/html; charset=iso-8859-1
Content-Transfer-Encoding: quoted-printable

<p>gr=FC=DF
--b
Content-Type: model/stl; name=cube.stl
Content-ID: <c1>

solid
--b
Content-Type: message/rfc822

X: y

z
--b--
)");

outlet::submission submission_of(std::string octets) {
  outlet::submission x;
  x.id = "01HV5PZ2K4X7D";
  x.sender = "a@example.net";
  x.recipients = {"jobs@example.com", "more@example.com"};
  x.user = "alice";
  x.client = "192.0.2.7";
  x.client_name = "client.example.net";
  x.helo = "me\xff";
  x.tls = "TLSv1.3 TLS_AES_256_GCM_SHA384";
  x.listener = "mx";
  x.at = std::chrono::system_clock::time_point(1'700'000'000'123ms);
  x.body = test::message_of(std::move(octets));
  x.mail
    = std::make_shared<const mime::parsed_mail>(mime::parse_mail(*x.body).mail);
  return x;
}

} // namespace

BOOST_AUTO_TEST_SUITE(submission_form)

BOOST_AUTO_TEST_CASE(the_message_says_what_is_known) {
  const auto expected = boost::json::parse(R"({
    "id": "01HV5PZ2K4X7D",
    "envelope": {"sender": "a@example.net",
                 "recipients": ["jobs@example.com", "more@example.com"]},
    "user": "alice",
    "client": {"ip": "192.0.2.7", "host": "client.example.net", "ehlo": "me�"},
    "tls": "TLSv1.3 TLS_AES_256_GCM_SHA384",
    "listener": "mx",
    "received": "2023-11-14T22:13:20.123Z",
    "subject": "für you",
    "message_id": "a1@example.net",
    "headers": [
      ["Authentication-Results", "mx.example.com; dkim=pass"],
      ["Authentication-Results", "mx.example.com; spf=pass"],
      ["Subject", "für you"],
      ["Message-ID", "<a1@example.net>"],
      ["MIME-Version", "1.0"],
      ["Content-Type", "multipart/mixed; boundary=b"]],
    "parts": [
      {"field": "text", "name": null, "type": "text/plain", "size": 8,
       "content_id": null, "inline": false},
      {"field": "html", "name": null, "type": "text/html", "size": 9,
       "content_id": null, "inline": false}],
    "attachments": [
      {"field": "attachment-1", "name": "cube.stl", "type": "model/stl",
       "size": 5, "content_id": "c1", "inline": false},
      {"field": "attachment-2", "name": null, "type": "message/rfc822",
       "size": 9, "content_id": null, "inline": false}],
    "authentication_results": ["mx.example.com; dkim=pass",
                               "mx.example.com; spf=pass"]})");
  BOOST_TEST(boost::json::parse(outlet::describe(submission_of(mail)))
             == expected);
}

BOOST_AUTO_TEST_CASE(what_is_not_known_is_null) {
  auto x = submission_of("\r\n");
  x.user = x.tls = x.client_name = "";
  const auto got = boost::json::parse(outlet::describe(x));
  for (const auto* name : {"user", "tls", "message_id"})
    BOOST_TEST(got.at(name).is_null());
  BOOST_TEST(got.at("client").at("host").is_null());
  BOOST_TEST(got.at("subject").as_string().empty());
  BOOST_TEST(got.at("attachments").as_array().empty());
  BOOST_TEST(got.at("authentication_results").as_array().empty());
}

BOOST_AUTO_TEST_CASE(the_form_has_each_part_once) {
  const auto x = submission_of(mail);
  const auto form = outlet::submission_form(x, false, 0xabcdU);
  BOOST_TEST(form->content_type()
             == "multipart/form-data; boundary=stagepost01HV5PZ2K4X7Dabcd");
  const auto got = test::all_of(*form, 1000);
  BOOST_TEST(got.size() == form->size());
  const std::string b = "\r\n--stagepost01HV5PZ2K4X7Dabcd";
  const auto d = "\r\nContent-Disposition: form-data; name=";
  const auto expected
    = b.substr(2) + d + "\"message\"\r\nContent-Type: application/json\r\n\r\n"
      + outlet::describe(x) + b + d
      + "\"text\"\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nthe text"
      + b + d
      + "\"html\"\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<p>grüß" + b
      + d
      + "\"attachment-1\"; filename=\"cube.stl\"\r\nContent-Type: model/stl"
        "\r\n\r\nsolid"
      + b + d
      + "\"attachment-2\"; filename=\"attachment-2.eml\"\r\nContent-Type: "
        "message/rfc822\r\n\r\nX: y\r\n\r\nz"
      + b + "--\r\n";
  BOOST_TEST(got == expected);
}

BOOST_AUTO_TEST_CASE(the_message_goes_along_as_it_came_if_that_is_wanted) {
  const auto x = submission_of(mail);
  const auto got
    = test::all_of(*outlet::submission_form(x, true, 1), 1U << 20U);
  BOOST_TEST(got.find("name=\"raw\"; filename=\"raw.eml\"\r\nContent-Type: "
                      "message/rfc822\r\n\r\n"
                      + mail + "\r\n--stagepost")
             != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
