#include "widgets/parts/format.hpp"

#include <cmath>
#include <limits>

#include "tests/panel/rig.hpp"

namespace qarium::format_test {

using widgets::ShortText;

TEST_CASE("counts have separators") {
  REQUIRE(widgets::count(0).view() == "0");
  REQUIRE(widgets::count(999).view() == "999");
  REQUIRE(widgets::count(1'000).view() == "1,000");
  REQUIRE(widgets::count(412'608).view() == "412,608");
  REQUIRE(widgets::count(-1'234'567).view() == "-1,234,567");
  REQUIRE(widgets::count(-123).view() == "-123");
  REQUIRE(widgets::count(std::numeric_limits<std::int64_t>::min()).view() == "-9,223,372,036,854,775,808");
}

TEST_CASE("axes are labelled shortly") {
  REQUIRE(widgets::compact(0).view() == "0");
  REQUIRE(widgets::compact(400'000).view() == "400 k");
  REQUIRE(widgets::compact(16'600).view() == "16.6 k");
  REQUIRE(widgets::compact(1'250'000).view() == "1.25 M");
  REQUIRE(widgets::compact(999.9).view() == "1 k");
  REQUIRE(widgets::compact(-0.25).view() == "-0.25");
}

TEST_CASE("numbers keep about four digits") {
  REQUIRE(widgets::number(1.42).view() == "1.420");
  REQUIRE(widgets::number(0).view() == "0");
  REQUIRE(widgets::number(0.00025).view() == "2.5e-4");
  REQUIRE(widgets::number(123.456).view() == "123.5");
  REQUIRE(widgets::number(-20.5).view() == "-20.50");
  REQUIRE(widgets::number(std::nan("")).view() == "–");
  REQUIRE(widgets::signed_number(0.41).view() == "+0.4100");
  REQUIRE(widgets::signed_number(-0.41).view() == "-0.4100");
}

TEST_CASE("values are shown as an editor shows them") {
  REQUIRE(widgets::value_text(config::Value(true)).view() == "on");
  REQUIRE(widgets::value_text(config::Value(std::int64_t{100'000})).view() == "100,000");
  REQUIRE(widgets::value_text(config::Value(2.5e-4)).view() == "2.5e-4");
  REQUIRE(widgets::value_text(config::Value(0.995)).view() == "0.995");
  REQUIRE(widgets::value_text(config::Value(std::string("adam"))).view() == "adam");
}

TEST_CASE("a short text cuts off what does not fit") {
  ShortText text;
  for (int i = 0; i < 100; ++i)
    text.add("0123456789").print("%d", 12345);
  REQUIRE(text.view().size() == 255);
  REQUIRE(std::string(text.c_str()).size() == 255);
}

TEST_CASE("ticks of small numbers have the digits that tell them apart and no more") {
  CHECK(widgets::compact(4e-5, 2e-5).view() == "4e-5");
  CHECK(widgets::compact(-2e-4, 1e-4).view() == "-2e-4");
  CHECK(widgets::compact(1.25e-4, 5e-6).view() == "1.25e-4");
  CHECK(widgets::compact(0, 1e-5).view() == "0");
}

}  // namespace qarium::format_test
