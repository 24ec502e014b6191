#include "engine/config/rows.hpp"

namespace qarium::config::rows {

void add_run(std::vector<Parameter>& table) {
  constexpr double kMany = 1e12;
  constexpr auto kGroup = Group::Run;
  table.push_back(
      anew(Anew::Everything,
           number("seed", kGroup, 0, 4294967295.0, Scale::Linear, Effect::Rebuild, field<&H::seed>(),
                  "Decides every random draw; the same seed gives the same parameters, bit for bit, on a CPU.")));
  table.push_back(number("n_timesteps", kGroup, 1, kMany, Scale::Logarithmic, Effect::Live, field<&H::n_timesteps>(),
                         "Environment steps of the whole run; schedules are measured against it."));
  table.push_back(
      anew(Anew::Replay | Anew::Environments, number("n_envs", kGroup, 1, 1024, Scale::Logarithmic, Effect::Rebuild,
                                                     field<&H::n_envs>(), "Environments that step as one batch.")));
  table.push_back(number(
      "threads", kGroup, 1, 64, Scale::Linear, Effect::Rebuild, field<&H::threads>(),
      "Threads inside one of LibTorch's operations in the trainer (OpenBLAS's products use one). Results are bound to "
      "their number."));
  table.push_back(toggle("fused", kGroup, Effect::Live, field<&H::fused>(),
                         "Whether network and memory run as passes that are written out, where they have such a form; "
                         "off: all in LibTorch's operations, slower. Results are equal but for rounding."));
  table.push_back(number("eval_freq", kGroup, 0, kMany, Scale::Logarithmic, Effect::Live, field<&H::eval_freq>(),
                         "Environment steps between evaluations; 0 never evaluates."));
  table.push_back(number("n_eval_episodes", kGroup, 1, 1000, Scale::Logarithmic, Effect::Live,
                         field<&H::n_eval_episodes>(), "Greedy episodes, on their own seeds, in one evaluation."));
}

}  // namespace qarium::config::rows
