#include "mail/queue/pending_reports.hpp"

#include <boost/test/unit_test.hpp>

using namespace stagepost;
using namespace std::chrono_literals;

namespace {

constexpr auto failure = report_facts::kind::failure;

struct with_messages {
  queue::time_point now{std::chrono::seconds{1'795'255'200}};
  queue::pending_reports all;

  static queue::message_ptr message(std::uint64_t id) {
    auto out = std::make_shared<queue::message>();
    out->id = queue::id{id};
    out->sender = "s@example.org";
    return out;
  }

  static queue::notice notice(std::uint16_t number) {
    queue::notice out;
    out.row.number = number;
    out.row.address = "r" + std::to_string(number) + "@example.net";
    out.reply = {550, {5, 1, 1}, "No such user"};
    out.relay = "mx.example.net[192.0.2.1]:25";
    return out;
  }

  static content_ptr content_of(std::size_t octets) {
    return std::make_shared<memory_content>(std::string(octets, 'x'));
  }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(pending_reports, with_messages)

BOOST_AUTO_TEST_CASE(what_is_to_be_told_of_a_message_comes_together) {
  all.add(message(1), content_of(10), {notice(0)}, {"192.0.2.9", "a"}, now);
  all.add(message(1), content_of(10), {notice(3)}, {"192.0.2.8", "b"}, now);
  all.add(message(2), content_of(10), {notice(0)}, {}, now);
  const auto x = all.take(queue::id{1});
  BOOST_REQUIRE(x.has_value());
  BOOST_TEST(x->notices.size() == 2U);
  BOOST_TEST(x->left_by.hostname == "b");
  BOOST_TEST(!all.take(queue::id{1}).has_value());
  BOOST_TEST((all.find(queue::id{2}) != nullptr));
}

BOOST_AUTO_TEST_CASE(of_one_recipient_the_last_word_counts) {
  auto late = notice(0);
  late.what = report_facts::kind::delay;
  all.add(message(1), content_of(10), {late}, {}, now);
  all.add(message(1), content_of(10), {notice(1), notice(0)}, {}, now);
  const auto x = all.take(queue::id{1});
  BOOST_REQUIRE(x.has_value());
  BOOST_REQUIRE(x->notices.size() == 2U);
  BOOST_TEST((x->notices[1].what == failure));
}

BOOST_AUTO_TEST_CASE(nothing_waits_longer_than_its_first_notice_may) {
  all.add(message(1), content_of(10), {notice(0)}, {}, now);
  all.add(message(1), content_of(10), {notice(1)}, {}, now + 4min);
  BOOST_TEST((all.next() == now + queue::pending_reports::patience));
  BOOST_TEST(all.due(now + 4min).empty());
  BOOST_TEST((all.due(now + 5min) == std::vector{queue::id{1}}));
  all.put_off(queue::id{1}, now + 6min);
  BOOST_TEST(all.due(now + 5min).empty());
  (void)all.take(queue::id{1});
  BOOST_TEST(!all.next().has_value());
}

BOOST_AUTO_TEST_CASE(of_large_content_only_what_a_report_needs_is_held) {
  const auto large = content_of(1'000'000);
  all.add(message(1), large, {notice(0)}, {}, now);
  BOOST_TEST(all.find(queue::id{1})->body->size() == 65'537U);
}

BOOST_AUTO_TEST_CASE(there_is_a_limit_of_the_content_held) {
  queue::pending_reports few{1000};
  BOOST_TEST(few.has_room(content_of(1000)));
  few.add(message(1), content_of(600), {notice(0)}, {}, now);
  BOOST_TEST(!few.has_room(content_of(600)));
  BOOST_TEST(few.has_room(nullptr));
  (void)few.take(queue::id{1});
  BOOST_TEST(few.has_room(content_of(600)));
}

BOOST_AUTO_TEST_CASE(a_row_that_was_read_comes_once) {
  auto row = notice(4).row;
  row.last_reply = queue::kept_reply(notice(4));
  all.restore(message(1), row, now);
  all.restore(message(1), row, now);
  BOOST_TEST((all.all() == std::vector{queue::id{1}}));
  BOOST_TEST((all.holds({queue::id{1}, 4})));
  BOOST_TEST((!all.holds({queue::id{1}, 5})));
  BOOST_TEST(!all.find(queue::id{1})->body);
  all.give(queue::id{1}, nullptr); // the database has none either
  BOOST_TEST(all.find(queue::id{1})->body->size() == 0U);
  BOOST_TEST(all.take(queue::id{1})->notices.size() == 1U);
}

BOOST_AUTO_TEST_CASE(a_kept_reply_says_who_said_it) {
  auto x = notice(0);
  BOOST_TEST(queue::kept_reply(x)
             == "mx.example.net[192.0.2.1]:25 said: 550 5.1.1 No such user");
  x.row.last_reply = queue::kept_reply(x);
  const auto back = queue::read_kept(x.row, now);
  BOOST_TEST((back.what == failure));
  BOOST_TEST((back.reply == x.reply));
  BOOST_TEST(!back.reply.ours);
  BOOST_TEST(back.relay == x.relay);
  BOOST_TEST((back.at == now));
}

BOOST_AUTO_TEST_CASE(our_own_words_are_kept_as_ours) {
  auto x = notice(0);
  x.reply = smtp::by_us({554, {5, 4, 6}, "mx said: it is a loop"});
  x.row.last_reply = queue::kept_reply(x);
  BOOST_TEST(x.row.last_reply == "554 5.4.6 mx said: it is a loop");
  const auto back = queue::read_kept(x.row, now);
  BOOST_TEST((back.reply == x.reply));
  BOOST_TEST(back.reply.ours);
  BOOST_TEST(back.relay.empty());
}

BOOST_AUTO_TEST_CASE(a_delivery_is_kept_as_one) {
  auto x = notice(0);
  x.reply = {250, {2, 0, 0}, "Taken"};
  x.row.last_reply = queue::kept_reply(x);
  BOOST_TEST(
    (queue::read_kept(x.row, now).what == report_facts::kind::relayed));
}

BOOST_AUTO_TEST_CASE(a_kept_reply_that_makes_no_sense_is_a_failure) {
  auto row = notice(0).row;
  for (const auto* text :
       {"", "nothing", "999 what", "550-more", " said: ", "a said: ", "x\ny"}) {
    BOOST_TEST_INFO_SCOPE(text);
    row.last_reply = text;
    const auto back = queue::read_kept(row, now);
    BOOST_TEST((back.what == failure));
    BOOST_TEST(back.reply.permanent());
  }
}

BOOST_AUTO_TEST_SUITE_END()
