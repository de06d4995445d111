#include "net/connection.hpp"
#include "test/net/loop_fixture.hpp"

#include <boost/asio/error.hpp>

#include <sys/socket.h>

namespace net = stagepost::net;
using namespace stagepost::net;
using namespace std::chrono_literals;
using std::chrono::steady_clock;

BOOST_AUTO_TEST_SUITE(connection)

BOOST_FIXTURE_TEST_CASE(what_one_end_writes_the_other_reads, pair_fixture) {
  server.link->want_input();
  client.link->write("EHLO a\r\n");
  BOOST_TEST(run_until([&] { return server.got == "EHLO a\r\n"; }));
  client.link->want_input();
  server.link->write("250 b\r\n");
  BOOST_TEST(run_until([&] { return client.got == "250 b\r\n"; }));
  BOOST_TEST(server.link->remote() == client.link->local());
  BOOST_TEST(server.link->local() == client.link->remote());
  BOOST_TEST(server.link->tls_description() == "");
}

BOOST_FIXTURE_TEST_CASE(input_waits_until_it_is_wanted, pair_fixture) {
  server.reads_on = false;
  client.link->write("one");
  run_for(20ms);
  BOOST_TEST(server.readable == 0);
  server.link->want_input();
  BOOST_TEST(server.readable == 0, "no event comes from within a call");
  BOOST_TEST(run_until([&] { return server.readable == 1; }));
  run_for(20ms);
  BOOST_TEST(server.readable == 1, "one event for each want_input");
  BOOST_TEST(server.link->read() == "one");
  BOOST_TEST(server.link->read() == "");
}

BOOST_FIXTURE_TEST_CASE(wanting_input_twice_grants_one_event, pair_fixture) {
  server.reads_on = false;
  server.link->want_input();
  server.link->want_input();
  client.link->write("one");
  run_for(20ms);
  BOOST_TEST(server.readable == 1);
}

BOOST_FIXTURE_TEST_CASE(what_is_given_back_comes_first, pair_fixture) {
  server.reads_on = false;
  client.link->write("PROXY header\r\nEHLO");
  BOOST_TEST(run_until([&] {
    loop.run_for(1ms);
    return server.link->available() == 18;
  }));
  const std::string all{server.link->read()};
  server.link->unread(all.substr(14));
  server.link->unread("> ");
  BOOST_TEST(server.link->available() == 6U);
  server.reads_on = true;
  server.link->want_input();
  client.link->write(" me");
  BOOST_TEST(run_until([&] { return server.got == "> EHLO me"; }));
  BOOST_TEST(server.link->available() == 0U);
}

BOOST_FIXTURE_TEST_CASE(giving_back_fulfils_a_want, pair_fixture) {
  server.link->want_input();
  server.link->unread("EHLO");
  BOOST_TEST(server.readable == 0, "not from within the call");
  BOOST_TEST(run_until([&] { return server.got == "EHLO"; }));
  client.link->finish();
  BOOST_TEST(run_until([&] { return server.closed == 1; }));
}

