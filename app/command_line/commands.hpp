#pragma once
#include <optional>
#include <string>
#include <vector>

#include "app/command_line/experiment_options.hpp"
#include "engine/protocol/laboratory.hpp"

namespace qarium::app {

/// The subcommands. Each returns the process's exit code; core::UserError means exit code 2.

struct TrainArguments {
  ExperimentOptions experiment;
  std::string run;  ///< empty: a fresh folder under runs/
  bool resume = false;
  std::string checkpoint = "last";  ///< which to go on from
  bool weights_only = false;        ///< go on without what was in replay
  bool redo = false;                ///< before going on, draw dormant units anew
  bool without_replay = false;      ///< checkpoints do not hold what is in replay
  double autosave = 120;            ///< seconds between checkpoints; 0: at evaluations and at the end alone
  bool quiet = false;
  std::vector<std::string> sinks;  ///< that metrics go to, too
  std::optional<double> until;     ///< stop once this many evaluations in a row have reached it: kEnoughEvaluations
  std::int64_t patience = 0;       ///< stop after so many evaluations in a row without a better one; 0: never
  bool json_lines = false;         ///< a JSON object on standard output at every evaluation
};
inline constexpr int kEnoughEvaluations = 3;
int train_command(const TrainArguments& arguments);

struct EvalArguments {
  std::string run;
  std::string preset;      ///< instead of `run`: the trained agent that ships for it
  std::string checkpoint;  ///< empty: best, or last where no evaluation was ever made
  std::int64_t episodes = 100;
  std::int64_t seed = 1'000;
};
int eval_command(const EvalArguments& arguments);

struct ExamineArguments {
  std::string run;
  std::string preset;      ///< as for eval
  std::string checkpoint;  ///< as for eval
  std::int64_t episodes = 100;
  std::int64_t orders = 8;
  std::int64_t seed = 1'000;
};
/// Whether the attention map of a trained agent holds.
int examine_command(const ExamineArguments& arguments);

struct InterveneArguments {
  std::string run;
  std::string preset;      ///< as for eval
  std::string checkpoint;  ///< as for eval
  std::int64_t episodes = 200;
  std::int64_t step = 1;
  std::int64_t seed = 1'000;
};
/// Whether what a trained agent remembers decides what it does.
int intervene_command(const InterveneArguments& arguments);

struct LabArguments {
  protocol::LaboratoryExperiment experiment;
  std::optional<std::int64_t> sequences, batch_size, bits, min_length, max_length, max_repeats;
  std::optional<double> learning_rate, decay;
  std::vector<std::string> assignments;  ///< name=value
  std::vector<std::int64_t> lengths;     ///< to measure errors at in the end
  std::string csv;                       ///< file for the curve; empty: none
  bool until_solved = false;
  bool quiet = false;
};
/// Learns a task of the laboratory.
int lab_command(const LabArguments& arguments);

/// What `qarium export --to` may be.
inline constexpr const char* kExportKinds[] = {"pytorch", "onnx", "csv", "json"};
struct ExportArguments {
  std::string run;
  std::string preset;      ///< as for eval
  std::string checkpoint;  ///< as for eval
  std::string to;          ///< one of kExportKinds
  std::string out;
  std::optional<std::int64_t> episodes, seed;  ///< of csv and json
};
/// A trained network as PyTorch or ONNX, or watched episodes as csv or json.
int export_command(const ExportArguments& arguments);

/// What a run, checkpoint or other file is. `json`: for scripts.
int info_command(const std::string& path, bool json);

struct ReplayArguments {
  std::string run;
};
/// Runs a journal again and compares the parameters. Exit code 1 where they differ.
int replay_command(const ReplayArguments& arguments);

int envs_command();
int presets_command();
/// `markdown`: the page docs/HYPERPARAMETERS.md.
struct ParamsArguments {
  bool markdown = false;         ///< as the page docs/HYPERPARAMETERS.md
  bool json = false;             ///< with the values of `experiment`
  ExperimentOptions experiment;  ///< preset, environment and settings
};
int params_command(const ParamsArguments& arguments);

struct SweepArguments {
  std::string file;         ///< what is searched, TOML
  std::string out;          ///< folder of the results; empty: sweeps/ and the file's name
  std::string storage;      ///< a database's URL, or a file that several machines share; empty: one in `out`
  std::int64_t trials = 0;  ///< in the whole study; 0: what the file says
  std::int64_t jobs = 1;    ///< trainings at a time
};
/// Searches hyperparameters with Optuna, in the user's own Python, which takes this process's place.
int sweep_command(const SweepArguments& arguments);

}  // namespace qarium::app
