#include "widgets/context.hpp"

#include "widgets/parts/format.hpp"

namespace qarium::widgets {

std::uint64_t send(const PanelContext& context, const protocol::TrainerCommand& command) {
  std::string before;
  std::string note;
  if (const auto* set = std::get_if<protocol::Set>(&command)) {
    const auto& parameter = config::parameter(set->name);
    before = value_text(config::get(context.trainer.hyperparameters, parameter)).view();
    if (!config::applies(context.trainer.hyperparameters, parameter))
      note = "; it applies when " + config::conditions(parameter);
    context.pending.clear_refusal(set->name);
  }
  const auto id = context.emit(protocol::Command{command});
  context.pending.sent(id, protocol::Command{command}, std::move(before), std::move(note));
  return id;
}

std::uint64_t send(const PanelContext& context, const protocol::StageCommand& command) {
  const auto id = context.emit(protocol::Command{command});
  context.pending.sent(id, protocol::Command{command});
  return id;
}

std::uint64_t send(const PanelContext& context, const protocol::LaboratoryCommand& command) {
  const auto id = context.emit(protocol::Command{command});
  context.pending.sent(id, protocol::Command{command});
  return id;
}

}  // namespace qarium::widgets
