#include <algorithm>
#include <utility>

#include "widgets/intervention/intervention.hpp"
#include "widgets/intervention/memory_change.hpp"
#include "widgets/memory/memory_panels.hpp"
#include "widgets/memory/memory_state.hpp"
#include "widgets/parts/controls.hpp"
#include "widgets/parts/numbers.hpp"
#include "widgets/parts/panel.hpp"

namespace qarium::widgets {
namespace {

constexpr float kButton = 25;
constexpr float kInterventionGap = 4;
constexpr float kInterventionLine = 18;
constexpr int kInterventionRows = 4;
constexpr std::string_view kNothing = "None yet. The agent itself is never changed.";
constexpr std::string_view kPickContent =
    "Click the slot whose content it takes, or a moment in Adds or Reads for what was written or read then.";
constexpr std::string_view kPickState = "Click the moment in the pictures whose state takes the place of this one's.";

/// The slot that erasing and overwriting are about: the chosen one, or the most strongly read.
int target_slot(const ShownMemory& shown) {
  if (!shown || !sound_matrix(*shown.view)) return -1;
  const int chosen = shown.kept->chosen_slot;
  if (chosen >= 0 && chosen < shown.view->slots) return chosen;
  return strongest(row_of(shown.view->read_weights, shown.read_head, shown.view->slots));
}

/// Two buttons in a row.
class Buttons {
 public:
  Buttons(const PanelContext& context, Rect& rest) : context_(context), rest_(rest) {}
  bool operator()(std::string_view name, Button button) {
    button.waiting |= button.on && context_.pending.waiting_for<protocol::Intervene>();
    if (!second_) row_ = rest_.cut_top(context_.px(kButton), context_.px(kInterventionGap));
    const float wide = (row_.width() - context_.px(kInterventionGap)) / 2;
    const Rect area = second_ ? row_ : row_.cut_left(wide, context_.px(kInterventionGap));
    second_ = !second_;
    return draw_button(context_, name, area, button);
  }

  /// The first of these labels that there is room for, or the last.
  template <class... Labels>
  ShortText fitting(const Labels&... labels) const {
    const float room = (rest_.width() - context_.px(kInterventionGap)) / 2;
    ShortText chosen;
    bool found = false;
    const auto consider = [&](std::string_view label) {
      if (found) return;
      chosen = ShortText(label);
      found = button_width(context_, {.label = label}) <= room;
    };
    (consider(labels), ...);
    return chosen;
  }

