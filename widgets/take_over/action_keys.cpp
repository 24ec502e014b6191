#include "widgets/take_over/action_keys.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cctype>
#include <charconv>
#include <string_view>

namespace qarium::widgets {
namespace {

struct MoveWord {
  std::string_view word;
  unsigned move;
};
/// As environments of MinAtar, the Arcade Learning Environment, MiniGrid and highway-env name their actions. 0: the
/// action does nothing.
constexpr std::array kMoveWords{MoveWord{"left", moves::kLeft},
                                MoveWord{"west", moves::kLeft},
                                MoveWord{"right", moves::kRight},
                                MoveWord{"east", moves::kRight},
                                MoveWord{"up", moves::kUp},
                                MoveWord{"north", moves::kUp},
                                MoveWord{"forward", moves::kUp},
                                MoveWord{"faster", moves::kUp},
                                MoveWord{"down", moves::kDown},
                                MoveWord{"south", moves::kDown},
                                MoveWord{"slower", moves::kDown},
                                MoveWord{"backward", moves::kDown},
                                MoveWord{"fire", moves::kFire},
                                MoveWord{"shoot", moves::kFire},
                                MoveWord{"toggle", moves::kFire},
                                MoveWord{"noop", 0},
                                MoveWord{"stay", 0},
                                MoveWord{"coast", 0},
                                MoveWord{"idle", 0},
                                MoveWord{"nothing", 0},
                                MoveWord{"wait", 0}};
/// Words beside these that change nothing of what is meant.
constexpr std::array<std::string_view, 8> kFillers{"move", "go", "push", "turn", "step", "do", "lane", "to"};

/// "upright" is two; nothing where some of the word is neither.
std::optional<unsigned> meaning_of_word(std::string_view word) {
  unsigned meaning = 0;
  while (!word.empty()) {
    const auto found =
        std::ranges::find_if(kMoveWords, [&](const auto& known) { return word.starts_with(known.word); });
    if (found == kMoveWords.end()) return std::nullopt;
    meaning |= found->move;
    word.remove_prefix(found->word.size());
  }
  return meaning;
}

std::optional<unsigned> meaning_of(std::string_view name) {
  std::optional<unsigned> meaning;
  std::string word;
  const auto take = [&] {
    const bool filler = word.empty() || std::ranges::find(kFillers, word) != kFillers.end();
    const auto its = filler ? std::optional<unsigned>() : meaning_of_word(word);
    word.clear();
    if (filler) return true;
    if (its) meaning = meaning.value_or(0) | *its;
    return its.has_value();
  };
  for (const char letter : name) {
    if (std::isalpha(static_cast<unsigned char>(letter)) != 0) {
      word += static_cast<char>(std::tolower(static_cast<unsigned char>(letter)));
    } else if (letter != '-' && !take()) {  // "no-op"
      return std::nullopt;
    }
  }
  if (!take()) return std::nullopt;
  return meaning;
}

/// The number that a name ends in, where it has a sign or is zero: "torque -1", "+0.5", "0".
std::optional<double> signed_number_of(std::string_view name) {
  auto text = name.substr(name.rfind(' ') + 1);
  const bool positive = text.starts_with('+');
  if (positive) text.remove_prefix(1);
  double number = 0;
  const auto result = std::from_chars(text.data(), text.data() + text.size(), number);
  if (text.empty() || result.ec != std::errc{} || result.ptr != text.data() + text.size()) return std::nullopt;
  if (!positive && number > 0) return std::nullopt;  // a plain count
  return number;
}

/// Where names are amounts of one thing: the least is left, the greatest right, none is nothing.
std::vector<std::optional<unsigned>> meanings_of_amounts(std::span<const std::string> names) {
  std::vector<std::optional<unsigned>> meanings(names.size());
  std::vector<double> amounts;
  for (const auto& name : names) {
    const auto amount = signed_number_of(name);
    if (!amount) return meanings;
    amounts.push_back(*amount);
  }
  for (std::size_t i = 0; i < amounts.size(); ++i) {
    if (amounts[i] == 0) meanings[i] = 0;
  }
  const auto [least, most] = std::ranges::minmax_element(amounts);
  if (*least < 0) meanings[static_cast<std::size_t>(least - amounts.begin())] = moves::kLeft;
  if (*most > 0) meanings[static_cast<std::size_t>(most - amounts.begin())] = moves::kRight;
  return meanings;
}

}  // namespace

ActionKeys::ActionKeys(std::span<const std::string> names) {
  for (const auto& name : names)
    meanings_.push_back(meaning_of(name));
  const bool none = std::ranges::none_of(meanings_, [](const auto& meaning) { return meaning.has_value(); });
  if (none && names.size() > 1) meanings_ = meanings_of_amounts(names);
  idle_ = find(0);
}

int ActionKeys::find(unsigned meaning) const {
  const auto found = std::ranges::find(meanings_, std::optional(meaning));
  return found == meanings_.end() ? -1 : static_cast<int>(found - meanings_.begin());
}

int ActionKeys::action(unsigned held, unsigned newest) const {
  if (const int all = held == 0 ? -1 : find(held); all >= 0) return all;
  if (const int one = newest == 0 ? -1 : find(newest); one >= 0) return one;
  return newest == moves::kFire ? idle_ : -1;
}

std::optional<unsigned> ActionKeys::meaning(int action) const {
  return action >= 0 && action < size() ? meanings_[static_cast<std::size_t>(action)] : std::nullopt;
}

unsigned ActionKeys::key_of(int action) const {
  const auto its = meaning(action);
  if (!its || find(*its) != action) return 0;
  if (*its == 0) return find(moves::kFire) < 0 ? moves::kFire : 0;
  return std::has_single_bit(*its) ? *its : 0;
}

}  // namespace qarium::widgets
