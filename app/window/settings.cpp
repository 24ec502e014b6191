#include "app/window/settings.hpp"

#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <string>

#include "engine/config/toml.hpp"
#include "engine/core/error.hpp"
#include "engine/core/file.hpp"
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

widgets::ViewState load_settings(const std::filesystem::path& file) {
  for (const auto& place : {file, std::filesystem::path(file).replace_extension()}) {
    try {
      if (const auto text = core::read_file(place, config::kLongestToml)) return widgets::view_state_from_text(*text);
    } catch (const core::UserError&) {  // on purpose: it is no file of ours
      break;
    }
  }
  return widgets::view_state_from_text({});
}

void save_settings(const std::filesystem::path& file, const widgets::ViewState& view) {
  std::error_code ignored;
  std::filesystem::create_directories(file.parent_path(), ignored);
  // Two windows may be closed at the same time.
  const auto unfinished = std::filesystem::path(file).concat("." + std::to_string(getpid()) + ".part");
  std::ofstream stream(unfinished, std::ios::binary);
  stream << widgets::to_text(view);
  stream.close();
  if (stream) {
    std::filesystem::rename(unfinished, file, ignored);
  } else {
    std::filesystem::remove(unfinished, ignored);
  }
}

}  // namespace qarium::app
