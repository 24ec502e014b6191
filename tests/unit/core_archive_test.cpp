// Archives: what is missing or no number is refused by name.
#include <string>

#include "engine/core/archive.hpp"
#include "engine/core/digest.hpp"
#include "engine/core/error.hpp"
#include "tests/catch.hpp"

namespace qarium::core_archive_test {

TEST_CASE("arrays and words are found by name") {
  core::Archive archive;
  archive.arrays.push_back({"h", {2}, {1, 2}});
  archive.metadata = {{"steps", "12"},  {"best", "-1.5"},    {"word", "many"}, {"negative", "-3"},
                      {"huge", "1e30"}, {"infinite", "inf"}, {"none", "nan"}};
  REQUIRE(archive.find("h") != nullptr);
  CHECK(archive.find("h")->values == std::vector<float>{1, 2});
  CHECK(archive.find("c") == nullptr);
  CHECK_THROWS_WITH(archive.need("c"), ContainsSubstring("'c'"));
  CHECK(archive.count("steps") == 12);
  CHECK(archive.number("best") == -1.5);
  CHECK_THROWS_WITH(archive.text("episodes"), ContainsSubstring("'episodes'"));
  for (const std::string name : {"word", "negative", "huge", "best"})
    CHECK_THROWS_WITH(archive.count(name), ContainsSubstring("'" + name + "'"));
  CHECK_THROWS_WITH(archive.number("word"), ContainsSubstring("many"));
  CHECK_THROWS_WITH(archive.number("infinite"), ContainsSubstring("inf"));
  CHECK_THROWS_WITH(archive.number("none"), ContainsSubstring("nan"));
}

TEST_CASE("a digest is FNV-1a over the bytes") {
  // The offset basis of the empty text, and a known answer: http://www.isthe.com/chongo/tech/comp/fnv/
  CHECK(core::digest({}) == "cbf29ce484222325");
  const float zero = 0;
  CHECK(core::digest({&zero, 1}) == "4d25767f9dce13f5");  // of four zero bytes
}

}  // namespace qarium::core_archive_test
