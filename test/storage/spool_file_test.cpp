#include "storage/spool_file.hpp"
#include "test/storage/scratch.hpp"

#include <boost/test/unit_test.hpp>

#include <system_error>

using namespace stagepost;
using storage::spool;

namespace {

std::string whole(const content& x) {
  std::string out(x.size(), '\0');
  BOOST_TEST(x.read(0, out) == x.size());
  return out;
}

struct fixture {
  test::scratch_folder folder;
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(spool_file, fixture)

BOOST_AUTO_TEST_CASE(a_small_content_stays_in_memory) {
  spool x(folder.path(), 10);
  x.append("01234");
  x.append("56789");
  BOOST_TEST(x.size() == 10U);
  const auto made = x.finish();
  BOOST_TEST(made->in_memory() == "0123456789");
  BOOST_TEST(x.size() == 0U);
}

BOOST_AUTO_TEST_CASE(a_large_content_goes_to_a_file_without_a_name) {
  spool x(folder.path(), 10);
  x.append("01234");
  x.append("56789x");
  x.append("yz");
  BOOST_TEST(x.size() == 13U);
  BOOST_TEST(std::filesystem::is_empty(folder.path()));
  const auto made = x.finish();
  BOOST_TEST(made->in_memory().empty());
  BOOST_TEST(made->size() == 13U);
  BOOST_TEST(whole(*made) == "0123456789xyz");
}

BOOST_AUTO_TEST_CASE(a_piece_is_read_from_anywhere) {
  spool x(folder.path(), 0);
  x.append("0123456789");
  const auto made = x.finish();
  std::string out(4, '.');
  BOOST_TEST(made->read(3, out) == 4U);
  BOOST_TEST(out == "3456");
  BOOST_TEST(made->read(8, out) == 2U);
  BOOST_TEST(out == "8956");
  BOOST_TEST(made->read(10, out) == 0U);
  BOOST_TEST(made->read(99, out) == 0U);
}

BOOST_AUTO_TEST_CASE(a_spool_is_used_again_and_moved) {
  spool x(folder.path(), 4);
  x.append("first, long");
  const auto first = x.finish();
  x.append("2nd");
  spool y = std::move(x);
  y.append(", longer");
  spool z(folder.path(), 4);
  z = std::move(y);
  BOOST_TEST(whole(*first) == "first, long");
  BOOST_TEST(whole(*z.finish()) == "2nd, longer");
  BOOST_TEST(z.finish()->size() == 0U);
}

BOOST_AUTO_TEST_CASE(a_folder_that_is_not_there_is_an_error) {
  spool x(folder.path() + "/none", 4);
  BOOST_CHECK_THROW(x.append("12345"), std::system_error);
}

BOOST_AUTO_TEST_SUITE_END()
