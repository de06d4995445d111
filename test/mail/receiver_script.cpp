#include "receiver_script.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <ostream>

namespace {

struct found {
  std::string all;
  std::vector<std::size_t> stops; ///< Where the client waits.
};

found client_side(const script& x) {
  found out;
  for (const auto& t : x.turns) {
    out.all += t.client;
    if (t.waits)
      out.stops.push_back(out.all.size());
  }
  return out;
}

receiver_owner begun(const script& x) {
  receiver_owner out{x.settings};
  if (x.trusted)
    out.machine.trust_xclient();
  return out;
}

/// Feeds the client's side, cut at `cuts`, and where it waits.
receiver_owner run(const script& x, std::vector<std::size_t> cuts) {
  const auto [all, stops] = client_side(x);
  auto out = begun(x);
  cuts.insert(cuts.end(), stops.begin(), stops.end());
  cuts.push_back(all.size());
  std::sort(cuts.begin(), cuts.end());
  std::size_t from = 0;
  for (const auto to : cuts) {
    out.feed(std::string_view{all}.substr(from, to - from));
    from = to;
  }
  return out;
}

void check(receiver_owner& out, const script& x, const std::string& how) {
  std::string expected;
  for (const auto& t : x.turns)
    expected += t.server;
  BOOST_REQUIRE_MESSAGE(out.said() == expected,
                        how << ": " << out.said() << "instead of " << expected);
  BOOST_REQUIRE_MESSAGE(out.hung_up() == x.hangs_up, how << ": hung up?");
  BOOST_REQUIRE_EQUAL(out.stored.size(), x.stored.size());
  for (std::size_t i = 0; i < x.stored.size(); ++i) {
    BOOST_REQUIRE_EQUAL(out.stored[i].sender, x.stored[i].sender);
    BOOST_REQUIRE(out.stored[i].recipients == x.stored[i].recipients);
    BOOST_REQUIRE_EQUAL(out.stored[i].content, x.stored[i].content);
  }
}

} // namespace

receiver_owner::settings script::small() {
  receiver_owner::settings x;
  x.hostname = "mx";
  x.message_size = 1000;
  x.recipients = 3;
  x.unknown_commands = 3;
  x.offers.starttls = true;
  return x;
}

std::ostream& operator<<(std::ostream& out, const script& x) {
  return out << x.name;
}

void play_by_turns(const script& x) {
  auto out = begun(x);
  std::size_t before = 0;
  for (const auto& t : x.turns) {
    out.feed(t.client);
    BOOST_TEST(out.said().substr(before) == t.server);
    before = out.said().size();
  }
  check(out, x, "by turns");
}

void play_however_cut(const script& x) {
  const auto size = client_side(x).all.size();
  auto whole = run(x, {});
  check(whole, x, "whole");
  std::vector<std::size_t> all;
  for (std::size_t at = 1; at < size; ++at) {
    auto split = run(x, {at});
    check(split, x, "split at " + std::to_string(at));
    all.push_back(at);
  }
  auto single = run(x, all);
  check(single, x, "one by one");
}

std::string hello(const std::vector<std::string>& lines) {
  std::string out = "250-mx greets me\r\n";
  for (const auto& line : lines)
    out += "250-" + line + "\r\n";
  return out + "250 HELP\r\n";
}

turn ehlo_with(const std::vector<std::string>& lines) {
  return {"EHLO me\r\n", hello(lines)};
}

turn starttls() {
  return {"STARTTLS\r\n", "220 2.0.0 Ready to start TLS\r\n", true};
}

turn silent(std::string client) {
  return {std::move(client), ""};
}

turn bdat(const std::string& content, bool last, std::string server) {
  return {"BDAT " + std::to_string(content.size()) + (last ? " LAST" : "")
            + "\r\n" + content,
          std::move(server)};
}
