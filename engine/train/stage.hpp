#pragma once
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <vector>

#include "engine/agent/policy.hpp"
#include "engine/core/snapshot.hpp"
#include "engine/env/environment.hpp"
#include "engine/inspect/beside.hpp"
#include "engine/train/parameter_exchange.hpp"

namespace qarium::train {

/// The watched episode, with its past. It owns an environment, a copy of the network and random streams of its own, so
/// that watching never changes learning. No thread in it.
///
/// Its time line is a row of moments first() .. last(); last() is where it acts, cursor() is where one looks. The
/// oldest are forgotten where they would take more than `memory_limit` bytes.
class Stage {
 public:
  static constexpr std::size_t kMemoryLimit = 100'000'000;

  explicit Stage(std::size_t memory_limit = kMemoryLimit) : memory_limit_(memory_limit) {}

  /// Adopts newer parameters. Another environment begins a new time line; another network keeps it.
  void adopt(const ParameterExchange::Version& version);
  /// Whether there is a network and an environment yet.
  bool ready() const { return policy_ != nullptr; }

  /// Looks one moment further; at the live end, acts: with `action` where given, else at random with probability
  /// epsilon, else greedily. Where the episode is over, begins the next one instead.
  void forward(std::optional<int> action = std::nullopt);
  void back();
  /// Clamps to what is kept.
  void seek(std::int64_t index);
  /// Forgets what came after the cursor, so that the stage acts from there on. `fresh_draws` lets another future
  /// unfold.
  void resume(bool fresh_draws);
  void new_episode();
  void set_epsilon(double epsilon) { epsilon_ = epsilon; }
  /// Judges the moment looked at as supposed, too; an empty change ends it. The agent acts untouched.
  /// Throws core::UserError where the network or the observation has no such part.
  void suppose(const core::AttentionChange& change, const core::MemoryChange& memory_change);
  /// Where the untouched course of things and the supposed one begin: the moment looked at.
  inspect::BesideStart beside_start();
  /// How things looked at these moments; those that are not kept are passed over.
  void recall(const std::vector<std::int64_t>& indices);

  std::int64_t first() const { return first_; }
  std::int64_t last() const { return first_ + static_cast<std::int64_t>(past_.size()) - 1; }
  std::int64_t cursor() const { return cursor_; }
  bool live() const { return cursor_ == last(); }
  std::size_t bytes() const { return bytes_; }
  const env::EnvironmentSpec& spec() const { return environment_->spec(); }
  const core::StageMoment& moment() const { return kept(cursor_).moment; }
  const std::vector<std::byte>& observation() const { return kept(cursor_).observation; }
  const core::Hyperparameters& hyperparameters() const { return hyperparameters_; }
  const core::Position& parameters() const { return parameters_; }
  agent::Policy& policy() { return *policy_; }
  const env::Environment& environment() const { return *environment_; }

  /// Fills what the needs ask for; everything else that is cheap always.
  void describe(core::StageSnapshot& snapshot, core::Needs needs);

 private:
  struct Kept {
    core::StageMoment moment;
    std::vector<std::byte> state;
    std::vector<std::byte> observation;
    std::uint64_t version = 0;       ///< of the parameters that judged it
    agent::Recollection before;      ///< what the agent carried into this moment
    core::RandomStream exploration;  ///< before the action from here is drawn
    std::uint32_t branch = 0;
    std::optional<core::MemoryEpisode> memory;  ///< one column, once it was looked at
  };

  Kept& kept(std::int64_t index) { return past_[static_cast<std::size_t>(index - first_)]; }
  const Kept& kept(std::int64_t index) const { return past_[static_cast<std::size_t>(index - first_)]; }
  static std::size_t bytes_of(const Kept& kept);
  void begin_time_line();
  void begin_episode();
  void act(std::optional<int> action);
  void keep(core::StageMoment moment);
  void judge(Kept& kept);
  /// The recollection of a moment as the present network can read it.
  agent::Recollection readable(const agent::Recollection& before);
  void judge_again();
  int heads() const;
  void look_at_attention(bool with_matrix);
  void judge_as_supposed();
  /// The kept moment whose state the change takes; null without one.
  const Kept* exchanged(const core::MemoryChange& change) const;
  /// Row 0 of a look at a kept moment by the present network.
  std::shared_ptr<core::MemoryView> look_at_memory(Kept& kept);
  void look_at_memory();
  void gather_memory_episode();

  std::size_t memory_limit_;
  std::size_t bytes_ = 0;
  core::Hyperparameters hyperparameters_;
  core::Position parameters_;
  std::uint64_t version_ = 0;
  std::unique_ptr<agent::Policy> policy_;
  std::unique_ptr<env::Environment> environment_;  ///< at the live end
  std::unique_ptr<env::Environment> viewer_;       ///< set to whatever moment is drawn
  core::RandomStream exploration_;                 ///< at the live end, as the two below
  agent::Recollection after_;                      ///< of the live end: what the judgement there leaves behind
  std::deque<Kept> past_;
  std::int64_t first_ = 0;
  std::int64_t cursor_ = 0;
  std::uint32_t episodes_begun_ = 0;
  std::uint32_t branch_ = 0;  ///< 0 is the first course of things; each branch has episodes of its own
  std::uint32_t branches_ = 0;
  double epsilon_ = 0;
  std::vector<float> values_now_;
  std::int64_t judged_index_ = -1;
  std::uint64_t judged_version_ = 0;

  /// What attention was last looked at, kept while nothing of it changes.
  struct Looked {
    std::int64_t time_line = -1;
    std::int64_t index = -1;
    std::uint64_t version = 0;
    bool with_matrix = false;
    core::AttentionChange change;
    core::MemoryChange memory_change;
    friend bool operator==(const Looked&, const Looked&) = default;
  };
  core::AttentionChange change_;
  core::MemoryChange memory_change_;
  Looked looked_;
  Looked supposed_;
  std::int64_t time_lines_ = 0;
  std::uint64_t attention_version_ = 0;
  std::optional<core::AttentionView> attention_;
  std::optional<core::WhatIf> what_if_;

  Looked looked_at_memory_;
  std::uint64_t memory_version_ = 0;
  std::shared_ptr<const core::MemoryView> memory_;
  /// The strips last gathered: of these moments.
  struct Gathered {
    std::int64_t time_line = -1;
    std::int64_t from = 0;
    std::int64_t to = -1;
    friend bool operator==(const Gathered&, const Gathered&) = default;
  };
  Gathered gathered_;
  std::shared_ptr<const core::MemoryEpisode> memory_episode_;
  std::vector<core::RecalledFrame> recalled_;
};

}  // namespace qarium::train
