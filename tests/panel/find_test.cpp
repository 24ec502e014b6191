#include "tests/catch.hpp"
#include "widgets/find/findable.hpp"

namespace qarium::find_test {
namespace {

using widgets::Findable;

Findable named(std::string name, std::string help = "") {
  return {Findable::Kind::Term, std::move(name), std::move(help), {}, 0};
}

}  // namespace

TEST_CASE("what is found holds every word, over any case") {
  const auto target = named("target network", "A copy that is renewed");
  CHECK(widgets::match(target, "") > 0);
  CHECK(widgets::match(target, "TARGET") > 0);
  CHECK(widgets::match(target, "net tar") > 0);
  CHECK(widgets::match(target, "copy network") > 0);
  CHECK(widgets::match(target, "target x") == 0);
}

TEST_CASE("a name counts more than a help, a beginning more than an end") {
  const std::vector<Findable> all{named("weight decay", "of the rate"), named("moderate"), named("learning_rate"),
                                  named("rate limit")};
  const auto found = widgets::matching(all, "rate");
  REQUIRE(found.size() == 4);
  CHECK(found[0]->name == "rate limit");
  CHECK(found[1]->name == "learning_rate");
  CHECK(found[2]->name == "moderate");
  CHECK(found[3]->name == "weight decay");
  CHECK(widgets::matching(all, "").size() == 4);
  CHECK(widgets::matching(all, "").front()->name == "weight decay");
}

}  // namespace qarium::find_test
