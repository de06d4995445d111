#include "net/tls_context.hpp"
#include "test/net/s_client.hpp"
#include "test/net/tls_fixture.hpp"

#include <atomic>
#include <filesystem>
#include <fstream>
#include <thread>
#include <utility>

using namespace stagepost::net;
using namespace std::chrono_literals;
namespace fs = std::filesystem;

namespace {

struct reload_fixture {
  temporary_folder folder;
  stagepost::config::tls_section section;
  std::shared_ptr<stagepost::net::tls_context> context;

  reload_fixture() {
    section.certificates = {make_certificate(folder, "a", "a.example"),
                            make_certificate(folder, "b", "b.example")};
    context = made_context(section);
  }

  /// A new pair for `name`, which replaces what is in the given files.
  void renew(std::size_t which, const std::string& name) {
    const auto fresh = make_certificate(folder, "new", name);
    const auto& files = section.certificates[which];
    fs::rename(fresh.certificate, files.certificate);
    fs::rename(fresh.key, files.key);
  }

  [[nodiscard]] bool serves(const std::string& subject,
                            const std::string& asked_for = "x") const {
    const auto x = serve(context, "-servername " + asked_for);
    return has(x.text, "220 hello")
           && has(x.text, "subject=CN = " + subject + "\n");
  }
};

} // namespace

BOOST_AUTO_TEST_SUITE(tls_reload)

BOOST_FIXTURE_TEST_CASE(nothing_changed_is_no_news, reload_fixture) {
  const auto before = context->current();
  fs::last_write_time(section.certificates[0].certificate,
                      fs::file_time_type::clock::now());
  for (int i = 0; i < 3; ++i) {
    const auto x = context->reload_if_changed();
    BOOST_TEST(!x.changed);
    BOOST_TEST(!x.news);
    BOOST_TEST(x.refusals.empty());
  }
  BOOST_TEST((context->current() == before));
}

BOOST_FIXTURE_TEST_CASE(a_renewed_pair_is_served, reload_fixture) {
  BOOST_TEST(serves("a.example"));
  renew(0, "a2.example");
  BOOST_TEST(serves("a.example"), "not before it was loaded");
  const auto x = context->reload_if_changed();
  BOOST_TEST(x.changed);
  BOOST_TEST(x.news);
  BOOST_TEST(x.refusals.empty());
  BOOST_TEST(serves("a2.example"));
  BOOST_TEST(serves("b.example", "b.example"));
  BOOST_TEST(!context->reload_if_changed().news);
  renew(1, "*.b.example");
  BOOST_TEST(context->reload_if_changed().changed);
  BOOST_TEST(serves("*.b.example", "mx.b.example"));
  BOOST_TEST(serves("a2.example", "b.example"), "that name is nobody's now");
}

BOOST_FIXTURE_TEST_CASE(sessions_go_on, reload_fixture) {
  tls_fixture old;
  BOOST_TEST(old.shake_hands("b.example", context));
  tls_fixture half;
  half.server.link->accept_tls(
    context, [&](error_code ec) { half.server.handshake = ec; });
  renew(0, "a2.example");
  renew(1, "b2.example");
  BOOST_TEST(context->reload_if_changed().changed);
  context.reset();
  old.both_listen();
  old.client.link->write("EHLO\r\n");
  BOOST_TEST(old.run_until([&] { return old.server.got == "EHLO\r\n"; }));
  half.client.link->connect_tls(
    test_contexts().client, "b.example",
    [&](error_code ec) { half.client.handshake = ec; });
  BOOST_TEST(half.run_until(
    [&] { return half.server.handshake && half.client.handshake; }));
  BOOST_TEST(half.client.link->tls()->peer_subject == "CN=b.example");
}

BOOST_AUTO_TEST_CASE(a_link_to_another_file_is_a_change) {
  temporary_folder folder;
  make_certificate(folder, "cert1", "one.example");
  make_certificate(folder, "cert2", "two.example");
  const stagepost::config::certificate files{folder.path("live.crt"),
                                             folder.path("live.key")};
  const auto point_to = [&](const std::string& name) {
    for (const auto& [link, end] :
         {std::pair{files.certificate, ".crt"}, {files.key, ".key"}}) {
      fs::create_symlink(name + end, link + ".new");
      fs::rename(link + ".new", link);
    }
  };
  point_to("cert1");
  const auto context = made_context({{files}, "1.2", ""});
  point_to("cert2");
  BOOST_TEST(context->reload_if_changed().changed);
  BOOST_TEST(has(serve(context).text, "subject=CN = two.example\n"));
}

