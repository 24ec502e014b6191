#include <malloc.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <functional>
#include <iterator>
#include <new>
#include <string>
#include <vector>

#include "app/command_line/commands.hpp"
#include "engine/core/error.hpp"
#include "engine/core/openblas.hpp"
#include "engine/core/version.hpp"
#ifdef QARIUM_GUI
#include "app/window/window_command.hpp"
#endif

namespace {

using namespace qarium;

constexpr int kBadInput = 2;

/// Tensors come and go at every update: memory that is given back to the system and taken again costs a tenth of
/// learning's speed and more.
void keep_freed_memory() {
  mallopt(M_TRIM_THRESHOLD, 1 << 30);
  mallopt(M_MMAP_THRESHOLD, 1 << 25);  // the largest that glibc takes
}

/// Declares the command line; `chosen` is set to what the words on it ask for.
struct CommandLine {
  CLI::App app{"Qarium: deep Q-networks that learn while you watch", "qarium"};
  app::TrainArguments train;
  app::EvalArguments eval;
  app::ExamineArguments examine;
  app::InterveneArguments intervene;
  app::LabArguments lab;
  app::ReplayArguments replay;
  app::ExportArguments exported;
  std::string described;
  bool as_json = false;
  app::ParamsArguments params_arguments;
  app::SweepArguments sweep;
  std::function<int()> chosen;
#ifdef QARIUM_GUI
  app::WindowArguments window;
  app::PlayArguments play;
#endif

  CommandLine() {
    app.set_version_flag("--version", "qarium " + core::build(), "Version and commit of this program");
    app.fallthrough();
    app.add_option_function<std::string>(
        "--python", [](const std::string& python) { setenv("QARIUM_PYTHON", python.c_str(), 1); },
        "The Python that environments of Gymnasium (gym:ID) run in; else QARIUM_PYTHON, else what ./dev gym has made");
    app.add_flag_callback(
        "--trust", [] { setenv("QARIUM_TRUST", "1", 1); },
        "Run Python modules that a run, checkpoint or configuration names (gym:MODULE:ID)");
    app.footer("Without a command the window opens. 'qarium COMMAND --help' tells more.");
#ifdef QARIUM_GUI
    app::add_window_options(app, window);
    chosen = [this] { return app::window_command(window); };
#else
    app.require_subcommand(1);
#endif
    add_train();
#ifdef QARIUM_GUI
    add_play();
#endif
    add_eval();
    add_examine();
    add_intervene();
    add_lab();
    add_replay();
    add_export();
    add_sweep();
    add_info();
    add_lists();
  }

  void add_train() {
    auto* command = app.add_subcommand("train", "Learn without a window; the last line of output is one JSON object");
    app::add_experiment_options(*command, train.experiment);
    command->add_option("--run", train.run,
                        "Run directory to write ('none': nothing; default: a fresh one under runs/)");
    auto* resume =
        command->add_flag("--resume", train.resume, "Go on with the run in --run from its checkpoint 'last'");
    command->add_option("--checkpoint", train.checkpoint, "With --resume: last, best, or step-N of an evaluation")
        ->capture_default_str();
    command->add_flag("--weights-only", train.weights_only,
                      "With --resume: from weights and optimizer alone; replay fills anew");
    command->add_flag("--redo", train.redo, "With --resume: draw dormant units anew first (ReDo, Sokar 2023)")
        ->needs(resume);
    command->add_flag("--without-replay", train.without_replay,
                      "Checkpoints leave out what is in replay: smaller, but learning does not go on exactly");
    command->add_option("--autosave", train.autosave, "Seconds between checkpoints; 0: at evaluations and at the end")
        ->capture_default_str()
        ->check(CLI::Range(0.0, 1e9));
    command->add_option("--until", train.until, "Stop once three evaluations in a row reach this mean return");
    command->add_option("--patience", train.patience, "Stop after so many evaluations in a row without a better one")
        ->check(CLI::PositiveNumber);
    command->add_flag("--json-lines", train.json_lines, "Print a JSON object at every evaluation, too");
    app::add_sink_options(*command, train.sinks);
    command->add_flag("--quiet", train.quiet, "No progress bar");
    command->callback([this] { chosen = [this] { return app::train_command(train); }; });
  }

#ifdef QARIUM_GUI
  void add_play() {
    auto* command = app.add_subcommand("play", "Open the window with the keys acting in the agent's place");
    command->add_option("--env", play.environment,
                        "The environment ('qarium envs' lists them; gym:ID: one of Gymnasium)");
    command->add_option("--run", play.run, "Run directory whose agent is seen beside you (its checkpoint 'last')");
    command->callback([this] { chosen = [this] { return app::play_command(play, window); }; });
  }
#endif

