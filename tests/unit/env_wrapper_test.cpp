// Flicker and masked velocities: the agent sees less, and nothing else changes.
#include <array>
#include <cmath>
#include <cstring>
#include <memory>
#include <stdexcept>
#include <string>
#include <typeinfo>
#include <utility>
#include <variant>
#include <vector>

#include "engine/core/error.hpp"
#include "engine/env/flicker.hpp"
#include "engine/env/registry.hpp"
#include "engine/env/stateful_environment.hpp"
#include "tests/catch.hpp"

namespace qarium::env_wrapper_test {
namespace {

using Bytes = std::vector<std::byte>;
using Pointer = std::unique_ptr<env::Environment>;

config::EnvironmentOptions options_for(std::string_view id) {
  config::EnvironmentOptions options;
  options.id = id;
  options.sticky_action_prob = 0.25;
  options.distractors = 2;
  return options;
}

Pointer flickering(std::string_view id, double probability) {
  auto options = options_for(id);
  options.flicker_prob = probability;
  return env::make(options);
}

Pointer masked(std::string_view id) {
  auto options = options_for(id);
  options.mask_velocity = true;
  return env::make(options);
}

Bytes observe(const env::Environment& environment) {
  Bytes bytes(environment.spec().observation_space.bytes(), std::byte{0xcd});
  environment.observe(bytes);
  return bytes;
}

std::vector<float> floats(const Bytes& bytes) {
  std::vector<float> numbers(bytes.size() / sizeof(float));
  std::memcpy(numbers.data(), bytes.data(), bytes.size());
  return numbers;
}

bool zero(const Bytes& bytes) {
  return bytes == Bytes(bytes.size());
}

int random_action(const env::Environment& environment, core::RandomStream& random) {
  return static_cast<int>(random.below(static_cast<std::uint32_t>(environment.spec().action_space.n())));
}

bool same(const env::StepResult& a, const env::StepResult& b) {
  return a.reward == b.reward && a.terminated == b.terminated && a.truncated == b.truncated;
}

std::vector<protocol::Color> colors(const protocol::Scene& scene) {
  auto all = scene.grid.cells;
  for (const auto& shape : scene.shapes)
    std::visit([&](const auto& any) { all.push_back(any.color); }, shape);
  return all;
}

/// Observes two numbers whose bounds leave 0 out.
class NeverZero final : public env::StatefulEnvironment<int, std::array<float, 2>> {
 public:
  NeverZero()
      : StatefulEnvironment({.id = "never zero",
                             .observation_space = {.shape = {2}, .low = {1, -3}, .high = {2, -2}},
                             .action_space = {{"one", "other"}}}) {}

