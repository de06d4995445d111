#include "mail/outlet/program_dialogue.hpp"

#include <boost/test/unit_test.hpp>

using namespace stagepost;
using talk = outlet::program_dialogue;
using status = talk::status;

BOOST_AUTO_TEST_SUITE(program_dialogue)

BOOST_AUTO_TEST_CASE(an_answer_is_taken_apart) {
  const struct {
    std::string_view line;
    std::string reply;
  } table[] = {
    {"250", "250 2.0.0 Accepted"},
    {"250 ", "250 2.0.0 Accepted"},
    {"250 job 17", "250 2.0.0 job 17"},
    {"250 job 17\r", "250 2.0.0 job 17"},
    {"250 2.6.0 job 17", "250 2.6.0 job 17"},
    {"451 4.2.2 full", "451 4.2.2 full"},
    {"421 wait", "451 4.3.0 wait"},
    {"450", "450 4.3.0 The message can't be processed now, try again later"},
    {"554 5.7.1 no", "554 5.7.1 no"},
    {"550", "550 5.3.0 The message was refused"},
    {"550 4.7.1 the class differs", "550 5.3.0 4.7.1 the class differs"},
    {"599 x\x1by", "599 5.3.0 x y"},
  };
  for (const auto& x : table) {
    const auto got = outlet::read_answer(x.line);
    BOOST_TEST_REQUIRE(got.has_value(), x.line);
    BOOST_TEST(to_string(*got) == x.reply);
  }
}

BOOST_AUTO_TEST_CASE(what_is_no_answer_is_refused) {
  for (const std::string_view line :
       {"", " ", "250-more", "250x", "25", "2500 x", "251 x", "200 x", "354 go",
        "100 x", "600 x", "399", "abc", "ok", " 250 x", "-50 x", "+50 x",
        "2 50", "\xff\xff\xff"})
    BOOST_TEST(!outlet::read_answer(line).has_value(), line);
}

BOOST_AUTO_TEST_CASE(the_code_says_what_became_of_the_mail) {
  using enum outlet::verdict::kind;
  const auto of = [](std::string_view line) {
    return outlet::verdict_of(outlet::read_answer(line).value(), "/program");
  };
  BOOST_TEST((of("250 x").what == accepted));
  BOOST_TEST((of("452 x").what == failed));
  BOOST_TEST(of("452 x").for_now());
  BOOST_TEST((of("552 x").what == rejected));
  BOOST_TEST(of("552 x").by == "/program");
  BOOST_TEST(!of("552 x").tell_sender);
}

BOOST_AUTO_TEST_CASE(answers_come_one_by_one_however_the_octets_come) {
  talk x;
  for (int i = 0; i < 3; ++i) {
    x.ask();
    for (const char c : std::string{"250 yes"})
      BOOST_TEST((x.feed({&c, 1}) == status::more));
    BOOST_TEST((x.feed("\n") == status::answered));
    BOOST_TEST(x.take().text == "yes");
  }
}

BOOST_AUTO_TEST_CASE(who_does_not_keep_to_it_is_not_listened_to) {
  const struct {
    bool asked;
    std::string said;
    std::string why;
  } table[] = {
    {false, "hello\n", "it spoke without being asked: hello"},
    {true, "hello\n", "its answer is none: hello"},
    {true, "\n", "its answer is none: "},
    {true, "250 a\n250 b\n", "it said more than one line: 250 b"},
    {true, "250 a\n\n", "it said more than one line: "},
    {true, std::string(talk::longest_answer, 'x'), "its answer is too long"},
    {true, "250 " + std::string(talk::longest_answer, 'x') + "\n",
     "its answer is too long"},
  };
  for (const auto& row : table) {
    talk x;
    if (row.asked)
      x.ask();
    BOOST_TEST((x.feed(row.said) == status::nonsense));
    BOOST_TEST(x.why() == row.why);
    x.ask();
    BOOST_TEST((x.feed("250 sorry\n") == status::nonsense), "for ever");
  }
}

BOOST_AUTO_TEST_CASE(an_answer_with_an_id_is_to_that_mail) {
  const struct {
    std::string_view said;
    status what;
  } table[] = {
    {"0KA1 250 yes\n", status::answered},
    {"250 yes\n", status::answered},
    {"0KA0 250 late\n", status::nonsense},
    {"0KA1250 yes\n", status::nonsense},
    {"0KA1 0KA1 250 yes\n", status::nonsense},
    {"0KA1\n", status::nonsense},
    {" 250 yes\n", status::nonsense},
  };
  for (const auto& row : table) {
    talk x;
    x.ask("0KA1");
    BOOST_TEST((x.feed(row.said) == row.what), row.said);
    if (row.what == status::answered)
      BOOST_TEST(x.take().text == "yes");
  }
  talk late;
  late.ask("0KA1");
  late.feed("0KA0 250 late\n");
  BOOST_TEST(late.why() == "its answer is none: 0KA0 250 late");
}

BOOST_AUTO_TEST_CASE(a_second_line_after_the_answer_is_nonsense) {
  talk x;
  x.ask();
  BOOST_TEST((x.feed("250 yes\n") == status::answered));
  BOOST_TEST((x.feed("250 again\n") == status::nonsense));
}

BOOST_AUTO_TEST_CASE(a_line_may_be_as_long_as_the_limit) {
  talk x;
  x.ask();
  const auto line = "250 " + std::string(talk::longest_answer - 5, 'x') + "\n";
  BOOST_TEST(line.size() == talk::longest_answer);
  BOOST_TEST((x.feed(line) == status::answered));
  BOOST_TEST(x.take().text == std::string(400, 'x'));
}

BOOST_AUTO_TEST_SUITE_END()
