#include "app/window/state_report.hpp"

#include <imgui.h>

#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>

namespace qarium::app {
namespace {

using nlohmann::json;

constexpr double kInterval = 0.1;

json number(double value) {
  return std::isfinite(value) ? json(value) : json();
}

json learning(const core::TrainerSnapshot& trainer) {
  const auto& status = trainer.status;
  json hyperparameters;
  for (const auto& parameter : core::parameters()) {
    hyperparameters[std::string(parameter.name)] = core::format(core::get(trainer.hyperparameters, parameter));
  }
  return {{"activity", static_cast<int>(status.activity)},
          {"paused", status.activity == core::Activity::Paused},
          {"environment_steps", status.position.environment_steps},
          {"updates", status.position.updates},
          {"episodes", status.episodes},
          {"steps_per_second", number(status.steps_per_second)},
          {"mean_return_100", number(status.mean_return_100)},
          {"run", status.run},
          {"error", status.error},
          {"hyperparameters", hyperparameters}};
}

json stage(const core::StageSnapshot& stage) {
  return {{"index", stage.moment.index},
          {"first", stage.first},
          {"last", stage.last},
          {"playing", stage.playing},
          {"speed", stage.speed},
          {"step", stage.moment.step},
          {"action", stage.moment.action},
          {"bytes", stage.bytes},
          {"steps_per_second", number(stage.steps_per_second)},
          {"by_user", stage.moment.chosen_by_user},
          {"error", stage.error}};
}

json truth(const core::Truth& truth) {
  return {{"running", truth.running},
          {"progress", number(truth.progress)},
          {"episodes", truth.episodes},
          {"states", truth.states},
          {"skipped", truth.skipped},
          {"deletion_gain", number(truth.deletion.gain)},
          {"insertion_gain", number(truth.insertion.gain)}};
}

json attention(const widgets::PanelContext& context) {
  const auto& stage = context.stage;
  const auto& look = context.view.attention;
  json found{{"head", look.head},
             {"opacity", look.opacity},
             {"smooth", look.smooth},
             {"pinned_token", context.view.transient.attention.pinned_token},
             {"curve_heads", context.attention_curves.heads()},
             {"curve_last_step", context.attention_curves.last_x()},
             {"what_if", stage.what_if.has_value()}};
  if (stage.attention) {
    const auto& view = *stage.attention;
    found["heads"] = view.heads;
    found["queries"] = view.queries;
    found["tokens"] = view.tokens();
    found["matrix"] = view.has_matrix();
  }
  if (stage.what_if) {
    const auto& change = stage.what_if->change;
    found["uniform"] = change.uniform;
    found["silenced"] = change.silenced;
    found["painted"] = change.painted;
  }
  if (stage.truth != nullptr) found["truth"] = truth(*stage.truth);
  return found;
}

json controls(const widgets::ControlMap* map) {
  json all = json::object();
  if (map == nullptr) return all;
  for (const auto& control : *map) {
    all[control.name] = {control.area.min.x, control.area.min.y, control.area.max.x, control.area.max.y,
                         control.enabled};
  }
  return all;
}

}  // namespace

void StateReport::acknowledged(const core::Acknowledgement& acknowledgement) {
  if (!file_.empty()) acknowledgements_.push_back(acknowledgement);
}

void StateReport::write(const widgets::PanelContext& context, train::Session& session, std::uint64_t frames,
                        const std::string& renderer) {
  if (file_.empty() || ImGui::GetTime() - written_at_ < kInterval) return;
  written_at_ = ImGui::GetTime();
  json answers = json::array();
  for (const auto& answer : acknowledgements_) {
    answers.push_back({{"id", answer.id}, {"accepted", answer.accepted}, {"message", answer.message}});
  }
  const json state{{"learning", learning(context.trainer)},
                   {"stage", stage(context.stage)},
                   {"workspace", context.view.workspace == widgets::Workspace::Attention ? "attention" : "learn"},
                   {"attention", attention(context)},
                   {"controls", controls(context.controls)},
                   {"acknowledgements", answers},
                   {"frames", frames},
                   {"frame_p50", context.frame.p50},
                   {"frame_p99", context.frame.p99},
                   {"panels_p99", context.frame.panels_p99},
                   {"renderer", renderer},
                   {"dialog", static_cast<int>(context.view.transient.dialog)},
                   {"theme", context.view.theme == widgets::ThemeChoice::Dark ? "dark" : "light"},
                   {"scale", context.view.scale},
                   {"parts_copied", session.trainer().parts_copied()},
                   {"attention_looks", session.inspector().attention_looks()},
                   {"parameter_copies", session.trainer().parameters().copies()}};
  const auto unfinished = file_.string() + ".part";
  std::ofstream(unfinished) << state.dump();
  std::error_code ignored;
  std::filesystem::rename(unfinished, file_, ignored);
}

}  // namespace qarium::app
