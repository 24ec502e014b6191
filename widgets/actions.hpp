#pragma once
#include <string_view>

#include "widgets/context.hpp"

namespace qarium::widgets {

/// What buttons and keys do alike.

/// Is learning going on, as far as the last snapshot knows?
bool learning_runs(const protocol::Status& status);
void toggle_learning(const PanelContext& context);
void toggle_stage(const PanelContext& context);
void open_dialog(const PanelContext& context, core::Stage block);
void open_dialog(const PanelContext& context, Dialog dialog);
void close_dialog(const PanelContext& context);
/// Sends a change of a hyperparameter; a change that rebuilds asks first. A value that cannot be is refused at once.
void request(const PanelContext& context, const config::Parameter& parameter, const config::Value& value);
/// The row of this hyperparameter, in its panel.
void show_parameter(const PanelContext& context, const std::string& name);
/// The next gradient update. Where learning is looked at (Learn, Update) it is then seen.
void next_update(const PanelContext& context);
/// The Update workspace, with this update and transition, or the newest.
inline constexpr std::string_view kUpdateWorkspaceId = "update";
void show_update(const PanelContext& context, Transient::WantedUpdate wanted);
/// Back to where one came from.
void leave_update(const PanelContext& context);
void change_scale(const PanelContext& context, float factor);

/// The preset that "changed" and "return to default" are meant against: the chosen one, or the defaults.
const config::Hyperparameters& base_hyperparameters(const PanelContext& context);

}  // namespace qarium::widgets
