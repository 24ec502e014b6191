// Alignment: an invented agent whose attention is known, and the picture of a watched episode.
#include <algorithm>
#include <array>
#include <map>
#include <memory>
#include <vector>

#include "engine/core/error.hpp"
#include "engine/env/translation.hpp"
#include "engine/inspect/alignment.hpp"
#include "engine/inspect/landmarks.hpp"
#include "tests/catch.hpp"
#include "tests/unit/staged.hpp"

namespace qarium::inspect_alignment_test {
namespace {

constexpr int kPlaces = 8;
constexpr std::size_t kActions = 23;

config::Hyperparameters translation() {
  auto h = config::preset("translation").hyperparameters;
  h.encoder.width = 8;
  h.attention.width = 8;
  h.memory.hidden = 8;
  h.head.width = 8;
  return h;
}

/// Translates by looking at the word that is to be said: all its attention lies there, or, `astray`, on one of the
/// first three words that is another one.
class Translator final : public agent::Policy {
 public:
  Translator(const config::EnvironmentOptions& options, bool astray) : astray_(astray) {
    env::Translation world(options);
    for (std::uint32_t episode = 0; episode < 500; ++episode) {
      world.reset({1, core::Purpose::Test, episode});
      const auto& state = world.state();
      for (std::size_t i = 0; i < static_cast<std::size_t>(state.length); ++i)
        words_[state.source[state.truth[i]]] = state.target[i];
    }
  }

  int actions() const override { return static_cast<int>(kActions); }
  bool recurrent() const override { return false; }
  agent::RecurrentState begin(std::size_t n) override { return agent::RecurrentState::make(nullptr, n); }
  agent::PolicyOutput evaluate(agent::Observations observations) override {
    values_.assign(kActions * observations.size(), 0);
    for (std::size_t i = 0; i < observations.size(); ++i) {
      const auto symbol = std::to_integer<int>(observations[i][static_cast<std::size_t>(said(observations[i]))]);
      const auto known = words_.find(symbol);
      // Of a word that is not there it says "end.".
      values_[kActions * i +
              static_cast<std::size_t>(known == words_.end() ? env::Translation::kFirstEnd : known->second)] = 1;
    }
    return {values_, {}};
  }
  agent::PolicyOutput evaluate(agent::Observations observations, agent::RecurrentState& /*state*/) override {
    return evaluate(observations);
  }
  agent::PolicyOutput evaluate(agent::Observations observations, agent::RecurrentState& /*state*/,
                               const nn::Intervention& /*intervention*/) override {
    return evaluate(observations);
  }
  std::vector<agent::Inspection> inspect(agent::Observations observations, const agent::RecurrentState* /*state*/,
                                         const nn::Intervention& /*intervention*/, bool /*with_matrix*/) override {
    std::vector<agent::Inspection> all(observations.size());
    for (std::size_t i = 0; i < observations.size(); ++i) {
      auto& view = all[i].attention.emplace();
      view.heads = 1;
      view.queries = 1;
      view.rows = 2;
      view.columns = kPlaces;
      view.weights.assign(2 * kPlaces, 0);
      const int word = said(observations[i]);
      view.weights[static_cast<std::size_t>(astray_ ? (word + 1) % 3 : word)] = 1;
    }
    return all;
  }
  nn::TokenGrid token_grid() const override { return {1, 2, kPlaces}; }
  protocol::NetworkView describe() override { return {}; }
  std::size_t parameter_count() const override { return 0; }
  void copy_parameters(std::span<float> /*out*/) override {}
  void set_parameters(std::span<const float> /*values*/) override {}
  void restore(const core::Archive& /*archive*/) override {}
  void redraw(core::Stage /*stage*/, core::RandomStream /*stream*/) override {}
  std::unique_ptr<agent::Policy> clone() override { return nullptr; }

 private:
  /// The place of the source word that is to be said where the mark stands.
  static int said(std::span<const std::byte> observation) {
    const auto mark = std::find(observation.begin() + kPlaces, observation.end(), std::byte{47});
    const auto at = static_cast<int>(mark - observation.begin()) - kPlaces;
    const auto adjective = [&](int place) {
      const int symbol = place < 0 ? 0 : std::to_integer<int>(observation[static_cast<std::size_t>(place)]);
      return 11 <= symbol && symbol <= 14;
    };
    return adjective(at) ? at + 1 : adjective(at - 1) ? at - 1 : at;
  }

