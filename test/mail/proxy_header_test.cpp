#include "mail/proxy_header.hpp"
#include "test/mail/proxy_headers.hpp"

#include <boost/crc.hpp>
#include <boost/test/unit_test.hpp>

#include <string>
#include <string_view>
#include <vector>

using namespace stagepost;
using status = proxy_header_parser::status;
using origin = proxy_header::origin;

namespace {

struct parsed {
  status state = status::more;
  proxy_header header;
  std::string why;
  std::string left;
};

parsed parse(std::string_view octets, std::size_t step) {
  parsed out;
  proxy_header_parser parser;
  while (out.state == status::more && !octets.empty()) {
    auto piece = octets.substr(0, step);
    octets.remove_prefix(piece.size());
    out.state = parser.feed(piece);
    out.left = std::string{piece} + std::string{octets};
    BOOST_TEST((out.state != status::more || piece.empty()));
  }
  out.header = parser.take();
  out.why = parser.why();
  return out;
}

// The same whole and octet by octet.
parsed parse(std::string_view octets) {
  auto whole = parse(octets, octets.size() + 1);
  const auto split = parse(octets, 1);
  BOOST_TEST((split.state == whole.state));
  BOOST_TEST((split.header == whole.header));
  BOOST_TEST(split.why == whole.why);
  BOOST_TEST(split.left == whole.left);
  return whole;
}

proxy_header from_client() {
  proxy_header out;
  out.from = origin::client;
  out.source = "192.0.2.7";
  out.source_port = 50'000;
  out.destination = "198.51.100.1";
  out.destination_port = 25;
  return out;
}

std::vector<std::string> good_ones() {
  return {"PROXY TCP4 192.0.2.7 198.51.100.1 50000 25\r\n",
          "PROXY TCP6 2001:db8::1 ::1 0 65535\r\n", "PROXY UNKNOWN\r\n", v2(""),
          summed(tlv('\2', "mx.example.com"))};
}

} // namespace

BOOST_AUTO_TEST_SUITE(proxy_header)

