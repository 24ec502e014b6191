// Where each row of an observation stands in the picture that an environment draws.
#include <cmath>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "engine/env/recommend.hpp"
#include "tests/unit/gymnasium_environments.hpp"

namespace qarium::env_places_test {
namespace {

using namespace tests;

protocol::Scene drawn(const env::Environment& environment) {
  protocol::Scene scene;
  environment.render(scene);
  return scene;
}

/// The cell of the picture in which a place lies.
protocol::Color color_at(const protocol::Scene& scene, const protocol::Point& place) {
  const auto row = static_cast<int>(std::floor(place.y));
  const auto column = static_cast<int>(std::floor(place.x));
  REQUIRE(0 <= row);
  REQUIRE(row < scene.grid.rows);
  REQUIRE(0 <= column);
  REQUIRE(column < scene.grid.columns);
  return scene.grid.cells[static_cast<std::size_t>(row * scene.grid.columns + column)];
}

bool inside(const protocol::Scene& scene, const protocol::Point& place) {
  return place.x >= 0 && place.x < static_cast<float>(scene.grid.columns) && place.y >= 0 &&
         place.y < static_cast<float>(scene.grid.rows);
}

bool same(const std::vector<std::optional<protocol::Point>>& a, const std::vector<std::optional<protocol::Point>>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const auto& one, const auto& other) {
    return one.has_value() == other.has_value() && (!one || (one->x == other->x && one->y == other->y));
  });
}

/// Null where highway_env is not installed; says so.
std::unique_ptr<env::Environment> make_road(const std::string& id) {
  config::EnvironmentOptions options;
  options.id = id;
  try {
    return env::make(options);
  } catch (const core::UserError& error) {
    WARN("skipped: no highway_env: " << error.what());
    return nullptr;
  }
}

/// The own car is green where its place says, and each car that is observed stands as far from it as its row says. The
/// road has 3 lanes of 4 m; x is divided by 200 m, y by all lanes; 5.5 pixels are a metre, 3 of them a cell.
void check_road(const env::Environment& road) {
  constexpr float kCellsPerMetre = 5.5F / 3;
  const auto scene = drawn(road);
  const auto rows = static_cast<std::size_t>(road.spec().observation_space.shape[0]);
  const auto seen = numbers(road);
  REQUIRE(scene.places.size() == rows);
  REQUIRE(scene.places[0]);
  const auto own = *scene.places[0];
  const auto green = color_at(scene, own);
  CHECK(green.green > 150);
  CHECK(green.red < 100);
  CHECK(green.blue < 100);
  for (std::size_t row = 1; row < rows; ++row) {
    INFO("row " << row);
    const bool present = seen[5 * row] == 1;
    REQUIRE(scene.places[row].has_value() == present);
    if (!present) continue;
    const auto place = *scene.places[row];
    if (std::abs(seen[5 * row + 1]) < 1)
      CHECK(place.x - own.x == Approx(seen[5 * row + 1] * 200 * kCellsPerMetre).margin(0.7));
    CHECK(place.y - own.y == Approx(seen[5 * row + 2] * 12 * kCellsPerMetre).margin(0.7));
    if (!inside(scene, place)) continue;
    const auto color = color_at(scene, place);
    const auto [least, most] = std::minmax({int{color.red}, int{color.green}, int{color.blue}});
    CHECK(most - least > 60);  // the road is grey
  }
}

}  // namespace

TEST_CASE("an environment tells where the rows of its observation stand in its picture", "[gymnasium]") {
  if (!available()) return;
  const auto herd = env::make(options_for("Herd"));
  herd->reset({1, core::Purpose::Test, 0});
  for (int step = 0; step < 4; ++step) {
    INFO("step " << step);
    const auto scene = drawn(*herd);
    const auto seen = numbers(*herd);
    REQUIRE(scene.grid.columns == 200);  // every third pixel
    REQUIRE(scene.places.size() == 4);
    for (std::size_t row = 0; row < 4; ++row) {
      REQUIRE(scene.places[row].has_value() == (row != 2 || step % 2 == 0));
      if (!scene.places[row]) continue;
      CHECK(scene.places[row]->x == Approx((seen[3 * row + 1] + 0.5F) / 3));
      CHECK(scene.places[row]->y == Approx((seen[3 * row + 2] + 0.5F) / 3));
      CHECK(color_at(scene, *scene.places[row]).red == (row == 0 ? 200 : 60));
    }
    herd->step(0);
  }
}

