#include "widgets/take_over/take_over.hpp"

#include <algorithm>
#include <array>

#include "widgets/parts/format.hpp"
#include "widgets/parts/imgui_compat.hpp"
#include "widgets/parts/stage_panel.hpp"

namespace qarium::widgets {
namespace {

struct MoveKey {
  Key key;
  unsigned move;
};
constexpr std::array kMoveKeys{
    MoveKey{Key::Left, moves::kLeft}, MoveKey{Key::A, moves::kLeft}, MoveKey{Key::Right, moves::kRight},
    MoveKey{Key::D, moves::kRight},   MoveKey{Key::Up, moves::kUp},  MoveKey{Key::W, moves::kUp},
    MoveKey{Key::Down, moves::kDown}, MoveKey{Key::S, moves::kDown}, MoveKey{Key::Space, moves::kFire}};
constexpr std::array kDigits{Key::Digit1, Key::Digit2, Key::Digit3, Key::Digit4, Key::Digit5,
                             Key::Digit6, Key::Digit7, Key::Digit8, Key::Digit9};

/// A key that is held acts again after a moment, then at the environment's own pace, within these.
constexpr double kFirstRepeat = 0.3;
constexpr double kSlowestPace = 2;
constexpr double kFastestPace = 15;

double period(const protocol::StageSnapshot& stage) {
  const double pace = stage.speed > 0 ? stage.natural_rate * stage.speed : kFastestPace;
  return 1 / std::clamp(pace, kSlowestPace, kFastestPace);
}

struct MovesNow {
  unsigned held = 0;
  unsigned pressed = 0;  ///< went down in this frame
};

MovesNow moves_now() {
  MovesNow now;
  for (const auto& [key, move] : kMoveKeys) {
    if (key_pressed(key, false)) now.pressed |= move;
    if (key_down(key)) now.held |= move;
  }
  now.held |= now.pressed;
  return now;
}

void act(const PanelContext& context, int action) {
  if (action >= 0) send(context, protocol::Act{action});
}

/// What is held acts again when its time has come and the last act is answered.
void act_again(const PanelContext& context, TakeOver& mode, const ActionKeys& keys, unsigned held) {
  const int idle = mode.real_time ? keys.idle() : -1;
  int action = held == 0 ? -1 : keys.action(held, mode.newest);
  if (action < 0) action = idle;
  if (action < 0) return;
  const double now = ImGui::GetTime();
  if (now >= mode.next_at && !context.pending.waiting_for<protocol::Act>()) {
    act(context, action);
    mode.next_at = now + period(context.stage);
  }
  auto& wake = context.view.transient.wake_at;
  wake = std::min(wake, std::max(mode.next_at, now));
}

}  // namespace

void begin_take_over(const PanelContext& context) {
  auto& mode = context.view.of<TakeOver>();
  mode = {.on = true, .real_time = mode.real_time};
  context.view.of<StageSource>().learner = false;
  context.view.transient.focus.name.clear();
  if (context.stage.playing || context.stage.sequence == 0) send(context, protocol::Halt{});
}

void end_take_over(const PanelContext& context) {
  context.view.of<TakeOver>().on = false;
}

void toggle_take_over(const PanelContext& context) {
  if (context.view.of<TakeOver>().on) {
    end_take_over(context);
  } else {
    begin_take_over(context);
  }
}

bool serve_take_over(const PanelContext& context) {
  auto& mode = context.view.of<TakeOver>();
  mode.took_escape = false;
  if (!mode.on) return false;
  const auto& io = ImGui::GetIO();
  if (context.view.transient.dialog != Dialog::None || io.WantTextInput || io.KeyCtrl || io.KeyAlt || io.KeySuper)
    return true;
  if (key_pressed(Key::Escape, false)) {
    end_take_over(context);
    mode.took_escape = true;
    return true;
  }
  const auto& names = context.stage.action_names;
  for (std::size_t i = 0; i < std::min(kDigits.size(), names.size()); ++i) {
    if (key_pressed(kDigits[i], false)) act(context, static_cast<int>(i));
  }
  const ActionKeys keys(names);
  const auto now = moves_now();
  if (now.pressed != 0) {
    mode.newest = now.pressed & (~now.pressed + 1);  // of several the first in the table
    act(context, keys.action(now.held, mode.newest));
    mode.next_at = ImGui::GetTime() + std::max(kFirstRepeat, period(context.stage));
  } else {
    if ((now.held & mode.newest) == 0) mode.newest = now.held & (~now.held + 1);
    act_again(context, mode, keys, now.held);
  }
  return true;
}

ShortText key_name(const PanelContext& context, const ActionKeys& keys, int action) {
  const auto* font = context.fonts.quiet;
  const bool arrows = font->FindGlyphNoFallback(0x2190) != nullptr;
  switch (keys.key_of(action)) {
    case moves::kLeft:
      return ShortText(arrows ? "←" : "Left");
    case moves::kRight:
      return ShortText(arrows ? "→" : "Right");
    case moves::kUp:
      return ShortText(arrows ? "↑" : "Up");
    case moves::kDown:
      return ShortText(arrows ? "↓" : "Down");
    case moves::kFire:
      return ShortText("Space");
    default:
      break;
  }
  if (action < 0 || action >= static_cast<int>(kDigits.size())) return {};
  return ShortText().print("%d", action + 1);
}

}  // namespace qarium::widgets