BOOST_AUTO_TEST_CASE(version_1_tells_the_addresses) {
  const auto x = parse("PROXY TCP4 192.0.2.7 198.51.100.1 50000 25\r\nEHLO");
  BOOST_TEST((x.state == status::whole));
  BOOST_TEST((x.header == from_client()));
  BOOST_TEST(x.left == "EHLO");

  const auto y = parse("PROXY TCP6 2001:DB8:0::1 ::ffff:192.0.2.7 0 65535\r\n");
  BOOST_TEST((y.state == status::whole));
  BOOST_TEST(y.header.source == "2001:db8::1");
  BOOST_TEST(y.header.destination == "192.0.2.7");
  BOOST_TEST(y.header.source_port == 0U);
  BOOST_TEST(y.header.destination_port == 65'535U);
}

BOOST_AUTO_TEST_CASE(an_unknown_client_has_no_address) {
  for (const std::string text :
       {"PROXY UNKNOWN\r\n", "PROXY UNKNOWN \r\n",
        "PROXY UNKNOWN ffff::1 who knows -1 65536\r\n"}) {
    const auto x = parse(text);
    BOOST_TEST((x.state == status::whole), text);
    BOOST_TEST((x.header == stagepost::proxy_header{}), text);
  }
  const std::string unix_addresses(216, 'x');
  const std::string datagram = tcp4;
  for (const auto& octets :
       {v2('\x21', '\0', ""), v2('\x21', '\0', "anything"),
        v2('\x21', '\x31', unix_addresses), v2('\x21', '\x12', datagram)}) {
    const auto x = parse(octets);
    BOOST_TEST((x.state == status::whole));
    BOOST_TEST((x.header == stagepost::proxy_header{}));
  }
}

BOOST_AUTO_TEST_CASE(a_proxy_may_speak_for_itself) {
  for (const auto& octets :
       {v2('\x20', '\0', ""), v2('\x20', '\x11', tcp4),
        v2('\x20', '\x77', "what is here is thrown away")}) {
    const auto x = parse(octets + "QUIT\r\n");
    BOOST_TEST((x.state == status::whole));
    BOOST_TEST((x.header.from == origin::proxy));
    BOOST_TEST(x.header.source == "");
    BOOST_TEST(x.left == "QUIT\r\n");
  }
}

BOOST_AUTO_TEST_CASE(version_2_tells_the_addresses) {
  const auto x = parse(v2("") + "\x16\x03");
  BOOST_TEST((x.state == status::whole));
  BOOST_TEST((x.header == from_client()));
  BOOST_TEST(x.left == "\x16\x03");

  std::string tcp6{"\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\1", 16};
  tcp6 += std::string{"\0\0\0\0\0\0\0\0\0\0\xff\xff\xc0\0\2\7", 16};
  const auto y = parse(v2('\x21', '\x21', tcp6 + "\1\2\3\4"));
  BOOST_TEST((y.state == status::whole));
  BOOST_TEST(y.header.source == "2001:db8::1");
  BOOST_TEST(y.header.destination == "192.0.2.7");
  BOOST_TEST(y.header.source_port == 0x102U);
  BOOST_TEST(y.header.destination_port == 0x304U);
}

BOOST_AUTO_TEST_CASE(version_2_tells_of_tls) {
  auto expected = from_client();
  expected.authority = "mx.example.com";
  expected.alpn = "smtp";
  expected.tls = {true, true, true, "TLSv1.3", "TLS_AES_128_GCM_SHA256", "me"};
  const auto x = parse(
    v2(tlv('\4', "") + tlv('\1', "smtp") + tlv('\2', "mx.example.com")
       + tlv('\5', std::string(128, '\0'))
       + tls('\3', 0,
             tlv('\x21', "TLSv1.3") + tlv('\x25', "RSA2048")
               + tlv('\x23', "TLS_AES_128_GCM_SHA256") + tlv('\x22', "me"))
       + tlv('\xEA', "somebody's own")));
  BOOST_TEST((x.state == status::whole), x.why);
  BOOST_TEST((x.header == expected));
}

BOOST_AUTO_TEST_CASE(only_a_certificate_that_was_shown_is_verified) {
  const struct {
    char flags;
    unsigned verify;
    bool encrypted, certificate, verified;
  } table[] = {
    {'\0', 0, false, false, false}, {'\1', 0, true, false, false},
    {'\3', 0, true, true, true},    {'\5', 0, true, true, true},
    {'\3', 1, true, true, false},   {'\1', 1, true, false, false},
    {'\6', 0, false, false, false}, {'\xFF', 0x1000000, true, true, false},
  };
  for (const auto& x : table) {
    const auto got = parse(v2(tls(x.flags, x.verify)));
    BOOST_REQUIRE(got.header.tls.has_value());
    BOOST_TEST(got.header.tls->encrypted == x.encrypted);
    BOOST_TEST(got.header.tls->certificate == x.certificate);
    BOOST_TEST(got.header.tls->verified == x.verified);
  }
}

BOOST_AUTO_TEST_CASE(a_checksum_is_checked) {
  const auto good = summed(tlv('\2', "mx.example.com"));
  BOOST_TEST((parse(good).state == status::whole));
  for (std::size_t at = 16; at < good.size(); ++at) {
    auto bad = good;
    bad[at] = static_cast<char>(bad[at] ^ 1);
    // A length or a type that changes may hide the checksum or be malformed.
    if (at < 28 || at > 41)
      BOOST_TEST((parse(bad).state == status::malformed), at);
  }
  // Of RFC 3720, B.4: 32 octets of zeros have the checksum 0x8a9136aa.
  boost::crc_optimal<32, 0x1EDC6F41, 0xFFFFFFFF, 0xFFFFFFFF, true, true> crc;
  const std::string zeros(32, '\0');
  crc.process_bytes(zeros.data(), zeros.size());
  BOOST_TEST(crc.checksum() == 0x8a9136aaU);
}

BOOST_AUTO_TEST_CASE(every_beginning_of_a_header_needs_more) {
  for (const auto& good : good_ones()) {
    for (std::size_t n = 1; n < good.size(); ++n) {
      const auto x = parse(good.substr(0, n));
      BOOST_TEST((x.state == status::more), n << " octets: " << x.why);
    }
    BOOST_TEST((parse(good).state == status::whole));
  }
}

BOOST_AUTO_TEST_CASE(every_split_reads_the_same) {
  for (const auto& good : good_ones()) {
    const auto whole = parse(good);
    for (std::size_t n = 1; n < good.size(); ++n) {
      proxy_header_parser parser;
      std::string_view first = std::string_view{good}.substr(0, n);
      std::string_view second = std::string_view{good}.substr(n);
      BOOST_TEST((parser.feed(first) == status::more));
      BOOST_TEST((parser.feed(second) == status::whole));
      BOOST_TEST((parser.take() == whole.header));
    }
  }
}

BOOST_AUTO_TEST_CASE(what_is_no_version_1_is_refused) {
  const std::string a = "PROXY TCP4 ";
  for (const auto& text : std::vector<std::string>{
         "EHLO x\r\n",
         "proxy TCP4",
         "PROXY\r\n",
         "PROXY\tTCP4",
         "PROXY  TCP4 192.0.2.7 198.51.100.1 50000 25\r\n",
         "PROXY TCP5 192.0.2.7 198.51.100.1 50000 25\r\n",
         "PROXY UDP4 192.0.2.7 198.51.100.1 50000 25\r\n",
         "PROXY unknown\r\n",
         "PROXY UNKNOWN2\r\n",
         "PROXY \r\n",
         "PROXY UNKNOWN\n",
         "PROXY UNKNOWN a\rb\r\n",
         "PROXY UNKNOWN\r\r\n",
         a + "192.0.2.7 198.51.100.1 50000 25\n",
         a + "192.0.2.7 198.51.100.1 50000 25 \r\n",
         a + "192.0.2.7 198.51.100.1 50000 25 x\r\n",
         a + "192.0.2.7 198.51.100.1 50000\r\n",
         a + "192.0.2.7 198.51.100.1 50000 \r\n",
         a + "192.0.2.7  198.51.100.1 50000 25\r\n",
         a + "192.0.2.7\t198.51.100.1 50000 25\r\n",
         a + "192.0.2.7 198.51.100.1 050000 25\r\n",
         a + "192.0.2.7 198.51.100.1 50000 00\r\n",
         a + "192.0.2.7 198.51.100.1 65536 25\r\n",
         a + "192.0.2.7 198.51.100.1 -1 25\r\n",
         a + "192.0.2.7 198.51.100.1 +1 25\r\n",
         a + "192.0.2.7 198.51.100.1 0x1 25\r\n",
         a + "192.0.2.07 198.51.100.1 1 25\r\n",
         a + "192.0.2.256 198.51.100.1 1 25\r\n",
         a + "192.0.2 198.51.100.1 1 25\r\n",
         a + "::1 ::1 1 25\r\n",
         a + "example.com 198.51.100.1 1 25\r\n",
         a + std::string{"192.0.2.7\0 198.51.100.1 1 25\r\n", 31},
         "PROXY TCP6 192.0.2.7 198.51.100.1 1 25\r\n",
         "PROXY TCP6 ::1 :: : 25\r\n",
         "PROXY TCP6 [::1] ::1 1 25\r\n",
         "PROXY TCP6 fe80::1%eth0 ::1 1 25\r\n",
         "PROXY TCP6 1::2::3 ::1 1 25\r\n"}) {
    const auto x = parse(text);
    BOOST_TEST((x.state == status::malformed), text);
    BOOST_TEST((x.header == stagepost::proxy_header{}), text);
    BOOST_TEST(!x.why.empty());
  }
}

BOOST_AUTO_TEST_CASE(a_line_has_107_octets_at_most) {
  const std::string start = "PROXY UNKNOWN ";
  BOOST_TEST((parse(start + std::string(107 - 2 - 14, 'x') + "\r\n").state
              == status::whole));
  const auto x = parse(start + std::string(107 - 1 - 14, 'x') + "\r\n");
  BOOST_TEST((x.state == status::malformed));
  BOOST_TEST(x.left == "\n", "refused as soon as it can't end in time");
}

BOOST_AUTO_TEST_CASE(what_is_no_version_2_is_refused) {
  auto other_signature = v2("");
  other_signature[4] = '\1';
  const auto bare = [](const std::string& body, const std::string& length) {
    return signature + "\x21\x11" + length + body;
  };
  const std::string text = "mx.example.com";
  for (const auto& octets : std::vector<std::string>{
         other_signature,
         v2('\x11', '\x11', tcp4),
         v2('\x22', '\x11', tcp4),
         v2('\x2F', '\x11', tcp4),
         v2('\x31', '\x11', tcp4),
         v2('\x21', '\x01', tcp4),
         v2('\x21', '\x10', tcp4),
         v2('\x21', '\x13', tcp4),
         v2('\x21', '\x41', tcp4),
         v2('\x21', '\xFF', tcp4),
         v2('\x21', '\x11', tcp4.substr(1)),
         v2('\x21', '\x21', tcp4),
         v2('\x21', '\x11', ""),
         bare(tcp4, "\x08\x01"),
         bare(tcp4, "\xFF\xFF"),
         v2("\1"),
         v2("\1\1"),
         v2(tlv('\1', "x").substr(0, 3)),
         v2(tlv('\1', "xy").substr(0, 4)),
         v2(tlv('\2', "x\ny")),
         v2(tlv('\2', "x\x7fy")),
         v2(tlv('\2', std::string{"x\0", 2})),
         v2(tlv('\1', "\r")),
         v2(tlv('\2', text) + tlv('\2', text)),
         v2(tlv('\3', "abc")),
         v2(tlv('\3', "abcd")),
         v2(tlv('\3', "")),
         v2(tlv('\x20', "")),
         v2(tlv('\x20', "\1\1\1\1")),
         v2(tls('\1', 0) + tls('\1', 0)),
         v2(tls('\1', 0, "\x21")),
         v2(tls('\1', 0, tlv('\x22', "a\r\nb"))),
         v2(tls('\1', 0, std::string{"\x21\0\2x", 4})),
         v2(tls('\1', 0, tlv('\x21', "a") + tlv('\x21', "b")))}) {
    const auto x = parse(octets);
    BOOST_TEST((x.state == status::malformed), "octets " << octets.size());
    BOOST_TEST((x.header == stagepost::proxy_header{}));
    BOOST_TEST(!x.why.empty());
  }
}

BOOST_AUTO_TEST_CASE(a_body_has_2048_octets_at_most) {
  const auto most = 2048 - tcp4.size() - 3;
  BOOST_TEST(
    (parse(v2(tlv('\4', std::string(most, 'x')))).state == status::whole));
  BOOST_TEST((parse(v2(tlv('\4', std::string(most + 1, 'x')))).state
              == status::malformed));
}

BOOST_AUTO_TEST_CASE(a_refusal_is_final) {
  proxy_header_parser parser;
  std::string_view bad = "EHLO";
  BOOST_TEST((parser.feed(bad) == status::malformed));
  BOOST_TEST(bad == "HLO");
  std::string_view good = "PROXY UNKNOWN\r\n";
  BOOST_TEST((parser.feed(good) == status::malformed));
}

BOOST_AUTO_TEST_SUITE_END()
