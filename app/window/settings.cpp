#include "app/window/settings.hpp"

#include <cstdlib>
#include <fstream>
#include <iterator>

namespace qarium::app {
namespace {

std::filesystem::path user_folder(const char* variable, const char* below_home) {
  if (const char* folder = std::getenv(variable); folder != nullptr && *folder != '\0') return folder;
  if (const char* home = std::getenv("HOME")) return std::filesystem::path(home) / below_home;
  return std::filesystem::temp_directory_path();
}

}  // namespace

std::filesystem::path default_settings_file() {
  return user_folder("XDG_CONFIG_HOME", ".config") / "qarium" / "view";
}

std::filesystem::path default_runs_folder() {
  return user_folder("XDG_DATA_HOME", ".local/share") / "qarium" / "runs";
}

widgets::ViewState load_settings(const std::filesystem::path& file) {
  std::ifstream stream(file);
  const std::string text{std::istreambuf_iterator<char>(stream), {}};
  return widgets::view_state_from_text(text);
}

void save_settings(const std::filesystem::path& file, const widgets::ViewState& view) {
  std::error_code ignored;
  std::filesystem::create_directories(file.parent_path(), ignored);
  std::ofstream stream(file);
  stream << widgets::to_text(view);
}

}  // namespace qarium::app
