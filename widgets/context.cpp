#include "widgets/context.hpp"

#include "widgets/parts/format.hpp"

namespace qarium::widgets {

std::uint64_t send(const PanelContext& context, const core::TrainerCommand& command) {
  std::string before;
  if (const auto* set = std::get_if<core::Set>(&command)) {
    const auto& parameter = core::parameter(set->name);
    before = value_text(core::get(context.trainer.hyperparameters, parameter)).view();
    context.pending.clear_refusal(set->name);
  }
  const auto id = context.emit(core::Command{command});
  context.pending.sent(id, core::Command{command}, std::move(before));
  return id;
}

std::uint64_t send(const PanelContext& context, const core::StageCommand& command) {
  const auto id = context.emit(core::Command{command});
  context.pending.sent(id, core::Command{command});
  return id;
}

std::uint64_t send(const PanelContext& context, const core::LaboratoryCommand& command) {
  const auto id = context.emit(core::Command{command});
  context.pending.sent(id, core::Command{command});
  return id;
}

}  // namespace qarium::widgets
