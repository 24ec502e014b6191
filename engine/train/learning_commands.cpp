#include "engine/train/learning_commands.hpp"

#include "engine/core/files.hpp"
#include "engine/core/overloaded.hpp"
#include "engine/run/run_directory.hpp"
#include "engine/train/checkpoint.hpp"

namespace qarium::train {

std::string apply(const protocol::TrainerCommand& command, TrainLoop& loop) {
  // Every command is named: one that is new does not compile before it is decided what it does here.
  return std::visit(core::Overloaded{
                        [](const protocol::Run&) { return std::string(); },
                        [](const protocol::Pause&) { return std::string(); },
                        [](const protocol::Step&) { return std::string(); },
                        [](const protocol::Save&) { return std::string(); },
                        [](const protocol::RecordTensorboard&) { return std::string(); },
                        [](const protocol::OpenRun&) { return std::string(); },
                        [&](const protocol::Set& set) {
                          loop.set(set.name, set.value);
                          return set.name + " = " + config::format(set.value);
                        },
                        [&](const protocol::StopAt& stop) {
                          loop.stop_at(stop.environment_steps);
                          return "stops after " + std::to_string(stop.environment_steps) + " steps";
                        },
                        [&](const protocol::RecycleDormant&) {
                          const auto units = loop.recycle_dormant();
                          return std::to_string(units) + (units == 1 ? " dormant unit" : " dormant units") +
                                 " drawn anew";
                        },
                        [&](const protocol::Reset& reset) {
                          auto hyperparameters = loop.hyperparameters();
                          config::set(hyperparameters, "seed", reset.seed);
                          loop.configure(hyperparameters);
                          return "begun again with seed " + std::to_string(reset.seed);
                        },
                        [&](const protocol::Configure& configure) {
                          loop.configure(configure.hyperparameters);
                          return "begun again with " + configure.hyperparameters.environment.id;
                        },
                        [&](const protocol::Load& load) {
                          const auto file = run::RunDirectory::checkpoint_path(load.run, load.checkpoint);
                          load_checkpoint(run::read_checkpoint(load.run, load.checkpoint), core::shown(file), loop);
                          return "continued from " + core::shown(load.run);
                        },
                        [&](const protocol::LoadTrained& load) {
                          load_trained_agent(load.preset, loop);
                          return "the trained agent of " + load.preset + ", learning paused";
                        },
                    },
                    command);
}

}  // namespace qarium::train
