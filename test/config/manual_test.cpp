#include "config/reference.hpp"
#include "test/config/files.hpp"

#include <boost/test/unit_test.hpp>

#include <iterator>

namespace stagepost::config {

namespace {

/// The manual for administrators.
std::string manual_text() {
  std::ifstream in(STAGEPOST_SOURCE_DIR "/docs/configuration.md");
  return {std::istreambuf_iterator<char>(in), {}};
}

/// The lines after a heading, up to the next one.
std::string chapter(const std::string& text, const std::string& heading) {
  const auto begin = text.find("\n## " + heading);
  if (begin == std::string::npos)
    return {};
  return text.substr(begin, text.find("\n## ", begin + 1) - begin);
}

/// `listeners[].tls` taken apart.
std::pair<std::string, std::string> section_and_key(const std::string& path) {
  const auto end = path.find_first_of(".[");
  if (end == std::string::npos)
    return {"", path};
  return {path.substr(0, end), path.substr(path.rfind('.') + 1)};
}

} // namespace

BOOST_AUTO_TEST_SUITE(manual)

BOOST_AUTO_TEST_CASE(every_key_is_in_the_manual) {
  const auto text = manual_text();
  for (const auto& key : known_keys()) {
    const auto [section, name] = section_and_key(key.path);
    BOOST_TEST_CONTEXT(key.path) {
      BOOST_TEST(!key.meaning.empty());
      if (!key.available)
        BOOST_TEST(chapter(text, "Known, but").find('`' + name + '`')
                   != std::string::npos);
      else if (section.empty())
        BOOST_TEST(!chapter(text, '`' + name + '`').empty());
      else
        BOOST_TEST((chapter(text, '`' + section + '`').find(name + '`')
                    != std::string::npos));
    }
  }
}

BOOST_AUTO_TEST_CASE(every_default_is_the_documented_one) {
  const auto defaults = chapter(manual_text(), "All defaults");
  const auto begin = defaults.find("```yaml\n") + 8;
  const auto end = defaults.find("```", begin);
  BOOST_TEST_REQUIRE(end != std::string::npos);
  const auto documented = good(read_text(defaults.substr(begin, end - begin)));
  const auto real = good(read_text(least));
  BOOST_TEST((documented.node == real.node));
  BOOST_TEST((documented.storage == real.storage));
  BOOST_TEST((documented.tls == real.tls));
  BOOST_TEST((documented.listeners == real.listeners));
  BOOST_TEST((documented.limits == real.limits));
  BOOST_TEST((documented.auth == real.auth));
  BOOST_TEST((documented.routes == real.routes));
  BOOST_TEST((documented.outlets == real.outlets));
  BOOST_TEST((documented.egress == real.egress));
  BOOST_TEST((documented.dkim == real.dkim));
  BOOST_TEST((documented.dns == real.dns));
  const auto& a = documented.delivery;
  const auto& b = real.delivery;
  BOOST_TEST((a.defaults == b.defaults));
  BOOST_TEST((a.timeouts == b.timeouts));
  BOOST_TEST((a.in_doubt == b.in_doubt));
  BOOST_TEST(a.retry_jitter == b.retry_jitter);
  BOOST_TEST((a.probe == b.probe));
  BOOST_TEST((a.fair_by == b.fair_by));
  BOOST_TEST((a.expire == b.expire));
  BOOST_TEST((a.warn_after == b.warn_after));
  BOOST_TEST((a.report == b.report));
  BOOST_TEST(a.reports_per_minute == b.reports_per_minute);
  BOOST_TEST(a.postmaster_copy == b.postmaster_copy);
  BOOST_TEST(a.port == b.port);
  BOOST_TEST(a.mta_sts == b.mta_sts);
  BOOST_TEST(a.mta_sts_port == b.mta_sts_port);
  BOOST_TEST(a.ca_file == b.ca_file);
  BOOST_TEST(a.domains.empty());
  BOOST_TEST(b.domains.empty());
  for (std::size_t attempt = 1; attempt < 10; ++attempt)
    BOOST_TEST((a.retry.after(attempt) == b.retry.after(attempt)));
}

BOOST_AUTO_TEST_CASE(every_key_with_a_default_stands_in_the_list_of_them) {
  const auto defaults = chapter(manual_text(), "All defaults");
  for (const auto& key : known_keys()) {
    const auto [section, name] = section_and_key(key.path);
    const bool in_a_list_that_is_empty
      = section == "auth" || section == "routes" || section == "outlets"
        || key.path.find("rules[]") != std::string::npos
        || key.path.find("pools.*[]") != std::string::npos
        || key.path.find("certificates[]") != std::string::npos
        || key.path.find("domains.*[]") != std::string::npos
        || key.path.find("shards[]") != std::string::npos;
    if (key.available && !in_a_list_that_is_empty)
      BOOST_TEST(defaults.find(name) != std::string::npos, key.path);
  }
}

BOOST_AUTO_TEST_CASE(names_that_are_not_given_come_from_the_machine) {
  const auto x = good(read_text(least));
  BOOST_TEST(!x.node.name.empty());
  BOOST_TEST(!x.node.hostname.empty());
  BOOST_TEST(x.egress.default_hostname == x.node.hostname);
  const auto y = good(
    read_text("node: {hostname: MX.Example.com}\n" + std::string(least)));
  BOOST_TEST(y.node.hostname == "mx.example.com");
  BOOST_TEST(y.egress.default_hostname == "mx.example.com");
}

BOOST_AUTO_TEST_CASE(a_listener_has_the_limits_of_the_section_and_its_own) {
  const auto x = good(
    read_text("listeners:\n"
              "  - {name: a, address: \"[::]:0\", limits: {recipients: 3,\n"
              "     per_minute: {user_messages: 6}}}\n"
              "  - {name: b, address: \"[::]:0\"}\n"
              "limits: {recipients: 2, unknown_commands: 4,\n"
              "  per_minute: {client_messages: 5}}\n"));
  BOOST_TEST(x.listeners[0].limits.recipients == 3U);
  BOOST_TEST(x.listeners[0].limits.unknown_commands == 4U);
  BOOST_TEST(x.listeners[0].limits.per_minute.client_messages == 5U);
  BOOST_TEST(x.listeners[0].limits.per_minute.user_messages == 6U);
  BOOST_TEST(x.listeners[1].limits.recipients == 2U);
  BOOST_TEST(x.listeners[1].limits.per_minute.user_messages == 0U);
}

BOOST_AUTO_TEST_CASE(a_domain_has_the_settings_of_the_section_and_its_own) {
  const auto x = good(read_text("delivery:\n"
                                "  domains:\n"
                                "    A.example: {rate: 3, next_hop: mx}\n"
                                "    b.example: {next_hop: smtp://b:26}\n"
                                "  next_hop: [\"smtp://hub\"]\n"
                                "  rate: 2\n"
                                "  tls: required\n"
                                + std::string(least)))
                   .delivery;
  BOOST_TEST(x.settings_for("a.EXAMPLE").rate == 3U);
  BOOST_TEST(x.settings_for("a.example").next_hop.empty());
  BOOST_TEST((x.settings_for("a.example").tls == delivery_tls::required));
  BOOST_TEST((x.settings_for("b.example").next_hop
              == std::vector<next_hop>{{"b", 26, false, "", ""}}));
  BOOST_TEST(x.settings_for("b.example").rate == 2U);
  BOOST_TEST((x.settings_for("c.example") == x.defaults));
  BOOST_TEST(
    (x.defaults.next_hop == std::vector<next_hop>{{"hub", 25, false, "", ""}}));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace stagepost::config