 private:
  int begin(core::RandomStream&) const override { return 0; }
  env::StepResult advance(int&, int, core::RandomStream&) const override { return {}; }
  std::array<float, 2> observation_of(const int&) const override { return {1.5F, -2.5F}; }
  void draw(const std::array<float, 2>&, protocol::Scene&) const override {}
};

}  // namespace

TEST_CASE("with both wrappers off an environment is the registry's own") {
  for (const auto& registration : env::registry()) {
    INFO(registration.id);
    const auto options = options_for(registration.id);
    const auto made = env::make(options);
    const auto own = registration.make(options);
    CHECK((typeid(*made) == typeid(*own)));
    made->reset({1, core::Purpose::Test, 0});
    own->reset({1, core::Purpose::Test, 0});
    core::RandomStream actions(1, core::Purpose::Test, 1);
    env::StepResult result;
    for (int i = 0; i < 200 && !result.over(); ++i) {
      REQUIRE(observe(*made) == observe(*own));
      const int action = random_action(*made, actions);
      result = made->step(action);
      REQUIRE(same(result, own->step(action)));
    }
  }
}

TEST_CASE("flicker blanks whole observations and leaves the game alone") {
  for (const auto& registration : env::registry()) {
    INFO(registration.id);
    const auto plain = env::make(options_for(registration.id));
    const auto flicker = flickering(registration.id, 0.5);
    CHECK(flicker->spec().id == plain->spec().id);
    for (std::uint32_t episode = 0; episode < 20; ++episode) {
      const core::RandomStream stream(2, core::Purpose::Environment, episode);
      plain->reset(stream);
      flicker->reset(stream);
      core::RandomStream actions(2, core::Purpose::Test, episode);
      env::StepResult result;
      for (int i = 0; i < 300 && !result.over(); ++i) {
        const bool blank = dynamic_cast<const env::Flicker&>(*flicker).blank();
        REQUIRE(observe(*flicker) == (blank ? Bytes(observe(*plain).size()) : observe(*plain)));
        REQUIRE(observe(*flicker) == observe(*flicker));
        const int action = random_action(*plain, actions);
        result = plain->step(action);
        REQUIRE(same(flicker->step(action), result));
      }
    }
  }
}

TEST_CASE("observations are blank with the probability asked for, each by itself") {
  const double probability = GENERATE(0.1, 0.5, 1.0);
  const auto environment = flickering("MinAtar/Breakout-v0", probability);
  constexpr int kEpisodes = 2000;
  int first = 0;
  int later = 0;
  int steps = 0;
  int after_blank = 0;
  for (std::uint32_t episode = 0; episode < kEpisodes; ++episode) {
    environment->reset({3, core::Purpose::Test, episode});
    bool before = zero(observe(*environment));
    first += before;
    for (int i = 0; i < 4; ++i, ++steps) {
      environment->step(0);
      const bool blank = zero(observe(*environment));
      later += blank;
      after_blank += before && blank;
      before = blank;
    }
  }
  const auto five_sigma = [](double p, int n) { return 5 * std::sqrt(p * (1 - p) * n); };
  CHECK(first == Approx(probability * kEpisodes).margin(five_sigma(probability, kEpisodes)));
  CHECK(later == Approx(probability * steps).margin(five_sigma(probability, steps)));
  // Successive pairs overlap, which widens the spread; twice the width covers it.
  const double both = probability * probability;
  CHECK(after_blank == Approx(both * steps).margin(2 * five_sigma(both, steps)));
}

TEST_CASE("flicker draws from the far half of the episode's stream") {
  const auto environment = flickering("Acrobot-v1", 0.5);
  for (std::uint32_t episode = 0; episode < 10; ++episode) {
    const core::RandomStream stream(10, core::Purpose::Environment, episode);
    auto far = stream;
    far.seek(std::uint64_t{1} << 63U);
    environment->reset(stream);
    const auto blank = [&] { return dynamic_cast<const env::Flicker&>(*environment).blank(); };
    REQUIRE(blank() == (far.uniform() < 0.5));
    for (int i = 0; i < 20; ++i) {
      environment->step(1);
      REQUIRE(blank() == (far.uniform() < 0.5));
    }
  }
}

TEST_CASE("what flickers is reseeded along with the flicker") {
  const auto plain = env::make(options_for("MinAtar/Breakout-v0"));
  const auto flicker = flickering("MinAtar/Breakout-v0", 0.5);
  for (std::uint32_t episode = 0; episode < 20; ++episode) {
    for (auto* environment : {plain.get(), flicker.get()}) {
      environment->reset({11, core::Purpose::Environment, episode});
      environment->step(1);
      environment->reseed({12, core::Purpose::Stage, episode});
    }
    core::RandomStream actions(11, core::Purpose::Test, episode);
    env::StepResult result;
    while (!result.over()) {
      const int action = random_action(*plain, actions);
      result = plain->step(action);
      REQUIRE(same(flicker->step(action), result));
      if (!zero(observe(*flicker))) REQUIRE(observe(*flicker) == observe(*plain));
    }
  }
}

TEST_CASE("flicker is saved and restored with the state, and takes another course when reseeded") {
  for (const auto& registration : env::registry()) {
    INFO(registration.id);
    const auto environment = flickering(registration.id, 0.5);
    const auto other = flickering(registration.id, 0.5);
    bool branched = false;
    for (std::uint32_t episode = 0; episode < 20; ++episode) {
      environment->reset({4, core::Purpose::Environment, episode});
      environment->step(0);
      const auto saved = environment->save_state();
      const auto seen = observe(*environment);
      const auto play = [&](env::Environment& played) {
        std::vector<std::pair<bool, Bytes>> moments;
        for (int i = 0; i < 50; ++i) {
          const bool over = played.step(1).over();
          moments.emplace_back(dynamic_cast<const env::Flicker&>(played).blank(), observe(played));
          if (over) break;
        }
        return moments;
      };
      const auto future = play(*environment);
      other->restore_state(saved);
      REQUIRE(observe(*other) == seen);
      REQUIRE(play(*other) == future);
      other->restore_state(saved);
      other->reseed({5, core::Purpose::Stage, episode});
      REQUIRE(observe(*other) == seen);
      branched = branched || play(*other) != future;
    }
    CHECK(branched);
    CHECK_THROWS_AS(other->restore_state(Bytes(3)), std::invalid_argument);
    CHECK_THROWS_AS(other->restore_state(Bytes(other->save_state().size() - 1)), std::invalid_argument);
  }
}

TEST_CASE("flicker's picture is the true one, dimmed while the agent is blind") {
  for (const auto& registration : env::registry()) {
    INFO(registration.id);
    const auto plain = env::make(options_for(registration.id));
    const auto never = flickering(registration.id, 1e-12);
    const auto always = flickering(registration.id, 1);
    protocol::Scene faithfulness;
    protocol::Scene clear;
    protocol::Scene dimmed;
    for (const auto& [environment, scene] :
         {std::pair{plain.get(), &faithfulness}, std::pair{never.get(), &clear}, std::pair{always.get(), &dimmed}}) {
      environment->reset({6, core::Purpose::Test, 0});
      environment->step(0);
      environment->render(*scene);
    }
    CHECK(colors(clear) == colors(faithfulness));
    REQUIRE(colors(dimmed).size() == colors(faithfulness).size());
    CHECK(colors(dimmed) != colors(faithfulness));
    CHECK(dimmed.shapes.size() == faithfulness.shapes.size());
    const auto light = [](const protocol::Scene& scene) {
      double sum = 0;
      for (const auto& color : colors(scene))
        sum += color.alpha * (color.red + color.green + color.blue);
      return sum;
    };
    CHECK(light(dimmed) < 0.5 * light(faithfulness));

    protocol::Scene blank;
    blank.shapes.emplace_back(protocol::Circle{});
    always->render_observation(observe(*always), blank);
    CHECK(blank.shapes.empty());
    CHECK(blank.right > blank.left);
  }
}

TEST_CASE("landmarks of a blank observation are none") {
  const auto environment = flickering("catch", 1);
  environment->reset({7, core::Purpose::Test, 0});
  CHECK(environment->landmarks(observe(*environment)).empty());
  const auto seeing = flickering("catch", 1e-12);
  seeing->reset({7, core::Purpose::Test, 0});
  CHECK(seeing->landmarks(observe(*seeing)).size() == 2);
}

TEST_CASE("a blank lies within the bounds that flicker declares") {
  for (const auto& registration : env::registry()) {
    INFO(registration.id);
    const auto box = flickering(registration.id, 0.5)->spec().observation_space;
    for (const float low : box.low)
      CHECK(low <= 0);
    for (const float high : box.high)
      CHECK(high >= 0);
  }
  const env::Flicker never_zero(std::make_unique<NeverZero>(), 0.5);
  CHECK(never_zero.spec().observation_space.low == std::vector<float>{0, -3});
  CHECK(never_zero.spec().observation_space.high == std::vector<float>{2, 0});
}

TEST_CASE("masked velocities are zero and the rest is seen as it is") {
  const std::vector<std::pair<std::string, std::vector<std::size_t>>> expected = {
      {"CartPole-v1", {1, 3}}, {"MountainCar-v0", {1}}, {"Acrobot-v1", {4, 5}}};
  for (const auto& [id, velocities] : expected) {
    INFO(id);
    const auto plain = env::make(options_for(id));
    const auto hidden = masked(id);
    CHECK(plain->spec().velocities == velocities);
    plain->reset({8, core::Purpose::Test, 0});
    hidden->reset({8, core::Purpose::Test, 0});
    core::RandomStream actions(8, core::Purpose::Test, 1);
    bool moved = false;
    env::StepResult result;
    for (int i = 0; i < 100 && !result.over(); ++i) {
      auto seen = floats(observe(*plain));
      for (const auto component : velocities) {
        moved = moved || seen[component] != 0;
        seen[component] = 0;
      }
      REQUIRE(floats(observe(*hidden)) == seen);
      const int action = random_action(*plain, actions);
      result = plain->step(action);
      REQUIRE(same(hidden->step(action), result));
    }
    CHECK(moved);
    protocol::Scene faithfulness;
    protocol::Scene picture;
    plain->render(faithfulness);
    hidden->render(picture);
    CHECK(colors(faithfulness) == colors(picture));
  }
}

TEST_CASE("a task without velocities refuses to mask them, in words") {
  int refused = 0;
  for (const auto& registration : env::registry()) {
    INFO(registration.id);
    if (!env::make(options_for(registration.id))->spec().velocities.empty()) continue;
    ++refused;
    CHECK_THROWS_AS(masked(registration.id), core::UserError);
    CHECK_THROWS_WITH(masked(registration.id), ContainsSubstring("environment.mask_velocity") &&
                                                   ContainsSubstring(std::string(registration.id)));
  }
  CHECK(refused == static_cast<int>(env::registry().size()) - 3);
}

TEST_CASE("both wrappers together: flicker blanks what is left to see") {
  auto options = options_for("CartPole-v1");
  options.mask_velocity = true;
  options.flicker_prob = 0.5;
  const auto both = env::make(options);
  const auto hidden = masked("CartPole-v1");
  int blank = 0;
  int steps = 0;
  for (std::uint32_t episode = 0; episode < 20; ++episode) {
    both->reset({9, core::Purpose::Test, episode});
    hidden->reset({9, core::Purpose::Test, episode});
    bool over = false;
    for (; !over; ++steps) {
      const auto seen = observe(*both);
      blank += zero(seen);
      if (!zero(seen)) REQUIRE(seen == observe(*hidden));
      over = both->step(steps % 2).over();
      hidden->step(steps % 2);
    }
  }
  CHECK(blank > steps / 4);
  CHECK(blank < 3 * steps / 4);
}

}  // namespace qarium::env_wrapper_test
