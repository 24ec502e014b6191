#include "widgets/actions.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "engine/core/error.hpp"
#include "widgets/workspaces.hpp"

namespace qarium::widgets {
namespace {

/// The preset, against which "changed" is meant.
struct Base {
  bool known = false;
  std::string preset;  ///< whose it is; empty = the defaults
  config::Hyperparameters hyperparameters;
};

}  // namespace

bool learning_runs(const protocol::Status& status) {
  switch (status.activity) {
    case protocol::Activity::Starting:
    case protocol::Activity::Filling:
    case protocol::Activity::Learning:
    case protocol::Activity::Evaluating:
      return true;
    case protocol::Activity::Paused:
    case protocol::Activity::Finished:
    case protocol::Activity::Failed:
      break;
  }
  return false;
}

void toggle_learning(const PanelContext& context) {
  if (learning_runs(context.trainer.status)) {
    send(context, protocol::Pause{});
  } else {
    send(context, protocol::Run{});
  }
}

void toggle_stage(const PanelContext& context) {
  if (context.stage.playing) {
    send(context, protocol::Halt{});
  } else {
    send(context, protocol::Play{});
  }
}

void open_dialog(const PanelContext& context, Dialog dialog) {
  context.view.transient.dialog = dialog;
  context.view.transient.dialog_opens = dialog != Dialog::None;
  if (dialog != Dialog::None) context.view.transient.focus.dialog_opens();
}

void open_dialog(const PanelContext& context, core::Stage block) {
  context.view.transient.block = block;
  open_dialog(context, Dialog::Block);
}

void close_dialog(const PanelContext& context) {
  if (context.view.transient.dialog != Dialog::None) context.view.transient.focus.dialog_closes();
  context.view.transient.dialog = Dialog::None;
}

void request(const PanelContext& context, const config::Parameter& parameter, const config::Value& value) {
  try {
    auto trial = context.trainer.hyperparameters;
    config::set(trial, parameter, value);
    const auto checked = config::get(trial, parameter);
    if (parameter.effect == config::Effect::Rebuild) {
      if (checked == config::get(context.trainer.hyperparameters, parameter)) return;
      context.view.transient.asked = {std::string(parameter.name), checked};
      open_dialog(context, Dialog::Rebuild);
    } else {
      send(context, protocol::Set{std::string(parameter.name), checked});
    }
  } catch (const core::UserError& error) {
    context.pending.refuse(parameter.name, error.what());
  }
}

void show_parameter(const PanelContext& context, const std::string& name) {
  context.view.workspace = workspaces().front()->id;
  context.view.transient.wanted_parameter = name;
}

void next_update(const PanelContext& context) {
  send(context, protocol::Step{protocol::Unit::Update, 1});
  const auto& id = shown_workspace(context.view).id;
  if (id == workspaces().front()->id || id == kUpdateWorkspaceId) show_update(context, {});
}

void show_update(const PanelContext& context, Transient::WantedUpdate wanted) {
  auto& view = context.view;
  view.transient.wanted_update = std::move(wanted);
  if (view.workspace == kUpdateWorkspaceId) return;
  view.transient.update_from = shown_workspace(view).id;
  view.workspace = kUpdateWorkspaceId;
}

void leave_update(const PanelContext& context) {
  auto& from = context.view.transient.update_from;
  if (!from.empty()) context.view.workspace = from;
  from.clear();
}

void change_scale(const PanelContext& context, float factor) {
  const float steps = std::round(context.view.scale * factor * 20.0F);
  context.view.scale = std::clamp(steps / 20.0F, kMinimumScale, kMaximumScale);
}

const config::Hyperparameters& base_hyperparameters(const PanelContext& context) {
  auto& base = context.view.of<Base>();
  if (!base.known || base.preset != context.view.preset) {
    const auto found = std::find_if(context.presets.begin(), context.presets.end(),
                                    [&](const auto& preset) { return preset.name == context.view.preset; });
    base.hyperparameters = found == context.presets.end() ? config::Hyperparameters{} : found->hyperparameters;
    base.preset = context.view.preset;
    base.known = true;
  }
  return base.hyperparameters;
}

}  // namespace qarium::widgets
