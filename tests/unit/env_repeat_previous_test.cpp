// RepeatPrevious: a deck, and the suit of a card that has gone by.
#include <algorithm>
#include <array>
#include <cmath>
#include <span>
#include <variant>
#include <vector>

#include "engine/core/error.hpp"
#include "engine/env/repeat_previous.hpp"
#include "tests/catch.hpp"

namespace qarium::env_repeat_previous_test {
namespace {

env::RepeatPrevious make_game(std::int64_t k) {
  config::EnvironmentOptions options;
  options.k = k;
  return env::RepeatPrevious(options);
}

/// The open card's suit; the observation must be one-hot.
int open_card(const env::Environment& environment) {
  std::array<float, 4> seen{};
  environment.observe(std::as_writable_bytes(std::span(seen)));
  REQUIRE(std::ranges::count(seen, 1.0F) == 1);
  REQUIRE(std::ranges::count(seen, 0.0F) == 3);
  return static_cast<int>(std::ranges::find(seen, 1.0F) - seen.begin());
}

struct Episode {
  std::vector<int> cards;
  std::vector<float> rewards;
  double sum = 0;
};

/// `answer(cards seen so far)` names a suit.
template <class Answer>
Episode play(env::RepeatPrevious& game, Answer answer) {
  Episode episode;
  episode.cards.push_back(open_card(game));
  env::StepResult result;
  do {
    result = game.step(answer(episode.cards));
    episode.rewards.push_back(result.reward);
    episode.sum += result.reward;
    episode.cards.push_back(open_card(game));
  } while (!result.over());
  CHECK(result.terminated);
  CHECK_FALSE(result.truncated);
  return episode;
}

}  // namespace

TEST_CASE("repeat_previous: the suit k cards back earns, another costs, and at first nothing does") {
  auto game = make_game(3);
  CHECK(game.spec().action_space.n() == 4);
  game.reset({1, core::Purpose::Test, 0});
  auto state = game.state();
  const std::array<std::uint8_t, 7> first = {2, 0, 3, 3, 1, 0, 2};
  std::ranges::copy(first, state.suits.begin());
  game.set_state(state);
  const float one = 1.0F / 49;
  const auto step = [&](int action, float reward, int next) {
    const auto result = game.step(action);
    CHECK(result.reward == reward);
    CHECK_FALSE(result.over());
    CHECK(open_card(game) == next);
  };
  CHECK(open_card(game) == 2);
  step(2, 0, 0);
  step(2, 0, 3);
  step(2, one, 3);   // three cards lie: 2 0 [3] -> the third last is 2
  step(0, one, 1);   // 2 0 3 [3]
  step(1, -one, 0);  // 2 0 3 3 [1]: 3 was asked for
  step(3, one, 2);   // 2 0 3 3 1 [0]
}

TEST_CASE("repeat_previous: a deck of 13 cards of each suit, dealt once, in another order each time") {
  auto game = make_game(4);
  std::vector<std::vector<int>> decks;
  for (std::uint32_t episode = 0; episode < 1000; ++episode) {
    game.reset({2, core::Purpose::Test, episode});
    const auto cards = play(game, [](const auto&) { return 0; }).cards;
    REQUIRE(cards.size() == 52);
    for (int suit = 0; suit < 4; ++suit)
      REQUIRE(std::ranges::count(cards, suit) == 13);
    decks.push_back(cards);
  }
  std::ranges::sort(decks);
  CHECK(std::ranges::adjacent_find(decks) == decks.end());
}

TEST_CASE("repeat_previous: the first and the last card are of each suit equally often") {
  auto game = make_game(4);
  constexpr int kEpisodes = 40'000;
  std::array<int, 4> first{};
  std::array<int, 4> last{};
  for (std::uint32_t episode = 0; episode < kEpisodes; ++episode) {
    game.reset({8, core::Purpose::Test, episode});
    ++first[game.state().suits.front()];
    ++last[game.state().suits.back()];
  }
  const double margin = 5 * std::sqrt(kEpisodes * 0.25 * 0.75);
  for (std::size_t suit = 0; suit < 4; ++suit) {
    CHECK(first[suit] == Approx(kEpisodes / 4).margin(margin));
    CHECK(last[suit] == Approx(kEpisodes / 4).margin(margin));
  }
}

TEST_CASE("repeat_previous: returns lie between -1 and 1, for every k") {
  for (std::int64_t k = 1; k <= 51; ++k) {
    INFO(k);
    auto game = make_game(k);
    const auto back = static_cast<std::size_t>(k);
    for (std::uint32_t episode = 0; episode < 20; ++episode) {
      const core::RandomStream stream(3, core::Purpose::Test, episode);
      const auto asked = [&](const std::vector<int>& cards) {
        return cards.size() >= back ? cards[cards.size() - back] : 0;
      };
      game.reset(stream);
      const auto best = play(game, asked);
      REQUIRE(best.sum == Approx(1).margin(1e-5));
      REQUIRE(best.rewards.size() == 51);
      REQUIRE(std::ranges::count(best.rewards, 0.0F) == k - 1);
      game.reset(stream);
      REQUIRE(play(game, [&](const auto& cards) { return (asked(cards) + 1) % 4; }).sum == Approx(-1).margin(1e-5));
    }
  }
}

TEST_CASE("repeat_previous: guessing returns -0.5, and so does naming the open card") {
  auto game = make_game(8);
  core::RandomStream guess(4, core::Purpose::Test, 0);
  double guessed = 0;
  double open = 0;
  constexpr int kEpisodes = 2000;
  for (std::uint32_t episode = 0; episode < kEpisodes; ++episode) {
    const core::RandomStream stream(5, core::Purpose::Test, episode);
    game.reset(stream);
    guessed += play(game, [&](const auto&) { return static_cast<int>(guess.below(4)); }).sum;
    game.reset(stream);
    open += play(game, [](const auto& cards) { return cards.back(); }).sum;
  }
  // One answer's spread is 2 sqrt(3) / 4, of 44 answers an episode. Five standard deviations; two different cards of
  // one deck share a suit with probability 12 / 51.
  const double margin = 5 * 0.87 / std::sqrt(44.0 * kEpisodes);
  CHECK(guessed / kEpisodes == Approx(-0.5).margin(margin));
  CHECK(open / kEpisodes == Approx(2 * 12.0 / 51 - 1).margin(margin));
}

TEST_CASE("repeat_previous: a state saved in the middle brings the cards back that have gone by") {
  auto game = make_game(6);
  auto other = make_game(6);
  game.reset({6, core::Purpose::Test, 0});
  other.reset({6, core::Purpose::Test, 1});
  std::vector<int> cards = {open_card(game)};
  for (int i = 0; i < 20; ++i) {
    game.step(0);
    cards.push_back(open_card(game));
  }
  other.restore_state(game.save_state());
  CHECK(open_card(other) == cards.back());
  CHECK(other.step(cards[cards.size() - 6]).reward == 1.0F / 46);
  game.step(0);
  env::StepResult a;
  env::StepResult b;
  do {
    a = game.step(1);
    b = other.step(1);
    REQUIRE(a.reward == b.reward);
    REQUIRE(a.terminated == b.terminated);
    REQUIRE(open_card(game) == open_card(other));
  } while (!a.over());
}

TEST_CASE("repeat_previous's picture lays the last k cards, an observation's the open one") {
  auto game = make_game(3);
  game.reset({7, core::Purpose::Test, 0});
  protocol::Scene scene;
  const auto cards = [&] {
    std::vector<protocol::Color> colors;
    for (const auto& shape : scene.shapes) {
      if (const auto* card = std::get_if<protocol::Polygon>(&shape)) colors.push_back(card->color);
    }
    return colors;
  };
  game.render(scene);
  CHECK(cards().size() == 1);
  const auto first = cards().front();
  for (int i = 0; i < 4; ++i)
    game.step(0);
  game.render(scene);
  CHECK(cards().size() == 3);
  CHECK(cards()[0].alpha < first.alpha);
  CHECK(cards()[2].alpha == first.alpha);
  const auto newest = cards()[2];
  std::array<float, 4> seen{};
  game.observe(std::as_writable_bytes(std::span(seen)));
  game.render_observation(std::as_bytes(std::span(seen)), scene);
  CHECK(cards() == std::vector<protocol::Color>{newest});
}

TEST_CASE("repeat_previous refuses a k that one deck does not hold") {
  CHECK_THROWS_WITH(make_game(52), ContainsSubstring("environment.k = 52") && ContainsSubstring("1 and 51"));
  CHECK_THROWS_AS(make_game(0), core::UserError);
}

}  // namespace qarium::env_repeat_previous_test
