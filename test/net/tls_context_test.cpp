#include "net/tls_context.hpp"
#include "test/net/s_client.hpp"
#include "test/net/tls_contexts.hpp"

#include <boost/test/unit_test.hpp>

#include <cstdlib>
#include <fstream>
#include <vector>

using namespace stagepost::net;
using stagepost::config::tls_section;

namespace {

std::string refusal(const tls_section& section) {
  auto x = stagepost::net::tls_context::server(section);
  auto* why = std::get_if<std::string>(&x);
  return why != nullptr ? *why : "loaded";
}

} // namespace

BOOST_AUTO_TEST_SUITE(tls_context)

BOOST_AUTO_TEST_CASE(the_certificate_is_chosen_by_sni) {
  const struct {
    const char* name;
    const char* subject;
  } table[] = {
    {"mx.a.example", "CN = mx.a.example"},
    {"MX.b.example", "CN = x"},
    {"one.wild.example", "CN = x"},
    {"two.one.wild.example", "CN = mx.a.example"},
    {"wild.example", "CN = mx.a.example"},
    {"unknown.example", "CN = mx.a.example"},
  };
  for (const auto& x : table) {
    auto text
      = serve(test_contexts().server, std::string("-servername ") + x.name)
          .text;
    BOOST_TEST(has(text, std::string("subject=") + x.subject + "\n"),
               x.name << ": " << text);
    BOOST_TEST(has(text, "220 hello"), text);
  }
}

BOOST_AUTO_TEST_CASE(old_versions_are_refused) {
  auto section = test_contexts().section;
  section.minimum = "1.3";
  auto strict = made_context(section);
  const auto& usual = test_contexts().server;
  const std::string any = " -cipher ALL:@SECLEVEL=0";
  const struct {
    std::shared_ptr<stagepost::net::tls_context> context;
    std::string options;
    bool agreed;
  } table[] = {
    {usual, "-tls1_3", true},
    {usual, "-tls1_2", true},
    {usual, "-tls1_1" + any, false},
    {usual, "-tls1" + any, false},
    {strict, "-tls1_3", true},
    {strict, "-tls1_2", false},
    {usual, "-tls1_2 -cipher aNULL:@SECLEVEL=0", false},
  };
  for (const auto& x : table) {
    auto text = serve(x.context, x.options).text;
    BOOST_TEST(has(text, "220 hello") == x.agreed, x.options << ": " << text);
  }
}

BOOST_AUTO_TEST_CASE(a_refused_file_is_named) {
  const auto& good = test_contexts().section.certificates[0];
  const auto& other = test_contexts().section.certificates[1];
  auto& folder = test_contexts().folder;
  std::ofstream(folder.path("empty.pem")) << "";
  auto locked = folder.path("locked.key");
  BOOST_REQUIRE(std::system(("openssl pkey -aes128 -passout pass:x -in "
                             + good.key + " -out " + locked)
                              .c_str())
                == 0);
  const struct {
    stagepost::config::certificate files;
    std::vector<std::string> parts;
  } table[] = {
    {{"/nowhere/mx.crt", good.key}, {"cannot read /nowhere/mx.crt"}},
    {{good.certificate, "/nowhere/mx.key"}, {"cannot read /nowhere/mx.key"}},
    {{folder.path("empty.pem"), good.key}, {"empty.pem holds no usable"}},
    {{good.certificate, folder.path("empty.pem")},
     {"empty.pem holds no usable private key"}},
    {{good.certificate, other.key},
     {other.key, "does not belong to the certificate", good.certificate}},
    {{good.certificate, locked}, {locked, "passphrase"}},
  };
  for (const auto& x : table) {
    auto why = refusal({{x.files}, "1.2", ""});
    for (const auto& part : x.parts)
      BOOST_TEST(has(why, part), why << " has no " << part);
  }
  BOOST_TEST(has(refusal({}), "tls.certificates is empty"));
}

BOOST_AUTO_TEST_SUITE_END()
