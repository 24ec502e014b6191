#include "widgets/find/findable.hpp"

#include <algorithm>
#include <cctype>
#include <utility>

#include "widgets/actions.hpp"
#include "widgets/keymap.hpp"
#include "widgets/parts/format.hpp"

namespace qarium::widgets {
namespace {

std::string lower_case(std::string_view text) {
  std::string lower(text);
  std::ranges::transform(lower, lower.begin(), [](unsigned char letter) { return std::tolower(letter); });
  return lower;
}

bool begins_word(const std::string& text, std::size_t at) {
  return at == 0 || std::isalnum(static_cast<unsigned char>(text[at - 1])) == 0;
}

/// Of one word in a text: 3 where it begins it, 2 where it begins a word of it, 1 where it stands inside, else 0.
int match_word(const std::string& text, const std::string& word) {
  int best = 0;
  for (auto at = text.find(word); at != std::string::npos; at = text.find(word, at + 1))
    best = std::max(best, at == 0 ? 3 : begins_word(text, at) ? 2 : 1);
  return best;
}

std::vector<std::string> words_of(std::string_view query) {
  std::vector<std::string> words;
  std::string word;
  const auto text = lower_case(query) + " ";
  for (const char letter : text) {
    if (std::isspace(static_cast<unsigned char>(letter)) == 0) {
      word += letter;
    } else if (!word.empty()) {
      words.push_back(std::exchange(word, {}));
    }
  }
  return words;
}

}  // namespace

std::vector<Findable> findables(const PanelContext& context) {
  using Kind = Findable::Kind;
  std::vector<Findable> all;
  const auto bindings = key_bindings();
  for (std::size_t i = 0; i < bindings.size(); ++i) {
    const auto& binding = bindings[i];
    if (!binding.help.empty() && binding.name != kFindKeyName && binding.name != kDigitKeysName)
      all.push_back(
          {Kind::Command, std::string(binding.help), std::string(binding.heading), std::string(binding.name), i});
  }
  for (std::size_t i = 0; i < context.presets.size(); ++i)
    all.push_back({Kind::Preset, context.presets[i].name, context.presets[i].description, {}, i});
  const auto parameters = config::parameters();
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    if (!config::applies(context.trainer.hyperparameters, parameters[i])) continue;
    all.push_back({Kind::Parameter, std::string(parameters[i].name), std::string(parameters[i].help),
                   std::string(value_text(config::get(context.trainer.hyperparameters, parameters[i])).view()), i});
  }
  for (std::size_t i = 0; i < context.terms.size(); ++i)
    all.push_back({Kind::Term, context.terms[i].name, context.terms[i].definition, {}, i});
  return all;
}

int match(const Findable& findable, std::string_view query) {
  const auto name = lower_case(findable.name);
  const auto help = lower_case(findable.help);
  int total = 1;
  for (const auto& word : words_of(query)) {
    const int fit = std::max(4 * match_word(name, word), match_word(help, word));
    if (fit == 0) return 0;
    total += fit;
  }
  return total;
}

std::vector<const Findable*> matching(const std::vector<Findable>& all, std::string_view query) {
  std::vector<std::pair<int, const Findable*>> fits;
  for (const auto& findable : all) {
    if (const int fit = match(findable, query); fit > 0) fits.emplace_back(fit, &findable);
  }
  std::ranges::stable_sort(fits, [](const auto& a, const auto& b) { return a.first > b.first; });
  std::vector<const Findable*> found;
  found.reserve(fits.size());
  for (const auto& fit : fits)
    found.push_back(fit.second);
  return found;
}

void choose(const PanelContext& context, const Findable& findable) {
  switch (findable.kind) {
    case Findable::Kind::Command:
      key_bindings()[findable.index].act(context);
      break;
    case Findable::Kind::Preset:
      context.view.transient.asked_preset = findable.index;
      open_dialog(context, Dialog::Preset);
      break;
    case Findable::Kind::Parameter:
      show_parameter(context, findable.name);
      break;
    case Findable::Kind::Term:
      break;
  }
}

}  // namespace qarium::widgets
