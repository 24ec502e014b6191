// Translation: sentences, the dictionary, the order of words, and the alignment that is known.
#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "engine/core/error.hpp"
#include "engine/env/translation.hpp"
#include "tests/catch.hpp"

namespace qarium::env_translation_test {
namespace {

using Bytes = std::vector<std::byte>;

env::Translation make_translation(std::int64_t phrases = 2, std::int64_t dictionary_seed = 1) {
  config::EnvironmentOptions options;
  options.language.noun_phrases = phrases;
  options.language.dictionary_seed = dictionary_seed;
  return env::Translation(options);
}

Bytes observed(const env::Environment& environment) {
  Bytes seen(environment.spec().observation_space.bytes());
  environment.observe(seen);
  return seen;
}

const std::set<std::string> kAdjectives = {"old", "small", "red", "quiet"};

/// The order in which a source is said: adjectives change places with the nouns after them.
std::vector<int> order_of(const std::vector<std::string>& source) {
  std::vector<int> order;
  for (int i = 0; i < static_cast<int>(source.size()); ++i) {
    if (kAdjectives.contains(source[static_cast<std::size_t>(i)])) {
      order.push_back(i + 1);
      order.push_back(i++);
    } else {
      order.push_back(i);
    }
  }
  return order;
}

struct Played {
  double sum = 0;
  int steps = 0;
};

template <class Choose>
Played play(env::Translation& translation, Choose choose) {
  Played played;
  env::StepResult result;
  do {
    result = translation.step(choose(translation.state()));
    played.sum += result.reward;
    ++played.steps;
  } while (!result.over());
  CHECK(result.terminated);
  return played;
}

int right_word(const env::TranslationState& state) {
  return state.target[static_cast<std::size_t>(state.at)];
}

}  // namespace

TEST_CASE("translation: each word of the dictionary has one word, and an adjective stands after its noun") {
  auto translation = make_translation(4);
  std::map<std::string, std::set<std::string>> dictionary;
  std::set<std::size_t> lengths;
  for (std::uint32_t episode = 0; episode < 2000; ++episode) {
    translation.reset({1, core::Purpose::Test, episode});
    play(translation, right_word);
    const auto known = translation.alignment(observed(translation));
    lengths.insert(known.source.size());
    REQUIRE(known.truth == order_of(known.source));
    REQUIRE(known.written.size() == known.source.size());
    for (std::size_t i = 0; i < known.written.size(); ++i)
      dictionary[known.source[static_cast<std::size_t>(known.truth[i])]].insert(known.written[i]);
  }
  CHECK(*lengths.begin() == 3);
  CHECK(*lengths.rbegin() == 16);
  CHECK(dictionary.size() == 23);
  std::set<std::string> target;
  for (const auto& [word, its] : dictionary) {
    REQUIRE(its.size() == 1);
    target.insert(*its.begin());
  }
  CHECK(target.size() == 23);
  for (const char* mark : {".", "?", "!"})
    CHECK(dictionary.at(mark).contains(std::string("end") + mark));
}

TEST_CASE("translation: the right words earn exactly 1, others nothing, and the end ends") {
  for (const std::int64_t phrases : {1, 2, 4}) {
    auto translation = make_translation(phrases);
    const int places = static_cast<int>(4 * phrases);
    for (std::uint32_t episode = 0; episode < 300; ++episode) {
      const core::RandomStream stream(2, core::Purpose::Test, episode);
      translation.reset(stream);
      const int length = translation.state().length;
      REQUIRE(length <= places);
      const auto right = play(translation, right_word);
      REQUIRE(right.sum == Approx(1).margin(1e-5));
      REQUIRE(right.steps == length);
      translation.reset(stream);
      // Wrong in every place, and no end: the row is filled.
      const auto wrong = play(translation, [](const auto& state) {
        const int word = state.at < state.length ? state.target[static_cast<std::size_t>(state.at)] : 0;
        return (word + 1) % env::Translation::kFirstEnd;
      });
      REQUIRE(wrong.sum == 0);
      REQUIRE(wrong.steps == places);
      translation.reset(stream);
      const auto early = play(translation, [](const auto& state) {
        return state.at == 1 ? env::Translation::kFirstEnd : right_word(state);
      });
      REQUIRE(early.steps == 2);
      REQUIRE(early.sum == Approx(1.0 / length));
    }
  }
}

TEST_CASE("translation: observed are the source, the words written so far, and the place of the next") {
  auto translation = make_translation(2);
  translation.reset({3, core::Purpose::Test, 4});
  const auto before = observed(translation);
  REQUIRE(before.size() == 16);
  const auto& box = translation.spec().observation_space;
  CHECK(box.shape == std::vector<std::int64_t>{2, 8});
  CHECK(box.high == std::vector<float>{47});
  CHECK(box.symbols() == 48);
  const auto length = static_cast<std::size_t>(translation.state().length);
  CHECK(before[length - 1] >= std::byte{21});  // punctuation
  CHECK(before[length - 1] <= std::byte{23});
  CHECK(before[8] == std::byte{47});  // the mark
  CHECK(std::count(before.begin() + 9, before.end(), std::byte{0}) == 7);
  const int word = right_word(translation.state());
  translation.step(word);
  const auto after = observed(translation);
  CHECK(std::equal(before.begin(), before.begin() + 8, after.begin()));
  CHECK(after[8] == static_cast<std::byte>(24 + word));
  CHECK(after[9] == std::byte{47});
}

TEST_CASE("translation: the dictionary is the seed's, and the same in every episode") {
  const auto words = [](std::int64_t seed) {
    auto translation = make_translation(2, seed);
    std::map<int, int> all;
    for (std::uint32_t episode = 0; episode < 500; ++episode) {
      translation.reset({4, core::Purpose::Test, episode});
      const auto& state = translation.state();
      for (std::size_t i = 0; i < static_cast<std::size_t>(state.length); ++i)
        all[state.source[state.truth[i]]] = state.target[i];
    }
    return all;
  };
  CHECK(words(1) == words(1));
  CHECK(words(1) != words(2));
}

TEST_CASE("translation: nothing is aligned where nothing is seen") {
  const auto translation = make_translation(2);
  CHECK(translation.alignment(Bytes(16)).empty());
  CHECK(translation.alignment(Bytes(16, std::byte{255})).empty());
}

TEST_CASE("translation: options out of their ranges are refused") {
  CHECK_THROWS_AS(make_translation(0), core::UserError);
  CHECK_THROWS_AS(make_translation(5), core::UserError);
  CHECK_THROWS_AS(make_translation(2, -1), core::UserError);
}

}  // namespace qarium::env_translation_test
