#include "widgets/pending.hpp"

#include <algorithm>

#include "widgets/parts/format.hpp"

namespace qarium::widgets {
namespace {

constexpr std::size_t kConfirmationsKept = 50;

/// What stands in the order in which it can be taken back.
bool is_act(const protocol::StageCommand& command) {
  return std::holds_alternative<protocol::Resume>(command) || std::holds_alternative<protocol::Branch>(command) ||
         std::holds_alternative<protocol::Act>(command) || std::holds_alternative<protocol::TakeBack>(command);
}

/// Moves along the stage's past come many times a second; nobody reads of them.
bool worth_telling(const protocol::Command& command) {
  if (const auto* laboratory = std::get_if<protocol::LaboratoryCommand>(&command))
    return !std::holds_alternative<protocol::SampleLaboratory>(*laboratory);
  const auto* side = std::get_if<protocol::StageCommand>(&command);
  if (side == nullptr) return true;
  return is_act(*side) || std::holds_alternative<protocol::ReturnTo>(*side) ||
         std::holds_alternative<protocol::CompareLane>(*side) || std::holds_alternative<protocol::NewEpisode>(*side) ||
         std::holds_alternative<protocol::PlayCounterfactual>(*side) ||
         std::holds_alternative<protocol::TestFaithfulness>(*side) ||
         std::holds_alternative<protocol::StopFaithfulnessTest>(*side);
}

}  // namespace

const protocol::Set* as_set(const protocol::Command& command) {
  const auto* side = std::get_if<protocol::TrainerCommand>(&command);
  return side == nullptr ? nullptr : std::get_if<protocol::Set>(side);
}

void Pending::sent(std::uint64_t id, const protocol::Command& command, std::string before, std::string note) {
  if (const auto* side = std::get_if<protocol::StageCommand>(&command); side != nullptr && is_act(*side))
    newest_act_ = id;
  sent_[id] = {command, std::move(before), std::move(note)};
}

void Pending::confirm(std::string text, bool accepted) {
  if (text.empty()) return;
  confirmations_.push_back({std::move(text), accepted, ++confirmed_});
  if (confirmations_.size() > kConfirmationsKept) confirmations_.pop_front();
}

void Pending::acknowledged(const protocol::Acknowledgement& acknowledgement) {
  std::string before;
  std::string note;
  if (const auto found = sent_.find(acknowledgement.id); found != sent_.end()) {
    before = std::move(found->second.before);
    note = std::move(found->second.note);
    sent_.erase(found);
  }
  if (const auto* side = std::get_if<protocol::TrainerCommand>(&acknowledgement.command);
      side != nullptr &&
      (std::holds_alternative<protocol::Configure>(*side) || std::holds_alternative<protocol::LoadTrained>(*side))) {
    begun_ = {acknowledgement.id, acknowledgement.accepted, acknowledgement.message};
  }
  const auto* set = as_set(acknowledgement.command);
  if (set != nullptr && acknowledgement.accepted) {
    refusals_.erase(set->name);
    ShortText text(set->name);
    if (!before.empty()) text.add(" ").add(before).add(" →");
    text.add(" ").add(value_text(set->value)).add(" applied at step ");
    text.add(count(acknowledgement.position.environment_steps));
    confirm(std::string(text.add(note).view()), true);
    return;
  }
  if (set != nullptr) refusals_[set->name] = acknowledgement.message;
  if (!acknowledgement.accepted || worth_telling(acknowledgement.command)) {
    confirm(acknowledgement.message, acknowledgement.accepted);
  }
}

void Pending::stepped(const protocol::StepReport& report) {
  if (report.number == told_step_) return;
  told_step_ = report.number;
  const auto counted = [](std::int64_t number, std::string_view one) {
    return count(number).add(" ").add(one).add(number == 1 ? "" : "s");
  };
  ShortText text("made ");
  text.add(counted(report.done.environment_steps, "environment step")).add(" and ");
  text.add(counted(report.done.updates, "update"));
  if (report.episodes > 0) text.add(", ").add(counted(report.episodes, "episode")).add(" ended");
  confirm(std::string(text.view()), true);
}

void Pending::refuse(std::string_view parameter, std::string reason) {
  confirm(reason, false);
  refusals_.insert_or_assign(std::string(parameter), std::move(reason));
}

void Pending::clear_refusal(std::string_view parameter) {
  if (const auto found = refusals_.find(parameter); found != refusals_.end()) refusals_.erase(found);
}

const config::Value* Pending::pending(std::string_view parameter) const {
  for (auto entry = sent_.rbegin(); entry != sent_.rend(); ++entry) {
    const auto* set = as_set(entry->second.command);
    if (set != nullptr && set->name == parameter) return &set->value;
  }
  return nullptr;
}

const std::string* Pending::refusal(std::string_view parameter) const {
  const auto found = refusals_.find(parameter);
  return found == refusals_.end() ? nullptr : &found->second;
}

bool begins_again(const protocol::Acknowledgement& acknowledgement) {
  const auto* side = std::get_if<protocol::TrainerCommand>(&acknowledgement.command);
  if (side == nullptr || !acknowledgement.accepted) return false;
  const auto* set = as_set(acknowledgement.command);
  return (set != nullptr && set->name == "seed") || std::holds_alternative<protocol::Reset>(*side) ||
         std::holds_alternative<protocol::Configure>(*side) || std::holds_alternative<protocol::Load>(*side) ||
         std::holds_alternative<protocol::LoadTrained>(*side) || std::holds_alternative<protocol::OpenRun>(*side);
}

}  // namespace qarium::widgets
