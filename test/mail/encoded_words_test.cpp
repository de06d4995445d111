#include "mail/mime/encoded_words.hpp"
#include "mail/utf8.hpp"

#include <boost/test/unit_test.hpp>

#include <malloc.h>

using namespace stagepost;
using mime::decoded_words;

namespace {

std::string repeated(std::string_view what, std::size_t octets) {
  std::string out;
  while (out.size() + what.size() <= octets)
    out += what;
  return out;
}

} // namespace

BOOST_AUTO_TEST_SUITE(encoded_words)

BOOST_AUTO_TEST_CASE(words_are_read_as_rfc_2047_shows) {
  const std::pair<std::string, std::string> rows[] = {
    // Section 8
    {"=?US-ASCII?Q?Keith_Moore?= <moore@cs.utk.edu>",
     "Keith Moore <moore@cs.utk.edu>"},
    {"=?ISO-8859-1?Q?Keld_J=F8rn_Simonsen?= <keld@dkuug.dk>",
     "Keld Jørn Simonsen <keld@dkuug.dk>"},
    {"=?ISO-8859-1?Q?Andr=E9?= Pirard <PIRARD@vm1.ulg.ac.be>",
     "André Pirard <PIRARD@vm1.ulg.ac.be>"},
    {"=?ISO-8859-1?B?SWYgeW91IGNhbiByZWFkIHRoaXMgeW8=?=\r\n"
     " =?ISO-8859-2?B?dSB1bmRlcnN0YW5kIHRoZSBleGFtcGxlLg==?=",
     "If you can read this you understand the example."},
    {"=?ISO-8859-1?Q?Olle_J=E4rnefors?=", "Olle Järnefors"},
    {"Nathaniel Borenstein\r\n (=?iso-8859-8?b?7eXs+SDv4SDp7Oj08A==?=)",
     "Nathaniel Borenstein\r\n (םולש ןב ילטפנ)"},
    {"(=?ISO-8859-1?Q?a?=)", "(a)"},
    {"(=?ISO-8859-1?Q?a?= b)", "(a b)"},
    {"(=?ISO-8859-1?Q?a?= =?ISO-8859-1?Q?b?=)", "(ab)"},
    {"(=?ISO-8859-1?Q?a?=  =?ISO-8859-1?Q?b?=)", "(ab)"},
    {"(=?ISO-8859-1?Q?a?=\r\n    =?ISO-8859-1?Q?b?=)", "(ab)"},
    {"(=?ISO-8859-1?Q?a_b?=)", "(a b)"},
    {"(=?ISO-8859-1?Q?a?= =?ISO-8859-2?Q?_b?=)", "(a b)"},
    // RFC 2231, 5
    {"=?US-ASCII*EN?Q?Keith_Moore?=", "Keith Moore"},
  };
  for (const auto& [text, read] : rows)
    BOOST_TEST(decoded_words(text) == read);
}

BOOST_AUTO_TEST_CASE(words_are_read_as_people_send_them) {
  const std::pair<std::string, std::string> rows[] = {
    {"", ""},
    {"plain", "plain"},
    {"a=?utf-8?q?b?=c", "abc"},
    {"=?utf-8?q?a?==?utf-8?q?b?=", "ab"},
    {" =?utf-8?q?a?= ", " a "},
    {"a =?utf-8?q?b?= c =?utf-8?q?d?=", "a b c d"},
    {"=?utf-8?q?a b c?=", "a b c"},
    {"=?utf-8?q?\?=", ""},
    {"=?utf-8?q?why?\?=", "why?"},
    {"=?utf-8?q?1+1=3D2?=", "1+1=2"},
    {"=?utf-8?q?100=_sure=?=", "100= sure="},
    {"=?UTF-8?Q?=c3=bc=C3=9F?=", "üß"},
    {"=?utf-8?B?w7zDnw?=", "üß"}, // no padding
    {"=?utf-8?B?w7w=?= =?utf-8?B?w58=?=", "üß"},
    // a character, its code, or a quantum, in two words
    {"=?utf-8?q?=C3?= =?utf-8?q?=BC?=", "ü"},
    {"=?utf-8?q?=C3=B?= =?UTF-8?Q?C?=", "ü"},
    {"=?utf-8?b?4oI=?= =?utf-8?b?rA==?=", "€"},
    {"=?utf-8?b?4o?= =?utf-8?b?Ks?=", "€"},
    {"=?iso-2022-jp?b?GyRCJDMbKEI=?= =?iso-2022-jp?b?GyRCJHMbKEI=?=", "こん"},
    {"=?gb2312?b?xOM=?=", "你"},
    {"=?iso-8859-1?q?=93x=94_=80?=", "“x” €"}, // windows-1252 in truth
    {"=?koi8-r?b?7cnS?=", "Мир"},
    // no such charset, or not that one
    {"=?x-no-such?q?caf=C3=A9?=", "café"},
    {"=?x-no-such?q?caf=E9?=", "café"},
    {"=?utf-8//ignore?q?caf=E9?=", "café"},
    {"=?koi8-r+?q?caf=C3=A9?=", "café"},
    {"=?us-ascii?q?caf=C3=A9?=", "café"},
    {"=?utf-8?q?caf=E9.?=", "caf\xef\xbf\xbd."},
  };
  for (const auto& [text, read] : rows)
    BOOST_TEST(decoded_words(text) == read,
               text << ": " << decoded_words(text));
}