BOOST_FIXTURE_TEST_CASE(much_can_be_given_back, pair_fixture) {
  std::string much;
  while (much.size() < 200'000)
    much += std::to_string(much.size());
  server.link->unread(much);
  server.link->want_input();
  BOOST_TEST(run_until([&] { return server.got.size() == much.size(); }));
  BOOST_TEST((server.got == much));
  run_for(5ms);
  BOOST_TEST(server.readable == 4, "at most 64 KiB for each event, and no more "
                                   "events than that");
}

BOOST_FIXTURE_TEST_CASE(who_talks_early_is_seen, pair_fixture) {
  run_for(5ms);
  BOOST_TEST(server.link->available() == 0U);
  client.link->write("EHLO\r\n");
  BOOST_TEST(run_until([&] {
    loop.run_for(1ms);
    return server.link->available() == 6;
  }));
  server.link->abort();
  BOOST_TEST(server.link->available() == 0U);
}

BOOST_FIXTURE_TEST_CASE(who_left_early_has_not_talked, pair_fixture) {
  client.link->abort();
  run_for(5ms);
  BOOST_TEST(server.link->available() == 0U);
}

BOOST_FIXTURE_TEST_CASE(writes_survive_a_slow_reader, pair_fixture) {
  std::string sent;
  for (int i = 0; sent.size() < 20'000'000; ++i) {
    auto line = "line " + std::to_string(i) + std::string(1000, 'x') + "\r\n";
    server.link->write(line);
    sent += line;
  }
  BOOST_TEST(server.link->unsent() > 0U);
  server.link->want_drained();
  run_for(20ms);
  BOOST_TEST(server.drained == 0);
  client.link->want_input();
  BOOST_TEST(run_until([&] { return client.got.size() == sent.size(); }));
  BOOST_TEST((client.got == sent));
  BOOST_TEST(run_until([&] { return server.drained == 1; }));
  BOOST_TEST(server.link->unsent() == 0U);
}

BOOST_FIXTURE_TEST_CASE(drained_comes_when_nothing_is_unsent, pair_fixture) {
  server.link->want_drained();
  BOOST_TEST(server.drained == 0);
  BOOST_TEST(run_until([&] { return server.drained == 1; }));
}

BOOST_FIXTURE_TEST_CASE(finish_flushes_then_closes_in_order, pair_fixture) {
  std::string sent(5'000'000, 'x');
  server.link->write(sent);
  server.link->finish();
  BOOST_TEST(server.closed == 0);
  client.link->want_input();
  BOOST_TEST(run_until([&] { return client.closed && server.closed; }));
  BOOST_TEST((client.got == sent));
  BOOST_TEST(client.why == error_code{});
  BOOST_TEST(server.why == error_code{});
}

BOOST_FIXTURE_TEST_CASE(finish_does_not_need_its_owner, pair_fixture) {
  std::string sent(5'000'000, 'x');
  server.link->write(sent);
  server.link->finish();
  server.link.reset();
  client.link->want_input();
  BOOST_TEST(run_until([&] { return client.closed == 1; }));
  BOOST_TEST((client.got == sent));
  BOOST_TEST(server.closed == 0, "an owner that let go hears nothing");
}

BOOST_FIXTURE_TEST_CASE(last_words_reach_a_peer_that_still_sends,
                        pair_fixture) {
  client.link->write(std::string(200'000, 'x'));
  server.link->write("554 5.5.0 enough\r\n");
  server.link->finish();
  client.link->want_input();
  for (int i = 0; i < 20 && !client.closed; ++i) {
    client.link->write(std::string(100'000, 'x'));
    run_for(1ms);
  }
  BOOST_TEST(run_until([&] { return client.closed == 1; }));
  BOOST_TEST(client.got == "554 5.5.0 enough\r\n");
}

BOOST_FIXTURE_TEST_CASE(a_finished_connection_is_gone_within_5_s,
                        pair_fixture) {
  std::weak_ptr<net::connection> gone = server.link;
  server.link->write(std::string(20'000'000, 'x'));
  server.link->finish();
  server.link.reset();
  auto start = steady_clock::now();
  BOOST_TEST(run_until([&] { return gone.expired(); }, 6s));
  BOOST_TEST((steady_clock::now() - start > 4s));
}

BOOST_FIXTURE_TEST_CASE(a_peer_that_closes_in_order_is_no_error, pair_fixture) {
  client.link->write("bye");
  client.link->finish();
  server.link->want_input();
  BOOST_TEST(run_until([&] { return server.closed == 1; }));
  BOOST_TEST(server.got == "bye", "what came before is read before");
  BOOST_TEST(server.why == error_code{});
}

BOOST_FIXTURE_TEST_CASE(a_reset_is_an_error, pair_fixture) {
  client.link->want_input();
  client.link->write("x");
  run_for(5ms);
  server.link->abort(); // with "x" unread, which makes it a reset
  BOOST_TEST(run_until([&] { return client.closed == 1; }));
  BOOST_TEST(client.why
             == make_error_code(boost::asio::error::connection_reset));
}

BOOST_FIXTURE_TEST_CASE(a_write_to_nobody_ends_the_connection, pair_fixture) {
  server.link->abort();
  for (int i = 0; i < 100 && !client.closed; ++i) {
    client.link->write("x");
    BOOST_TEST(client.closed == 0, "no event comes from within a call");
    run_for(1ms);
    if (client.closed)
      break;
  }
  BOOST_TEST(client.closed == 1);
  BOOST_TEST(client.why.failed());
}

BOOST_FIXTURE_TEST_CASE(no_event_comes_after_abort, pair_fixture) {
  client.link->write("x");
  server.link->want_input();
  server.link->want_drained();
  server.link->deadline(steady_clock::now());
  server.link->abort();
  run_for(30ms);
  BOOST_TEST(server.readable + server.drained + server.closed == 0);
  server.link->want_input();
  server.link->write("x");
  server.link->want_drained();
  server.link->finish();
  server.link->abort();
  BOOST_TEST(server.link->read() == "");
  run_for(10ms);
  BOOST_TEST(server.readable + server.drained + server.closed == 0);
}

BOOST_FIXTURE_TEST_CASE(an_owner_may_let_go_in_any_event, pair_fixture) {
  auto events = [&](auto& w) {
    auto drop = [&w] { w.link.reset(); };
    w.link->listen({.readable = drop,
                    .drained = drop,
                    .closed = [drop](error_code) { drop(); }});
  };
  events(server);
  events(client);
  std::weak_ptr<net::connection> a = server.link;
  std::weak_ptr<net::connection> b = client.link;
  server.link->want_drained();
  client.link->want_input();
  BOOST_TEST(run_until([&] { return a.expired() && b.expired(); }));
}

BOOST_FIXTURE_TEST_CASE(abort_in_an_event_is_safe, pair_fixture) {
  server.link->listen({.readable =
                         [&] {
                           ++server.readable;
                           server.link->abort();
                           server.link.reset();
                         },
                       .drained = {},
                       .closed = [&](error_code) { ++server.closed; }});
  server.link->want_input();
  client.link->write("x");
  BOOST_TEST(run_until([&] { return server.readable == 1; }));
  run_for(5ms);
  BOOST_TEST(server.closed == 0);
}

BOOST_FIXTURE_TEST_CASE(a_deadline_ends_the_connection, pair_fixture) {
  server.link->deadline(steady_clock::now() + 20ms);
  BOOST_TEST(run_until([&] { return server.closed == 1; }));
  BOOST_TEST(server.why == make_error_code(boost::asio::error::timed_out));
  client.link->want_input();
  BOOST_TEST(run_until([&] { return client.closed == 1; }));
}

BOOST_FIXTURE_TEST_CASE(who_hears_of_deadlines_hears_of_each_once,
                        pair_fixture) {
  int told = 0;
  server.link->listen({.expired = [&] { ++told; },
                       .closed = [&](error_code) { ++server.closed; }});
  for (const int times : {1, 2, 3}) {
    server.link->deadline(steady_clock::now() + 5ms);
    BOOST_TEST(run_until([&] { return told == times; }));
    run_for(20ms);
    BOOST_TEST(told == times);
  }
  server.link->write("still here");
  client.link->want_input();
  BOOST_TEST(run_until([&] { return client.got == "still here"; }));
  BOOST_TEST(server.closed == 0);
}

BOOST_FIXTURE_TEST_CASE(a_deadline_can_be_moved_later_and_earlier,
                        pair_fixture) {
  auto start = steady_clock::now();
  server.link->deadline(start + 20ms);
  server.link->deadline(start + 80ms);
  client.link->deadline(start + 1h);
  client.link->deadline(start + 40ms);
  BOOST_TEST(run_until([&] { return client.closed == 1; }));
  BOOST_TEST(server.closed == 0);
  BOOST_TEST((steady_clock::now() - start >= 40ms));
  BOOST_TEST(run_until([&] { return server.closed == 1; }));
  BOOST_TEST((steady_clock::now() - start >= 80ms));
}

BOOST_FIXTURE_TEST_CASE(a_deadline_can_be_taken_back, pair_fixture) {
  server.link->deadline(steady_clock::now() + 10ms);
  server.link->deadline(steady_clock::time_point::max());
  run_for(40ms);
  BOOST_TEST(server.closed == 0);
}

BOOST_FIXTURE_TEST_CASE(what_was_said_before_a_reset_can_be_read,
                        pair_fixture) {
  client.link->want_input();
  client.link->write(std::string(8U << 20U, 'x')); // more than is in flight
  server.link->write("421 too much\r\n");
  server.link->abort(); // with octets unread, so that it resets
  BOOST_TEST(run_until([&] { return client.closed == 1; }));
  BOOST_TEST(client.got == "421 too much\r\n");
  BOOST_TEST(client.why.failed());
  BOOST_TEST(client.link->unsent() > 0U);
}

BOOST_FIXTURE_TEST_CASE(what_is_written_too_late_was_never_sent, pair_fixture) {
  server.link->abort();
  client.link->want_input();
  BOOST_TEST(run_until([&] {
    client.link->write("x"); // the first may still go
    return client.closed == 1;
  }));
  const auto before = client.link->unsent();
  client.link->write("lost");
  BOOST_TEST(client.link->unsent() == before + 4);
}

BOOST_AUTO_TEST_SUITE_END()
