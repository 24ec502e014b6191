#pragma once
#include <chrono>
#include <filesystem>
#include <future>
#include <memory>
#include <vector>

#include "app/window/cell_canvas.hpp"
#include "app/window/fonts.hpp"
#include "app/window/frame_timer.hpp"
#include "app/window/glfw_window.hpp"
#include "app/window/panel_pictures.hpp"
#include "app/window/state_report.hpp"
#include "app/window/window_command.hpp"
#include "engine/session/session.hpp"
#include "widgets/window.hpp"

namespace qarium::app {

/// The window at work: takes what the threads publish, draws when something has changed, sends what panels emit.
class Application {
 public:
  /// Opens the window first, so that a frame is seen while the session starts.
  explicit Application(const WindowArguments& arguments);
  ~Application();

  /// Returns the process's exit code when the window is closed.
  int run();

 private:
  using Clock = std::chrono::steady_clock;

  widgets::ViewState initial_view() const;
  train::TrainerOptions session_options() const;
  double seconds() const;
  [[noreturn]] void leave_without_display();
  /// How long the main thread may sleep before it has to look again.
  double idle_seconds() const;
  /// Until the view wants to be drawn again although nothing has happened.
  double seconds_until_woken() const;
  /// Takes whatever came from the other threads. Returns whether there is anything new to draw.
  bool collect();
  void drain_history();
  /// What was seen of a run that was opened: its curves up to here, its preset, the watched episode.
  void show_kept(const std::filesystem::path& run, const protocol::Position& position);
  /// The curves of the trained agent that ships for a preset.
  void show_trained(const std::string& preset, const protocol::Position& position);
  /// Keeps what is seen with the run, for show_kept.
  void keep_seen();
  /// Until the watched episode is kept, or for so many seconds.
  void wait_for_stage(double seconds);
  void adopt_view_changes();
  void draw();
  /// Only when what was drawn last is all there is: the report tells of both.
  void report();
  widgets::PanelContext context();
  bool wants_screenshot() const;
  /// Of what was drawn, to be copied or saved as the view says.
  void take_picture(const widgets::Rect& part);

  WindowArguments arguments_;
  std::filesystem::path settings_;
  Clock::time_point start_ = Clock::now();
  GlfwWindow window_;
  CellCanvas canvas_;
  widgets::ViewState view_;
  widgets::Fonts fonts_;
  float built_scale_ = 0;
  widgets::Theme theme_;
  widgets::Models models_;
  widgets::Pending pending_;
  PanelPictures pictures_{pending_};
  widgets::ControlMap controls_;
  std::vector<config::Preset> presets_;
  std::vector<config::Term> terms_;
  std::vector<std::string_view> environments_;
  std::string last_run_;  ///< folder of the newest run before this one, or empty
  std::unique_ptr<session::Session> session_;
  std::future<bool> keeping_;  ///< what is seen, into a file
  std::vector<protocol::Acknowledgement> acknowledgements_;
  std::vector<protocol::MetricPoint> metric_points_;
  std::vector<protocol::EpisodeRecord> episodes_;
  std::vector<protocol::AttentionPoint> attention_points_;
  std::vector<protocol::LaboratoryPoint> laboratory_points_;
  StateReport report_;

  FrameTimer frames_;
  FrameTimer panels_;
  FrameTimer own_;        ///< the main thread's own time from frame to frame
  double own_since_ = 0;  ///< its clock at the end of the last frame, in milliseconds
  double last_drain_ = 0;
  double last_draw_ = -1;
  int settle_frames_ = 3;
  bool news_ = false;        ///< came since the last frame
  bool reportable_ = false;  ///< something was drawn or came since the last report
  bool finished_ = false;    ///< the screenshot is written
};

}  // namespace qarium::app
