#include "engine/env/tagging.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include "engine/env/drawing.hpp"
#include "engine/env/option_range.hpp"

namespace qarium::env {
namespace {

constexpr int kKinds = 3;  ///< persons, places, organisations
constexpr std::array<std::string_view, 1 + 2 * kKinds> kTags{"O", "B-PER", "I-PER", "B-LOC", "I-LOC", "B-ORG", "I-ORG"};

// Symbols from number 1 on: words that are no names, those that tell what kind a name is of, adjectives, names of each
// kind, and those that all kinds share.
constexpr std::array<std::string_view, 51> kWords{
    "",       "the",     "report",   "spoke",   "today",  "and",      "met",    "then",  // other words: 1 .. 7
    "Mr",     "Mrs",     "Dr",                                                           // titles: 8 .. 10
    "in",     "near",    "from",                                                         // of places: 11 .. 13
    "for",    "by",      "at",                                                           // of organisations: 14 .. 16
    "old",    "great",   "famous",   "young",                                            // adjectives: 17 .. 20
    "Maria",  "Peter",   "Anna",     "Ivan",    "Ruth",   "Omar",                        // 21 .. 26
    "Rome",   "Oslo",    "Lima",     "Cairo",   "Delhi",  "Kyoto",                       // 27 .. 32
    "Unesco", "Opec",    "Interpol", "Nasa",    "Unicef", "Eurostat",                    // 33 .. 38
    "Jordan", "Lincoln", "Houston",  "Chelsea", "Paris",  "Ford",     "Austin", "Florence",  // shared: 39 .. 46
    "Carter", "Madison", "Sidney",   "Victoria"};                                            // 47 .. 50

struct Words {
  int first;
  int count;
  std::uint8_t draw(core::RandomStream& random) const {
    return static_cast<std::uint8_t>(first + static_cast<int>(random.below(static_cast<std::uint32_t>(count))));
  }
};
constexpr Words kOthers{1, 7};
constexpr std::array<Words, kKinds> kCues{{{8, 3}, {11, 3}, {14, 3}}};
constexpr Words kAdjectives{17, 4};
constexpr std::array<Words, kKinds> kNames{{{21, 6}, {27, 6}, {33, 6}}};
constexpr Words kShared{39, 12};
static_assert(kShared.first + kShared.count == static_cast<int>(kWords.size()));

EnvironmentSpec make_spec() {
  return {.id = std::string(Tagging::kId),
          .description = std::string(Tagging::kDescription),
          .observation_space = {.shape = {1},
                                .type = ScalarType::Uint8,
                                .low = {0},
                                .high = {static_cast<float>(kWords.size() - 1)}},
          .action_space = {{kTags.begin(), kTags.end()}},
          .render_fps = 3,
          .most_reward = 1,
          .most_return = 1};
}

void add(TaggingState& state, std::uint8_t word, int tag) {
  const auto at = static_cast<std::size_t>(state.length++);
  state.words[at] = word;
  state.tags[at] = static_cast<std::uint8_t>(tag);
}

/// A name with what leads to it: at most 7 words.
void add_name(TaggingState& state, core::RandomStream& random, double ambiguity) {
  const auto kind = random.below(kKinds);
  const bool shared = random.uniform() < ambiguity;
  const bool cue = shared || random.below(2) == 0;
  // Without a word that parts them two names would be one.
  const auto others = random.below(2) + (cue ? 0U : 1U);
  for (std::uint32_t i = 0; i < others; ++i)
    add(state, kOthers.draw(random), 0);
  if (cue) {
    add(state, kCues[kind].draw(random), 0);
    for (auto adjectives = random.below(3); adjectives > 0; --adjectives)
      add(state, kAdjectives.draw(random), 0);
  }
  const int begins = 1 + 2 * static_cast<int>(kind);
  const auto& names = shared ? kShared : kNames[kind];
  add(state, names.draw(random), begins);
  if (random.below(2) == 0) add(state, names.draw(random), begins + 1);
}

/// Of a tag's kind; of none, grey.
protocol::Color color_of(int tag) {
  constexpr std::array kColors{kGrey, kBlue, kTeal, kAmber};
  return kColors[static_cast<std::size_t>((tag + 1) / 2)];
}

constexpr int kInRow = 4;
constexpr int kRows = static_cast<int>(TaggingState::kMostWords) / kInRow;
constexpr float kColumn = 2.2F;
constexpr float kRow = 1.25F;
constexpr float kLetters = 0.55F;

}  // namespace

std::string_view Tagging::word(int symbol) {
  return kWords.at(static_cast<std::size_t>(symbol));
}

bool Tagging::ambiguous(int symbol) {
  return kShared.first <= symbol && symbol < kShared.first + kShared.count;
}

Tagging::Tagging(const config::EnvironmentOptions& options)
    : PlainStateEnvironment(make_spec()),
      names_(within_range("environment.names", options.language.names)),
      ambiguity_(within_range("environment.ambiguity", options.language.ambiguity)) {}

TaggingState Tagging::begin(core::RandomStream& random) const {
  TaggingState state;
  for (int i = 0; i < names_; ++i)
    add_name(state, random, ambiguity_);
  return state;
}

StepResult Tagging::advance(TaggingState& state, int action, core::RandomStream&) const {
  const auto at = static_cast<std::size_t>(state.at++);
  state.given[at] = static_cast<std::uint8_t>(action);
  StepResult result;
  if (state.tags[at] == action) result.reward = 1.0F / static_cast<float>(state.length);
  result.terminated = state.at == state.length;
  return result;
}

void Tagging::observe_state(const TaggingState& state, std::span<std::byte> out) const {
  out[0] = std::byte{state.at < state.length ? state.words[static_cast<std::size_t>(state.at)] : std::uint8_t{0}};
}

void Tagging::draw_state(const TaggingState& state, protocol::Scene& scene) const {
  const int rows = (7 * names_ + kInRow - 1) / kInRow;
  const auto high = static_cast<float>(std::min(rows, kRows)) * kRow;
  clear(scene, {0, kInRow * kColumn, 0, high});
  for (int i = 0; i <= state.at && i < state.length; ++i) {
    const auto at = static_cast<std::size_t>(i);
    const float x = (static_cast<float>(i % kInRow) + 0.5F) * kColumn;
    const int row = i / kInRow;
    const float y = high - static_cast<float>(row) * kRow - 0.4F;
    const bool read = i < state.at;
    if (!read) scene.shapes.emplace_back(rectangle({x, y}, 0.48F * kColumn, 0.34F, faint(kPeriwinkle)));
    scene.shapes.emplace_back(protocol::Text{{x, y}, kLetters, kGrey, std::string(word(state.words[at]))});
    if (!read) continue;
    const int given = state.given[at];
    const std::string tag(kTags[static_cast<std::size_t>(given)]);
    if (given == state.tags[at]) {
      scene.shapes.emplace_back(protocol::Text{{x, y - 0.52F}, 0.8F * kLetters, color_of(given), tag});
    } else {
      // A wrong one, struck out.
      scene.shapes.emplace_back(protocol::Text{{x, y - 0.52F}, 0.8F * kLetters, kRose, tag});
      scene.shapes.emplace_back(protocol::Line{{x - 0.7F, y - 0.52F}, {x + 0.7F, y - 0.52F}, 0.05F, kRose});
    }
  }
}

void Tagging::render_observation(std::span<const std::byte> observation, protocol::Scene& scene) const {
  clear(scene, {-kColumn, kColumn, -1, 1});
  scene.shapes.emplace_back(rectangle({0, 0}, 0.9F * kColumn, 0.7F, faint(kPeriwinkle)));
  const auto symbol = std::min(static_cast<std::size_t>(observation[0]), kWords.size() - 1);
  scene.shapes.emplace_back(protocol::Text{{0, 0}, 2 * kLetters, kGrey, std::string(kWords[symbol])});
}

}  // namespace qarium::env
