// Words about texts, whatever these hold.
#include <string>

#include "engine/core/text.hpp"
#include "tests/catch.hpp"

namespace qarium::core_text_test {

TEST_CASE("words about a text hold its beginning, and no part of a letter") {
  CHECK(core::quoted("short") == "'short'");
  const auto words = core::quoted(std::string(119, 'a') + "\xC3\xA9" + std::string(1'000'000, 'b'));
  CHECK(words == "'" + std::string(119, 'a') + " ...'");
  const std::string_view names[] = {"gamma", "tau"};
  CHECK(core::closest(std::string(10'000'000, 'g'), names) == "gamma");
}

TEST_CASE("bytes that are no letters are left out of a text") {
  const std::string letters = "a\xC3\xA9\xE2\x82\xAC\xF0\x9F\x90\x9F\x7F";
  CHECK(core::valid_utf8(letters) == letters);
  for (const std::string bad : {"\xE7", "\x80", "\xC3", "\xE2\x82", "\xC0\xAF", "\xE0\x80\xAF", "\xED\xA0\x80",
                                "\xF4\x90\x80\x80", "\xFF", "\xF8\x88\x80\x80\x80"})
    CHECK(core::valid_utf8("a" + bad + "b\xC3\xA9" + bad) == "ab\xC3\xA9");
}

}  // namespace qarium::core_text_test
