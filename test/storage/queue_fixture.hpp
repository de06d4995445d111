#pragma once

#include "storage/journal.hpp"
#include "storage/migrations.hpp"
#include "test/storage/scratch.hpp"

#include <pqxx/pqxx>

#include <memory>
#include <string>

namespace stagepost::test {

using namespace std::chrono_literals;

/// An empty schema in the shared server, and the makings of messages.
struct queue_fixture {
  std::string where = shared_server::get().connection_string();
  queue::time_point now{std::chrono::seconds(1'790'000'000)};
  queue::id_source ids{7};

  queue_fixture() {
    sql("drop schema if exists mail cascade");
    storage::migrate(where);
  }

  /// Runs SQL; the first column of the first row, "" if there is none.
  std::string sql(const std::string& text) const {
    pqxx::connection link(where + " options='-c client_min_messages=warning'");
    pqxx::work work(link);
    const auto rows = work.exec(text);
    work.commit();
    return rows.empty() || rows.columns() == 0 ? "" : rows[0][0].c_str();
  }
  long count(const std::string& table) const {
    return std::stol(sql("select count(*) from mail." + table));
  }

  /// Twenty thousand deferred messages.
  void fill() const {
    sql("insert into mail.queue_message select g, now(), now(), 1, 0, 7, '', "
        "'', '', 'x' from generate_series(1, 20000) g");
    sql("insert into mail.queue_recipient select g, now() + interval '1 day', "
        "0, 7, 2, 0, 0, 'a@example.net', '', '' from generate_series(1, 20000) "
        "g");
  }
  /// How the server would go about a statement.
  std::string plan(const std::string& session, const std::string& statement,
                   const std::string& values) const {
    pqxx::connection link(where);
    pqxx::work work(link);
    work.exec(session);
    work.exec("prepare q as " + statement);
    std::string text;
    for (const auto& row : work.exec("explain execute q(" + values + ")"))
      text += std::string(row[0].c_str()) + "\n";
    return text;
  }

  queue::recipient to(const std::string& address, std::uint16_t number = 0,
                      queue::recipient_state state
                      = queue::recipient_state::queued) const {
    queue::recipient r;
    r.number = number;
    r.state = state;
    r.next_at = now;
    r.address = address;
    return r;
  }

  queue::arrival mail(std::vector<queue::recipient> recipients,
                      content_ptr body
                      = std::make_shared<memory_content>("Subject: x\r\n")) {
    auto m = std::make_shared<queue::message>();
    m->id = ids.next(now);
    m->received_at = now;
    m->expires_at = now + 120h;
    m->sender = "anna@example.org";
    m->flags = queue::flag_smtputf8;
    m->size = body->size();
    m->circumstances = R"({"client":"192.0.2.1"})";
    return {m, std::move(body), std::move(recipients)};
  }

  queue::event event(queue::id id, queue::event::kind what) const {
    return {now, id, 0, what, "bob@example.net", "mx [192.0.2.2]", "250 fine"};
  }
};

/// Content of any length that takes no memory: each octet tells its place.
class endless_content final : public content {
public:
  explicit endless_content(std::uint64_t size) : size_(size) {
  }
  [[nodiscard]] std::uint64_t size() const noexcept override {
    return size_;
  }
  std::size_t read(std::uint64_t offset, std::span<char> out) const override {
    largest_ = std::max(largest_, out.size());
    std::size_t n = 0;
    for (; n < out.size() && offset + n < size_; ++n)
      out[n] = octet(offset + n);
    return n;
  }
  [[nodiscard]] std::string_view in_memory() const noexcept override {
    return {};
  }
  static char octet(std::uint64_t at) {
    return static_cast<char>((at * 2654435761U) >> 13U);
  }
  /// The most that was asked for at once.
  [[nodiscard]] std::size_t largest() const {
    return largest_;
  }

private:
  std::uint64_t size_;
  mutable std::size_t largest_ = 0;
};

} // namespace stagepost::test