TEST_CASE("places are those of the moment that is drawn, after going back too", "[gymnasium]") {
  if (!available()) return;
  const auto herd = env::make(options_for("Herd"));
  herd->reset({1, core::Purpose::Test, 0});
  play(*herd, 3);
  const auto then = drawn(*herd);
  const auto saved = herd->save_state();
  play(*herd, 5);
  CHECK_FALSE(same(drawn(*herd).places, then.places));
  herd->restore_state(saved);
  const auto again = drawn(*herd);
  CHECK(again.grid.cells == then.grid.cells);
  CHECK(same(again.places, then.places));
  // An observation alone is no picture in which they stand.
  std::vector<std::byte> observation(herd->spec().observation_space.bytes());
  herd->observe(observation);
  auto scene = then;
  herd->render_observation(observation, scene);
  CHECK(scene.places.empty());
}

TEST_CASE("places that cannot be are ignored, and the environment goes on", "[gymnasium]") {
  if (!available()) return;
  const auto herd = env::make(options_for("LyingHerd"));
  herd->reset({1, core::Purpose::Test, 0});
  CHECK(drawn(*herd).places.size() == 4);
  for (int step = 1; step <= 6; ++step) {
    INFO("step " << step);
    herd->step(0);
    const auto scene = drawn(*herd);
    CHECK(scene.grid.rows == 100);
    if (step == 2) {
      REQUIRE(scene.places.size() == 4);
      for (std::size_t row = 0; row < 3; ++row)
        CHECK_FALSE(scene.places[row]);
      CHECK(scene.places[3]);
    } else {
      CHECK(scene.places.empty());
    }
  }
  herd->step(0);
  CHECK(drawn(*herd).places.size() == 4);
  const auto walk = env::make(options_for("Walk"));  // tells none
  walk->reset({1, core::Purpose::Test, 0});
  CHECK(drawn(*walk).places.empty());
}

TEST_CASE("the cars that highway_env observes stand where they are drawn", "[gymnasium]") {
  if (!available()) return;
  const auto road = make_road("gym:highway-fast-v0");
  if (!road) return;
  road->reset({1, core::Purpose::Test, 0});
  check_road(*road);
  constexpr int kIdle = 1;
  for (int step = 0; step < 3; ++step) {
    if (road->step(kIdle).over()) return;
    check_road(*road);
  }
  const auto then = drawn(*road);
  const auto saved = road->save_state();
  road->step(kIdle);
  CHECK_FALSE(same(drawn(*road).places, then.places));
  road->restore_state(saved);
  CHECK(same(drawn(*road).places, then.places));
  check_road(*road);
}

TEST_CASE("cars are found in any order, and rows without a car stand nowhere", "[gymnasium]") {
  if (!available()) return;
  for (const std::string order : {"Sorted", "Shuffled"}) {
    INFO(order);
    const auto road = make_road("gym:qarium_test_envs:Road" + order + "-v0");
    if (!road) return;
    std::size_t absent = 0;
    for (std::uint32_t episode = 0; episode < 3; ++episode) {
      road->reset({1, core::Purpose::Test, episode});
      check_road(*road);
      const auto places = drawn(*road).places;
      absent += static_cast<std::size_t>(std::ranges::count(places, false, &std::optional<protocol::Point>::has_value));
    }
    CHECK(absent >= 9);
  }
}

TEST_CASE("the clicks that recommend observes stand where their bars are") {
  config::EnvironmentOptions options;
  options.recommend.past_clicks = 3;
  env::Recommend user(options);
  user.reset({1, core::Purpose::Test, 0});
  for (int clicks = 0; clicks <= 5; ++clicks) {
    INFO("after " << clicks);
    const auto scene = drawn(user);
    REQUIRE(scene.places.size() == 3);
    for (int row = 0; row < 3; ++row) {
      const auto& place = scene.places[static_cast<std::size_t>(row)];
      REQUIRE(place.has_value() == (row < clicks));
      if (!place) continue;
      // A line, then a bar for each click, the oldest first.
      const auto& bar = std::get<protocol::Polygon>(scene.shapes[static_cast<std::size_t>(clicks - row)]);
      CHECK(place->x == Approx((bar.corners[0].x + bar.corners[2].x) / 2));
      CHECK(place->y <= bar.corners[2].y);
      CHECK(place->y >= bar.corners[0].y);
    }
    user.step(clicks % 2);
  }
}

}  // namespace qarium::env_places_test
