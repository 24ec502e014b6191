#include <cmath>
#include <cstdio>
#include <limits>
#include <nlohmann/json.hpp>
#include <sstream>

#include "app/command_line/commands.hpp"
#include "app/command_line/interrupt.hpp"
#include "app/command_line/progress_bar.hpp"
#include "engine/core/error.hpp"
#include "engine/core/files.hpp"
#include "engine/lab/laboratory.hpp"
#include "engine/lab/settings.hpp"
#include "engine/nn/runtime.hpp"

namespace qarium::app {
namespace {

constexpr std::int64_t kTestSequences = 1'000;
constexpr std::int64_t kSequencesOfALength = 20;
constexpr double kLearned = 0.1;  // wrong bits a sequence

protocol::LaboratoryOptions laboratory_options(const LabArguments& arguments) {
  auto options = lab::options_of(arguments.experiment);
  auto& h = options.hyperparameters;
  config::set(h, "memory.kind", arguments.experiment.memory);
  config::set(h, "seed", arguments.experiment.seed);
  for (const auto& assignment : arguments.assignments)
    assign(h, assignment);
  warn_of_idle(arguments.assignments, h);
  if (arguments.batch_size) config::set(h, "batch_size", *arguments.batch_size);
  if (arguments.learning_rate) config::set(h, "learning_rate", *arguments.learning_rate);
  options.decay = arguments.decay.value_or(options.decay);
  options.sequences = arguments.sequences.value_or(options.sequences);
  options.bits = arguments.bits.value_or(options.bits);
  options.min_length = arguments.min_length.value_or(options.min_length);
  options.max_length = arguments.max_length.value_or(options.max_length);
  options.max_repeats = arguments.max_repeats.value_or(options.max_repeats);
  return options;
}

/// The points as they come, in a file where one is wanted.
class Curve {
 public:
  /// Throws core::UserError where the file cannot be written.
  explicit Curve(const std::string& file) : file_(file) {
    if (!file_.empty()) core::replace_file(file_, "sequences,bits_per_sequence,loss\n");
  }
  /// What cannot be written is told once and waits: a file has no holes.
  void update(const std::vector<protocol::LaboratoryPoint>& points) {
    if (file_.empty() || written_ == points.size()) return;
    std::ostringstream rows;
    for (auto row = written_; row < points.size(); ++row)
      rows << points[row].sequences << ',' << points[row].bits_per_sequence << ',' << points[row].loss << '\n';
    try {
      core::append_to_file(file_, rows.str());
      written_ = points.size();
      failed_ = false;
    } catch (const core::UserError& error) {
      if (!failed_) std::fprintf(stderr, "\nqarium: %s\n", error.what());
      failed_ = true;
    }
  }
  bool failed() const { return failed_; }

 private:
  std::string file_;
  std::size_t written_ = 0;
  bool failed_ = false;
};

struct Milestones {
  nlohmann::json learned_at;  ///< sequences after which the recent mean was first under kLearned; null before
  nlohmann::json solved_at;   ///< and after which the laboratory was first solved

  void update(const lab::Laboratory& laboratory) {
    const auto recent = laboratory.bits_per_sequence();
    if (learned_at.is_null() && recent >= 0 && recent < kLearned) learned_at = laboratory.sequences();
    if (solved_at.is_null() && laboratory.solved()) solved_at = laboratory.sequences();
  }
};

nlohmann::json errors_at(lab::Laboratory& laboratory, const std::vector<std::int64_t>& lengths) {
  auto errors = nlohmann::json::object();
  for (const auto length : lengths)
    errors[std::to_string(length)] = laboratory.wrong_bits(length, kSequencesOfALength);
  return errors;
}

}  // namespace

int lab_command(const LabArguments& arguments) {
  lab::Laboratory laboratory(laboratory_options(arguments));
  for (const auto length : arguments.lengths)
    laboratory.require_length(length);
  const auto& options = laboratory.options();
  const auto& h = options.hyperparameters;
  nn::prepare_thread(h.threads);
  Curve curve(arguments.csv);
  if (!arguments.quiet) {
    std::fprintf(stderr, "%s with %s on %s\n", options.task.c_str(), h.memory.kind.c_str(),
                 nn::describe_device(torch::kCPU, h.threads).c_str());
  }

  catch_interrupts();
  Milestones milestones;
  ProgressBar progress(!arguments.quiet, 0, {"sequences", "wrong bits"});
  std::string failure;
  try {
    while (!laboratory.finished() && !interrupted() && !(arguments.until_solved && laboratory.solved())) {
      laboratory.tick();
      curve.update(laboratory.points());
      milestones.update(laboratory);
      const auto recent = laboratory.bits_per_sequence();
      progress.update(laboratory.sequences(), options.sequences,
                      recent < 0 ? std::numeric_limits<double>::quiet_NaN() : recent, false);
    }
  } catch (const std::exception& error) {
    failure = error.what();  // the network is the one before it
  }
  curve.update(laboratory.points());
  const double seconds = progress.seconds();
  progress.finish();
  nlohmann::json summary{{"task", options.task},
                         {"memory", h.memory.kind},
                         {"preset", arguments.experiment.preset},
                         {"seed", h.seed},
                         {"sequences", laboratory.sequences()},
                         {"updates", laboratory.updates()},
                         {"bits_per_sequence", laboratory.wrong_bits(kTestSequences)},
                         {"learned_at", milestones.learned_at},
                         {"solved_at", milestones.solved_at},
                         {"errors", errors_at(laboratory, arguments.lengths)},
                         {"parameters", laboratory.parameters().size()},
                         {"seconds", seconds}};
  if (curve.failed()) summary["error"] = "not all could be written";
  if (!failure.empty()) summary["error"] = failure;
  std::printf("%s\n", summary.dump().c_str());
  if (!failure.empty()) std::fprintf(stderr, "qarium: %s\n", failure.c_str());
  return failure.empty() && !curve.failed() ? 0 : 1;
}

}  // namespace qarium::app
