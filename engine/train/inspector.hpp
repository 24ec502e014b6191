#pragma once
#include <atomic>
#include <chrono>
#include <string>
#include <thread>
#include <vector>

#include "engine/core/commands.hpp"
#include "engine/core/mailbox.hpp"
#include "engine/core/snapshot.hpp"
#include "engine/core/triple_buffer.hpp"
#include "engine/inspect/beside.hpp"
#include "engine/inspect/examination.hpp"
#include "engine/train/stage.hpp"
#include "engine/train/trainer.hpp"

namespace qarium::train {

/// The thread that looks inside: it plays the stage on its own copy of the network, at its own speed, with lower
/// priority than learning. It asks the trainer for newer parameters and never waits for them. While nobody looks at the
/// stage it stands still. Everything here may be called from the main thread only.
class Inspector {
 public:
  /// All references must outlive the inspector.
  Inspector(Trainer& trainer, core::Mailbox<core::Acknowledgement>& acknowledgements);
  ~Inspector();
  Inspector(const Inspector&) = delete;
  Inspector& operator=(const Inspector&) = delete;

  void send(std::uint64_t id, core::StageCommand command);
  void set_needs(core::Needs needs);
  bool update_snapshot() { return snapshots_.update(); }
  const core::StageSnapshot& snapshot() const { return snapshots_.front(); }
  /// Replaces `out` by how attention stood while learning went on, since the last call. Comes while
  /// Part::AttentionCurves is wanted.
  void attention_points(std::vector<core::AttentionPoint>& out) { points_.take(out); }

  std::uint64_t snapshots_published() const { return published_.load(std::memory_order_relaxed); }
  /// Looks at attention and at memory so far, for panels and curves; each stands still while nobody wants them.
  std::uint64_t attention_looks() const { return attention_looks_.load(std::memory_order_relaxed); }
  std::uint64_t memory_looks() const { return memory_looks_.load(std::memory_order_relaxed); }

 private:
  using Clock = std::chrono::steady_clock;

  void work();
  void take_commands();
  void apply(const core::Numbered<core::StageCommand>& command);
  std::string carry_out(const core::StageCommand& command);
  void refresh_parameters();
  bool looked_at() const;
  void play();
  void measure_speed();
  void measure_attention();
  void begin_examination(const core::Examine& examine);
  void examine();
  void begin_beside(const core::PlayBeside& command);
  void play_beside();
  void publish();
  Clock::duration wait_limit() const;

  Trainer& trainer_;
  core::Mailbox<core::Acknowledgement>& acknowledgements_;
  core::Mailbox<core::Numbered<core::StageCommand>> commands_;
  core::TripleBuffer<core::StageSnapshot> snapshots_;
  std::atomic<core::Needs> needs_{core::kNothing};
  std::atomic<bool> stop_{false};
  core::Mailbox<core::AttentionPoint> points_;
  std::atomic<std::uint64_t> published_{0};
  std::atomic<std::uint64_t> attention_looks_{0};
  std::atomic<std::uint64_t> memory_looks_{0};

  // The inspector's own from here on.
  Stage stage_;
  std::unique_ptr<inspect::Examination> examination_;
  std::shared_ptr<const core::Truth> truth_;
  std::uint64_t truth_version_ = 0;
  Clock::time_point last_truth_{};
  std::unique_ptr<inspect::PlayedBeside> played_beside_;
  std::shared_ptr<const core::Beside> beside_;
  std::uint64_t beside_version_ = 0;
  Clock::time_point last_point_{};
  ParameterExchange::Version version_;
  bool playing_ = true;
  double speed_ = 1;
  bool dirty_ = true;
  std::string error_;
  std::uint64_t sequence_ = 0;
  core::Needs seen_needs_ = core::kNothing;
  Clock::time_point next_step_ = Clock::now();
  Clock::time_point last_publish_{};
  Clock::time_point last_request_{};
  Clock::time_point speed_since_ = Clock::now();
  std::int64_t speed_steps_ = 0;
  double steps_per_second_ = 0;
  std::vector<core::Numbered<core::StageCommand>> batch_;
  std::vector<core::Numbered<core::StageCommand>> waiting_;  ///< until the stage is ready
  Clock::time_point waiting_since_{};

  std::thread thread_;
};

}  // namespace qarium::train
