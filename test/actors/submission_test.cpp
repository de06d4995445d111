#include "actors/outlets/submission.hpp"

#include <boost/test/unit_test.hpp>

using namespace stagepost;

BOOST_AUTO_TEST_SUITE(submission)

BOOST_AUTO_TEST_CASE(a_platform_hears_of_its_own_recipients_alone) {
  received_mail mail;
  mail.id = queue::id(1);
  mail.user = "alice";
  mail.client = "192.0.2.7";
  mail.client_name = "client.example.net";
  mail.helo = "laptop";
  mail.tls = "TLSv1.3 TLS_AES_256_GCM_SHA384";
  mail.listener = "mx";
  mail.envelope.sender = "a@example.net";
  for (const auto* x : {"x@example.com", "y@example.com", "z@example.com"})
    mail.envelope.recipients.push_back({x, 0, ""});
  mail.body = std::make_shared<memory_content>("X: y\r\n\r\n");
  outlet_job job;
  job.mail = std::make_shared<const received_mail>(mail);
  job.recipients = {0, 2};
  const auto parsed = std::make_shared<const mime::parsed_mail>();
  const auto got = submission_of(job, parsed);
  BOOST_TEST(got.id == to_string(mail.id));
  BOOST_TEST(got.sender == "a@example.net");
  const std::vector<std::string> own{"x@example.com", "z@example.com"};
  BOOST_TEST(got.recipients == own, boost::test_tools::per_element());
  BOOST_TEST(got.user == "alice");
  BOOST_TEST(got.client == "192.0.2.7");
  BOOST_TEST(got.client_name == "client.example.net");
  BOOST_TEST(got.helo == "laptop");
  BOOST_TEST(got.tls == mail.tls);
  BOOST_TEST(got.listener == "mx");
  BOOST_CHECK(got.mail == parsed);
  BOOST_CHECK(got.body == mail.body);
}

BOOST_AUTO_TEST_SUITE_END()