 private:
  const PanelContext& context_;
  Rect& rest_;
  Rect row_;
  bool second_ = false;
};

void toggle_picking(MemoryState& state, Picking picking) {
  state.picking = state.picking == picking ? Picking::Nothing : picking;
}

void draw_slot_buttons(const PanelContext& context, const ShownMemory& shown, Buttons& place) {
  auto& state = context.view.of<MemoryState>();
  const auto& intervention = context.view.of<InterventionState>().intervention.memory;
  const int slot = target_slot(shown);
  const auto* there = changed_slot(intervention, slot);
  const bool erased = there != nullptr && there->content.empty();
  const bool overwritten = there != nullptr && !there->content.empty();
  ShortText number;
  if (slot >= 0) number.print(" %d", slot);
  const auto erase = place.fitting(ShortText("Erase slot").add(number), ShortText("Erase").add(number));
  const auto overwrite = place.fitting(ShortText("Overwrite slot").add(number), ShortText("Overwrite").add(number));
  if (place("memory.erase", {.label = erase,
                             .enabled = slot >= 0,
                             .on = erased,
                             .tooltip = "The slot as it is when an episode begins. Click a slot of the matrix to "
                                        "choose another."})) {
    toggle_erased(context, slot);
  }
  if (place("memory.overwrite", {.label = overwrite,
                                 .enabled = slot >= 0,
                                 .on = state.picking == Picking::Content || overwritten,
                                 .tooltip = "Another content: then click which"})) {
    shown.kept->chosen_slot = slot;
    toggle_picking(state, Picking::Content);
  }
}

void draw_other_buttons(const PanelContext& context, const ShownMemory& shown, Buttons& place) {
  auto& state = context.view.of<MemoryState>();
  const auto& asked = context.view.of<InterventionState>();
  const auto& intervention = asked.intervention.memory;
  const bool any = shown.can_intervene && static_cast<bool>(shown);
  if (place("memory.freeze", {.label = "Freeze writes",
                              .enabled = any,
                              .on = intervention.freeze_writes,
                              .tooltip = "Nothing new is kept from here on"})) {
    toggle_frozen(context);
  }
  ShortText head;
  head.print(" %d", shown.read_head + 1);
  const auto silence = place.fitting(ShortText("Silence read head").add(head), ShortText("Silence head").add(head),
                                     ShortText("Silence").add(head));
  if (place("memory.silence", {.label = silence,
                               .enabled = any && shown.view->read_heads > 0,
                               .on = holds(intervention.silenced, shown.read_head),
                               .tooltip = "The head brings back nothing"})) {
    toggle_silenced_read(context, shown.read_head);
  }
  if (place("memory.exchange", {.label = "Swap in a state",
                                .enabled = any && shown.episode != nullptr,
                                .on = state.picking == Picking::State || intervention.exchange.has_value(),
                                .tooltip = "The memory of another moment: then click which. Again: its own."})) {
    if (intervention.exchange && state.picking != Picking::State) {
      keep_state(context);
    } else {
      toggle_picking(state, Picking::State);
    }
  }
  if (place("counterfactual.play",
            {.label = place.fitting("Play both to the end", "Play both"),
             .enabled = any && !intervention.empty() && context.stage.can_resume,
             .waiting = context.pending.waiting_for<protocol::PlayCounterfactual>(),
             .tooltip = "The rest of the episode twice from here, without and with the intervention: "
                        "greedily, with the same random draws"})) {
    send(context, protocol::PlayCounterfactual{});
  }
  if (place("memory.undo", {.label = "Undo",
                            .enabled = !asked.past.empty(),
                            .key = "Ctrl Z",
                            .tooltip = "Undo the last intervention, on attention or memory"})) {
    undo_intervention(context);
  }
  if (place("memory.clear", {.label = "Clear", .enabled = !asked.intervention.empty(), .tooltip = "No intervention"})) {
    state.picking = Picking::Nothing;
    intervene(context, Intervention{});
  }
}

/// The parts of the state as toggles, several in a row; takes their height off the area, and returns it without drawing
/// where `draws` is not set.
float draw_parts(const PanelContext& context, const ShownMemory& shown, Rect area, bool draws) {
  auto& state = context.view.of<MemoryState>();
  if (!shown || shown.view->parts.size() < 2) return 0;
  const float top = area.min.y;
  Rect row = area.cut_top(context.px(22));
  for (const auto& part : shown.view->parts) {
    const auto out = std::find(state.left_out.begin(), state.left_out.end(), part);
    const Button button{.label = part,
                        .look = ButtonLook::Quiet,
                        .on = out == state.left_out.end(),
                        .tooltip = "Whether this part of the state is taken too"};
    const float wide = std::min(button_width(context, button), area.width());
    if (row.width() < wide) row = area.cut_top(context.px(22));
    const Rect place = row.cut_left(wide, context.px(4));
    if (!draws || !draw_button(context, ShortText("memory.part.").add(part), place, button)) continue;
    if (out == state.left_out.end()) {
      state.left_out.push_back(part);
    } else {
      state.left_out.erase(out);
    }
    if (const auto& exchange = context.view.of<InterventionState>().intervention.memory.exchange)
      exchange_state(context, exchange->index, exchanged_parts(context, shown));
  }
  return area.min.y - top;
}

std::string_view hint_of(Picking picking) {
  if (picking == Picking::Content) return kPickContent;
  return picking == Picking::State ? kPickState : std::string_view();
}

}  // namespace

std::vector<std::string> exchanged_parts(const PanelContext& context, const ShownMemory& shown) {
  const auto& left_out = context.view.of<MemoryState>().left_out;
  std::vector<std::string> parts;
  for (const auto& part : shown.view->parts) {
    if (std::find(left_out.begin(), left_out.end(), part) == left_out.end()) parts.push_back(part);
  }
  if (parts.size() == shown.view->parts.size()) parts.clear();
  return parts;
}

void draw_memory_intervention(const PanelContext& context, const ShownMemory& shown, const Rect& area) {
  const auto& intervention = context.view.of<InterventionState>().intervention;
  const auto picking = context.view.of<MemoryState>().picking;
  const bool any = !intervention.empty();
  Panel panel(context, "Intervention", "", any ? context.theme.attention : context.theme.stage(core::Stage::Memory),
              area);
  if (panel.folded()) return;
  const float width = area.width() - context.px(24);
  const auto words = words_for(intervention);
  const std::string_view said = any ? std::string_view(words) : kNothing;
  const auto hint = hint_of(picking);
  const float said_height = std::max(wrapped_height(context.fonts.quiet, width, said), context.px(kInterventionLine));
  const float hint_height =
      hint.empty() ? 0 : wrapped_height(context.fonts.quiet, width, hint) + context.px(kInterventionGap);
  const bool parts = picking == Picking::State || intervention.memory.exchange.has_value();
  const float parts_height = parts ? draw_parts(context, shown, {{0, 0}, {width, 0}}, false) : 0;
  Rect body = panel.begin_body(said_height + hint_height + parts_height +
                               context.px(kInterventionRows * (kButton + kInterventionGap) + kInterventionGap));
  auto& list = *ImGui::GetWindowDrawList();
  draw_wrapped(list, context.fonts.quiet, body.cut_top(said_height, context.px(kInterventionGap)).min, width,
               any ? context.theme.attention : context.theme.quiet, said);
  Buttons place(context, body);
  draw_slot_buttons(context, shown, place);
  draw_other_buttons(context, shown, place);
  if (!hint.empty()) {
    draw_wrapped(list, context.fonts.quiet, body.cut_top(hint_height).min, width, context.theme.text, hint);
  }
  if (parts) draw_parts(context, shown, body, true);
}

}  // namespace qarium::widgets
