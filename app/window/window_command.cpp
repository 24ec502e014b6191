#include "app/window/window_command.hpp"

#include <CLI/CLI.hpp>
#include <filesystem>

#include "app/window/application.hpp"
#include "engine/core/error.hpp"
#include "engine/core/openblas.hpp"
#include "engine/core/text.hpp"
#include "widgets/workspaces.hpp"

namespace qarium::app {

void add_window_options(CLI::App& app, WindowArguments& arguments) {
  add_experiment_options(app, arguments.experiment);
  app.add_option("--run", arguments.run, "Run directory to write ('none': nothing; default: among the user's data)");
  app.add_flag("--trained", arguments.trained,
               "Begin with the trained agent that ships for the preset, learning paused");
  app.add_option("--load", arguments.load, "Continue from the checkpoint 'last' of this run directory");
  add_sink_options(app, arguments.sinks);
  app.add_flag("--paused", arguments.paused, "Start with learning paused");
  app.add_option("--size", arguments.size, "Size of the window, WIDTHxHEIGHT")->capture_default_str();
  app.add_option("--theme", arguments.theme, "dark or light, for this launch")->check(CLI::IsMember({"dark", "light"}));
  app.add_option("--scale", arguments.scale, "Size of everything, 0.5 to 3, for this launch")
      ->check(CLI::Range(0.5, 3.0));
  app.add_flag("--hide-panels", arguments.hide_panels, "Start with every panel hidden");
  std::vector<std::string_view> workspaces;
  for (const auto* workspace : widgets::workspaces())
    workspaces.push_back(workspace->id);
  app.add_option("--workspace", arguments.workspace, "Workspace to show (" + core::join(workspaces) + ")")
      ->transform(CLI::IsMember(std::vector<std::string>(workspaces.begin(), workspaces.end()), CLI::ignore_case));
  app.add_option("--screenshot", arguments.screenshot, "Write the window as PNG and leave");
  app.add_option("--after", arguments.after, "Seconds to wait before the screenshot")->capture_default_str();
  app.add_option("--seconds", arguments.seconds, "Leave after so many seconds");
  app.add_option("--settings", arguments.settings, "Where choices are remembered ('none': nowhere)");
  app.add_option("--report", arguments.report, "Keep the window's state in this file as JSON, for tests");
}

namespace {

void require_file(const std::string& settings) {
  if (settings != "none" && std::filesystem::is_directory(settings))
    throw core::UserError("--settings " + settings + " is a folder: name a file, or 'none'");
}

}  // namespace

int play_command(const PlayArguments& arguments, WindowArguments window) {
  if (arguments.environment.empty() && arguments.run.empty())
    throw core::UserError(
        "nothing says what to play: name an environment by --env ('qarium envs' lists them), or a run "
        "by --run");
  window.experiment.environment = arguments.environment;
  window.load = arguments.run;
  window.run = "none";
  window.paused = window.take_over = true;
  return window_command(window);
}

int window_command(const WindowArguments& arguments) {
  // Bad input is told before a window opens.
  warn_of_idle(arguments.experiment.assignments, experiment(arguments.experiment));
  require_file(arguments.settings);
  core::reserve_openblas_buffers(3);  // trainer, inspector and laboratory may multiply at the same time
  Application application(arguments);
  return application.run();
}

}  // namespace qarium::app
