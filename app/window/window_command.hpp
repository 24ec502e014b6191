#pragma once
#include <string>

#include "app/command_line/experiment_options.hpp"

namespace CLI {  // NOLINT(readability-identifier-naming): another library's name
class App;
}

namespace qarium::app {

/// What the command line can say about the window.
struct WindowArguments {
  ExperimentOptions experiment;
  std::vector<std::string> sinks;
  std::string run;         ///< empty: a fresh folder among the user's data; "none" writes nothing
  std::string load;        ///< run directory to continue from
  bool trained = false;    ///< begin with the trained agent that ships for the preset
  std::string screenshot;  ///< PNG to write, then leave
  std::string workspace;
  std::string size = "1600x900";
  std::string theme;     ///< dark or light, for this launch
  double scale = 0;      ///< for this launch; 0 = as remembered
  double after = 5;      ///< seconds before the screenshot
  double seconds = 0;    ///< leave after so many; 0 = stay
  std::string settings;  ///< where choices are remembered; empty: the user's configuration; "none": nowhere
  std::string report;    ///< file that keeps telling the window's state as JSON, for tests
  bool paused = false;
  bool hide_panels = false;
  bool take_over = false;  ///< begin with the keys acting in the agent's place
};

void add_window_options(CLI::App& app, WindowArguments& arguments);

struct PlayArguments {
  std::string environment;
  std::string run;  ///< run directory whose agent is there, too; empty: a new one that has learned nothing
};
/// Opens the window in that world with the keys acting in the agent's place, learning paused, nothing written. `window`
/// is what else was said of it.
int play_command(const PlayArguments& arguments, WindowArguments window);

/// Opens the window and returns when it is closed. Throws core::UserError where there is no display or no OpenGL 3.3.
int window_command(const WindowArguments& arguments);

}  // namespace qarium::app