  bool astray_;
  std::map<int, int> words_;
  std::vector<float> values_;
};

}  // namespace

TEST_CASE("an agent that looks at what it says agrees with the known alignment and loses the word with it",
          "[inspect]") {
  const auto h = translation();
  Translator good(h.environment, false);
  const auto report = inspect::study_alignment(h.environment, good, 200, 3);
  CHECK(report.episodes == 200);
  CHECK(report.words > 200 * 3);
  CHECK(report.written == report.words);
  CHECK(report.right == report.words);
  CHECK(report.agrees == report.words);
  // "end." is what it says of a word that is gone: only where that was to be said nothing changes.
  CHECK(report.changed_by_attended < report.words);
  CHECK(report.changed_by_attended >= report.words - 200);
  CHECK(2 * report.changed_by_other < report.changed_by_attended);

  // One whose attention lies elsewhere says the same, and the report tells the difference.
  Translator astray(h.environment, true);
  const auto other = inspect::study_alignment(h.environment, astray, 200, 3);
  CHECK(other.right == other.words);
  CHECK(3 * other.agrees < other.words);
  CHECK(other.changed_by_attended < report.changed_by_attended / 2);
}

TEST_CASE("alignment is refused where there is none to study", "[inspect]") {
  auto h = config::preset("catch").hyperparameters;
  agent::NetworkPolicy catcher(h, tests::spec_of(h), torch::kCPU);
  CHECK_THROWS_WITH(inspect::study_alignment(h.environment, catcher, 1, 1), ContainsSubstring("no alignment"));
  h = translation();
  h.attention.kind = "none";
  agent::NetworkPolicy blind(h, tests::spec_of(h), torch::kCPU);
  CHECK_THROWS_WITH(inspect::study_alignment(h.environment, blind, 1, 1), ContainsSubstring("no attention"));
}

TEST_CASE("the watched episode's alignment has a row for each word so far, as each moment looked", "[inspect]") {
  for (const char* query : {"memory", "action"}) {
    INFO(query);
    auto h = translation();
    h.attention.query = query;
    inspect::EpisodeViewer stage;
    stage.adopt(tests::version_of(h, 1));
    for (int i = 0; i < 3; ++i)
      stage.forward(i);
    const auto shown = tests::describe(stage);
    REQUIRE(shown.alignment != nullptr);
    const auto& view = *shown.alignment;
    CHECK(view.first == 0);
    CHECK(view.rows == 4);
    CHECK(view.known.written.size() == 3);
    const auto words = view.known.source.size();
    REQUIRE(view.weights.size() == 4 * words);
    for (std::int64_t index = 0; index < 4; ++index) {
      stage.seek(index);
      const auto there = tests::describe(stage);
      REQUIRE(there.attention.has_value());
      const int action = index < 3 ? static_cast<int>(index) : agent::greedy(there.moment.action_values);
      const auto map = inspect::mean_map(*there.attention, action);
      float most = 0;
      for (std::size_t word = 0; word < words; ++word) {
        most = std::max(most, std::abs(map[word] - view.weights[static_cast<std::size_t>(index) * words + word]));
      }
      CHECK(most < 1e-6F);
      REQUIRE(there.alignment != nullptr);
      CHECK(there.alignment->rows == index + 1);
    }
    // Over: no word is under way any more. The next episode begins with a row of its own.
    stage.seek(3);
    stage.forward(env::Translation::kFirstEnd);
    const auto over = tests::describe(stage);
    CHECK(over.moment.terminated);
    REQUIRE(over.alignment != nullptr);
    CHECK(over.alignment->rows == 4);
    stage.forward();
    const auto next = tests::describe(stage);
    REQUIRE(next.alignment != nullptr);
    CHECK(next.alignment->first == 5);
    CHECK(next.alignment->rows == 1);
    // Newer parameters look elsewhere at the same moments.
    stage.seek(3);
    stage.adopt(tests::version_of(h, 2));
    const auto newer = tests::describe(stage);
    REQUIRE(newer.alignment != nullptr);
    CHECK(newer.alignment->rows == 4);
    CHECK(newer.alignment->weights != view.weights);
  }
  inspect::EpisodeViewer other;
  other.adopt(tests::version_of(tests::small_cartpole(), 1));
  CHECK(tests::describe(other).alignment == nullptr);
}

}  // namespace qarium::inspect_alignment_test
