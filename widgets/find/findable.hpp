#pragma once
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "widgets/context.hpp"

namespace qarium::widgets {

/// What can be found by typing: a command of the keyboard, a preset, a hyperparameter that applies, a term.
struct Findable {
  enum class Kind { Command, Preset, Parameter, Term };
  Kind kind;
  std::string name;
  std::string help;
  std::string beside;  ///< a command's key, a hyperparameter's value
  std::size_t index;   ///< among key_bindings(), presets, config::parameters(), terms
};

/// All that there is now.
std::vector<Findable> findables(const PanelContext& context);

/// How well `query` fits, over any case: 0 not at all. Each of its words must stand in name or help; the name counts
/// more than the help, a beginning more than an end.
int match(const Findable& findable, std::string_view query);
/// Those that fit, best first, in their order among equals; all for an empty query.
std::vector<const Findable*> matching(const std::vector<Findable>& all, std::string_view query);

/// Does what it names: runs the command, asks for the preset, shows the hyperparameter. Of a term nothing.
void choose(const PanelContext& context, const Findable& findable);

}  // namespace qarium::widgets