  void add_eval() {
    auto* command = app.add_subcommand("eval", "Play greedy episodes with a trained agent; prints one JSON object");
    command->add_option("--run", eval.run, "Run directory, or a checkpoint's file");
    command->add_option("--preset", eval.preset, "Instead of a run: the trained agent that ships for this preset");
    command->add_option("--checkpoint", eval.checkpoint, "best, last or step-N (default: best where there is one)");
    command->add_option("--episodes", eval.episodes, "How many episodes")->capture_default_str();
    command->add_option("--seed", eval.seed, "Seed of the episodes")->capture_default_str();
    command->callback([this] { chosen = [this] { return app::eval_command(eval); }; });
  }

  void add_examine() {
    auto* command =
        app.add_subcommand("examine", "Measure whether a trained agent's attention map holds; prints one JSON object");
    command->add_option("--run", examine.run, "Run directory, or a checkpoint's file");
    command->add_option("--preset", examine.preset, "Instead of a run: the trained agent that ships for this preset");
    command->add_option("--checkpoint", examine.checkpoint, "best, last or step-N (default: best where there is one)");
    command->add_option("--episodes", examine.episodes, "Greedy episodes whose states are measured")
        ->capture_default_str();
    command->add_option("--orders", examine.orders, "Random orders a state")->capture_default_str();
    command->add_option("--seed", examine.seed, "Seed of the episodes and orders")->capture_default_str();
    command->callback([this] { chosen = [this] { return app::examine_command(examine); }; });
  }

  void add_intervene() {
    auto* command = app.add_subcommand(
        "intervene", "Measure whether what a trained agent remembers decides what it does; prints one JSON object");
    command->add_option("--run", intervene.run, "Run directory, or a checkpoint's file");
    command->add_option("--preset", intervene.preset, "Instead of a run: the trained agent that ships for this preset");
    command->add_option("--checkpoint", intervene.checkpoint,
                        "best, last or step-N (default: best where there is one)");
    command->add_option("--episodes", intervene.episodes, "Greedy episodes")->capture_default_str();
    command->add_option("--step", intervene.step, "The step of each episode before which it is intervened")
        ->capture_default_str();
    command->add_option("--seed", intervene.seed, "Seed of the episodes")->capture_default_str();
    command->callback([this] { chosen = [this] { return app::intervene_command(intervene); }; });
  }

  void add_lab() {
    auto* command = app.add_subcommand(
        "lab", "Learn a task of the Neural Turing Machine's paper; the last line of output is one JSON object");
    command->add_option("TASK", lab.experiment.task, "copy, repeat_copy, associative_recall or priority_sort")
        ->capture_default_str();
    command->add_option("--memory", lab.experiment.memory, "Kind of memory: ntm, dnc, lstm, ...")
        ->capture_default_str();
    command->add_option("--preset", lab.experiment.preset, "quick: what learns soonest here; paper: as in the paper")
        ->capture_default_str();
    command->add_option("--seed", lab.experiment.seed, "Seed of every random draw")->capture_default_str();
    command->add_option("--sequences", lab.sequences, "Sequences to learn from");
    command->add_option("--batch-size", lab.batch_size, "Sequences an update");
    command->add_option("--learning-rate", lab.learning_rate, "Step size of the optimizer");
    command->add_option("--decay", lab.decay, "Share of the sequences at whose end the learning rate has fallen to 0");
    command->add_option("--set", lab.assignments, "Set one hyperparameter of memory or optimizer, name=value");
    command->add_option("--bits", lab.bits, "Bits of a vector");
    command->add_option("--min-length", lab.min_length, "Shortest sequence (items, where the task has them)");
    command->add_option("--max-length", lab.max_length, "Longest sequence");
    command->add_option("--max-repeats", lab.max_repeats, "repeat_copy: most repeats");
    command->add_option("--lengths", lab.lengths, "Measure errors at these lengths in the end, as in 40,80,120")
        ->delimiter(',');
    command->add_option("--csv", lab.csv, "Write the curve to this file");
    command->add_flag("--until-solved", lab.until_solved, "Stop once the last 500 sequences were without a wrong bit");
    command->add_flag("--quiet", lab.quiet, "No progress bar");
    command->callback([this] { chosen = [this] { return app::lab_command(lab); }; });
  }