BOOST_FIXTURE_TEST_CASE(half_of_a_pair_waits_for_the_other, reload_fixture) {
  const auto fresh = make_certificate(folder, "new", "a2.example");
  const auto& files = section.certificates[0];
  fs::rename(fresh.certificate, files.certificate);
  auto x = context->reload_if_changed();
  BOOST_TEST(!x.changed);
  BOOST_TEST(x.news);
  BOOST_REQUIRE(x.refusals.size() == 1U);
  BOOST_TEST(has(x.refusals[0], files.key));
  BOOST_TEST(has(x.refusals[0], "does not belong to the certificate"));
  BOOST_TEST(serves("a.example"));
  x = context->reload_if_changed();
  BOOST_TEST(x.refusals.size() == 1U);
  BOOST_TEST(!x.news, "it is told once");
  fs::rename(fresh.key, files.key);
  x = context->reload_if_changed();
  BOOST_TEST(x.changed);
  BOOST_TEST(x.news);
  BOOST_TEST(x.refusals.empty());
  BOOST_TEST(serves("a2.example"));
}

BOOST_FIXTURE_TEST_CASE(what_cannot_be_used_keeps_what_was_there,
                        reload_fixture) {
  const auto& files = section.certificates[0];
  const auto good = files.certificate + ".good";
  fs::rename(files.certificate, good);
  const struct {
    std::string content;
    std::string why;
  } table[] = {{"", "holds no usable certificate"},
               {"-----BEGIN CERTIFICATE-----\nMIIB", "holds no usable"}};
  auto gone = context->reload_if_changed();
  BOOST_TEST(gone.news);
  BOOST_REQUIRE(gone.refusals.size() == 1U);
  BOOST_TEST(has(gone.refusals[0], "cannot read " + files.certificate));
  for (const auto& x : table) {
    std::ofstream(files.certificate) << x.content;
    const auto got = context->reload_if_changed();
    BOOST_TEST(!got.changed);
    BOOST_REQUIRE(got.refusals.size() == 1U);
    BOOST_TEST(has(got.refusals[0], files.certificate + " " + x.why));
    BOOST_TEST(serves("a.example"));
  }
  fs::rename(good, files.certificate);
  const auto back = context->reload_if_changed();
  BOOST_TEST(!back.changed, "it is what is served");
  BOOST_TEST(back.news, "but the trouble is over");
  BOOST_TEST(back.refusals.empty());
}

BOOST_FIXTURE_TEST_CASE(one_refused_pair_does_not_hold_up_another,
                        reload_fixture) {
  std::ofstream(section.certificates[0].certificate) << "";
  renew(1, "b.example");
  const auto before = serve(context, "-servername b.example").text;
  const auto x = context->reload_if_changed();
  BOOST_TEST(x.changed);
  BOOST_TEST(x.refusals.size() == 1U);
  BOOST_TEST(serves("a.example"));
  const auto after = serve(context, "-servername b.example").text;
  const auto certificate = [](const std::string& text) {
    return text.substr(text.find("-----BEGIN"), 200);
  };
  BOOST_TEST(has(after, "subject=CN = b.example\n"));
  BOOST_TEST(certificate(before) != certificate(after));
}

BOOST_FIXTURE_TEST_CASE(authorities_are_renewed_too, reload_fixture) {
  using stagepost::config::client_certificates;
  const auto old_one = make_certificate(folder, "old", "old");
  const auto new_one = make_certificate(folder, "fresh", "fresh");
  section.client_authority = folder.path("ca.crt");
  fs::copy(old_one.certificate, section.client_authority);
  context = made_context(section, client_certificates::request);
  const auto verified = [&](const stagepost::config::certificate& x) {
    return serve(context, "-cert " + x.certificate + " -key " + x.key)
      .facts->peer_verified;
  };
  BOOST_TEST(verified(old_one));
  BOOST_TEST(!verified(new_one));
  fs::copy(new_one.certificate, section.client_authority,
           fs::copy_options::overwrite_existing);
  BOOST_TEST(context->reload_if_changed().changed);
  BOOST_TEST(!verified(old_one));
  BOOST_TEST(verified(new_one));
}

BOOST_FIXTURE_TEST_CASE(a_session_resumes_until_the_pair_is_renewed,
                        reload_fixture) {
  const auto session = folder.path("session");
  const auto resumed = [&] {
    const auto x = serve(context, "-sess_in " + session);
    BOOST_TEST(has(x.text, "220 hello"), x.text);
    return x.facts->resumed;
  };
  serve(context, "-sess_out " + session);
  BOOST_TEST(resumed());
  renew(0, "a2.example");
  BOOST_TEST(context->reload_if_changed().changed);
  BOOST_TEST(!resumed());
}

BOOST_AUTO_TEST_CASE(a_client_has_no_files) {
  const auto& client = test_contexts().client;
  const auto before = client->current();
  BOOST_TEST(!client->reload_if_changed().news);
  BOOST_TEST((client->current() == before));
}

BOOST_FIXTURE_TEST_CASE(reloading_disturbs_no_handshake, reload_fixture) {
  std::atomic<bool> over = false;
  std::thread other{[&] {
    for (int i = 0; !over; i = 1 - i) {
      std::ofstream(section.certificates[1].certificate, std::ios::app) << "\n";
      context->reload_if_changed();
    }
  }};
  for (int i = 0; i < 50; ++i) {
    tls_fixture f;
    BOOST_TEST(f.shake_hands("a.example", context));
  }
  over = true;
  other.join();
}

BOOST_AUTO_TEST_SUITE_END()
