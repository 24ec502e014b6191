#include "widgets/memory_pictures/chain_drag.hpp"

#include <algorithm>
#include <cmath>
#include <optional>
#include <string>

#include "widgets/intervention/intervention.hpp"
#include "widgets/parts/controls.hpp"
#include "widgets/parts/plot.hpp"

namespace qarium::widgets {
namespace {

constexpr double kChainDragInterval = 0.05;

/// What is dragged in an addressing chain.
struct ChainDrag {
  std::string control;                           ///< empty = nothing
  std::optional<protocol::HeadSetting> setting;  ///< what it is dragged to
  double sent_at = 0;
};

/// One weight set, the others in proportion, so that all sum to 1.
std::vector<float> with_weight(std::vector<float> shift, std::size_t at, float value) {
  float others = 0;
  for (std::size_t i = 0; i < shift.size(); ++i) {
    if (!std::isfinite(shift[i])) shift[i] = 0;
    if (i != at) others += shift[i];
  }
  for (std::size_t i = 0; i < shift.size(); ++i) {
    if (i == at) continue;
    shift[i] = others > 1e-6F ? shift[i] / others * (1 - value) : (1 - value) / static_cast<float>(shift.size() - 1);
  }
  shift[at] = shift.size() > 1 ? value : 1;
  return shift;
}

}  // namespace

protocol::HeadSetting shown_setting(const PanelContext& context, int head) {
  const auto& drag = context.view.of<ChainDrag>().setting;
  if (drag && drag->head == head) return *drag;
  return head_setting(context.view.of<InterventionState>().intervention.memory, head);
}

void drag_head(const PanelContext& context, std::string_view name, const protocol::HeadSetting& setting, bool held,
               bool released) {
  auto& state = context.view.of<ChainDrag>();
  if (held) {
    if (state.control != name) {
      begin_gesture(context);
      state.control = name;
      state.sent_at = -1;
    }
    state.setting = setting;
    if (setting == head_setting(context.view.of<InterventionState>().intervention.memory, setting.head)) return;
    const double now = ImGui::GetTime();
    if (now - state.sent_at < kChainDragInterval) {
      auto& wake_at = context.view.transient.wake_at;
      wake_at = std::min(wake_at, state.sent_at + kChainDragInterval);
      return;
    }
    state.sent_at = now;
    set_head(context, setting);
  } else if (released && state.control == name) {
    if (state.setting) set_head(context, *state.setting);
    state.setting.reset();
    state.control.clear();
    end_gesture(context);
  }
}

void draw_dial(const PanelContext& context, int head, const Dial& dial, const Rect& area) {
  auto setting = shown_setting(context, head);
  const Axis axis{static_cast<double>(dial.low), static_cast<double>(dial.high), dial.log};
  const auto share = [&](float value) {
    const auto at = std::isfinite(value) ? std::clamp(value, dial.low, dial.high) : dial.low;
    return axis.share(static_cast<double>(at));
  };
  auto& member = setting.*dial.member;
  const auto moved = draw_slider(context, dial.name, area, share(member.value_or(dial.actual)), share(dial.actual),
                                 member ? context.theme.attention : context.theme.stage(core::Stage::Memory));
  if (moved.held) member = static_cast<float>(axis.value(moved.fraction));
  drag_head(context, dial.name, setting, moved.held, moved.released);
}

void draw_shift(const PanelContext& context, int head, const std::vector<float>& actual, const Rect& area,
                bool enabled) {
  constexpr std::string_view kName = "chain.shift";
  if (actual.empty() || area.empty()) return;
  auto setting = shown_setting(context, head);
  const bool set = setting.shift && setting.shift->size() == actual.size();
  const auto interaction = interact(context, kName, area, enabled);
  const auto& theme = context.theme;
  auto& list = *ImGui::GetWindowDrawList();
  const auto size = actual.size();
  const float wide = area.width() / static_cast<float>(size);
  const auto bar = [&](std::size_t at, float value) {
    const float x = area.min.x + wide * static_cast<float>(at);
    const float high = std::isfinite(value) ? std::clamp(value, 0.0F, 1.0F) * area.height() : 0;
    return Rect{{x + 1, area.max.y - std::max(high, 1.0F)}, {x + wide - 1, area.max.y}};
  };
  fill(list, area, interaction.hovered && enabled ? theme.raised_hover : theme.raised, context.px(2));
  for (std::size_t i = 0; i < size; ++i) {
    fill(list, bar(i, set ? (*setting.shift)[i] : actual[i]), set ? theme.attention : theme.stage(core::Stage::Memory));
    if (set) outline(list, bar(i, actual[i]), theme.quiet);
  }
  if (interaction.held) {
    const ImVec2 mouse = ImGui::GetIO().MousePos;
    const float across = std::clamp((mouse.x - area.min.x) / area.width(), 0.0F, 0.999F);
    const float up = std::clamp((area.max.y - mouse.y) / area.height(), 0.0F, 1.0F);
    setting.shift =
        with_weight(set ? *setting.shift : actual, static_cast<std::size_t>(across * static_cast<float>(size)), up);
  }
  drag_head(context, kName, setting, interaction.held, interaction.released);
  ShortText help("Offsets from ");
  help.print("%d to +%d slots: how much of the weight moves by each.", -static_cast<int>(size / 2),
             static_cast<int>(size / 2));
  if (enabled) help.add(" Drag a bar to intervene.");
  tooltip(context, kName, interaction, help);
}

}  // namespace qarium::widgets
