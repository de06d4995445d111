#include "actors/http/directory_changes.hpp"

#include <boost/json.hpp>
#include <boost/test/unit_test.hpp>

using namespace stagepost;
using kind = directory_change::kind;
using verdict = directory_verdict;

namespace {

constexpr auto hash = "$argon2id$v=19$m=65536,t=3,p=1$c2FsdHNhbHRzYWx0c2FsdA$"
                      "aGFzaGhhc2hoYXNoaGFzaGhhc2hoYXNoaGFzaGhhc2g";
constexpr auto verifier = "SCRAM-SHA-256$15000:c2FsdHNhbHRzYWx0c2FsdA==$"
                          "a2V5a2V5a2V5a2V5a2V5a2V5a2V5a2V5a2V5a2V5a2U=:"
                          "a2V5a2V5a2V5a2V5a2V5a2V5a2V5a2V5a2V5a2V5a2U=";

auto read(const std::string& target, const std::string& body) {
  return read_directory_change({"POST", target, body});
}

std::string mailbox_with(const std::string& more) {
  return R"({"address": "anna@example.com")" + more + '}';
}

std::string member(const char* key, const std::string& value) {
  using boost::json::serialize;
  using boost::json::string;
  return ", " + serialize(string{key}) + ": " + serialize(string{value});
}

/// The text of an answer: of its error, or of its note.
std::string text_of(const net::http_response& x) {
  const auto body = boost::json::parse(x.body).as_object();
  const auto* text = body.if_contains(x.status == 200 ? "note" : "error");
  return text == nullptr ? "" : std::string{text->as_string()};
}

} // namespace

BOOST_AUTO_TEST_SUITE(directory_changes)

BOOST_AUTO_TEST_CASE(a_command_becomes_a_change) {
  const struct {
    const char* target;
    kind what;
  } table[] = {
    {"/domains/add", kind::add_domain},
    {"/domains/enable", kind::enable_domain},
    {"/domains/disable", kind::disable_domain},
    {"/domains/remove", kind::remove_domain},
    {"/mailboxes/enable", kind::enable_mailbox},
    {"/mailboxes/disable", kind::disable_mailbox},
    {"/mailboxes/remove", kind::remove_mailbox},
  };
  for (const auto& x : table) {
    BOOST_TEST(is_directory_change(x.target));
    const auto got = read(x.target, R"({"name": "a", "address": "b"})");
    BOOST_REQUIRE(std::holds_alternative<directory_change>(got));
    const auto& change = std::get<directory_change>(got);
    BOOST_TEST((change.what == x.what), x.target);
    BOOST_TEST(change.subject == (is_about_domain(x.what) ? "a" : "b"));
  }
  BOOST_TEST(!is_directory_change("/domains"));
  BOOST_TEST(!is_directory_change("/queue/delete"));
}

BOOST_AUTO_TEST_CASE(a_new_mailbox_brings_its_particulars) {
  const auto got
    = read("/mailboxes/add",
           mailbox_with(member("name", "Zo\u00EB") + member("password", hash)
                        + member("scram", verifier)));
  BOOST_REQUIRE(std::holds_alternative<directory_change>(got));
  const auto& x = std::get<directory_change>(got);
  BOOST_TEST((x.what == kind::add_mailbox));
  BOOST_TEST(x.subject == "anna@example.com");
  BOOST_TEST(x.name == "Zo\u00EB");
  BOOST_TEST(x.password == hash);
  BOOST_TEST(x.scram == verifier);
}

BOOST_AUTO_TEST_CASE(what_is_no_command_is_refused) {
  const auto good = member("password", hash);
  const struct {
    const char* target;
    std::string body;
    unsigned status;
  } table[] = {
    {"/domains/", "{}", 404},
    {"/domains/password", "{}", 404},
    {"/domains/add/", "{}", 404},
    {"/domains/add?x", "{}", 404},
    {"/mailboxes/list", "{}", 404},
    {"/domains/add", "", 400},
    {"/domains/add", "example.com", 400},
    {"/domains/add", R"(["example.com"])", 400},
    {"/domains/add", "{\"name\": \"\xFF\"}", 400},
    {"/mailboxes/add", mailbox_with(""), 400},
    {"/mailboxes/add", mailbox_with(member("password", "secret")), 400},
    {"/mailboxes/add", mailbox_with(R"(, "password": 1)"), 400},
    {"/mailboxes/password", mailbox_with(""), 400},
    {"/mailboxes/password", mailbox_with(member("scram", verifier)), 400},
    {"/mailboxes/add", mailbox_with(good + member("scram", "secret")), 400},
    {"/mailboxes/add", mailbox_with(good + member("name", "a\nb")), 400},
    {"/mailboxes/add",
     mailbox_with(good + member("name", std::string(256, 'a'))), 400},
  };
  for (const auto& x : table) {
    const auto got = read(x.target, x.body);
    BOOST_TEST_CONTEXT(x.target << ' ' << x.body) {
      BOOST_REQUIRE(std::holds_alternative<net::http_response>(got));
      const auto& answer = std::get<net::http_response>(got);
      BOOST_TEST(answer.status == x.status);
      BOOST_TEST(!text_of(answer).empty());
    }
  }
}

BOOST_AUTO_TEST_CASE(a_verdict_says_what_to_do_next) {
  const struct {
    kind what;
    const char* subject;
    verdict came;
    unsigned status;
    const char* says;
  } table[] = {
    {kind::add_domain, "example.com", verdict::done, 200, ""},
    {kind::add_domain, "a b", verdict::malformed, 400, "`a b` is no domain"},
    {kind::add_domain, "example.com", verdict::exists, 409, "already"},
    {kind::enable_domain, "example.com", verdict::unknown_domain, 404,
     "`stagepost domain list`"},
    {kind::remove_domain, "example.com", verdict::not_empty, 409,
     "`stagepost domain disable example.com`"},
    {kind::add_mailbox, "a@Example.com", verdict::done_while_disabled, 200,
     "`stagepost domain enable example.com`"},
    {kind::add_mailbox, "a", verdict::malformed, 400, "`a` is no mailbox"},
    {kind::add_mailbox, "a@Example.com", verdict::unknown_domain, 404,
     "`stagepost domain add example.com`"},
    {kind::add_mailbox, "a@example.com", verdict::exists, 409,
     "`stagepost mailbox password a@example.com`"},
    {kind::set_password, "a@example.com", verdict::unknown_mailbox, 404,
     "`stagepost mailbox list --domain example.com`"},
  };
  for (const auto& x : table) {
    const auto answer = verdict_answer({x.what, x.subject}, x.came);
    BOOST_TEST(answer.status == x.status);
    BOOST_TEST(text_of(answer).find(x.says) != std::string::npos,
               text_of(answer));
  }
}

BOOST_AUTO_TEST_SUITE_END()
