#include "app/window/state_report.hpp"

#include <imgui.h>

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>

#include "app/json_number.hpp"
#include "widgets/gallery/gallery.hpp"
#include "widgets/take_over/take_over.hpp"
#include "widgets/workspaces.hpp"

namespace qarium::app {
namespace {

using nlohmann::json;

constexpr auto kInterval = std::chrono::milliseconds(100);

json findings(const protocol::TrainerSnapshot& trainer) {
  json all = json::object();
  if (trainer.findings == nullptr) return all;
  for (const auto& finding : *trainer.findings)
    all[finding.id] = finding.evidence;
  return all;
}

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
          {"updates_due", status.updates_due},
          {"steps_to_update", status.steps_to_update},
          {"advances", status.stepped.number},
          {"findings", findings(trainer)},
          {"error", status.error},
          {"hyperparameters", hyperparameters}};
}

json lanes(const protocol::StageSnapshot& stage) {
  json all = json::array();
  for (const auto& lane : stage.lanes) {
    all.push_back({{"id", lane.id},
                   {"parent", lane.parent},
                   {"start", lane.start},
                   {"last", lane.last},
                   {"current", lane.current},
                   {"return", json_number(static_cast<double>(lane.return_so_far))},
                   {"label", lane.label}});
  }
  return all;
}

/// The colours of a small grid on the stage, row by row, as 0xRRGGBB; nothing of a frame, or of shapes.
json cells(const protocol::StageSnapshot& stage) {
  constexpr int kLargest = 32;
  json rows = json::array();
  if (!stage.scene || stage.scene->grid.rows > kLargest || stage.scene->grid.columns > kLargest) return rows;
  const auto& grid = stage.scene->grid;
  for (int row = 0; row < grid.rows; ++row) {
    json colors = json::array();
    for (int column = 0; column < grid.columns; ++column) {
      const auto& color = grid.cells[static_cast<std::size_t>(row * grid.columns + column)];
      colors.push_back((color.red << 16) | (color.green << 8) | color.blue);
    }
    rows.push_back(std::move(colors));
  }
  return rows;
}

json stage(const protocol::StageSnapshot& stage) {
  return {{"environment", stage.environment},
          {"actions", stage.action_names},
          {"cells", cells(stage)},
          {"index", stage.moment.index},
          {"first", stage.first},
          {"last", stage.last},
          {"playing", stage.playing},
          {"speed", stage.speed},
          {"step", stage.moment.step},
          {"action", stage.moment.action},
          {"bytes", stage.bytes},
          {"steps_per_second", json_number(stage.steps_per_second)},
          {"by_user", stage.moment.chosen_by_user},
          {"lanes", lanes(stage)},
          {"compared", stage.compared ? stage.compared->lane : 0},
          {"undoable", stage.undoable},
          {"error", stage.error}};
}

/// What a workspace tells of itself; a dot in a name makes a group.
json workspace(const widgets::PanelContext& context, const widgets::Workspace& workspace) {
  json told = json::object();
  if (workspace.report == nullptr) return told;
  widgets::Report report;
  workspace.report(context, report);
  for (const auto& [name, value] : report.entries()) {
    auto path = "/" + name;
    std::replace(path.begin(), path.end(), '.', '/');
    auto& place = told[json::json_pointer(path)];
    std::visit(
        [&place](const auto& found) {
          if constexpr (std::is_same_v<std::decay_t<decltype(found)>, double>) {
            place = json_number(found);
          } else {
            place = found;
          }
        },
        value);
  }
  return told;
}

json gallery(const widgets::GalleryState& gallery) {
  return {{"chosen", gallery.chosen}, {"yours", gallery.yours}, {"spaces", gallery.spaces}, {"error", gallery.error}};
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

void StateReport::write(const widgets::PanelContext& context, session::Session& session, const FrameTimers& frames,
                        const std::string& renderer) {
  written_at_ = Clock::now();
  json answers = json::array();
  for (const auto& answer : acknowledgements_) {
    answers.push_back({{"id", answer.id}, {"accepted", answer.accepted}, {"message", answer.message}});
  }
  json state{{"learning", learning(context.trainer)},
             {"stage", stage(context.stage)},
             {"workspace", widgets::shown_workspace(context.view).id},
             {"controls", controls(context.controls)},
             {"acknowledgements", answers},
             {"frames", frames.wall.count()},
             {"frame_p50", context.frame.p50},
             {"frame_p99", context.frame.p99},
             {"frame_longest", frames.wall.longest()},
             {"panels_p99", context.frame.panels_p99},
             {"own_p99", frames.own.percentile(0.99)},
             {"own_longest", frames.own.longest()},
             {"frame_recent", frames.wall.longest_since()},
             {"own_recent", frames.own.longest_since()},
             {"renderer", renderer},
             {"focus", context.view.transient.focus.name},
             {"dialog", static_cast<int>(context.view.transient.dialog)},
             {"theme", context.view.theme == widgets::ThemeChoice::Dark ? "dark" : "light"},
             {"scale", context.view.scale},
             {"presented", context.view.present.title},
             {"message", context.pending.last() == nullptr ? std::string() : context.pending.last()->text},
             {"preset", context.view.preset},
             {"taken_over", context.view.of<widgets::TakeOver>().on},
             {"gallery", gallery(context.view.of<widgets::GalleryState>())},
             {"parts_copied", session.trainer().parts_copied()},
             {"attention_inspections", session.inspector().attention_inspections()},
             {"memory_inspections", session.inspector().memory_inspections()},
             {"laboratory_samples", session.laboratory().samples_made()},
             {"parameter_copies", session.trainer().parameters().copies()}};
  for (const auto* each : widgets::workspaces())
    state[std::string(each->id)] = workspace(context, *each);
  const auto unfinished = file_.string() + ".part";
  std::ofstream(unfinished) << state.dump();
  std::error_code ignored;
  std::filesystem::rename(unfinished, file_, ignored);
}

}  // namespace qarium::app
