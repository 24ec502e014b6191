#include "app/window/state_report.hpp"

#include <imgui.h>

#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>

#include "app/json_number.hpp"
#include "widgets/attention/attention_curves.hpp"
#include "widgets/attention/attention_state.hpp"

namespace qarium::app {
namespace {

using nlohmann::json;

constexpr auto kInterval = std::chrono::milliseconds(100);

json learning(const protocol::TrainerSnapshot& trainer) {
  const auto& status = trainer.status;
  json hyperparameters;
  for (const auto& parameter : config::parameters()) {
    hyperparameters[std::string(parameter.name)] = config::format(config::get(trainer.hyperparameters, parameter));
  }
  return {{"activity", static_cast<int>(status.activity)},
          {"paused", status.activity == protocol::Activity::Paused},
          {"environment_steps", status.position.environment_steps},
          {"updates", status.position.updates},
          {"episodes", status.episodes},
          {"steps_per_second", json_number(status.steps_per_second)},
          {"mean_return_100", json_number(status.mean_return_100)},
          {"run", status.run},
          {"error", status.error},
          {"hyperparameters", hyperparameters}};
}

json stage(const protocol::StageSnapshot& stage) {
  return {{"index", stage.moment.index},
          {"first", stage.first},
          {"last", stage.last},
          {"playing", stage.playing},
          {"speed", stage.speed},
          {"step", stage.moment.step},
          {"action", stage.moment.action},
          {"bytes", stage.bytes},
          {"steps_per_second", json_number(stage.steps_per_second)},
          {"by_user", stage.moment.chosen_by_user},
          {"error", stage.error}};
}

json faithfulness(const protocol::Faithfulness& faithfulness) {
  return {{"running", faithfulness.running},
          {"progress", json_number(faithfulness.progress)},
          {"episodes", faithfulness.episodes},
          {"states", faithfulness.states},
          {"skipped", faithfulness.skipped},
          {"deletion_gain", json_number(faithfulness.deletion.gain)},
          {"insertion_gain", json_number(faithfulness.insertion.gain)}};
}

json attention(const widgets::PanelContext& context) {
  const auto& stage = context.stage;
  const auto& look = context.view.of<widgets::AttentionState>();
  json found{{"head", look.head},
             {"opacity", look.opacity},
             {"smooth", look.smooth},
             {"pinned_token", context.view.of<widgets::AttentionState>().pinned_token},
             {"curve_heads", context.models.of<widgets::AttentionCurves>().heads()},
             {"curve_last_step", context.models.of<widgets::AttentionCurves>().last_x()},
             {"counterfactual", stage.counterfactual.has_value()}};
  if (stage.attention) {
    const auto& view = *stage.attention;
    found["heads"] = view.heads;
    found["queries"] = view.queries;
    found["tokens"] = view.tokens();
    found["matrix"] = view.has_matrix();
  }
  if (stage.counterfactual) {
    const auto& change = stage.counterfactual->change;
    found["uniform"] = change.uniform;
    found["silenced"] = change.silenced;
    found["painted"] = change.painted;
  }
  if (stage.faithfulness != nullptr) found["truth"] = faithfulness(*stage.faithfulness);
  return found;
}

json memory(const protocol::StageSnapshot& stage) {
  json found{{"recalled", stage.recalled.size()},
             {"counterfactual", stage.counterfactual && !stage.counterfactual->memory_change.empty()}};
  if (stage.memory) {
    found["kind"] = stage.memory->kind;
    found["slots"] = stage.memory->slots;
    found["columns"] = stage.memory_episode->columns;
    found["first"] = stage.memory_episode->first;
  }
  if (stage.counterfactual) {
    const auto& change = stage.counterfactual->memory_change;
    found["frozen"] = change.freeze_writes;
    found["silenced"] = change.silenced;
    found["slots_changed"] = change.slots.size();
    found["heads_set"] = change.heads.size();
    found["exchange"] = change.exchange ? change.exchange->index : -1;
  }
  if (stage.counterfactual_rollout) {
    found["beside"] = {{"running", stage.counterfactual_rollout->running},
                       {"diverged_at", stage.counterfactual_rollout->diverged_at},
                       {"untouched", stage.counterfactual_rollout->untouched.total},
                       {"changed", stage.counterfactual_rollout->changed.total}};
  }
  return found;
}

json laboratory(const protocol::LaboratorySnapshot& snapshot) {
  json found{{"running", snapshot.running},     {"task", snapshot.options.task},
             {"sequences", snapshot.sequences}, {"bits_per_sequence", snapshot.bits_per_sequence},
             {"solved", snapshot.solved},       {"error", snapshot.error}};
  if (snapshot.sample) found["sample_steps"] = snapshot.sample->steps;
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

void StateReport::acknowledged(const protocol::Acknowledgement& acknowledgement) {
  if (!file_.empty()) acknowledgements_.push_back(acknowledgement);
}

bool StateReport::due() const {
  return !file_.empty() && Clock::now() - written_at_ >= kInterval;
}

void StateReport::write(const widgets::PanelContext& context, session::Session& session, std::uint64_t frames,
                        const std::string& renderer) {
  written_at_ = Clock::now();
  json answers = json::array();
  for (const auto& answer : acknowledgements_) {
    answers.push_back({{"id", answer.id}, {"accepted", answer.accepted}, {"message", answer.message}});
  }
  const json state{{"learning", learning(context.trainer)},
                   {"stage", stage(context.stage)},
                   {"workspace", widgets::workspace_name(context.view.workspace)},
                   {"attention", attention(context)},
                   {"memory", memory(context.stage)},
                   {"laboratory", laboratory(context.models.of<protocol::LaboratorySnapshot>())},
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
                   {"attention_inspections", session.inspector().attention_inspections()},
                   {"memory_inspections", session.inspector().memory_inspections()},
                   {"laboratory_samples", session.laboratory().samples_made()},
                   {"parameter_copies", session.trainer().parameters().copies()}};
  const auto unfinished = file_.string() + ".part";
  std::ofstream(unfinished) << state.dump();
  std::error_code ignored;
  std::filesystem::rename(unfinished, file_, ignored);
}

}  // namespace qarium::app
