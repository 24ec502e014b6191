#pragma once
#include <readerwriterqueue/readerwriterqueue.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <string_view>
#include <vector>

namespace qarium::protocol {

/// The scalars that learning reports over time.
enum class Scalar : std::uint8_t {
  EpisodeReturn,
  EpisodeLength,
  Loss,
  MeanQ,       ///< mean over the batch of max_a Q(s, a)
  TdErrorP50,  ///< median of |TD error| in the batch
  TdErrorP95,
  Epsilon,
  GradientNorm,  ///< before clipping
  StepsPerSecond,
  EvaluationReturn,
};
inline constexpr std::size_t kScalarCount = static_cast<std::size_t>(Scalar::EvaluationReturn) + 1;
/// The column's name in progress.csv.
std::string_view name(Scalar scalar);

/// One value, or several merged: then minimum <= mean <= maximum and `step` is the last one's.
struct ScalarPoint {
  Scalar scalar = Scalar::Loss;
  std::int64_t step = 0;  ///< environment steps
  float minimum = 0;
  float maximum = 0;
  float mean = 0;
  std::int64_t count = 1;
};

struct EpisodeRecord {
  std::int64_t step = 0;  ///< environment steps when it ended
  std::int64_t episode = 0;
  float episode_return = 0;
  std::int64_t length = 0;
};

/// Scalars and episodes on their way from the trainer to the window. The trainer never waits and never allocates
/// without bound: where the queue is full, scalars merge into minimum, maximum and mean, and episodes are kept aside
/// and sent later. One producer thread, one consumer thread.
class History {
 public:
  explicit History(std::size_t capacity = 1 << 15);

  // Producer.
  void push(Scalar scalar, std::int64_t step, float value);
  void push(const EpisodeRecord& record);
  /// Sends what was merged or kept aside, as far as there is room.
  void flush();

  // Consumer: appends everything that has arrived.
  void drain(std::vector<ScalarPoint>& scalars, std::vector<EpisodeRecord>& episodes);

 private:
  moodycamel::ReaderWriterQueue<ScalarPoint> scalars_;
  moodycamel::ReaderWriterQueue<EpisodeRecord> episodes_;
  std::array<ScalarPoint, kScalarCount> merged_;  ///< count 0 = nothing waiting
  std::deque<EpisodeRecord> aside_;
};

}  // namespace qarium::protocol
