#include "engine/env/translation.hpp"

#include <algorithm>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "engine/env/drawing.hpp"
#include "engine/env/option_range.hpp"

namespace qarium::env {
namespace {

// Symbols: 0 for none, the source's words from number 1 on, punctuation, the target's words, its ends, and the mark.
constexpr std::array<std::string_view, Translation::kWords + Translation::kEnds> kSource{
    "the",  "a",      "this",    "each",                   // articles
    "dog",  "cat",    "bird",    "child", "king", "ship",  // nouns
    "old",  "small",  "red",     "quiet",                  // adjectives
    "sees", "likes",  "follows", "finds",                  // verbs
    "near", "behind",                                      // prepositions
    ".",    "?",      "!"};
constexpr std::array<std::string_view, Translation::kWords + Translation::kEnds> kTarget{
    "balo", "deku",  "fumi", "goran", "hesta", "ilo",   "jumar", "kelu", "limor", "mavi", "nesu", "oltan",
    "piru", "rasko", "suvi", "talem", "ubo",   "vinda", "wero",  "zimi", "end.",  "end?", "end!"};
constexpr int kFirstTarget = static_cast<int>(kSource.size()) + 1;
constexpr int kMark = kFirstTarget + static_cast<int>(kTarget.size());

struct Words {
  int first;
  int count;
  std::uint8_t draw(core::RandomStream& random) const {
    return static_cast<std::uint8_t>(first + static_cast<int>(random.below(static_cast<std::uint32_t>(count))));
  }
  bool holds(int symbol) const { return first <= symbol && symbol < first + count; }
};
constexpr Words kArticles{1, 4};
constexpr Words kNouns{5, 6};
constexpr Words kAdjectives{11, 4};
constexpr Words kVerbs{15, 4};
constexpr Words kPrepositions{19, 2};
constexpr Words kPunctuation{21, static_cast<int>(Translation::kEnds)};
static_assert(kPunctuation.first == static_cast<int>(Translation::kWords) + 1);
static_assert(kPunctuation.first + kPunctuation.count == kFirstTarget);

/// Of a row.
std::int64_t places(const config::LanguageOptions& options) {
  return 4 * std::int64_t{within_range("environment.noun_phrases", options.noun_phrases)};
}

EnvironmentSpec make_spec(const config::LanguageOptions& options) {
  return {.id = std::string(Translation::kId),
          .description = std::string(Translation::kDescription),
          .observation_space = {.shape = {2, places(options)},
                                .type = ScalarType::Uint8,
                                .low = {0},
                                .high = {static_cast<float>(kMark)}},
          .action_space = {{kTarget.begin(), kTarget.end()}},
          .render_fps = 3,
          .most_reward = 1,
          .most_return = 1};
}

std::array<std::uint8_t, Translation::kWords> dictionary(std::int64_t seed) {
  std::array<std::uint8_t, Translation::kWords> words{};
  for (std::size_t i = 0; i < words.size(); ++i)
    words[i] = static_cast<std::uint8_t>(i);
  // No environment's own stream.
  core::RandomStream random(static_cast<std::uint64_t>(seed), core::Purpose::Environment,
                            std::numeric_limits<std::uint32_t>::max());
  for (std::size_t i = words.size(); i > 1; --i)
    std::swap(words[i - 1], words[random.below(static_cast<std::uint32_t>(i))]);
  return words;
}

constexpr float kColumn = 2;
constexpr float kLetters = 0.5F;
constexpr float kSourceY = 1.2F;
constexpr float kWrittenY = -1.2F;

float column_x(int column) {
  return (static_cast<float>(column) + 0.5F) * kColumn;
}

}  // namespace

Translation::Translation(const config::EnvironmentOptions& options)
    : PlainStateEnvironment(make_spec(options.language)),
      phrases_(static_cast<int>(options.language.noun_phrases)),
      places_(static_cast<std::size_t>(places(options.language))),
      dictionary_(dictionary(within_range("environment.dictionary_seed", options.language.dictionary_seed))) {}

void Translation::translate(TranslationState& state) const {
  const auto length = static_cast<std::size_t>(state.length);
  for (std::size_t i = 0; i < length; ++i)
    state.truth[i] = static_cast<std::uint8_t>(i);
  for (std::size_t i = 0; i + 1 < length; ++i) {
    if (kAdjectives.holds(state.source[i]) && kNouns.holds(state.source[i + 1])) {
      std::swap(state.truth[i], state.truth[i + 1]);
      ++i;
    }
  }
  for (std::size_t i = 0; i < length; ++i) {
    const auto symbol = state.source[state.truth[i]];
    state.target[i] = kPunctuation.holds(symbol) ? static_cast<std::uint8_t>(symbol - 1) : dictionary_[symbol - 1U];
  }
}

TranslationState Translation::begin(core::RandomStream& random) const {
  TranslationState state;
  const auto add = [&](std::uint8_t symbol) { state.source[static_cast<std::size_t>(state.length++)] = symbol; };
  const auto phrases = 1 + random.below(static_cast<std::uint32_t>(phrases_));
  for (std::uint32_t i = 0; i < phrases; ++i) {
    if (i > 0) add((i == 1 ? kVerbs : kPrepositions).draw(random));
    add(kArticles.draw(random));
    if (random.below(2) == 0) add(kAdjectives.draw(random));
    add(kNouns.draw(random));
  }
  add(kPunctuation.draw(random));
  translate(state);
  return state;
}

StepResult Translation::advance(TranslationState& state, int action, core::RandomStream&) const {
  const auto at = static_cast<std::size_t>(state.at++);
  state.written[at] = static_cast<std::uint8_t>(action);
  StepResult result;
  if (state.at <= state.length && state.target[at] == action) result.reward = 1.0F / static_cast<float>(state.length);
  result.terminated = action >= kFirstEnd || at + 1 == places_;
  return result;
}

void Translation::observe_state(const TranslationState& state, std::span<std::byte> out) const {
  std::ranges::fill(out, std::byte{0});
  for (std::size_t i = 0; i < static_cast<std::size_t>(state.length); ++i)
    out[i] = std::byte{state.source[i]};
  const auto row = out.subspan(places_);
  const auto at = static_cast<std::size_t>(state.at);
  for (std::size_t i = 0; i < at; ++i)
    row[i] = static_cast<std::byte>(kFirstTarget + state.written[i]);
  if (at < places_) row[at] = static_cast<std::byte>(kMark);
}

TranslationState Translation::state_of(std::span<const std::byte> observation) const {
  TranslationState state;
  for (std::size_t i = 0; i < places_; ++i) {
    const int symbol = std::to_integer<int>(observation[i]);
    if (symbol < 1 || symbol >= kFirstTarget) break;
    state.source[static_cast<std::size_t>(state.length++)] = static_cast<std::uint8_t>(symbol);
  }
  for (std::size_t i = 0; i < places_; ++i) {
    const int symbol = std::to_integer<int>(observation[places_ + i]);
    if (symbol < kFirstTarget || symbol >= kMark) break;
    state.written[static_cast<std::size_t>(state.at++)] = static_cast<std::uint8_t>(symbol - kFirstTarget);
  }
  translate(state);
  return state;
}

protocol::Alignment Translation::alignment(std::span<const std::byte> observation) const {
  const auto state = state_of(observation);
  protocol::Alignment alignment;
  for (std::size_t i = 0; i < static_cast<std::size_t>(state.length); ++i) {
    alignment.source.emplace_back(kSource[state.source[i] - 1U]);
    alignment.truth.push_back(state.truth[i]);
  }
  for (std::size_t i = 0; i < static_cast<std::size_t>(state.at); ++i)
    alignment.written.emplace_back(kTarget[state.written[i]]);
  return alignment;
}

void Translation::draw_state(const TranslationState& state, protocol::Scene& scene) const {
  clear(scene, {0, kColumn * static_cast<float>(places_), -2, 2});
  auto& shapes = scene.shapes;
  for (int i = 0; i < state.length; ++i) {
    const auto symbol = state.source[static_cast<std::size_t>(i)];
    shapes.emplace_back(protocol::Text{{column_x(i), kSourceY}, kLetters, kGrey, std::string(kSource[symbol - 1U])});
  }
  for (int i = 0; i < state.at; ++i) {
    const auto at = static_cast<std::size_t>(i);
    const bool right = i < state.length && state.target[at] == state.written[at];
    const auto color = right ? kTeal : kRose;
    if (i < state.length) {
      shapes.emplace_back(protocol::Line{
          {column_x(state.truth[at]), kSourceY - 0.5F}, {column_x(i), kWrittenY + 0.5F}, 0.05F, faint(color)});
    }
    shapes.emplace_back(
        protocol::Text{{column_x(i), kWrittenY}, kLetters, color, std::string(kTarget[state.written[at]])});
    if (!right) {  // struck out
      shapes.emplace_back(
          protocol::Line{{column_x(i) - 0.7F, kWrittenY}, {column_x(i) + 0.7F, kWrittenY}, 0.05F, color});
    }
  }
  if (state.at < static_cast<int>(places_)) {
    const float x = column_x(state.at);
    shapes.emplace_back(protocol::Line{{x - 0.7F, kWrittenY - 0.4F}, {x + 0.7F, kWrittenY - 0.4F}, 0.08F, kPeriwinkle});
  }
}

void Translation::render_observation(std::span<const std::byte> observation, protocol::Scene& scene) const {
  draw_state(state_of(observation), scene);
}

}  // namespace qarium::env
