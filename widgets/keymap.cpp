#include "widgets/keymap.hpp"

#include <algorithm>
#include <array>
#include <vector>

#include "widgets/actions.hpp"
#include "widgets/take_over/take_over.hpp"
#include "widgets/undo.hpp"
#include "widgets/workspaces.hpp"

namespace qarium::widgets {
namespace {

using Context = const PanelContext&;
constexpr std::string_view kKeymapLearning = "Learning";
constexpr std::string_view kKeymapStage = "Stage";
constexpr std::string_view kWindow = "Window";

template <protocol::Unit Unit>
void step(Context context) {
  send(context, protocol::Step{Unit, 1});
}

template <std::int64_t By>
void move(Context context) {
  if (const auto own = shown_workspace(context.view).move; own != nullptr) {
    own(context, static_cast<int>(By));
  } else {
    send(context, protocol::StageStep{By});
  }
}

template <int Action>
void take_action(Context context) {
  if (Action < static_cast<int>(context.stage.action_names.size())) send(context, protocol::Act{Action});
}

void reset(Context context) {
  open_dialog(context, Dialog::Reset);
}
void save(Context context) {
  send(context, protocol::Save{});
}
void branch(Context context) {
  if (context.stage.can_resume) send(context, protocol::Branch{});
}
void resume(Context context) {
  if (context.stage.can_resume) send(context, protocol::Resume{});
}
void new_episode(Context context) {
  send(context, protocol::NewEpisode{});
}
void keys(Context context) {
  const bool shown = context.view.transient.dialog == Dialog::Keys;
  open_dialog(context, shown ? Dialog::None : Dialog::Keys);
}
void gallery(Context context) {
  open_dialog(context, Dialog::Gallery);
}
void find(Context context) {
  open_dialog(context, Dialog::Find);
}
void theme(Context context) {
  context.view.theme = context.view.theme == ThemeChoice::Dark ? ThemeChoice::Light : ThemeChoice::Dark;
}
void next_workspace(Context context) {
  const auto all = workspaces();
  const auto at = std::find(all.begin(), all.end(), &shown_workspace(context.view));
  const auto next = static_cast<std::size_t>(at - all.begin() + 1) % all.size();
  context.view.workspace = all[next]->id;
}
/// The panel under the pointer alone, or the first; once more: all again.
void present(Context context) {
  auto& view = context.view;
  if (view.present.on()) {
    view.present = {};
    return;
  }
  const auto panels = shown_workspace(view).panels;
  if (panels.empty()) return;
  const auto& pointed = view.transient.hovered_panel;
  const auto found = std::find_if(panels.begin(), panels.end(), [&](const auto& row) { return row.is(pointed); });
  view.present.title = found != panels.end() ? pointed : std::string(panels.front().titles.front());
}
void full_screen(Context context) {
  context.view.full_screen = !context.view.full_screen;
}
void hide_panels(Context context) {
  context.view.panels_hidden = !context.view.panels_hidden;
}
void larger(Context context) {
  change_scale(context, 1.1F);
}
void smaller(Context context) {
  change_scale(context, 1 / 1.1F);
}
void natural(Context context) {
  context.view.scale = 1;
}

std::vector<KeyBinding> make_bindings() {
  std::vector<KeyBinding> bindings{
      KeyBinding{Key::Space, false, false, "Space", kKeymapLearning, "pause or go on learning", toggle_learning},
      KeyBinding{Key::S, false, true, "S", kKeymapLearning, "one environment step",
                 step<protocol::Unit::EnvironmentStep>},
      KeyBinding{Key::U, false, true, "U", kKeymapLearning, "the next gradient update", next_update},
      KeyBinding{Key::O, false, true, "O", kKeymapLearning, "go on to where updates are due",
                 step<protocol::Unit::Rollout>},
      KeyBinding{Key::E, false, true, "E", kKeymapLearning, "one episode", step<protocol::Unit::Episode>},
      KeyBinding{Key::R, false, false, "R", kKeymapLearning, "begin again with a seed", reset},
      KeyBinding{Key::S, true, false, "Ctrl S", kKeymapLearning, "save the checkpoint", save},
      KeyBinding{Key::P, false, false, "P", kKeymapStage, "play or halt", toggle_stage},
      KeyBinding{Key::Left, false, true, "Left", kKeymapStage, "one step back", move<-1>},
      KeyBinding{Key::Right, false, true, "Right", kKeymapStage, "one step on", move<1>},
      KeyBinding{Key::Left, true, true, "Ctrl Left", kKeymapStage, "ten steps back", move<-10>},
      KeyBinding{Key::Right, true, true, "Ctrl Right", kKeymapStage, "ten steps on", move<10>},
      KeyBinding{Key::M, false, false, "M", kKeymapStage, "resume from this moment", resume},
      KeyBinding{Key::B, false, false, "B", kKeymapStage, "branch from this moment", branch},
      KeyBinding{Key::N, false, false, "N", kKeymapStage, "new episode", new_episode},
      KeyBinding{Key::T, false, false, "T", kKeymapStage, "take over: keys act, until Esc", toggle_take_over},
      KeyBinding{Key::Digit1, false, false, kDigitKeysName, kKeymapStage, "take that action yourself", take_action<0>},
      KeyBinding{Key::Digit2, false, false, "", kKeymapStage, "", take_action<1>},
      KeyBinding{Key::Digit3, false, false, "", kKeymapStage, "", take_action<2>},
      KeyBinding{Key::Digit4, false, false, "", kKeymapStage, "", take_action<3>},
      KeyBinding{Key::Digit5, false, false, "", kKeymapStage, "", take_action<4>},
      KeyBinding{Key::Digit6, false, false, "", kKeymapStage, "", take_action<5>},
      KeyBinding{Key::Digit7, false, false, "", kKeymapStage, "", take_action<6>},
      KeyBinding{Key::Digit8, false, false, "", kKeymapStage, "", take_action<7>},
      KeyBinding{Key::Digit9, false, false, "", kKeymapStage, "", take_action<8>},
      KeyBinding{Key::Tab, true, false, "Ctrl Tab", kWindow, "the next workspace", next_workspace},
  };
  for (const auto* workspace : workspaces()) {
    bindings.push_back({workspace->key, true, false, workspace->key_name, kWindow, workspace->title,
                        [workspace](Context context) { context.view.workspace = workspace->id; }});
  }
  const std::array others{
      KeyBinding{Key::Z, true, true, "Ctrl Z", kKeymapStage, "undo what was done last on the stage", undo},
      KeyBinding{Key::O, true, false, "Ctrl O", kWindow, "gallery of worlds and presets", gallery},
      KeyBinding{Key::K, true, false, kFindKeyName, kWindow, "find a command, preset, parameter or term", find},
      KeyBinding{Key::F1, false, false, "F1", kWindow, "this page", keys},
      KeyBinding{Key::F2, false, false, "F2", kWindow, "light or dark", theme},
      KeyBinding{Key::F5, false, false, "F5", kWindow, "present the panel under the pointer", present},
      KeyBinding{Key::F11, false, false, "F11", kWindow, "full screen", full_screen},
      KeyBinding{Key::H, false, false, "H", kWindow, "hide or show every panel", hide_panels},
      KeyBinding{Key::Plus, true, true, "Ctrl +", kWindow, "larger", larger},
      KeyBinding{Key::KeypadPlus, true, true, "", kWindow, "", larger},
      KeyBinding{Key::Minus, true, true, "Ctrl -", kWindow, "smaller", smaller},
      KeyBinding{Key::KeypadMinus, true, true, "", kWindow, "", smaller},
      KeyBinding{Key::Digit0, true, false, "Ctrl 0", kWindow, "back to 100 %", natural},
  };
  bindings.insert(bindings.end(), others.begin(), others.end());
  return bindings;
}

const std::vector<KeyBinding> kBindings = make_bindings();

bool is_function_key(Key key) {
  return key == Key::F1 || key == Key::F2 || key == Key::F5 || key == Key::F11;
}

}  // namespace

std::span<const KeyBinding> key_bindings() {
  return kBindings;
}

void handle_keys(const PanelContext& context) {
  const bool taken_over = serve_take_over(context);
  const auto& io = ImGui::GetIO();
  if (io.WantTextInput || io.KeyAlt || io.KeySuper) return;
  const bool dialog = context.view.transient.dialog != Dialog::None;
  for (const auto& binding : kBindings) {
    if (taken_over && !binding.control && !is_function_key(binding.key)) continue;
    if (dialog && binding.key != Key::F1) continue;
    // The arrows are a focused slider's.
    if (context.view.transient.focus.arrow != 0 && (binding.key == Key::Left || binding.key == Key::Right)) continue;
    if (binding.control == io.KeyCtrl && key_pressed(binding.key, binding.repeats)) binding.act(context);
  }
}

}  // namespace qarium::widgets
