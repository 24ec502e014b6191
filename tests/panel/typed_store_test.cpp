#include "widgets/typed_store.hpp"

#include <memory>
#include <string>
#include <utility>

#include "tests/catch.hpp"

namespace qarium::typed_store_test {

using widgets::TypedStore;

namespace {

struct Choice {
  int number = 7;
};
struct OtherChoice {
  int number = 9;
  std::string name = "other";
};

/// Counts those of its kind that live.
struct Counted {
  static inline int alive = 0;
  Counted() { ++alive; }
  Counted(const Counted&) = delete;
  Counted& operator=(const Counted&) = delete;
  ~Counted() { --alive; }
};

}  // namespace

TEST_CASE("a value is made when it is first asked for, and is the same ever after") {
  TypedStore store;
  REQUIRE(store.of<Choice>().number == 7);
  auto* place = &store.of<Choice>();
  place->number = 3;
  for (int i = 0; i < 100; ++i)
    store.of<OtherChoice>().number = i;
  REQUIRE(&store.of<Choice>() == place);
  REQUIRE(std::as_const(store).of<Choice>().number == 3);
  REQUIRE(std::as_const(store).of<OtherChoice>().name == "other");
}

TEST_CASE("values of two stores have nothing to do with each other, and move with theirs") {
  TypedStore first;
  TypedStore second;
  first.of<Choice>().number = 1;
  REQUIRE(second.of<Choice>().number == 7);
  auto* place = &first.of<Choice>();
  second = std::move(first);
  REQUIRE(&second.of<Choice>() == place);
  REQUIRE(second.of<Choice>().number == 1);
}

TEST_CASE("a store takes its values with it, each by its own kind") {
  {
    TypedStore store;
    REQUIRE(Counted::alive == 0);
    store.of<Counted>();
    store.of<Counted>();
    REQUIRE(Counted::alive == 1);
    TypedStore other;
    other.of<Counted>();
    REQUIRE(Counted::alive == 2);
  }
  REQUIRE(Counted::alive == 0);
}

}  // namespace qarium::typed_store_test
