// Tagging: sentences of the grammar, their tags, and what can be told of them without memory.
#include <array>
#include <cmath>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "engine/core/error.hpp"
#include "engine/env/tagging.hpp"
#include "tests/catch.hpp"

namespace qarium::env_tagging_test {
namespace {

env::Tagging make_tagging(std::int64_t names = 3, double ambiguity = 0.5) {
  config::EnvironmentOptions options;
  options.language.names = names;
  options.language.ambiguity = ambiguity;
  return env::Tagging(options);
}

int seen_word(const env::Tagging& tagging) {
  std::byte word{};
  tagging.observe({&word, 1});
  return std::to_integer<int>(word);
}

/// Sum of rewards with what `answer(words read so far)` says.
template <class Answer>
double play(env::Tagging& tagging, Answer answer) {
  double sum = 0;
  std::vector<std::string> read;
  env::StepResult result;
  do {
    read.emplace_back(env::Tagging::word(seen_word(tagging)));
    result = tagging.step(answer(read));
    sum += result.reward;
  } while (!result.over());
  CHECK(result.terminated);
  CHECK(seen_word(tagging) == 0);
  return sum;
}

/// The tag of the last word, by what stands in the environment's description alone.
int right_tag(const std::vector<std::string>& read) {
  static const std::map<std::string_view, int> cues = {{"Mr", 0},   {"Mrs", 0}, {"Dr", 0}, {"in", 1}, {"near", 1},
                                                       {"from", 1}, {"for", 2}, {"by", 2}, {"at", 2}};
  static const std::array<std::set<std::string_view>, 3> own = {
      {{"Maria", "Peter", "Anna", "Ivan", "Ruth", "Omar"},
       {"Rome", "Oslo", "Lima", "Cairo", "Delhi", "Kyoto"},
       {"Unesco", "Opec", "Interpol", "Nasa", "Unicef", "Eurostat"}}};
  static const std::set<std::string_view> shared = {"Jordan", "Lincoln",  "Houston", "Chelsea", "Paris",  "Ford",
                                                    "Austin", "Florence", "Carter",  "Madison", "Sidney", "Victoria"};
  const auto is_name = [&](std::string_view word) {
    return shared.contains(word) || own[0].contains(word) || own[1].contains(word) || own[2].contains(word);
  };
  if (!is_name(read.back())) return 0;
  const bool goes_on = read.size() > 1 && is_name(read[read.size() - 2]);
  for (std::size_t kind = 0; kind < own.size(); ++kind) {
    if (own[kind].contains(read.back())) return static_cast<int>(2 * kind) + (goes_on ? 2 : 1);
  }
  for (auto word = read.rbegin(); word != read.rend(); ++word) {
    if (const auto cue = cues.find(*word); cue != cues.end()) return 2 * cue->second + (goes_on ? 2 : 1);
  }
  return -1;
}

}  // namespace

TEST_CASE("tagging: the tags that follow from the words read so far earn exactly 1, for every number of names") {
  for (const std::int64_t names : {1, 3, 6}) {
    for (const double ambiguity : {0.0, 0.5, 1.0}) {
      auto tagging = make_tagging(names, ambiguity);
      for (std::uint32_t episode = 0; episode < 300; ++episode) {
        tagging.reset({1, core::Purpose::Test, episode});
        REQUIRE(play(tagging, right_tag) == Approx(1).margin(1e-5));
        tagging.reset({1, core::Purpose::Test, episode});
        REQUIRE(play(tagging, [](const auto& read) { return (right_tag(read) + 1) % 7; }) == 0);
      }
    }
  }
}

TEST_CASE("tagging: sentences have as many names as asked for, of each kind equally often") {
  auto tagging = make_tagging(4, 0.5);
  std::array<int, 7> tags{};
  int shared = 0;
  int names = 0;
  constexpr int kEpisodes = 5000;
  for (std::uint32_t episode = 0; episode < kEpisodes; ++episode) {
    tagging.reset({2, core::Purpose::Test, episode});
    const auto& state = tagging.state();
    int begun = 0;
    for (std::size_t i = 0; i < static_cast<std::size_t>(state.length); ++i) {
      ++tags[state.tags[i]];
      const bool begins = state.tags[i] % 2 == 1;
      begun += begins ? 1 : 0;
      if (begins && env::Tagging::ambiguous(state.words[i])) ++shared;
    }
    REQUIRE(begun == 4);
    names += begun;
  }
  for (const std::size_t tag : {1U, 3U, 5U})
    CHECK(tags[tag] == Approx(names / 3.0).margin(5 * std::sqrt(names * 2.0 / 9)));
  for (const std::size_t tag : {2U, 4U, 6U})
    CHECK(tags[tag] == Approx(names / 6.0).margin(5 * std::sqrt(names * 5.0 / 36)));
  CHECK(shared == Approx(names / 2.0).margin(5 * std::sqrt(names / 4.0)));
}

TEST_CASE("tagging: the word alone tells no more than two of nine ambiguous words") {
  auto tagging = make_tagging(6, 1);
  std::map<int, std::array<double, 7>> counts;
  double all = 0;
  for (std::uint32_t episode = 0; episode < 5000; ++episode) {
    tagging.reset({3, core::Purpose::Test, episode});
    const auto& state = tagging.state();
    for (std::size_t i = 0; i < static_cast<std::size_t>(state.length); ++i) {
      if (!env::Tagging::ambiguous(state.words[i])) continue;
      ++counts[state.words[i]][state.tags[i]];
      ++all;
    }
  }
  // bench/learn.py knows them by these numbers.
  REQUIRE(counts.size() == 12);
  CHECK(counts.begin()->first == 39);
  CHECK(counts.rbegin()->first == 50);
  double best = 0;
  for (const auto& [word, its] : counts)
    best += *std::ranges::max_element(its);
  CHECK(best / all == Approx(2.0 / 9).margin(0.02));
}

TEST_CASE("tagging: the picture names the words read so far and strikes out a wrong tag") {
  auto tagging = make_tagging();
  tagging.reset({4, core::Purpose::Test, 0});
  const auto state = tagging.state();
  tagging.step(state.tags[0]);
  tagging.step((state.tags[1] + 1) % 7);
  protocol::Scene scene;
  tagging.render(scene);
  std::vector<std::string> words;
  int lines = 0;
  for (const auto& shape : scene.shapes) {
    if (const auto* text = std::get_if<protocol::Text>(&shape)) words.push_back(text->words);
    lines += std::holds_alternative<protocol::Line>(shape) ? 1 : 0;
  }
  REQUIRE(words.size() == 5);
  CHECK(words[0] == env::Tagging::word(state.words[0]));
  CHECK(words[1] == tagging.spec().action_space.names[state.tags[0]]);
  CHECK(words[2] == env::Tagging::word(state.words[1]));
  CHECK(words[4] == env::Tagging::word(state.words[2]));
  CHECK(lines == 1);
}

TEST_CASE("tagging: options out of their ranges are refused") {
  CHECK_THROWS_AS(make_tagging(0), core::UserError);
  CHECK_THROWS_AS(make_tagging(7), core::UserError);
  CHECK_THROWS_AS(make_tagging(3, -0.1), core::UserError);
  CHECK_THROWS_AS(make_tagging(3, 1.1), core::UserError);
}

}  // namespace qarium::env_tagging_test
