// Texts that are filled in: values, what stays and what goes, and what a text asks for.
#include "engine/exchange/text_template.hpp"

#include <stdexcept>
#include <string>
#include <vector>

#include "tests/catch.hpp"

namespace qarium::text_template_test {
namespace {

const exchange::TemplateValues kValues = {{"memory.hidden", "64"}, {"actions", "3"}, {"kind", "lstm"},
                                          {"yes", "true"},         {"no", "false"},  {"a_b2", "x"}};

std::string filled(const std::string& text) {
  return exchange::fill_in(text, kValues).text;
}

}  // namespace

TEST_CASE("values stand where their names stood") {
  CHECK(filled("n = $actions, $memory.hidden\n") == "n = 3, 64\n");
  CHECK(filled("[$actions:$a_b2]") == "[3:x]\n");
  CHECK(filled("ends in $actions.\n\n") == "ends in 3.\n\n");
  CHECK(filled("${kind}_cell $kind.\n") == "lstm_cell lstm.\n");
  CHECK_THROWS_AS(filled("$nothing"), std::logic_error);
  CHECK_THROWS_AS(filled("# if nothing\n# end\n"), std::logic_error);
}

TEST_CASE("lines stay where their condition holds") {
  CHECK(filled("a\n# if yes\nb\n# end\nc\n") == "a\nb\nc\n");
  CHECK(filled("# if no\nb\n# else\nc\n# end\n") == "c\n");
  CHECK(filled("# if not no\nb\n# end\n") == "b\n");
  CHECK(filled("# if kind == lstm\nb\n# end\n# if kind == gru\nc\n# end\n") == "b\n");
  CHECK(filled("# if kind != lstm\nb\n# else\nc\n# end\n") == "c\n");
  CHECK(filled("# if no\n# if yes\na\n# else\nb\n# end\n# else\n# if no\nc\n# else\nd\n# end\n# end\n") == "d\n");
  CHECK(filled("# if no\n$nothing\n# end\n").empty());
  for (const auto* text : {"# if yes\n", "# end\n", "# else\n"})
    CHECK_THROWS_AS(filled(text), std::logic_error);
  CHECK(filled("    # if it is indented it is a comment\n") == "    # if it is indented it is a comment\n");
}

TEST_CASE("a text names the texts that it uses") {
  const auto text = exchange::fill_in("# uses: part/a score/$kind\n# if no\n# uses: part/b\n# end\nx\n", kValues);
  CHECK(text.uses == std::vector<std::string>{"part/a", "score/lstm"});
  CHECK(text.text == "x\n");
}

}  // namespace qarium::text_template_test
