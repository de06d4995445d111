#define BOOST_TEST_MODULE stagepost
#include <boost/test/unit_test.hpp>
