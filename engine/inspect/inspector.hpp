#pragma once
#include <atomic>
#include <chrono>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "engine/inspect/counterfactual_player.hpp"
#include "engine/inspect/episode_viewer.hpp"
#include "engine/inspect/faithfulness_test.hpp"
#include "engine/protocol/commands.hpp"
#include "engine/protocol/mailbox.hpp"
#include "engine/protocol/numbered.hpp"
#include "engine/protocol/parameter_exchange.hpp"
#include "engine/protocol/snapshot.hpp"
#include "engine/protocol/triple_buffer.hpp"

namespace qarium::inspect {

/// The thread that looks inside: it plays the stage on its own copy of the network, at its own speed, with lower
/// priority than learning. It asks the trainer for newer parameters and never waits for them. While nobody looks at the
/// stage it stands still. Everything here may be called from the main thread only.
class Inspector {
 public:
  /// All references must outlive the inspector.
  Inspector(protocol::ParameterExchange& parameters, protocol::Mailbox<protocol::Acknowledgement>& acknowledgements,
            agent::Families families = agent::families());
  ~Inspector();
  Inspector(const Inspector&) = delete;
  Inspector& operator=(const Inspector&) = delete;

  void send(std::uint64_t id, protocol::StageCommand command);
  void set_needs(protocol::Needs needs);
  bool update_snapshot() { return snapshots_.update(); }
  const protocol::StageSnapshot& snapshot() const { return snapshots_.front(); }
  /// Replaces `out` by how attention stood while learning went on, since the last call. Comes while
  /// Part::AttentionCurves is wanted.
  void attention_points(std::vector<protocol::AttentionPoint>& out) { points_.take(out); }

  std::uint64_t snapshots_published() const { return published_.load(std::memory_order_relaxed); }
  /// Looks at attention and at memory so far, for panels and curves; each stands still while nobody wants them.
  std::uint64_t attention_inspections() const { return attention_inspections_.load(std::memory_order_relaxed); }
  std::uint64_t memory_inspections() const { return memory_inspections_.load(std::memory_order_relaxed); }

 private:
  using Clock = std::chrono::steady_clock;
  static constexpr double kMostSpeed = 1000;

  void work();
  void work_once();
  void take_commands();
  void apply(const protocol::Numbered<protocol::StageCommand>& command);
  /// Returns what was done, in words. `id` is the command's number.
  std::string carry_out(std::uint64_t id, const protocol::StageCommand& command);
  void refresh_parameters();
  void keep_stage(const std::string& run) const;
  void open_stage(const std::string& run);
  /// The stage that was opened takes the place of the present one, once the parameters are those of its run.
  void enter_opened_stage();
  bool looked_at() const;
  void play();
  void measure_speed();
  void measure_attention();
  void begin_faithfulness_test(const protocol::TestFaithfulness& examine);
  void test_faithfulness();
  void begin_counterfactual(const protocol::PlayCounterfactual& command);
  void play_counterfactual();
  void publish();
  Clock::duration wait_limit() const;

  protocol::ParameterExchange& parameters_;
  protocol::Mailbox<protocol::Acknowledgement>& acknowledgements_;
  protocol::Mailbox<protocol::Numbered<protocol::StageCommand>> commands_;
  protocol::TripleBuffer<protocol::StageSnapshot> snapshots_;
  std::atomic<protocol::Needs> needs_{protocol::kNothing};
  std::atomic<bool> stop_{false};
  protocol::Mailbox<protocol::AttentionPoint> points_;
  std::atomic<std::uint64_t> published_{0};
  std::atomic<std::uint64_t> attention_inspections_{0};
  std::atomic<std::uint64_t> memory_inspections_{0};

  // The inspector's own from here on.
  EpisodeViewer stage_;
  std::unique_ptr<inspect::FaithfulnessTest> faithfulness_test_;
  std::shared_ptr<const protocol::Faithfulness> faithfulness_;
  std::uint64_t faithfulness_version_ = 0;
  Clock::time_point last_faithfulness_{};
  std::unique_ptr<inspect::CounterfactualPlayer> counterfactual_player_;
  std::shared_ptr<const protocol::CounterfactualRollout> rollout_;
  std::uint64_t rollout_version_ = 0;
  Clock::time_point last_point_{};
  protocol::ParameterExchange::Version version_;
  struct OpenedStage {
    std::vector<std::byte> bytes;
    protocol::Position position;  ///< of the parameters that it was kept with
    std::uint64_t version = 0;    ///< of the parameters when it was opened
  };
  std::optional<OpenedStage> opened_;
  bool playing_ = true;
  double speed_ = 1;
  bool dirty_ = true;
  std::string error_;
  std::uint64_t sequence_ = 0;
  std::uint64_t answered_ = 0;
  protocol::Needs seen_needs_ = protocol::kNothing;
  Clock::time_point next_step_ = Clock::now();
  Clock::time_point last_publish_{};
  Clock::time_point last_request_{};
  Clock::time_point speed_since_ = Clock::now();
  std::int64_t speed_steps_ = 0;
  double steps_per_second_ = 0;
  std::vector<protocol::Numbered<protocol::StageCommand>> batch_;
  std::vector<protocol::Numbered<protocol::StageCommand>> waiting_;  ///< until the stage is ready
  Clock::time_point waiting_since_{};

  std::thread thread_;
};

}  // namespace qarium::inspect
