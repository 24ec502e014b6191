#include "engine/train/session.hpp"

#include "engine/core/overloaded.hpp"

namespace qarium::train {

std::uint64_t Session::send(core::Command command) {
  const auto id = ++sent_;
  std::visit(core::Overloaded{
                 [&](core::TrainerCommand& to_trainer) { trainer_.send(id, std::move(to_trainer)); },
                 [&](core::StageCommand& to_inspector) { inspector_.send(id, std::move(to_inspector)); },
                 [&](core::LaboratoryCommand& to_laboratory) { laboratory_.send(id, std::move(to_laboratory)); },
             },
             command);
  return id;
}

void Session::set_needs(core::Needs needs) {
  trainer_.set_needs(needs);
  inspector_.set_needs(needs);
  laboratory_.set_needs(needs);
}

}  // namespace qarium::train
