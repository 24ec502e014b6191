#include "widgets/view_state.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "widgets/attention/attention_state.hpp"
#include "widgets/curves/curves_state.hpp"
#include "widgets/laboratory/laboratory_state.hpp"
#include "widgets/learn/learn_state.hpp"
#include "widgets/memory/memory_state.hpp"
#include "widgets/parts/stage_panel.hpp"

namespace qarium::widgets {
namespace {

constexpr float kLeastFraction = 0.05F;
constexpr std::array<std::string_view, kWorkspaces> kWorkspaceNames{"learn", "attention", "memory", "laboratory"};
constexpr std::array<std::string_view, 3> kUnitOrders{"number", "activation", "change"};
constexpr std::array<std::string_view, 2> kKeptOrders{"weight", "age"};

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

/// Moves a number into `target` when the text is one, and finite; clamps it.
template <class Number>
void read(std::string_view text, Number low, Number high, Number& target) {
  Number value{};
  const auto result = std::from_chars(text.data(), text.data() + text.size(), value);
  if (result.ec != std::errc{} || result.ptr != text.data() + text.size()) return;
  if constexpr (std::is_floating_point_v<Number>) {
    if (!std::isfinite(value)) return;
  }
  target = std::clamp(value, low, high);
}

void read(std::string_view text, bool& target) {
  if (text == "true") target = true;
  if (text == "false") target = false;
}

/// A name goes on one line and is not endless.
std::string one_line(std::string_view text) {
  std::string line(text.substr(0, 200));
  std::erase_if(line, [](unsigned char c) { return c < 32; });
  return line;
}

void read_head(std::string_view text, int& head) {
  if (text == "mean") head = kMeanHead;
  if (text == "maximum") head = kMaximumHead;
  read(text, 0, protocol::AttentionPoint::kMostHeads - 1, head);
}

std::string head_text(int head) {
  if (head == kMeanHead) return "mean";
  return head == kMaximumHead ? "maximum" : std::to_string(head);
}

void apply(AttentionState& look, std::string_view name, std::string_view value) {
  constexpr auto kHigh = 1 - kLeastFraction;
  if (name == "head") {
    read_head(value, look.head);
  } else if (name == "smooth") {
    read(value, look.smooth);
  } else if (name == "contours") {
    read(value, look.contours);
  } else if (name == "opacity") {
    read(value, 0.0F, 1.0F, look.opacity);
  } else if (name == "matrix") {
    read(value, look.matrix);
  } else if (name == "colors") {
    if (value == "magma") look.colors = ColorMap::Magma;
    if (value == "viridis") look.colors = ColorMap::Viridis;
  } else if (name == "pinned") {
    read(value, 0.0F, 1.0F, look.pinned);
  } else if (name == "splitter.left") {
    read(value, kLeastFraction, kHigh, look.left_fraction);
  } else if (name == "splitter.matrix") {
    read(value, kLeastFraction, kHigh, look.matrix_fraction);
  } else if (name == "splitter.frame") {
    read(value, kLeastFraction, kHigh, look.frame_fraction);
  } else if (name == "splitter.heads") {
    read(value, kLeastFraction, kHigh, look.heads_fraction);
  }
}

void read_pinned(std::string_view text, std::array<float, kTraceRoles>& pinned) {
  std::array<float, kTraceRoles> limits{};
  std::size_t at = 0;
  while (!text.empty() && at < limits.size()) {
    const auto end = std::min(text.find(' '), text.size());
    read(text.substr(0, end), 0.0F, 1e6F, limits[at++]);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  if (at == limits.size() && text.empty()) pinned = limits;
}

void apply(MemoryLook& look, std::string_view name, std::string_view value) {
  constexpr int kMostHeads = 31;
  if (name == "read_head") {
    read(value, 0, kMostHeads, look.read_head);
  } else if (name == "write_head") {
    read(value, 0, kMostHeads, look.write_head);
  } else if (name == "chain_writes") {
    read(value, look.chain_writes);
  } else if (name == "changes") {
    read(value, look.changes);
  } else if (name == "order") {
    for (std::size_t i = 0; i < kUnitOrders.size(); ++i) {
      if (value == kUnitOrders[i]) look.order = static_cast<UnitOrder>(i);
    }
  } else if (name == "kept_order") {
    for (std::size_t i = 0; i < kKeptOrders.size(); ++i) {
      if (value == kKeptOrders[i]) look.kept_order = static_cast<KeptOrder>(i);
    }
  } else if (name == "pinned_matrix") {
    read(value, 0.0F, 1e6F, look.pinned_matrix);
  } else if (name == "pinned") {
    read_pinned(value, look.pinned);
  }
}

void apply(MemoryState& look, std::string_view name, std::string_view value) {
  constexpr auto kHigh = 1 - kLeastFraction;
  if (name == "splitter.left") {
    read(value, kLeastFraction, kHigh, look.left_fraction);
  } else if (name == "splitter.matrix") {
    read(value, kLeastFraction, kHigh, look.matrix_fraction);
  } else if (name == "splitter.stage") {
    read(value, kLeastFraction, kHigh, look.stage_fraction);
  } else if (name == "splitter.values") {
    read(value, kLeastFraction, kHigh, look.values_fraction);
  } else if (name == "splitter.beside") {
    read(value, kLeastFraction, kHigh, look.counterfactual_fraction);
  } else if (name == "splitter.wishes") {
    read(value, kLeastFraction, kHigh, look.intervention_fraction);
  }
}

void apply(LaboratoryState& look, std::string_view name, std::string_view value) {
  constexpr auto kHigh = 1 - kLeastFraction;
  if (name == "task") {
    look.experiment.task = one_line(value);
  } else if (name == "memory") {
    look.experiment.memory = one_line(value);
  } else if (name == "preset") {
    constexpr auto& kPresets = protocol::kLaboratoryPresets;
    if (std::find(kPresets.begin(), kPresets.end(), value) != kPresets.end()) look.experiment.preset = value;
  } else if (name == "seed") {
    read(value, std::int64_t{0}, std::numeric_limits<std::int64_t>::max(), look.experiment.seed);
  } else if (name == "length") {
    read(value, std::int64_t{1}, kLongestShown, look.length);
  } else if (name == "log") {
    read(value, look.log_axis);
  } else if (name == "splitter.left") {
    read(value, kLeastFraction, kHigh, look.left_fraction);
  } else if (name == "splitter.matrix") {
    read(value, kLeastFraction, kHigh, look.matrix_fraction);
  } else if (name == "splitter.controls") {
    read(value, kLeastFraction, kHigh, look.controls_fraction);
  } else if (name == "splitter.answer") {
    read(value, kLeastFraction, kHigh, look.answer_fraction);
  } else if (name == "splitter.chain") {
    read(value, kLeastFraction, kHigh, look.chain_fraction);
  }
}

/// Titles in a line, each behind a semicolon.
void read_titles(std::string_view text, std::set<std::string, std::less<>>& titles) {
  while (!text.empty()) {
    const auto end = std::min(text.find(';'), text.size());
    if (const auto title = trimmed(text.substr(0, end)); !title.empty()) titles.insert(one_line(title));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
}

void apply(CurvesState& look, std::string_view name, std::string_view value) {
  if (name == "log") {
    read_titles(value, look.log_axis);
  } else if (name == "maximised") {
    look.maximised = one_line(value);
  } else if (name == "smoothing") {
    read(value, 1, 10'000, look.smoothing);
  } else if (name == "raw") {
    read(value, look.show_raw);
  } else if (name == "smooth") {
    read(value, look.show_smooth);
  }
}

constexpr std::string_view kAttention = "attention.";
constexpr std::string_view kCurves = "curves.";
constexpr std::string_view kLaboratory = "laboratory.";
constexpr std::string_view kMemory = "memory.";

void apply(ViewState& view, std::string_view name, std::string_view value) {
  constexpr auto kHigh = 1 - kLeastFraction;
  if (name.starts_with(kAttention)) {
    apply(view.of<AttentionState>(), name.substr(kAttention.size()), value);
  } else if (name.starts_with(kLaboratory)) {
    apply(view.of<LaboratoryState>(), name.substr(kLaboratory.size()), value);
  } else if (name.starts_with(kMemory)) {
    apply(view.of<MemoryLook>(), name.substr(kMemory.size()), value);
    apply(view.of<MemoryState>(), name.substr(kMemory.size()), value);
  } else if (name == "workspace") {
    view.workspace = workspace_from_name(value).value_or(view.workspace);
  } else if (name == "theme" && (value == "dark" || value == "light")) {
    view.theme = value == "dark" ? ThemeChoice::Dark : ThemeChoice::Light;
  } else if (name == "scale") {
    read(value, kMinimumScale, kMaximumScale, view.scale);
  } else if (name == "preset") {
    view.preset = one_line(value);
  } else if (name == "splitter.left") {
    read(value, kLeastFraction, kHigh, view.of<LearnState>().left_fraction);
  } else if (name == "splitter.right") {
    read(value, kLeastFraction, kHigh, view.of<LearnState>().right_fraction);
  } else if (name == "splitter.stage") {
    read(value, kLeastFraction, kHigh, view.of<LearnState>().stage_fraction);
  } else if (name == "splitter.curves") {
    read(value, kLeastFraction, kHigh, view.of<LearnState>().curves_fraction);
  } else if (name.starts_with(kCurves)) {
    apply(view.of<CurvesState>(), name.substr(kCurves.size()), value);
  } else if (name == "replay.sort") {
    if (value == "order") view.of<LearnState>().replay_sort = ReplaySort::Order;
    if (value == "td_error") view.of<LearnState>().replay_sort = ReplaySort::TdError;
    if (value == "age") view.of<LearnState>().replay_sort = ReplaySort::Age;
  } else if (name == "stage.grid") {
    read(value, view.of<StageLook>().grid);
  }
}

std::string decimal(double value) {
  std::array<char, 32> digits{};
  const auto result = std::to_chars(digits.data(), digits.data() + digits.size(), value, std::chars_format::fixed, 4);
  return {digits.data(), result.ptr};
}

std::string_view sort_name(ReplaySort sort) {
  switch (sort) {
    case ReplaySort::TdError:
      return "td_error";
    case ReplaySort::Age:
      return "age";
    case ReplaySort::Order:
      break;
  }
  return "order";
}

std::string attention_text(const AttentionState& look) {
  std::string text;
  const auto line = [&text](std::string_view name, std::string_view value) {
    text.append(kAttention).append(name).append(" = ").append(value).append("\n");
  };
  const auto flag = [](bool value) { return value ? "true" : "false"; };
  line("head", head_text(look.head));
  line("smooth", flag(look.smooth));
  line("contours", flag(look.contours));
  line("opacity", decimal(look.opacity));
  line("matrix", flag(look.matrix));
  line("colors", look.colors == ColorMap::Magma ? "magma" : "viridis");
  line("pinned", decimal(look.pinned));
  line("splitter.left", decimal(look.left_fraction));
  line("splitter.matrix", decimal(look.matrix_fraction));
  line("splitter.frame", decimal(look.frame_fraction));
  line("splitter.heads", decimal(look.heads_fraction));
  return text;
}

std::string memory_text(const MemoryLook& look, const MemoryState& state) {
  std::string text;
  const auto line = [&text](std::string_view name, std::string_view value) {
    text.append(kMemory).append(name).append(" = ").append(value).append("\n");
  };
  const auto flag = [](bool value) { return value ? "true" : "false"; };
  line("read_head", std::to_string(look.read_head));
  line("write_head", std::to_string(look.write_head));
  line("chain_writes", flag(look.chain_writes));
  line("changes", flag(look.changes));
  line("order", kUnitOrders[static_cast<std::size_t>(look.order)]);
  line("kept_order", kKeptOrders[static_cast<std::size_t>(look.kept_order)]);
  line("pinned_matrix", decimal(look.pinned_matrix));
  std::string pinned;
  for (const float limit : look.pinned)
    pinned.append(pinned.empty() ? "" : " ").append(decimal(limit));
  line("pinned", pinned);
  line("splitter.left", decimal(state.left_fraction));
  line("splitter.matrix", decimal(state.matrix_fraction));
  line("splitter.stage", decimal(state.stage_fraction));
  line("splitter.values", decimal(state.values_fraction));
  line("splitter.beside", decimal(state.counterfactual_fraction));
  line("splitter.wishes", decimal(state.intervention_fraction));
  return text;
}

std::string laboratory_text(const LaboratoryState& look) {
  std::string text;
  const auto line = [&text](std::string_view name, std::string_view value) {
    text.append(kLaboratory).append(name).append(" = ").append(value).append("\n");
  };
  line("task", one_line(look.experiment.task));
  line("memory", one_line(look.experiment.memory));
  line("preset", one_line(look.experiment.preset));
  line("seed", std::to_string(look.experiment.seed));
  line("length", std::to_string(look.length));
  line("log", look.log_axis ? "true" : "false");
  line("splitter.left", decimal(look.left_fraction));
  line("splitter.matrix", decimal(look.matrix_fraction));
  line("splitter.controls", decimal(look.controls_fraction));
  line("splitter.answer", decimal(look.answer_fraction));
  line("splitter.chain", decimal(look.chain_fraction));
  return text;
}

}  // namespace

std::string_view workspace_name(Workspace workspace) {
  return kWorkspaceNames[static_cast<std::size_t>(workspace)];
}

std::optional<Workspace> workspace_from_name(std::string_view name) {
  for (std::size_t i = 0; i < kWorkspaceNames.size(); ++i) {
    if (name == kWorkspaceNames[i]) return static_cast<Workspace>(i);
  }
  return std::nullopt;
}

std::string to_text(const ViewState& view) {
  std::string text;
  const auto line = [&text](std::string_view name, std::string_view value) {
    text.append(name).append(" = ").append(value).append("\n");
  };
  const auto flag = [](bool value) { return value ? "true" : "false"; };
  line("theme", view.theme == ThemeChoice::Dark ? "dark" : "light");
  line("scale", decimal(view.scale));
  line("workspace", workspace_name(view.workspace));
  line("preset", one_line(view.preset));
  line("splitter.left", decimal(view.of<LearnState>().left_fraction));
  line("splitter.right", decimal(view.of<LearnState>().right_fraction));
  line("splitter.stage", decimal(view.of<LearnState>().stage_fraction));
  line("splitter.curves", decimal(view.of<LearnState>().curves_fraction));
  const auto& curves = view.of<CurvesState>();
  std::string titles;
  for (const auto& title : curves.log_axis)
    titles.append(title).append("; ");
  line("curves.log", titles);
  line("curves.maximised", curves.maximised);
  line("curves.smoothing", std::to_string(curves.smoothing));
  line("curves.raw", flag(curves.show_raw));
  line("curves.smooth", flag(curves.show_smooth));
  line("replay.sort", sort_name(view.of<LearnState>().replay_sort));
  line("stage.grid", flag(view.of<StageLook>().grid));
  return text + attention_text(view.of<AttentionState>()) + memory_text(view.of<MemoryLook>(), view.of<MemoryState>()) +
         laboratory_text(view.of<LaboratoryState>());
}

ViewState view_state_from_text(std::string_view text) {
  ViewState view;
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    const auto line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    const auto equals = line.find('=');
    if (equals == std::string_view::npos) continue;
    apply(view, trimmed(line.substr(0, equals)), trimmed(line.substr(equals + 1)));
  }
  auto& curves = view.of<CurvesState>();
  curves.show_smooth |= !curves.show_raw;
  return view;
}

}  // namespace qarium::widgets
