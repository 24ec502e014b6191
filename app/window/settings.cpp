#include "app/window/settings.hpp"

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>

#include "engine/config/toml.hpp"
#include "engine/core/error.hpp"
#include "engine/core/files.hpp"
#include "widgets/settings.hpp"

namespace qarium::app {
namespace {

std::filesystem::path user_folder(const char* variable, const char* below_home) {
  if (const char* folder = std::getenv(variable); folder != nullptr && *folder != '\0') return folder;
  if (const char* home = std::getenv("HOME")) return std::filesystem::path(home) / below_home;
  return std::filesystem::temp_directory_path();
}

}  // namespace

std::filesystem::path default_settings_file() {
  return user_folder("XDG_CONFIG_HOME", ".config") / "qarium" / "view.toml";
}

std::filesystem::path default_runs_folder() {
  return user_folder("XDG_DATA_HOME", ".local/share") / "qarium" / "runs";
}

std::optional<widgets::ViewState> load_settings(const std::filesystem::path& file) {
  for (const auto& place : {file, std::filesystem::path(file).replace_extension()}) {
    try {
      if (const auto text = core::read_text(place, config::kLongestToml)) return widgets::view_state_from_text(*text);
    } catch (const core::UserError&) {  // on purpose: it is no file of ours
      break;
    }
  }
  return std::nullopt;
}

void save_settings(const std::filesystem::path& file, const widgets::ViewState& view) {
  std::error_code ignored;
  std::filesystem::create_directories(file.parent_path(), ignored);
  try {
    core::replace_file(file, widgets::to_text(view));
  } catch (const core::UserError& error) {
    std::fprintf(stderr, "qarium: the window's settings are not remembered: %s\n", error.what());
  }
}

}  // namespace qarium::app
