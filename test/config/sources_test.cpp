#include "test/config/files.hpp"

#include <boost/test/unit_test.hpp>

namespace stagepost::config {

namespace {

/// The one problem, its file without the folder.
std::string only_problem(const outcome& x) {
  const auto* problems = std::get_if<std::vector<problem>>(&x);
  BOOST_TEST_REQUIRE(problems != nullptr);
  BOOST_TEST_REQUIRE(problems->size() == 1U);
  auto p = problems->front();
  p.file = std::filesystem::path(p.file).filename().string();
  return to_string(p);
}

const std::string minimal(least);

} // namespace

BOOST_AUTO_TEST_SUITE(sources)

BOOST_AUTO_TEST_CASE(a_missing_file_is_a_problem_without_a_line) {
  const auto x = read_file("/nowhere/stagepost.yaml", {});
  const auto* problems = std::get_if<std::vector<problem>>(&x);
  BOOST_TEST_REQUIRE(problems != nullptr);
  BOOST_TEST_REQUIRE(problems->size() == 1U);
  BOOST_TEST(to_string(problems->front())
             == "/nowhere/stagepost.yaml: can't read "
                "`/nowhere/stagepost.yaml`: No such file or directory");
}

BOOST_AUTO_TEST_CASE(a_folder_is_no_file) {
  BOOST_TEST(only_problem(read_file("/tmp", {}))
             == "tmp: can't read `/tmp`: Is a directory");
}

BOOST_AUTO_TEST_CASE(a_huge_file_is_not_read) {
  const folder files;
  const auto path = files.write("big.yaml", std::string((1U << 20U) + 1, '#'));
  BOOST_TEST(only_problem(read_file(path, {})).find("longer than 1 MiB")
             != std::string::npos);
}

BOOST_AUTO_TEST_CASE(what_is_no_yaml_is_answered_with_its_place) {
  const std::pair<std::string_view, std::string_view> table[] = {
    {"node: {name: a\n", "test.yaml:2:1: not valid YAML: "},
    {"node:\n\tname: a\n", "test.yaml:2:6: not valid YAML: "},
    {"a: b: c\n", "test.yaml:1:5: not valid YAML: "},
    {"limits: {recipients: ${N}}\n",
     "test.yaml:1:23: not valid YAML: end of map flow not found; inside of {} "
     "and [] a value with `${` needs quotes"},
    {"node: *nobody\n", "test.yaml:1:7: not valid YAML: "},
  };
  for (const auto& [text, problem] : table)
    BOOST_TEST(only_problem(read_text(text)).substr(0, problem.size())
               == problem);
}

BOOST_AUTO_TEST_CASE(tags_and_second_documents_are_problems) {
  BOOST_TEST(faults_of(read_text("node: !mine {}\n" + minimal))[0]
             == "1:7: tags such as `!mine` mean nothing");
  const std::pair<std::string, std::string> table[] = {
    {minimal + "---\nnode: {}\n", "4:1"},
    {"  node: {}\ndns: {}\n", "2:1"},
    {"{node: {}}, {dns: {}}\n", "1:11"},
    {", a", "1:1"},
  };
  for (const auto& [text, where] : table)
    BOOST_TEST(faults_of(read_text(text))[0]
               == where
                    + ": what stands here does not belong to what is before "
                      "it; a file holds one mapping");
  good(read_text("node: {threads: !!int 2}\n" + minimal));
}

BOOST_AUTO_TEST_CASE(a_report_returns_the_header_or_all) {
  using enum report_content;
  BOOST_TEST((good(read_text(minimal)).delivery.report == headers));
  BOOST_TEST(
    (good(read_text("delivery: {report: full}\n" + minimal)).delivery.report
     == full));
}

BOOST_AUTO_TEST_CASE(anchors_work_and_can_not_fill_the_memory) {
  const auto x
    = good(read_text("delivery:\n  domains:\n    a.example: &slow {rate: 1}\n"
                     "    b.example: *slow\n"
                     + minimal));
  BOOST_TEST(x.delivery.settings_for("b.example").rate == 1U);

  std::string laughs = "a: &a [x, x, x, x, x, x, x, x, x, x]\n";
  for (char c = 'b'; c <= 'j'; ++c) {
    const std::string before(1, static_cast<char>(c - 1));
    laughs += std::string(1, c) + ": &" + c + " [*" + before;
    for (int i = 0; i < 9; ++i)
      laughs += ", *" + before;
    laughs += "]\n";
  }
  const auto found = faults_of(read_text(laughs));
  BOOST_TEST_REQUIRE(found.size() == 1U);
  BOOST_TEST(found[0].find("more than 100,000 values") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(deep_nesting_is_a_problem_not_a_crash) {
  for (const char c : {'[', '{'})
    BOOST_TEST(!faults_of(read_text(std::string(100'000, c))).empty());
}

BOOST_AUTO_TEST_CASE(included_mappings_merge_and_lists_are_appended) {
  const folder files;
  files.write("parts/limits.yaml", "limits: {recipients: 7, max_clients: 8}\n"
                                   "include: more.yaml\n");
  files.write("parts/more.yaml",
              "limits: {recipients: 1, unknown_commands: 2}\n"
              "routes: [{sender: first@a.example, to: reject}]\n");
  const auto path = files.write("main.yaml", "include: [parts/limits.yaml]\n"
                                             "limits: {max_clients: 9}\n"
                                             "routes:\n  - {to: reject}\n"
                                               + minimal);
  const auto x = good(read_file(path, {}));
  BOOST_TEST(x.limits.recipients == 7U);
  BOOST_TEST(x.limits.max_clients == 9U);
  BOOST_TEST(x.limits.unknown_commands == 2U);
  BOOST_TEST_REQUIRE(x.routes.size() == 2U);
  BOOST_TEST(x.routes[0].sender.value() == "first@a.example");
  BOOST_TEST(x.routes[0].file == files.path("parts/more.yaml"));
  BOOST_TEST(x.routes[0].line == 2);
  BOOST_TEST(x.routes[1].file == path);
  BOOST_TEST(x.routes[1].line == 4);
}

BOOST_AUTO_TEST_CASE(a_problem_names_the_included_file) {
  const folder files;
  files.write("part.yaml", "limits:\n  recipients: some\n");
  const auto path = files.write("main.yaml", "include: part.yaml\n" + minimal);
  BOOST_TEST(only_problem(read_file(path, {}))
             == "part.yaml:2:15: `recipients` wants a whole number, not "
                "`some`");
}

BOOST_AUTO_TEST_CASE(the_main_file_s_problems_come_first) {
  const folder files;
  files.write("part.yaml", "nodes: {}\n");
  const auto path
    = files.write("main.yaml", "include: part.yaml\n" + minimal + "dnss: {}\n");
  const auto found = faults_of(read_file(path, {}));
  const std::vector<std::string> expected{
    "5:1: unknown key `dnss`; did you mean `dns`?",
    "1:1: unknown key `nodes`; did you mean `node`?"};
  BOOST_TEST(found == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(an_include_that_fails_is_a_problem_where_it_stands) {
  const folder files;
  const std::pair<std::string, std::string> table[] = {
    {"include: gone.yaml\n", "main.yaml:1:10: can't read `"},
    {"include: [main.yaml]\n", "main.yaml:1:11: `"},
    {"include: loop.yaml\n", "loop.yaml:1:10: `"},
    {"include: {a: b}\n", "main.yaml:1:10: `include` wants the name of a file "
                          "or a list of names"},
    {"include: [\"\"]\n", "main.yaml:1:11: `include` wants the name of a file "
                          "or a list of names"},
  };
  files.write("loop.yaml", "include: main.yaml\n");
  for (const auto& [text, problem] : table) {
    const auto path = files.write("main.yaml", text + minimal);
    BOOST_TEST(only_problem(read_file(path, {})).substr(0, problem.size())
               == problem);
  }
}

BOOST_AUTO_TEST_CASE(what_an_unread_file_would_define_is_not_missed) {
  const folder files;
  const auto path
    = files.write("main.yaml", "include: outlets.yaml\n"
                               "routes: [{to: relay}]\nlimits: {x: 1}\n");
  const auto found = faults_of(read_file(path, {}));
  BOOST_TEST_REQUIRE(found.size() == 2U);
  BOOST_TEST(found[0].substr(0, 6) == "1:10: ");
  BOOST_TEST(found[1].substr(0, 6) == "3:10: ");
}

BOOST_AUTO_TEST_CASE(files_are_included_ten_levels_deep_at_most) {
  for (const int levels : {10, 11}) {
    const folder files;
    for (int i = 0; i < levels; ++i)
      files.write(std::to_string(i) + ".yaml",
                  "include: " + std::to_string(i + 1) + ".yaml\n");
    files.write(std::to_string(levels) + ".yaml", least);
    const auto found = faults_of(read_file(files.path("0.yaml"), {}));
    BOOST_TEST(found.empty() == (levels == 10));
  }
}

BOOST_AUTO_TEST_CASE(a_hundred_files_are_enough) {
  const folder files;
  std::string text = "include:\n";
  for (int i = 0; i < 100; ++i)
    text += "  - part.yaml\n";
  files.write("part.yaml", "dns: {}\n");
  const auto path = files.write("main.yaml", text + minimal);
  BOOST_TEST(only_problem(read_file(path, {}))
             == "main.yaml:101:5: more than 100 files");
}

BOOST_AUTO_TEST_CASE(a_list_and_a_mapping_do_not_merge) {
  const folder files;
  files.write("part.yaml", "routes: {}\n");
  const auto path
    = files.write("main.yaml", "include: part.yaml\nroutes: []\n" + minimal);
  BOOST_TEST(only_problem(read_file(path, {})).find("a list, but ")
             != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_certificate_lies_beside_the_file_that_names_it) {
  const folder files;
  files.write("tls/mx.crt", "PEM");
  files.write("tls/mx.key", "PEM");
  files.write("tls/part.yaml",
              "tls: {certificates: [{certificate: mx.crt, key: ./mx.key}]}\n");
  const auto path
    = files.write("main.yaml", "include: tls/part.yaml\n"
                               "listeners: [{name: a, address: \"[::]:25\", "
                               "tls: starttls}]\n");
  const auto x = good(read_file(path, {}));
  BOOST_TEST_REQUIRE(x.tls.certificates.size() == 1U);
  BOOST_TEST(x.tls.certificates[0].certificate == files.path("tls/mx.crt"));
  BOOST_TEST(x.tls.certificates[0].key == files.path("tls/mx.key"));
}

BOOST_AUTO_TEST_CASE(variables_are_filled_in) {
  const variables environment{{"A", "one"}, {"EMPTY", ""}, {"_b2", "${A}"}};
  const std::pair<std::string_view, std::string_view> table[] = {
    {"${A}", "one"},
    {"x${A}y${A}", "xoneyone"},
    {"${A:-two}", "one"},
    {"${NONE:-two}", "two"},
    {"${EMPTY:-two}", "two"},
    {"${NONE:-}x", "x"},
    {"x${EMPTY}", "x"},
    {"${_b2}", "${A}"},
    {"$${A}", "${A}"},
    {"$A", "$A"},
    {"a$", "a$"},
    {"$$", "$$"},
    {"${NONE:-a:-b}", "a:-b"},
    {"${NONE:-$A}", "$A"},
  };
  for (const auto& [text, expected] : table) {
    const auto x = good(
      read_text("node: {data_dir: \"" + std::string(text) + "\"}\n" + minimal,
                environment));
    BOOST_TEST(x.node.data_dir == expected);
  }
}

BOOST_AUTO_TEST_CASE(a_variable_that_is_missing_or_none_is_one_problem) {
  const std::pair<std::string_view, std::string_view> table[] = {
    {"${NONE}", "1:17: the environment variable `NONE` is not set, and no "
                "default is given as in `${NONE:-default}`"},
    {"${A B}", "1:17: `${A B}` names no variable; `$${` makes a plain `${`"},
    {"${}", "1:17: `${}` names no variable; `$${` makes a plain `${`"},
    {"${1A}", "1:17: `${1A}` names no variable; `$${` makes a plain `${`"},
    {"${A", "1:17: `${` without its `}`; `$${` makes a plain `${`"},
  };
  for (const auto& [text, expected] : table) {
    const auto found = faults_of(
      read_text("node: {threads: \"" + std::string(text) + "\"}\n" + minimal));
    BOOST_TEST_REQUIRE(found.size() == 1U);
    BOOST_TEST(found[0] == expected);
  }
}

BOOST_AUTO_TEST_CASE(a_variable_is_text_and_never_yaml) {
  const auto found = faults_of(read_text("node:\n  name: ${NAME}\n" + minimal,
                                         {{"NAME", "a\nroles: []"}}));
  BOOST_TEST_REQUIRE(found.size() == 1U);
  BOOST_TEST(found[0].substr(0, 5) == "2:9: ");
}

BOOST_AUTO_TEST_CASE(the_process_s_environment_is_at_hand) {
  setenv("STAGEPOST_CONFIG_TEST", "a=b", 1);
  BOOST_TEST(process_environment().at("STAGEPOST_CONFIG_TEST") == "a=b");
}

BOOST_AUTO_TEST_CASE(smart_hosts_are_read_with_their_logins) {
  const struct {
    std::string text;
    next_hop hop;
  } table[] = {
    {"smtp://Relay.example.com", {"relay.example.com", 25, false, "", ""}},
    {"smtps://relay.example.com", {"relay.example.com", 465, true, "", ""}},
    {"SMTPS://[::1]:25", {"::1", 25, true, "", ""}},
    {"smtp://jo:secret@relay:587", {"relay", 587, false, "jo", "secret"}},
    {"smtps://jo@x.org:a:b@10.0.0.9",
     {"10.0.0.9", 465, true, "jo@x.org", "a:b"}},
    {"smtp://j%C3%B6:%25%40%2f%20@[::1]",
     {"::1", 25, false, "j\xc3\xb6", "%@/ "}},
    {"smtp://jo:${PASS}@relay", {"relay", 25, false, "jo", "from outside"}},
  };
  for (const auto& [text, hop] : table) {
    const auto x
      = good(read_text("delivery: {next_hop: [\"" + text + "\"]}\n" + minimal,
                       {{"PASS", "from outside"}}));
    BOOST_TEST_REQUIRE(x.delivery.defaults.next_hop.size() == 1U);
    BOOST_TEST((x.delivery.defaults.next_hop[0] == hop));
  }
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace stagepost::config