BOOST_AUTO_TEST_CASE(what_is_no_word_stays) {
  for (const std::string text : {"=?",
                                 "=?\?=",
                                 "=?=",
                                 "=??\?=",
                                 "=?\??\?=",
                                 "=?utf-8?=",
                                 "=?utf-8?q?=",
                                 "=?utf-8?q?x",
                                 "=?utf-8?q?x?",
                                 "=?utf-8?x?y?=",
                                 "=?utf-8?qq?y?=",
                                 "=?utf-8??y?=",
                                 "=??q?y?=",
                                 "=?*en?q?y?=",
                                 "=?utf 8?q?y?=",
                                 "=?utf-8 ?q?y?=",
                                 "? =",
                                 "?=",
                                 "a ?= b =? c",
                                 "=?\xc3\xbc?q?x?="})
    BOOST_TEST(decoded_words(text) == text);
  const std::string name(41, 'x');
  BOOST_TEST(decoded_words("=?" + name + "?q?y?=") == "=?" + name + "?q?y?=");
  BOOST_TEST(decoded_words("=?" + name.substr(1) + "?q?y?=") == "y");
  BOOST_TEST(decoded_words("=?no =?utf-8?q?yes?=") == "=?no yes");
}

BOOST_AUTO_TEST_CASE(a_field_of_256_kib_is_read_whatever_is_in_it) {
  constexpr std::size_t octets = 256U << 10U;
  for (const std::string_view pattern :
       {" =?x?Q?a", "=?", "?=", "=?a", " ", "=?x?q?\t"}) {
    const auto text = repeated(pattern, octets);
    BOOST_TEST((decoded_words(text) == text), pattern);
  }
  for (const std::string_view pattern :
       {"=?x?q?", "=?utf-8?q?=", "=?utf-8?b?",
        "=?utf-8?q?x?= ", "=?koi8-r?q?x?==?big5?q?x?=", "=?utf-8?q?=?= ",
        "=?q?q?=C3?==?p?b?gA?="}) {
    const auto text = repeated(pattern, octets);
    BOOST_TEST(is_utf8(decoded_words(text)), pattern);
  }
  const auto one = "=?utf-8?b?" + repeated("w7zD", octets) + "?=";
  BOOST_TEST(is_utf8(decoded_words(one)));
}

BOOST_AUTO_TEST_CASE(names_of_charsets_are_not_kept) {
  const auto read = [](int from, int to) {
    std::string text;
    std::string expected;
    for (int i = from; i < to; ++i, expected += 'x')
      text += "=?c" + std::to_string(i) + "?q?x?=";
    BOOST_TEST((decoded_words(text) == expected));
  };
  read(0, 1000); // what is made once is made
  const auto before = ::mallinfo2().uordblks;
  for (int i = 1000; i < 20'000; i += 1000)
    read(i, i + 1000);
  const auto after = ::mallinfo2().uordblks;
  BOOST_TEST(after - std::min(after, before) < 100'000U);
}

BOOST_AUTO_TEST_SUITE_END()