  void add_replay() {
    auto* command = app.add_subcommand("replay", "Run a journal again and compare the parameters bit for bit");
    command->add_option("--run", replay.run, "Run directory, or a journal.jsonl")->required();
    command->callback([this] { chosen = [this] { return app::replay_command(replay); }; });
  }

  void add_export() {
    auto* command = app.add_subcommand(
        "export", "Write a trained network as PyTorch or ONNX, or episodes with all that is seen in them");
    command->add_option("--run", exported.run, "Run directory, or a checkpoint's file");
    command->add_option("--preset", exported.preset, "Instead of a run: the trained agent that ships for this preset");
    command->add_option("--checkpoint", exported.checkpoint, "best, last or step-N (default: best where there is one)");
    command
        ->add_option(
            "--to", exported.to,
            "pytorch: a folder with weights.safetensors and network.py, which rebuilds the network; onnx: a file, "
            "made by your own Python (--python) with torch and onnx; csv, json: greedy episodes with action "
            "values, attention and memory at every step")
        ->required()
        ->check(CLI::IsMember(std::vector<std::string>(std::begin(app::kExportKinds), std::end(app::kExportKinds))));
    command->add_option("--episodes", exported.episodes, "csv, json: how many episodes (default: 1)");
    command->add_option("--seed", exported.seed, "csv, json: seed of the episodes, as of eval (default: 1000)");
    command->add_option("OUT", exported.out, "Where to write")->required();
    command->callback([this] { chosen = [this] { return app::export_command(exported); }; });
  }

  void add_sweep() {
    auto* command = app.add_subcommand(
        "sweep", "Search hyperparameters with Optuna in your own Python (--python); the same command goes on");
    command->add_option("FILE", sweep.file, "What is searched (docs/SWEEP.md)")->required();
    command->add_option("--out", sweep.out, "Folder of the results (default: sweeps/ and the file's name)");
    command->add_option("--storage", sweep.storage,
                        "Where the study lies: a file that several machines share, or a database's URL");
    command->add_option("--trials", sweep.trials, "Trials of the whole study (default: what FILE says, else 32)")
        ->check(CLI::PositiveNumber);
    command->add_option("--jobs", sweep.jobs, "Trainings at a time")->capture_default_str()->check(CLI::PositiveNumber);
    command->callback([this] { chosen = [this] { return app::sweep_command(sweep); }; });
  }

  void add_info() {
    auto* command = app.add_subcommand("info", "Say what a run, checkpoint, journal, configuration or export is");
    command->add_option("PATH", described, "A run's or export's folder, or a file")->required();
    command->add_flag("--json", as_json, "As one JSON object");
    command->callback([this] { chosen = [this] { return app::info_command(described, as_json); }; });
  }

  void add_lists() {
    app.add_subcommand("envs", "List the environments")->callback([this] { chosen = app::envs_command; });
    app.add_subcommand("presets", "List the presets")->callback([this] { chosen = app::presets_command; });
    auto* params = app.add_subcommand("params", "List the hyperparameters");
    params->add_flag("--markdown", params_arguments.markdown, "As the page docs/HYPERPARAMETERS.md");
    params->add_flag("--json", params_arguments.json, "As a JSON array, with the values of an experiment");
    app::add_experiment_options(*params, params_arguments.experiment);
    params->callback([this] { chosen = [this] { return app::params_command(params_arguments); }; });
  }
};

}  // namespace

int main(int argc, char** argv) {
  core::restart_with_better_openblas_kernel(argv);
  keep_freed_memory();
  try {
    CommandLine line;
    try {
      line.app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
      return line.app.exit(error) == 0 ? 0 : kBadInput;
    }
    core::reserve_openblas_buffers(1);
    return line.chosen();
  } catch (const core::UserError& error) {
    std::fprintf(stderr, "qarium: %s\n", error.what());
    return kBadInput;
  } catch (const std::bad_alloc&) {
    std::fprintf(stderr,
                 "qarium: there is not enough memory for this: choose a smaller buffer_size, n_envs or network\n");
    return 1;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "qarium: %s\n", error.what());
    return 1;
  }
}
