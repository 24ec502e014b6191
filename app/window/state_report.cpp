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
                   {"parameter_copies", session.trainer().parameters().copies()}};
  const auto unfinished = file_.string() + ".part";
  std::ofstream(unfinished) << state.dump();
  std::error_code ignored;
  std::filesystem::rename(unfinished, file_, ignored);
}

}  // namespace qarium::app
