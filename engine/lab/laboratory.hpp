#pragma once
#include <cstdint>
#include <memory>
#include <vector>

#include "engine/agent/network/optimizer.hpp"
#include "engine/core/random.hpp"
#include "engine/core/recent_mean.hpp"
#include "engine/lab/model.hpp"
#include "engine/lab/task.hpp"
#include "engine/nn/flat_parameters.hpp"
#include "engine/protocol/laboratory.hpp"

namespace qarium::lab {

/// Learns one of the NTM paper's tasks from sequences that are drawn as they are needed, so that each is a new one. It
/// knows no thread. The same options give the same parameters, bit for bit, on a CPU.
class Laboratory {
 public:
  /// Throws core::UserError for options that cannot work.
  explicit Laboratory(const protocol::LaboratoryOptions& options);

  /// Learns from one batch of sequences of a length between min_length and max_length. The loss is the mean binary
  /// cross entropy of the scored bits. Throws std::runtime_error where it is not finite.
  void tick();
  /// Whether as many sequences were learned from as the options allow.
  bool finished() const { return sequences_ >= options_.sequences; }
  std::int64_t sequences() const { return sequences_; }
  std::int64_t updates() const { return updates_; }

  /// One every kPointSequences sequences.
  const std::vector<protocol::LaboratoryPoint>& points() const { return points_; }
  /// Mean of wrong bits over the last kRecentSequences sequences, each tested before it was learned from; negative
  /// before there are so many.
  double bits_per_sequence() const;
  /// Whether the last kSolvedSequences had no wrong bit.
  bool solved() const { return flawless_ >= kSolvedSequences; }

  /// Wrong bits, the probabilities rounded, as the mean over `count` sequences that are not learned from: always the
  /// same ones for the same length. Throws core::UserError for a length that the task cannot have.
  double wrong_bits(std::int64_t length, std::int64_t count);
  /// The same for lengths as in learning.
  double wrong_bits(std::int64_t count);

  void require_length(std::int64_t length) const { task_->require_length(length); }
  /// Answers a sequence and keeps its memory step by step. The same number gives the same sequence; versions stay 0.
  /// Throws core::UserError for a length that the task cannot have.
  protocol::LaboratorySample sample(std::int64_t length, std::uint32_t number);

  const protocol::LaboratoryOptions& options() const { return options_; }
  nn::FlatParameters& parameters() { return *parameters_; }

  static constexpr std::int64_t kPointSequences = 100;
  static constexpr std::int64_t kRecentSequences = 500;
  static constexpr std::int64_t kSolvedSequences = 500;

 private:
  void record(const std::vector<std::int64_t>& wrong, double loss);
  /// The hyperparameters of the next update.
  config::Hyperparameters hyperparameters_now() const;
  std::int64_t draw_length(core::RandomStream& stream) const;
  std::int64_t count_wrong(const Batch& batch);

  protocol::LaboratoryOptions options_;
  std::unique_ptr<Task> task_;
  std::shared_ptr<Model> model_;
  std::unique_ptr<nn::FlatParameters> parameters_;
  std::unique_ptr<agent::Optimizer> optimizer_;
  core::RandomStream stream_;

  std::int64_t sequences_ = 0;
  std::int64_t updates_ = 0;
  std::int64_t flawless_ = 0;  ///< sequences since the last wrong bit
  core::RecentMean recent_{kRecentSequences};
  std::vector<protocol::LaboratoryPoint> points_;
  protocol::LaboratoryPoint sum_;  ///< of the next point; `sequences` counts those in it
};

}  // namespace qarium::lab
