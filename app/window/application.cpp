#include "app/window/application.hpp"

#include <algorithm>
#include <atomic>
#include <cfloat>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <thread>
#include <utility>

#include "app/window/kept_window.hpp"
#include "app/window/past_curves.hpp"
#include "app/window/screenshot.hpp"
#include "app/window/settings.hpp"
#include "app/window/worlds.hpp"
#include "engine/config/presets.hpp"
#include "engine/core/error.hpp"
#include "engine/env/registry.hpp"
#include "engine/lab/settings.hpp"
#include "engine/run/run_directory.hpp"
#include "widgets/attention/attention_curves.hpp"
#include "widgets/curves/curves.hpp"
#include "widgets/curves/curves_state.hpp"
#include "widgets/laboratory/laboratory_curve.hpp"
#include "widgets/laboratory/laboratory_plan.hpp"
#include "widgets/panel_menu.hpp"
#include "widgets/take_over/take_over.hpp"

namespace qarium::app {
namespace {

constexpr double kFramesPerSecond = 60;
/// A software renderer needs most of a core for a frame; learning and the stage need the others.
constexpr double kSoftwareFramesPerSecond = 30;
constexpr double kDrainInterval = 0.25;
constexpr double kSleep = 0.5;
/// ImGui needs a few frames after an input until everything has answered to it.
constexpr int kSettleFrames = 3;
/// How long closing waits for the watched episode, in seconds.
constexpr double kStagePatience = 3;

struct Size {
  int width;
  int height;
};

std::atomic<bool> terminated{false};

Size parse_size(const std::string& text) {
  Size size{};
  char end = 0;
  if (std::sscanf(text.c_str(), "%dx%d%c", &size.width, &size.height, &end) != 2 || size.width < 320 ||
      size.height < 240 || size.width > 16'384 || size.height > 16'384) {
    throw core::UserError("--size " + text + " is not a size: write WIDTHxHEIGHT, 320x240 to 16384x16384");
  }
  return size;
}

/// The command, where it is of this kind and was carried out; else null.
template <class Command>
const Command* carried_out(const protocol::Acknowledgement& answer) {
  const auto* side = std::get_if<protocol::TrainerCommand>(&answer.command);
  return side != nullptr && answer.accepted ? std::get_if<Command>(side) : nullptr;
}

/// The folder of the run that was opened; null where the answer is to something else.
const std::string* opened_run(const protocol::Acknowledgement& answer) {
  if (const auto* open = carried_out<protocol::OpenRun>(answer)) return &open->run;
  if (const auto* load = carried_out<protocol::Load>(answer)) return &load->run;
  return nullptr;
}

/// The run's own, or the user's pictures.
std::filesystem::path pictures_folder(const std::string& run) {
  if (!run.empty()) return std::filesystem::path(run) / "pictures";
  const char* home = std::getenv("HOME");
  return home != nullptr ? std::filesystem::path(home) / "Pictures" : std::filesystem::path("pictures");
}

}  // namespace

Application::Application(const WindowArguments& arguments)
    : arguments_(arguments),
      settings_(arguments.settings.empty() ? default_settings_file() : std::filesystem::path(arguments.settings)),
      window_(parse_size(arguments.size).width, parse_size(arguments.size).height, "Qarium"),
      view_(initial_view()),
      presets_(config::presets()),
      terms_(config::terms()),
      environments_(env::ids()),
      report_(arguments.report) {
  // What is loaded brings its own hyperparameters.
  view_.preset = arguments_.load.empty() ? starting_preset(arguments_.experiment) : arguments_.experiment.preset;
  models_.of<widgets::LaboratoryPlan>().options_of = lab::options_of;
  models_.of<widgets::Worlds>() =
      worlds(arguments_.settings == "none" ? std::filesystem::path() : settings_.parent_path() / "worlds");
  adopt_view_changes();
  last_run_ = run::newest_run(default_runs_folder()).string();
  session_ = std::make_unique<session::Session>(session_options());
  if (!arguments_.load.empty()) {
    session_->trainer().update_snapshot();
    show_kept(arguments_.load, session_->trainer().snapshot().status.position);
  }
  if (arguments_.trained) {
    session_->trainer().update_snapshot();
    show_trained(view_.preset, session_->trainer().snapshot().status.position);
  }
  if (arguments_.take_over) widgets::begin_take_over(context());
}

Application::~Application() {
  if (arguments_.settings != "none") save_settings(settings_, view_);
  drain_history();
  keep_seen();
  wait_for_stage(kStagePatience);
  session_.reset();  // saves and joins every thread while OpenGL is still there
}

widgets::ViewState Application::initial_view() const {
  auto remembered = arguments_.settings != "none" ? load_settings(settings_) : std::nullopt;
  auto view = remembered ? std::move(*remembered) : widgets::ViewState{};
  if (!remembered) view.scale = std::clamp(window_.content_scale(), widgets::kMinimumScale, widgets::kMaximumScale);
  if (arguments_.theme == "dark") view.theme = widgets::ThemeChoice::Dark;
  if (arguments_.theme == "light") view.theme = widgets::ThemeChoice::Light;
  if (arguments_.scale > 0) {
    view.scale = std::clamp(static_cast<float>(arguments_.scale), widgets::kMinimumScale, widgets::kMaximumScale);
  }
  if (!arguments_.workspace.empty()) view.workspace = arguments_.workspace;
  if (arguments_.hide_panels) view.panels_hidden = true;
  return view;
}

train::TrainerOptions Application::session_options() const {
  train::TrainerOptions options;
  options.hyperparameters = experiment(arguments_.experiment);
  options.device = arguments_.experiment.device;
  const auto kept = arguments_.load.empty() ? std::nullopt : kept_window(arguments_.load);
  options.start_paused = arguments_.paused || (kept && kept->paused);
  options.load = arguments_.load;
  options.sinks = arguments_.sinks;
  if (arguments_.trained) options.trained = starting_preset(arguments_.experiment);
  options.fresh_run = arguments_.run.empty();
  options.run =
      run_directory(arguments_.run, default_runs_folder().string(), arguments_.experiment, options.hyperparameters);
  return options;
}

double Application::seconds() const {
  return std::chrono::duration<double>(Clock::now() - start_).count();
}

int Application::run() {
  const double frame = 1 / (window_.software_renderer() ? kSoftwareFramesPerSecond : kFramesPerSecond);
  for (const int signal : {SIGINT, SIGTERM, SIGHUP})
    std::signal(signal, [](int) { terminated.store(true); });
  while (!window_.should_close() && !finished_ && !terminated.load()) {
    const double until_next_frame = last_draw_ + frame - seconds();
    const bool to_draw = (news_ || settle_frames_ > 0) && !window_.minimised();
    if (window_.wait(std::max(until_next_frame, to_draw ? 0.0 : idle_seconds()))) {
      settle_frames_ = kSettleFrames;
    }
    if (window_.display_lost()) leave_without_display();
    const bool hidden = window_.minimised();
    session_->set_needs(hidden ? protocol::kNothing : widgets::window_needs(view_));
    if (collect()) news_ = reportable_ = true;
    if (arguments_.seconds > 0 && seconds() >= arguments_.seconds) break;
    if (hidden || seconds() < last_draw_ + frame) continue;
    const bool woken = seconds_until_woken() <= 0;
    if (!news_ && settle_frames_ == 0 && !woken && !wants_screenshot()) {
      report();
      continue;
    }
    settle_frames_ = std::max(0, settle_frames_ - 1);
    draw();
  }
  return 0;
}

void Application::leave_without_display() {
  std::fprintf(stderr, "qarium: the display has gone; the run is saved\n");
  if (arguments_.settings != "none") save_settings(settings_, view_);
  session_.reset();  // saves and joins every thread
  std::_Exit(1);     // whatever would ask the display for anything else would not return
}

double Application::idle_seconds() const {
  const auto activity = session_->trainer().snapshot().status.activity;
  const bool learning = activity == protocol::Activity::Learning || activity == protocol::Activity::Filling ||
                        activity == protocol::Activity::Evaluating || activity == protocol::Activity::Starting;
  if (learning || session_->inspector().snapshot().playing || session_->laboratory().snapshot().running ||
      pending_.waiting() || pictures_.waiting()) {
    return 0.008;
  }
  return std::clamp(seconds_until_woken(), 0.0, kSleep);
}

double Application::seconds_until_woken() const {
  // ImGui's clock stands still between frames.
  const double since_drawn = std::max(0.0, seconds() - last_draw_);
  return view_.transient.wake_at - (ImGui::GetTime() + since_drawn);
}

bool Application::collect() {
  bool news = session_->trainer().update_snapshot();
  news |= session_->inspector().update_snapshot();
  if (session_->laboratory().update_snapshot()) {
    models_.of<protocol::LaboratorySnapshot>() = session_->laboratory().snapshot();
    news = true;
  }
  session_->acknowledgements(acknowledgements_);
  for (const auto& answer : acknowledgements_) {
    drain_history();  // what was measured before the answer belongs before it
    widgets::take(answer, pending_, models_);
    if (const auto* opened = opened_run(answer)) show_kept(*opened, answer.position);
    if (const auto* load = carried_out<protocol::LoadTrained>(answer)) show_trained(load->preset, answer.position);
    if (answer.accepted && protocol::holds<protocol::Save>(answer.command)) keep_seen();
    report_.acknowledged(answer);
    news = true;
  }
  news |= pictures_.look();
  if (seconds() - last_drain_ >= kDrainInterval) {
    drain_history();
    news |= !metric_points_.empty() || !attention_points_.empty() || !laboratory_points_.empty();
  }
  return news;
}

void Application::show_kept(const std::filesystem::path& run, const protocol::Position& position) {
  const auto& metrics = session_->trainer().snapshot().metrics;
  if (metrics) {
    const auto until = position.environment_steps;
    auto& curves = models_.of<widgets::Curves>();
    const auto kept = open_curves(run, until, *metrics, {curves, models_.of<widgets::AttentionCurves>()});
    add_past(run, kept.value_or(-1), until, *metrics, curves);
  }
  const auto kept = kept_window(run);
  const auto is_kept = [&](const auto& preset) { return kept && preset.name == kept->preset; };
  if (arguments_.experiment.preset.empty() && std::ranges::any_of(presets_, is_kept)) view_.preset = kept->preset;
  session_->send(protocol::OpenStage{run.string()});
}

void Application::show_trained(const std::string& preset, const protocol::Position& position) {
  const auto& metrics = session_->trainer().snapshot().metrics;
  if (metrics) add_past_of_trained(preset, position.environment_steps, *metrics, models_.of<widgets::Curves>());
}

void Application::keep_seen() {
  const auto& trainer = session_->trainer().snapshot();
  if (trainer.status.run.empty() || !trainer.metrics) return;
  const bool paused = trainer.status.activity == protocol::Activity::Paused;
  auto sections = window_sections({view_.preset, paused}, *trainer.metrics,
                                  {models_.of<widgets::Curves>(), models_.of<widgets::AttentionCurves>()});
  keeping_ = std::async(std::launch::async, keep_window, trainer.status.run, std::move(sections));
  session_->send(protocol::KeepStage{trainer.status.run});
}

void Application::wait_for_stage(double seconds) {
  const double until = this->seconds() + seconds;
  while (this->seconds() < until) {
    session_->acknowledgements(acknowledgements_);
    for (const auto& answer : acknowledgements_) {
      if (protocol::holds<protocol::KeepStage>(answer.command)) return;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
}

void Application::drain_history() {
  last_drain_ = seconds();
  metric_points_.clear();
  episodes_.clear();
  session_->trainer().history().drain(metric_points_, episodes_);
  auto& curves = models_.of<widgets::Curves>();
  for (const auto& point : metric_points_)
    curves.add(point);
  session_->inspector().attention_points(attention_points_);
  for (const auto& point : attention_points_) {
    models_.of<widgets::AttentionCurves>().add(point);
    curves.reach(static_cast<double>(point.step));
  }
  session_->laboratory().points(laboratory_points_);
  for (const auto& point : laboratory_points_)
    models_.of<widgets::LaboratoryCurve>().add(point);
}

void Application::adopt_view_changes() {
  theme_ = view_.theme == widgets::ThemeChoice::Dark ? widgets::kDarkTheme : widgets::kLightTheme;
  if (view_.shown_scale() != built_scale_) {
    built_scale_ = view_.shown_scale();
    fonts_ = build_fonts(built_scale_);
  }
  widgets::apply_style(theme_, built_scale_);
  window_.set_full_screen(view_.full_screen);
  models_.of<widgets::Curves>().set_span(view_.of<widgets::CurvesState>().smoothing);
}

widgets::PanelContext Application::context() {
  widgets::FrameTimes times{frames_.percentile(0.5), frames_.percentile(0.99), panels_.percentile(0.99), {}};
  if (window_.software_renderer()) times.note = "software renderer, at most 30 a second";
  return {.trainer = session_->trainer().snapshot(),
          .stage = session_->inspector().snapshot(),
          .models = models_,
          .pending = pending_,
          .view = view_,
          .theme = theme_,
          .fonts = fonts_,
          .canvas = canvas_,
          .scale = built_scale_,
          .frame = times,
          .presets = presets_,
          .emit = [this](protocol::Command command) { return session_->send(std::move(command)); },
          .controls = &controls_,
          .environments = environments_,
          .last_run = last_run_,
          .terms = terms_};
}

void Application::report() {
  if (!reportable_ || !report_.due()) return;
  report_.write(context(), *session_, {frames_, panels_, own_}, window_.renderer());
  reportable_ = false;
}

void Application::draw() {
  last_draw_ = seconds();
  news_ = false;
  reportable_ = true;
  adopt_view_changes();
  const auto panels = context();
  // The menu that asked for a picture stood in the last frame; in this one nothing is pointed at.
  const bool takes_picture = view_.transient.wanted_picture.has_value();
  window_.begin_frame();
  const auto pointer = ImGui::GetIO().MousePos;
  if (takes_picture) ImGui::GetIO().MousePos = {-FLT_MAX, -FLT_MAX};
  const double cpu = thread_cpu_milliseconds();
  canvas_.begin_frame();
  widgets::draw_window(panels);
  std::optional<widgets::Rect> picture;
  if (takes_picture) picture = widgets::draw_picture_caption(panels);
  ImGui::GetIO().MousePos = pointer;
  ImGui::Render();
  panels_.add(thread_cpu_milliseconds() - cpu);
  window_.render();
  if (wants_screenshot()) {
    write_screenshot(arguments_.screenshot, window_.width(), window_.height());
    finished_ = true;
  }
  if (picture) {
    take_picture(*picture);
    news_ = true;  // the caption is in the picture and not in the window: this frame is not shown
  } else {
    window_.present();
  }
  frames_.add((seconds() - last_draw_) * 1e3);
  if (frames_.count() > 1) own_.add(thread_cpu_milliseconds() - own_since_);
  report();
  own_since_ = thread_cpu_milliseconds();  // without the report, which tests alone ask for
}

void Application::take_picture(const widgets::Rect& part) {
  const auto wanted = *std::exchange(view_.transient.wanted_picture, std::nullopt);
  const auto& status = session_->trainer().snapshot().status;
  try {
    PanelPicture picture{wanted.title, status.position.environment_steps, pictures_folder(status.run),
                         picture_of(part, window_.width(), window_.height())};
    if (view_.transient.picture_to_clipboard) {
      pictures_.copy(std::move(picture));
    } else {
      pictures_.save(picture);
    }
  } catch (const std::exception& error) {
    pending_.told(error.what(), false);
  }
}

bool Application::wants_screenshot() const {
  return !arguments_.screenshot.empty() && seconds() >= arguments_.after && frames_.count() > 0;
}

}  // namespace qarium::app
