#include "test/net/name_server.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ip/udp.hpp>

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <fstream>
#include <poll.h>
#include <random>
#include <stdexcept>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace stagepost::net {

using boost::asio::ip::tcp;
using boost::asio::ip::udp;

namespace {

constexpr auto soa = "@ 60 IN SOA ns.example. root.example. 1 60 60 60 60\n"
                     "@ 60 IN NS ns.example.\n";

std::string zone_lines(const std::string& name, const std::string& file) {
  return "zone:\n name: \"" + name + "\"\n zonefile: \"" + file + "\"\n";
}

} // namespace

std::uint16_t free_port() {
  // The kernel gives none below 32768 to those who ask for any; nsd wants the
  // port of both protocols.
  std::random_device random;
  std::uniform_int_distribution<std::uint16_t> ports{10240, 32767};
  boost::asio::io_context loop;
  while (true) {
    auto port = ports(random);
    boost::system::error_code ec;
    tcp::socket stream{loop, tcp::v4()};
    udp::socket datagrams{loop, udp::v4()};
    stream.bind({tcp::v4(), port}, ec);
    if (!ec)
      datagrams.bind({udp::v4(), port}, ec);
    if (!ec)
      return port;
  }
}

name_server::name_server(const std::string& zone,
                         const std::string& signed_zone)
  : port_(free_port()) {
  sign(signed_zone);
  std::ofstream(folder_.path("good.zone")) << soa << zone;
  std::ofstream(folder_.path("bad.zone")) << "this is no zone\n";
  std::ofstream(folder_.path("nsd.conf"))
    << "server:\n ip-address: " << address()
    << "\n server-count: 1\n username: \"\"\n chroot: \"\"\n database: \"\"\n"
    << " pidfile: \"" << folder_.path("pid") << "\"\n zonelistfile: \""
    << folder_.path("zones") << "\"\n xfrdfile: \"" << folder_.path("xfrd")
    << "\"\n xfrdir: \"" << folder_.path("") << "\"\n logfile: \""
    << folder_.path("log")
    << "\"\n hide-version: yes\n rrl-ratelimit: 0\nremote-control:\n "
       "control-enable: no\n"
    << zone_lines("stagepost.example", folder_.path("good.zone"))
    << zone_lines("signed.example", folder_.path("signed.zone"))
    << zone_lines("broken.example", folder_.path("bad.zone"));
  start();
  wait_until_it_answers();
}

name_server::~name_server() {
  if (child_ <= 0)
    return;
  ::kill(child_, SIGTERM);
  ::waitpid(child_, nullptr, 0);
}

std::string name_server::address() const {
  return "127.0.0.1@" + std::to_string(port_);
}

std::string name_server::anchor() const {
  return folder_.path("zone-key.key");
}

void name_server::sign(const std::string& zone) const {
  std::ofstream(folder_.path("plain.zone")) << "$ORIGIN signed.example.\n"
                                            << soa << zone;
  const auto done = std::system(
    ("cd " + folder_.path("")
     + " && key=$(ldns-keygen -a ECDSAP256SHA256 -k signed.example)"
       " && ldns-signzone -o signed.example -f all.zone plain.zone $key"
       " && sed 's/192.0.2.66/192.0.2.67/; s/deadbeef/deadbee0/' all.zone"
       " > signed.zone"
       " && mv $key.key zone-key.key")
      .c_str());
  if (done != 0)
    throw std::runtime_error("ldns-signzone failed");
}

void name_server::start() {
  auto file = folder_.path("nsd.conf");
  child_ = ::fork();
  if (child_ != 0)
    return;
  ::prctl(PR_SET_PDEATHSIG, SIGTERM);
  auto null = ::open("/dev/null", O_RDWR);
  ::dup2(null, 1);
  ::dup2(null, 2);
  ::execl("/usr/sbin/nsd", "nsd", "-d", "-c", file.c_str(), nullptr);
  ::_exit(127);
}

void name_server::wait_until_it_answers() const {
  // A question for the SOA of stagepost.example.
  static constexpr char question[]
    = "\0\1\0\0\0\1\0\0\0\0\0\0\11stagepost\7example\0\0\6\0\1";
  boost::asio::io_context loop;
  udp::socket socket{loop, udp::v4()};
  socket.connect({boost::asio::ip::address_v4::loopback(), port_});
  auto end = std::chrono::steady_clock::now() + std::chrono::seconds{10};
  while (std::chrono::steady_clock::now() < end) {
    boost::system::error_code ec;
    socket.send(boost::asio::buffer(question, sizeof question - 1), 0, ec);
    pollfd readable{socket.native_handle(), POLLIN, 0};
    char answer[512];
    if (::poll(&readable, 1, 50) == 1
        && socket.receive(boost::asio::buffer(answer), 0, ec) > 0)
      return;
  }
  throw std::runtime_error("nsd does not answer");
}

} // namespace stagepost::net
