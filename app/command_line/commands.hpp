#pragma once
#include <string>

#include "app/command_line/experiment_options.hpp"

namespace qarium::app {

/// The subcommands. Each returns the process's exit code; core::UserError means exit code 2.

struct TrainArguments {
  ExperimentOptions experiment;
  std::string run;  ///< empty: a fresh folder under runs/
  bool resume = false;
  bool quiet = false;
};
int train_command(const TrainArguments& arguments);

struct EvalArguments {
  std::string run;
  std::string checkpoint;  ///< empty: best, or last where no evaluation was ever made
  std::int64_t episodes = 100;
  std::int64_t seed = 1'000;
};
int eval_command(const EvalArguments& arguments);

struct ReplayArguments {
  std::string run;
};
/// Runs a journal again and compares the parameters. Exit code 1 where they differ.
int replay_command(const ReplayArguments& arguments);

int envs_command();
int presets_command();
/// `markdown`: the page docs/HYPERPARAMETERS.md.
int params_command(bool markdown);

}  // namespace qarium::app
