#include "mail/queue/id.hpp"
#include "storage/cluster.hpp"
#include "storage/journal.hpp"
#include "storage/maintenance.hpp"
#include "storage/migrations.hpp"
#include "storage/pq/connection.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <dirent.h>
#include <fstream>
#include <random>
#include <sys/resource.h>
#include <thread>
#include <unistd.h>

// What a message costs in the journal: `bench_journal DIRECTORY [SECONDS
// [WRITERS [BATCH [OCTETS]]]]` starts a private server in DIRECTORY and runs
// the enqueue alone, and the whole cycle with the log of deliveries.

using namespace stagepost;
using clock_type = std::chrono::steady_clock;

namespace {

std::string random_text(std::size_t size) {
  std::minstd_rand random(4711);
  std::string out;
  while (out.size() < size) {
    const auto letters = 2 + random() % 8;
    for (unsigned i = 0; i < letters; ++i)
      out += static_cast<char>('a' + random() % 26);
    out += out.size() % 72 < 8 ? "\r\n" : " ";
  }
  out.resize(size);
  return out;
}

double own_seconds() {
  rusage use{};
  getrusage(RUSAGE_SELF, &use);
  const auto seconds = [](const timeval& x) {
    return static_cast<double>(x.tv_sec)
           + static_cast<double>(x.tv_usec) * 1e-6;
  };
  return seconds(use.ru_utime) + seconds(use.ru_stime);
}

// User and system time of a process, and of its children that have ended.
double seconds_of(const std::string& pid, bool& child_of, pid_t parent) {
  std::ifstream file("/proc/" + pid + "/stat");
  std::string text((std::istreambuf_iterator<char>(file)), {});
  const auto end = text.rfind(')');
  if (end == std::string::npos)
    return 0;
  int ppid = 0;
  unsigned long user = 0, system = 0, dead_user = 0, dead_system = 0;
  std::sscanf(text.c_str() + end + 1,
              " %*c %d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu %lu %lu",
              &ppid, &user, &system, &dead_user, &dead_system);
  child_of = ppid == parent;
  return static_cast<double>(user + system + dead_user + dead_system)
         / static_cast<double>(sysconf(_SC_CLK_TCK));
}

double server_seconds(pid_t postmaster) {
  double sum = 0;
  DIR* processes = opendir("/proc");
  while (const auto* entry = readdir(processes)) {
    bool child = false;
    const auto pid = std::atoi(entry->d_name);
    if (pid <= 0)
      continue;
    const auto seconds = seconds_of(entry->d_name, child, postmaster);
    if (child || pid == postmaster)
      sum += seconds;
  }
  closedir(processes);
  return sum;
}

struct tally {
  std::size_t messages = 0;
  std::vector<double> milliseconds;
};

struct plan {
  double seconds = 5;
  unsigned writers = 2;
  std::size_t batch = 128;
  std::size_t octets = 4096;
  bool cycle = false;
  bool log = false;
};

tally write(const std::string& where, std::uint16_t shard, const plan& p) {
  storage::queue_journal journal(where, shard);
  journal.acquire("bench");
  queue::id_source ids(shard);
  const auto body = std::make_shared<memory_content>(random_text(p.octets));
  std::deque<queue::id> waiting;
  tally t;
  const auto end = clock_type::now() + std::chrono::duration<double>(p.seconds);
  while (clock_type::now() < end) {
    const auto now = std::chrono::system_clock::now();
    queue::batch x;
    const auto finish = p.cycle ? std::min(waiting.size(), p.batch) : 0;
    for (std::size_t i = 0; i < finish; ++i) {
      const auto id = waiting.front();
      waiting.pop_front();
      x.finished.push_back({id, 0});
      x.finished_messages.push_back(id);
      if (p.log)
        x.events.push_back({now, id, 0, queue::event::kind::delivered,
                            "bob@example.net", "mx.example.net [192.0.2.7]",
                            "250 2.0.0 Ok: queued as 4711"});
    }
    for (std::size_t i = 0; i < p.batch; ++i) {
      auto m = std::make_shared<queue::message>();
      m->id = ids.next(now);
      m->received_at = now;
      m->expires_at = now + std::chrono::hours(120);
      m->sender = "anna@example.org";
      m->size = p.octets;
      m->circumstances = R"({"client":"192.0.2.1","helo":"c.example.org"})";
      queue::recipient r;
      r.next_at = now;
      r.address = "bob@example.net";
      waiting.push_back(m->id);
      x.arrivals.push_back({std::move(m), body, {r}});
    }
    const auto began = clock_type::now();
    journal.commit(x);
    t.milliseconds.push_back(
      std::chrono::duration<double, std::milli>(clock_type::now() - began)
        .count());
    t.messages += p.batch;
  }
  return t;
}

void run(const char* name, const storage::cluster& server, const plan& p) {
  const auto where = server.connection_string();
  storage::pq::connection(where).execute(
    "truncate mail.queue_message, mail.queue_recipient, mail.delivery_event");
  const auto own = own_seconds();
  const auto theirs = server_seconds(server.pid());
  const auto began = clock_type::now();
  std::vector<tally> tallies(p.writers);
  std::vector<std::thread> threads;
  for (unsigned i = 0; i < p.writers; ++i)
    threads.emplace_back(
      [&, i] { tallies[i] = write(where, static_cast<std::uint16_t>(i), p); });
  for (auto& thread : threads)
    thread.join();
  const auto seconds
    = std::chrono::duration<double>(clock_type::now() - began).count();
  std::size_t messages = 0;
  std::vector<double> all;
  for (const auto& t : tallies) {
    messages += t.messages;
    all.insert(all.end(), t.milliseconds.begin(), t.milliseconds.end());
  }
  std::sort(all.begin(), all.end());
  const auto thousands = static_cast<double>(messages) / 1000;
  std::printf("%-22s %u writers, batch %4zu, %6zu octets: %8.0f msg/s, CPU s "
              "per 1000: client %.4f server %.4f, commit p50 %.1f p99 %.1f "
              "ms\n",
              name, p.writers, p.batch, p.octets,
              static_cast<double>(messages) / seconds,
              (own_seconds() - own) / thousands,
              (server_seconds(server.pid()) - theirs) / thousands,
              all[all.size() / 2], all[all.size() * 99 / 100]);
  std::fflush(stdout);
}

} // namespace

int main(int argc, char** argv) {
  if (argc < 2) {
    std::fprintf(stderr,
                 "usage: %s DIRECTORY [SECONDS [WRITERS [BATCH "
                 "[OCTETS]]]]\n",
                 argv[0]);
    return 64;
  }
  plan p;
  p.seconds = argc > 2 ? std::atof(argv[2]) : 5;
  p.writers = argc > 3 ? static_cast<unsigned>(std::atoi(argv[3])) : 2;
  p.batch = argc > 4 ? static_cast<std::size_t>(std::atol(argv[4])) : 128;
  p.octets = argc > 5 ? static_cast<std::size_t>(std::atol(argv[5])) : 4096;
  try {
    storage::cluster server({.directory = argv[1]});
    server.start();
    storage::migrate(server.connection_string());
    storage::maintain_partitions(server.connection_string(), 30);
    run("enqueue", server, p);
    p.cycle = true;
    run("enqueue+complete", server, p);
    p.log = true;
    run("enqueue+complete+log", server, p);
  } catch (const std::exception& e) {
    std::fprintf(stderr, "%s\n", e.what());
    return 1;
  }
}
