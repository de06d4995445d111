#pragma once

#include "mail/report.hpp"

#include <boost/test/unit_test.hpp>

#include <map>
#include <string>
#include <vector>

namespace stagepost::test {

// Facts to report, and reports taken apart.

inline queue::time_point at(int minutes) {
  return queue::time_point(std::chrono::seconds(1'795'255'200)
                           + std::chrono::minutes(minutes));
}

inline report_facts facts() {
  report_facts x;
  x.reporting_mta = "mx.example.com";
  x.sender = "s@example.org";
  x.original = queue::id{42};
  x.report = queue::id{43};
  x.arrived = at(0);
  x.now = at(10);
  x.original_header = "Subject: Hello\r\nFrom: s@example.org\r\n";
  x.recipients.push_back({"b@example.net",
                          "",
                          report_facts::kind::failure,
                          {550, {5, 1, 1}, "No such\nuser here"},
                          "mx1.example.net",
                          at(5),
                          {}});
  return x;
}

inline report_facts::recipient delayed() {
  return {"c@example.net",
          "",
          report_facts::kind::delay,
          {451, {}, "Later"},
          "mx2.example.net",
          at(6),
          at(7200)};
}

struct entity {
  std::map<std::string, std::string> header; // unfolded
  std::string body;
};

inline entity entity_of(const std::string& text) {
  entity out;
  std::size_t begin = 0;
  std::string name;
  while (true) {
    const auto end = text.find("\r\n", begin);
    BOOST_REQUIRE(end != std::string::npos);
    const auto line = text.substr(begin, end - begin);
    begin = end + 2;
    if (line.empty())
      break;
    if (line[0] == ' ') {
      out.header[name] += line;
      continue;
    }
    const auto colon = line.find(": ");
    BOOST_REQUIRE(colon != std::string::npos);
    name = line.substr(0, colon);
    BOOST_TEST(out.header.count(name) == 0U);
    out.header[name] = line.substr(colon + 2);
  }
  out.body = text.substr(begin);
  return out;
}

struct parsed {
  entity whole;
  entity text, status, original;
};

// Takes the report apart, and checks what holds for each report.
inline parsed parse(const std::string& report) {
  for (std::size_t begin = 0; begin < report.size();) {
    const auto end = report.find('\n', begin);
    BOOST_REQUIRE(end != std::string::npos);
    BOOST_TEST(report[end - 1] == '\r');
    BOOST_TEST(end - begin < 998U);
    for (auto i = begin; i + 1 < end; ++i)
      BOOST_REQUIRE(
        ((report[i] < 0 || report[i] >= ' ') && report[i] != '\x7f'));
    begin = end + 1;
  }
  parsed out;
  out.whole = entity_of(report);
  auto type = out.whole.header["Content-Type"];
  const std::string before
    = "multipart/report; report-type=delivery-status; boundary=\"";
  BOOST_REQUIRE(type.starts_with(before));
  const auto delimiter
    = "\r\n--" + type.substr(before.size(), type.size() - before.size() - 1);
  std::vector<std::string> parts;
  auto rest = "\r\n" + out.whole.body;
  for (auto end = rest.find(delimiter); end != std::string::npos;
       end = rest.find(delimiter)) {
    parts.push_back(rest.substr(0, end));
    rest = rest.substr(end + delimiter.size());
    BOOST_REQUIRE((rest.starts_with("\r\n") || rest == "--\r\n"));
    rest = rest.substr(2);
  }
  BOOST_TEST(rest == "\r\n");
  BOOST_REQUIRE(parts.size() == 4U);
  BOOST_TEST(parts[0] == "");
  out.text = entity_of(parts[1]);
  out.status = entity_of(parts[2]);
  out.original = entity_of(parts[3]);
  BOOST_TEST(
    (out.text.header["Content-Type"] == "text/plain; charset=us-ascii"
     || out.text.header["Content-Type"] == "text/plain; charset=utf-8"));
  BOOST_TEST(out.status.header["Content-Type"] == "message/delivery-status");
  BOOST_TEST((out.original.header["Content-Type"]
                == "text/rfc822-headers; charset=us-ascii"
              || out.original.header["Content-Type"] == "message/global-headers"
              || out.original.header["Content-Type"] == "message/rfc822"));
  return out;
}

// The groups of fields of the delivery status: the message's, then those of
// each recipient.
inline std::vector<std::map<std::string, std::string>>
groups_of(const parsed& x) {
  std::vector<std::map<std::string, std::string>> out;
  auto rest = x.status.body + "\r\n";
  while (rest.size() > 2) {
    const auto one = entity_of(rest);
    out.push_back(one.header);
    rest = one.body;
  }
  return out;
}

inline bool holds(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

} // namespace stagepost::test
