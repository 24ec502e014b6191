// Text that is no TOML is refused in words, in every build, and none ends the program.
#include <string>

#include "engine/config/toml.hpp"
#include "engine/core/error.hpp"
#include "tests/catch.hpp"

namespace qarium::config_toml_test {
namespace {

std::string refusal(const std::string& text) {
  try {
    config::parse_toml(text);
  } catch (const core::UserError& error) {
    return error.what();
  }
  return "";
}

}  // namespace

TEST_CASE("broken TOML is refused with its line") {
  const auto* const text = GENERATE("[=", "a = [}", "a = {]", "a = ", "= 1", "a = 1\na = 2", "a = \"\n", "a = 'x",
                                    "[a\n", "a = 1e", "a = 0x", "a = 2024-13-45", "\xC3\xA9 = 1", "a = \xC3\xA9",
                                    "a = \"\\\xC3\xA9\"", "a = \xFF", "a = \"\xFF\"");
  CAPTURE(text);
  CHECK(refusal(text).starts_with("line "));
  CHECK(refusal(std::string("b = 1\n\n") + text).starts_with("line "));
}

TEST_CASE("deep nesting is refused and not followed to the stack's end") {
  const std::size_t depth = GENERATE(10'000, 1'000'000);
  CHECK_FALSE(refusal("a = " + std::string(depth, '[')).empty());
  CHECK_FALSE(refusal("a = " + std::string(depth, '[') + std::string(depth, ']')).empty());
  std::string tables = "a = ";
  for (std::size_t i = 0; i < depth; ++i)
    tables += "{b=";
  CHECK_FALSE(refusal(tables).empty());
}

TEST_CASE("letters of every language stand in strings, comments and after a byte order mark") {
  const auto table =
      config::parse_toml("\xEF\xBB\xBF# Größe\nname = \"Pfähle \xE2\x82\xAC\" # ü\n'schlüssel' = '''ä'''\nx = 1\n");
  CHECK(table["name"].value<std::string>() == "Pfähle \xE2\x82\xAC");
  CHECK(table["schlüssel"].value<std::string>() == "ä");
  CHECK(table["x"].value<int>() == 1);
}

}  // namespace qarium::config_toml_test
