#pragma once
#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "engine/lab/laboratory.hpp"
#include "engine/protocol/commands.hpp"
#include "engine/protocol/mailbox.hpp"
#include "engine/protocol/numbered.hpp"
#include "engine/protocol/snapshot.hpp"
#include "engine/protocol/triple_buffer.hpp"

namespace qarium::lab {

/// The thread that runs a laboratory: drain commands, learn from a batch or wait, publish. It stands still until
/// StartLaboratory. What goes wrong stops learning and is shown in the snapshot. An answer's position counts sequences
/// as environment steps. Everything here may be called from the main thread only.
class LaboratoryThread {
 public:
  /// `acknowledgements` must outlive the thread.
  explicit LaboratoryThread(protocol::Mailbox<protocol::Acknowledgement>& acknowledgements);
  /// Stops at the next batch.
  ~LaboratoryThread();
  LaboratoryThread(const LaboratoryThread&) = delete;
  LaboratoryThread& operator=(const LaboratoryThread&) = delete;

  void send(std::uint64_t id, protocol::LaboratoryCommand command);
  /// Samples are made while Part::Laboratory is wanted: while it learns ten a second at most, and in a tenth of the
  /// time at most; and one where it stops.
  void set_needs(protocol::Needs needs);
  /// Takes the newest snapshot, if one came.
  bool update_snapshot() { return snapshots_.update(); }
  const protocol::LaboratorySnapshot& snapshot() const { return snapshots_.front(); }
  /// Replaces `out` by the points since the last call. They come whether or not anybody looks.
  void points(std::vector<protocol::LaboratoryPoint>& out) { points_.take(out); }

  /// So far; stands still while nobody looks.
  std::uint64_t samples_made() const { return samples_.load(std::memory_order_relaxed); }

 private:
  using Clock = std::chrono::steady_clock;

  void work();
  void apply(const protocol::Numbered<protocol::LaboratoryCommand>& command);
  std::string carry_out(const protocol::LaboratoryCommand& command);
  std::string start(const protocol::LaboratoryOptions& options);
  void go_on();
  void stop_learning();
  void learn();
  void send_points();
  void measure_speed();
  bool sample_due() const;
  void make_sample();
  void publish();
  void guarded(const auto& what);

  protocol::Mailbox<protocol::Acknowledgement>& acknowledgements_;
  protocol::Mailbox<protocol::Numbered<protocol::LaboratoryCommand>> commands_;
  protocol::TripleBuffer<protocol::LaboratorySnapshot> snapshots_;
  protocol::Mailbox<protocol::LaboratoryPoint> points_;
  std::atomic<protocol::Needs> needs_{protocol::kNothing};
  std::atomic<bool> stop_{false};
  std::atomic<std::uint64_t> samples_{0};

  // The thread's own from here on.
  std::unique_ptr<Laboratory> laboratory_;
  bool running_ = false;
  bool dirty_ = false;
  std::string error_;
  std::uint64_t run_ = 0;
  std::uint64_t sequence_ = 0;
  std::uint64_t versions_ = 0;
  std::size_t points_sent_ = 0;
  std::int64_t sample_length_ = 0;
  std::uint32_t sample_number_ = 0;
  bool sample_stale_ = false;  ///< another is wanted at once
  std::shared_ptr<const protocol::LaboratorySample> sample_;
  double seconds_ = 0;
  double sequences_per_second_ = 0;
  std::int64_t speed_sequences_ = 0;
  double speed_seconds_ = 0;
  Clock::time_point next_sample_{};
  Clock::time_point last_publish_{};
  std::vector<protocol::Numbered<protocol::LaboratoryCommand>> batch_;

  std::thread thread_;
};

}  // namespace qarium::lab
