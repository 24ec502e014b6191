#pragma once
#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "tests/catch.hpp"
#include "tests/panel/drawn_text.hpp"
#include "tests/panel/fakes.hpp"
#include "widgets/curves/curves_state.hpp"
#include "widgets/laboratory/laboratory_curve.hpp"
#include "widgets/laboratory/laboratory_plan.hpp"
#include "widgets/parts/imgui_compat.hpp"
#include "widgets/window.hpp"

namespace qarium {

/// The whole window without a screen: ImGui with no backend, invented snapshots, a pointer and a keyboard to move, and
/// every command that was emitted. Each call to `frame` is one sixtieth of a second.
class Rig {
 public:
  /// With the window's own faces where `faces` says so and they are installed (`real_faces`), else with one that is
  /// wider.
  enum class Faces { Plain, Real };
  explicit Rig(float width = 1600, float height = 900, float scale = 1, Faces faces = Faces::Plain);
  static bool real_faces();
  Rig(const Rig&) = delete;
  Rig& operator=(const Rig&) = delete;
  ~Rig();

  void frame(int frames = 1);
  /// What panels are given, for what is called without drawing.
  widgets::PanelContext context();

  // Pointer. Places are shares of a named control's rectangle. A control that was not drawn fails the test.
  void point(std::string_view control, float x = 0.5F, float y = 0.5F);
  void press();
  void release();
  void click(std::string_view control, float x = 0.5F, float y = 0.5F);
  /// Presses on one place, moves over some frames, releases on the other.
  void drag(std::string_view control, float from, float to, int frames = 10);
  void wheel(float turns);
  void right(bool down);

  // Keyboard.
  void key(widgets::Key key, bool control = false);
  /// Down, or up again, from the next frame on.
  void hold(widgets::Key key, bool down);
  /// With Shift.
  void shift_key(widgets::Key key);
  void type(std::string_view text);

  bool shows(std::string_view control) const { return controls.find(control) != nullptr; }
  widgets::Rect area(std::string_view control) const;

  /// What was drawn under this key in the last frame; nullptr = nothing.
  const fakes::RecordingCanvas::HeatCall* heat(std::string_view key) const;

  /// All text of the last frame.
  std::vector<DrawnText> texts() const;
  /// The first line that holds these words; nothing where none does.
  std::optional<DrawnText> said(std::string_view words) const;
  bool says(std::string_view words) const { return said(words).has_value(); }

  /// The commands of this kind, in the order in which they were sent.
  template <class Kind>
  std::vector<Kind> sent() const {
    std::vector<Kind> found;
    for (const auto& command : commands) {
      std::visit(
          [&found](const auto& side) {
            std::visit(
                [&found](const auto& value) {
                  if constexpr (std::is_same_v<std::decay_t<decltype(value)>, Kind>) found.push_back(value);
                },
                side);
          },
          command);
    }
    return found;
  }
  /// Answers the last command, as the trainer would.
  void answer(bool accepted, std::string message);

  protocol::TrainerSnapshot trainer = fakes::trainer();
  protocol::StageSnapshot stage = fakes::stage();
  widgets::Models models;
  widgets::Curves& curves = models.of<widgets::Curves>();
  widgets::AttentionCurves& attention_curves = models.of<widgets::AttentionCurves>();
  protocol::LaboratorySnapshot& laboratory = models.of<protocol::LaboratorySnapshot>();
  widgets::LaboratoryCurve& laboratory_curve = models.of<widgets::LaboratoryCurve>();
  widgets::LaboratoryPlan& laboratory_plan = models.of<widgets::LaboratoryPlan>();
  std::vector<config::Preset> presets = fakes::presets();
  std::string last_run;
  std::vector<config::Term> terms = config::terms();
  widgets::Pending pending;
  widgets::ViewState view;
  widgets::ControlMap controls;
  fakes::RecordingCanvas canvas;
  std::vector<protocol::Command> commands;
  widgets::Theme theme = widgets::kDarkTheme;
  float scale = 1;

 private:
  void mouse(ImVec2 position);
  void button(int which, bool down);
  void native_key(int key, bool down);

  void build_fonts(Faces faces);

  ImGuiContext* imgui_ = nullptr;
  widgets::Fonts fonts_;
  ImVec2 mouse_{-1, -1};
};

}  // namespace qarium
