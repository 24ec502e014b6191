// Whether the examination finds what is there: an invented agent that looks at one cell and nothing else.
#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <memory>
#include <vector>

#include "engine/core/error.hpp"
#include "engine/inspect/counterfactual.hpp"
#include "engine/inspect/empty_cells.hpp"
#include "engine/inspect/faithfulness_test.hpp"
#include "engine/inspect/landmarks.hpp"
#include "engine/inspect/removal.hpp"
#include "tests/catch.hpp"
#include "tests/unit/learning.hpp"

namespace qarium::inspect_faithfulness_test {
namespace {

config::Hyperparameters catch_with(const std::string& kind, const std::string& query = "learned") {
  auto h = config::preset("catch").hyperparameters;
  h.attention.kind = kind;
  h.attention.query = query;
  h.attention.width = 16;
  h.attention.heads = 2;
  h.attention.positions = "learned";
  return h;
}

agent::NetworkPolicy policy_of(const config::Hyperparameters& h) {
  return {h, tests::spec_of(h), torch::kCPU};
}

protocol::Basis learned_until(const protocol::Position& position) {
  protocol::Basis basis;
  basis.position = position;
  return basis;
}

std::vector<std::byte> first_observation(const config::Hyperparameters& h) {
  const auto environment = env::make(h.environment);
  environment->reset(core::RandomStream(5, core::Purpose::Test, 0));
  environment->step(0);
  std::vector<std::byte> observation(environment->spec().observation_space.bytes());
  environment->observe(observation);
  return observation;
}

std::array<std::span<const std::byte>, 1> alone(const std::vector<std::byte>& observation) {
  return {std::span<const std::byte>(observation)};
}

protocol::Faithfulness examined(const config::Hyperparameters& h, agent::NetworkPolicy& policy,
                                inspect::FaithfulnessRequest request) {
  inspect::FaithfulnessTest faithfulness_test(h, policy, std::move(request));
  float progress = 0;
  while (faithfulness_test.tick()) {
    const auto so_far = faithfulness_test.result();
    CHECK(so_far.running);
    CHECK(so_far.progress >= progress - 1e-6F);
    CHECK(so_far.progress <= 1);
    progress = so_far.progress;
  }
  CHECK_FALSE(faithfulness_test.tick());
  return faithfulness_test.result();
}

}  // namespace

TEST_CASE("cells belong to the tokens that lie over them, and are emptied in every channel", "[inspect]") {
  env::Box frames{{4, 84, 84}, env::ScalarType::Uint8, {0}, {255}};
  const nn::TokenGrid nature{1, 7, 7, 14, 14, 8};
  const auto cells = inspect::cells_of_tokens(frames, nature);
  std::vector<int> owners(84 * 84, 0);
  for (const auto& token : cells) {
    for (const int cell : token)
      ++owners[static_cast<std::size_t>(cell)];
  }
  CHECK(std::all_of(owners.begin(), owners.end(), [](int n) { return n == 1; }));
  CHECK(cells[0].size() == 22 * 22);  // what lies beyond the border is the border token's
  CHECK(cells[8].size() == 8 * 8);

  env::Box vector{{4}, env::ScalarType::Float32};
  CHECK(inspect::cells_of(vector) == 4);
  std::vector<float> values = {1, 2, 3, 4};
  const std::array<int, 2> emptied = {1, 3};
  inspect::empty_cells(std::as_writable_bytes(std::span(values)), vector, emptied);
  CHECK(values == std::vector<float>{1, 0, 3, 0});

  env::Box grid{{2, 2, 3}, env::ScalarType::Uint8, {0}, {1}};
  std::vector<std::byte> bytes(12, std::byte{1});
  const std::array<int, 1> one = {4};
  inspect::empty_cells(bytes, grid, one);
  for (std::size_t i = 0; i < bytes.size(); ++i)
    CHECK(bytes[i] == (i % 6 == 4 ? std::byte{0} : std::byte{1}));
}

TEST_CASE("gaps, orders and areas", "[inspect]") {
  const std::array<float, 6> values = {1, 3, 2, 5, 4, 9};
  CHECK(inspect::gaps(values, 3, 1) == std::vector<float>{1, -5});
  const std::array<float, 4> map = {0.1F, 0.4F, 0.1F, 0.4F};
  CHECK(inspect::order_by_weight(map) == std::vector<int>{1, 3, 0, 2});
  CHECK(std::abs(inspect::area_under(std::array<float, 3>{1, 0.5F, 0}) - 0.5) < 1e-9);
  CHECK(std::abs(inspect::area_under(std::array<float, 3>{0, 1, 1}) - 0.75) < 1e-9);
  core::RandomStream stream(1, core::Purpose::Test, 3);
  std::vector<int> firsts(8);
  for (int i = 0; i < 8000; ++i) {
    auto order = inspect::random_order(8, stream);
    ++firsts[static_cast<std::size_t>(order[0])];
    std::sort(order.begin(), order.end());
    REQUIRE(order == std::vector<int>{0, 1, 2, 3, 4, 5, 6, 7});
  }
  for (const int n : firsts)
    CHECK(std::abs(n - 1000) < 150);
}

TEST_CASE("deletion and insertion begin and end where they must, whatever the order", "[inspect]") {
  const auto h = catch_with("scaled_dot");
  auto policy = policy_of(h);
  const auto observation = first_observation(h);
  const auto space = tests::spec_of(h).observation_space;
  const auto cells = inspect::cells_of_tokens(space, policy.network().grid());
  const auto intact = policy.inspect(alone(observation), nullptr).front();
  const int action = agent::greedy(intact.preferences);
  const float gap = inspect::gaps(intact.preferences, 3, action)[0];
  const auto empty = policy.inspect(alone(std::vector<std::byte>(observation.size())), nullptr).front();
  const float empty_gap = inspect::gaps(empty.preferences, 3, action)[0] / gap;
  core::RandomStream stream(1, core::Purpose::Test, 4);
  const inspect::Removal removal{observation, space, cells, action, gap, 20};
  for (int i = 0; i < 3; ++i) {
    const auto order = inspect::random_order(100, stream);
    const auto deletion = inspect::removal_curve(policy, removal, order, false);
    const auto insertion = inspect::removal_curve(policy, removal, order, true);
    REQUIRE(deletion.size() == 21);
    CHECK(std::abs(deletion.front() - 1) < 1e-4F);
    CHECK(std::abs(insertion.back() - 1) < 1e-4F);
    CHECK(std::abs(deletion.back() - empty_gap) < 1e-3F * std::max(1.0F, std::abs(empty_gap)));
    CHECK(std::abs(insertion.front() - empty_gap) < 1e-3F * std::max(1.0F, std::abs(empty_gap)));
    // Taking away in one order is showing in the opposite one, read backwards.
    auto reversed = order;
    std::reverse(reversed.begin(), reversed.end());
    auto backwards = inspect::removal_curve(policy, removal, reversed, true);
    std::reverse(backwards.begin(), backwards.end());
    for (std::size_t k = 0; k < deletion.size(); ++k)
      CHECK(std::abs(deletion[k] - backwards[k]) < 1e-3F * std::max(1.0F, std::abs(deletion[k])));
  }
}

TEST_CASE("the summary tells a map that is better than chance from one that is not", "[inspect]") {
  // Maps whose curves fall at once, beside random ones that fall evenly.
  const std::vector<float> even = {1, 0.75F, 0.5F, 0.25F, 0};
  const std::vector<float> early = {1, 0.1F, 0, 0, 0};
  inspect::RemovalSummary good(false, false);
  inspect::RemovalSummary none(false, false);
  inspect::RemovalSummary insertion(true, false);
  for (int episode = 0; episode < 10; ++episode) {
    for (int state = 0; state < 3; ++state) {
      good.add({early, even, {even, even}});
      none.add({even, even, {early, even}});
      insertion.add({{0, 1, 1, 1, 1}, even, {{0, 0.25F, 0.5F, 0.75F, 1}}});
    }
    good.end_episode();
    none.end_episode();
    insertion.end_episode();
  }
  const core::RandomStream stream(1, core::Purpose::Test, 5);
  const auto better = good.result(stream);
  CHECK(std::abs(better.map_area - 0.15F) < 1e-6F);
  CHECK(std::abs(better.random_area - 0.5F) < 1e-6F);
  CHECK(std::abs(better.gain - 0.35F) < 1e-6F);
  CHECK(better.gain_low > 0.3F);
  CHECK(none.result(stream).gain < 0);
  CHECK(insertion.result(stream).gain > 0.3F);
  CHECK(inspect::RemovalSummary(false, true).result(stream).map.empty());
}

TEST_CASE("an agent whose attention lies on what decides passes, one that looks elsewhere does not", "[inspect]") {
  // The head reads the ball's plane in one cell alone; attention either lies there or on another cell.
  for (const bool true_map : {true, false}) {
    auto h = catch_with("scaled_dot");
    auto policy = policy_of(h);
    const auto observation = first_observation(h);
    auto deciding =
        std::find_if(observation.begin(), observation.begin() + 100, [](auto b) { return b != std::byte{0}; });
    const int ball = static_cast<int>(deciding - observation.begin());
    const auto order_of = [&](int first) {
      std::vector<float> map(100, 0.001F);
      map[static_cast<std::size_t>(first)] = 0.9F;
      return inspect::order_by_weight(map);
    };
    // What removal_curve asks of a policy, computed by the same code on a real one: emptying the ball's cell changes
    // the values, emptying a cell that was empty does not.
    const auto intact = policy.inspect(alone(observation), nullptr).front();
    const int action = agent::greedy(intact.preferences);
    const float gap = inspect::gaps(intact.preferences, 3, action)[0];
    const auto space = tests::spec_of(h).observation_space;
    const auto cells = inspect::cells_of_tokens(space, policy.network().grid());
    const inspect::Removal removal{observation, space, cells, action, gap, 100};
    const auto curve = inspect::removal_curve(policy, removal, order_of(true_map ? ball : (ball + 50) % 100), false);
    CHECK((std::abs(curve[1] - 1) > 1e-4F) == true_map);
  }
}

TEST_CASE("an examination of a frame and of episodes is whole, repeatable and leaves the policy alone", "[inspect]") {
  for (const std::string query : {"learned", "action", "self"}) {
    INFO(query);
    const auto h = catch_with("multi_head", query);
    auto policy = policy_of(h);
    const auto before = policy.parameters().values().clone();
    inspect::FaithfulnessRequest frame{0, 20, first_observation(h), learned_until({7, 3}), 9};
    const auto one = examined(h, policy, frame);
    CHECK_FALSE(one.running);
    CHECK(one.progress == 1);
    CHECK(one.states + one.skipped == 1);
    CHECK(one.basis.position == protocol::Position{7, 3});
    CHECK(one.attention.size() == 100);

    const auto episodes = examined(h, policy, {3, 4, {}, {}, 9});
    CHECK(episodes.states + episodes.skipped == 27);
    CHECK(episodes.mass > 0);
    CHECK(episodes.area > 0.05F);
    CHECK(episodes.area < 0.2F);
    const auto again = examined(h, policy, {3, 4, {}, {}, 9});
    CHECK(again.deletion.map == episodes.deletion.map);
    CHECK(again.deletion.gain_low == episodes.deletion.gain_low);
    CHECK(again.redrawn_encoder_correlation == episodes.redrawn_encoder_correlation);
    CHECK(torch::equal(policy.parameters().values(), before));
    if (episodes.states == 0) continue;
    CHECK(episodes.deletion.gain_low <= episodes.deletion.gain);
    CHECK(episodes.deletion.gain <= episodes.deletion.gain_high);
    CHECK(episodes.deletion.random_low.size() == 21);
  }
  const auto plain = config::preset("catch").hyperparameters;
  auto policy = policy_of(plain);
  CHECK_THROWS_AS(inspect::FaithfulnessTest(plain, policy, {}), core::UserError);
}

TEST_CASE("what if: the same state, the same weights, and what was supposed", "[inspect]") {
  const auto h = catch_with("multi_head");
  auto policy = policy_of(h);
  const auto environment = env::make(h.environment);
  const auto observation = first_observation(h);
  const auto values = policy.inspect(alone(observation), nullptr).front().preferences;
  const auto intervene = [&](const protocol::AttentionChange& change) {
    const auto beginning = policy.begin(1);
    return inspect::counterfactual(policy, {*environment, observation, beginning}, change);
  };
  const auto nothing = intervene({});
  CHECK(nothing.before == values);
  CHECK(nothing.after == values);
  const auto uniform = intervene({true, {}, {}});
  CHECK(uniform.before == values);
  CHECK(uniform.after != values);
  for (const float weight : uniform.attention.weights)
    CHECK(std::abs(weight - 0.01F) < 1e-6F);
  const auto silenced = intervene({false, {1}, {}});
  CHECK(silenced.after != values);
  CHECK(std::all_of(silenced.attention.weights.begin() + 100, silenced.attention.weights.end(),
                    [](float w) { return w == 0; }));
  std::vector<int> everything(100);
  for (int i = 0; i < 100; ++i)
    everything[static_cast<std::size_t>(i)] = i;
  CHECK(intervene({false, {}, everything}).after ==
        policy.inspect(alone(std::vector<std::byte>(300)), nullptr).front().preferences);

  const auto spec = tests::spec_of(h);
  CHECK_NOTHROW(inspect::require_possible({true, {0, 1}, {0, 99}}, spec, 2));
  CHECK_THROWS_WITH(inspect::require_possible({false, {2}, {}}, spec, 2), ContainsSubstring("head 3"));
  CHECK_THROWS_WITH(inspect::require_possible({false, {}, {100}}, spec, 2), ContainsSubstring("cell 100"));
  CHECK_THROWS_WITH(inspect::require_possible({true, {}, {}}, spec, 0), ContainsSubstring("no attention"));
  CHECK_NOTHROW(inspect::require_possible({false, {}, {5}}, spec, 0));
}

TEST_CASE("mass on landmarks: within one cell, diagonals too, per head", "[inspect]") {
  const nn::TokenGrid grid{1, 10, 10};
  const auto on = inspect::tokens_on({{"ball", 0, 0}, {"paddle", 9, 4}}, grid);
  CHECK(std::count(on.begin(), on.end(), true) == 4 + 6);
  CHECK(on[11]);
  CHECK_FALSE(on[2]);
  CHECK(on[83]);

  const auto h = catch_with("multi_head");
  auto policy = policy_of(h);
  const auto environment = env::make(h.environment);
  const auto observation = first_observation(h);
  auto view = *policy.inspect(alone(observation), nullptr, {}, true).front().attention;
  inspect::add_landmarks(view, environment->landmarks(observation));
  CHECK(view.heads == 2);
  CHECK(view.queries == 1);
  CHECK(view.tokens() == 100);
  CHECK(view.matrix.empty());
  REQUIRE(view.mass.size() == 2);
  const auto marked = inspect::tokens_on(view.landmarks, grid);
  for (std::size_t head = 0; head < 2; ++head) {
    float sum = 0;
    for (std::size_t token = 0; token < 100; ++token)
      sum += marked[token] ? view.weights[head * 100 + token] : 0;
    CHECK(std::abs(sum - view.mass[head]) < 1e-6F);
  }
  const auto point = inspect::attention_point(policy, alone(observation), *environment);
  CHECK(point.heads == 2);
  CHECK(std::abs(point.mass[1] - view.mass[1]) < 1e-5F);
  CHECK(std::abs(point.entropy[0] - view.entropy[0]) < 1e-5F);
  CHECK(std::abs(point.area - view.area) < 1e-6F);
}

}  // namespace qarium::inspect_faithfulness_test
