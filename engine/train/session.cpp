#include "engine/train/session.hpp"

namespace qarium::train {

std::uint64_t Session::send(core::Command command) {
  const auto id = ++sent_;
  if (auto* to_trainer = std::get_if<core::TrainerCommand>(&command)) {
    trainer_.send(id, std::move(*to_trainer));
  } else {
    inspector_.send(id, std::move(std::get<core::StageCommand>(command)));
  }
  return id;
}

void Session::set_needs(core::Needs needs) {
  trainer_.set_needs(needs);
  inspector_.set_needs(needs);
}

}  // namespace qarium::train
