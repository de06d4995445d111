#include "test/mail/sender_script.hpp"

#include <boost/test/unit_test.hpp>

namespace stagepost::test {

namespace {

using smtp::sender;

const char* name_of(sender::wish x) {
  switch (x) {
    case sender::wish::none:
      return "none";
    case sender::wish::start_tls:
      return "start_tls";
    case sender::wish::ready:
      return "ready";
    case sender::wish::send_content:
      return "send_content";
    case sender::wish::finished:
      return "finished";
    case sender::wish::hang_up:
      return "hang_up";
  }
  return "?";
}

// The lines of a dialogue, without the spaces before them.
std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> out;
  while (!text.empty()) {
    auto line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
    line.remove_prefix(std::min(line.find_first_not_of(' '), line.size()));
    if (!line.empty())
      out.emplace_back(line);
  }
  return out;
}

// Takes the run of lines that begin like this, as they go over the wire.
std::string take_run(const std::vector<std::string>& lines, std::size_t& at,
                     std::string_view mark) {
  std::string out;
  for (; at < lines.size() && lines[at].starts_with(mark); ++at)
    out += lines[at].substr(mark.size()) + "\r\n";
  return out;
}

} // namespace

void sender_script::play(std::string_view dialogue) const {
  play(dialogue, std::string::npos);
  play(dialogue, 1);
}

void sender_script::play(std::string_view dialogue, std::size_t step) const {
  sender it(settings_);
  const auto lines = lines_of(dialogue);
  std::size_t recipient = 0;
  for (std::size_t at = 0; at < lines.size();) {
    const auto line = lines[at];
    BOOST_TEST_INFO_SCOPE("line " << at + 1 << ": " << line << ", step "
                                  << step);
    if (line.starts_with("S: ")) {
      const auto octets = take_run(lines, at, "S: ");
      for (std::size_t i = 0; i < octets.size();
           i += std::min(step, octets.size()))
        it.feed(std::string_view(octets).substr(i, step));
      continue;
    }
    if (line.starts_with("C: ")) {
      BOOST_TEST(it.take_output() == take_run(lines, at, "C: "));
      continue;
    }
    ++at;
    if (line == "! begin") {
      recipient = 0;
      it.begin(envelope_);
    } else if (line == "! sent") {
      it.content_sent();
    } else if (line.starts_with("! chunk ")) {
      it.begin_chunk(std::stoul(line.substr(8)), false);
    } else if (line.starts_with("! last ")) {
      it.begin_chunk(std::stoul(line.substr(7)), true);
    } else if (line == "! proceed") {
      it.proceed();
    } else if (line == "! tls") {
      it.tls_started();
    } else if (line == "! verified") {
      it.tls_started(true);
    } else if (line == "! tls_failed") {
      it.tls_failed("no shared cipher");
    } else if (line == "! lost") {
      it.lost({451, {4, 4, 2}, "Timed out"});
    } else if (line == "! lost_early") {
      it.lost({451, {4, 4, 2}, "Timed out"}, false);
    } else if (line == "! quit") {
      it.quit();
    } else if (line.starts_with("? ")) {
      BOOST_TEST(name_of(it.wanted()) == line.substr(2));
      BOOST_TEST(it.take_output() == "");
    } else if (line.starts_with("= ")) {
      BOOST_REQUIRE(recipient < it.outcome().replies.size());
      BOOST_TEST(to_string(it.outcome().replies[recipient++])
                 == line.substr(2));
    } else if (line.starts_with("why ")) {
      BOOST_TEST(to_string(it.why()) == line.substr(4));
    } else if (line.starts_with("doubt")) {
      std::string doubtful = "doubt";
      for (const auto i : it.outcome().in_doubt)
        doubtful += ' ' + std::to_string(i);
      BOOST_TEST(doubtful == line);
    } else if (line == "usable" || line == "unusable") {
      BOOST_TEST(it.outcome().replies.size() == envelope_.recipients.size());
      BOOST_TEST(it.outcome().usable == (line == "usable"));
    } else if (line == "secure" || line == "clear") {
      BOOST_TEST(it.secure() == (line == "secure"));
    } else {
      BOOST_ERROR("no such line in a script: " << line);
    }
  }
  BOOST_TEST(it.take_output() == "");
}

} // namespace stagepost::test
