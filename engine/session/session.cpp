#include "engine/session/session.hpp"

#include "engine/core/overloaded.hpp"

namespace qarium::session {

std::uint64_t Session::send(protocol::Command command) {
  const auto id = ++sent_;
  std::visit(core::Overloaded{
                 [&](protocol::TrainerCommand& to_trainer) { trainer_.send(id, std::move(to_trainer)); },
                 [&](protocol::StageCommand& to_inspector) { inspector_.send(id, std::move(to_inspector)); },
                 [&](protocol::LaboratoryCommand& to_laboratory) { laboratory_.send(id, std::move(to_laboratory)); },
             },
             command);
  return id;
}

void Session::set_needs(protocol::Needs needs) {
  trainer_.set_needs(needs);
  inspector_.set_needs(needs);
  laboratory_.set_needs(needs);
}

}  // namespace qarium::session
