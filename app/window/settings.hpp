#pragma once
#include <filesystem>
#include <optional>
#include <string>

#include "widgets/view_state.hpp"

namespace qarium::app {

/// Where choices are remembered between launches: $XDG_CONFIG_HOME/qarium/view.toml, or ~/.config/qarium/view.toml.
std::filesystem::path default_settings_file();
/// Where runs of the window go: $XDG_DATA_HOME/qarium/runs, or ~/.local/share/qarium/runs.
std::filesystem::path default_runs_folder();

/// The remembered choices, or those of an earlier version beside them (`view`), or nothing where there are none.
std::optional<widgets::ViewState> load_settings(const std::filesystem::path& file);
/// Written beside its place and renamed. Choices are a comfort: one that cannot be written is not an error.
void save_settings(const std::filesystem::path& file, const widgets::ViewState& view);

}  // namespace qarium::app
