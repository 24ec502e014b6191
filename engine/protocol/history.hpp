#pragma once
#include <readerwriterqueue/readerwriterqueue.h>

#include <cstddef>
#include <cstdint>
#include <deque>
#include <vector>

#include "engine/protocol/metrics.hpp"

namespace qarium::protocol {

struct EpisodeRecord {
  std::int64_t step = 0;  ///< environment steps when it ended
  std::int64_t episode = 0;
  float episode_return = 0;
  std::int64_t length = 0;
};

/// Metrics and episodes on their way from the trainer to the window. The trainer never waits and never allocates
/// without bound: where the queue is full, points of a metric merge into minimum, maximum and mean, and episodes are
/// kept aside and sent later. One producer thread, one consumer thread.
class History {
 public:
  explicit History(std::size_t capacity = 1 << 15);

  // Producer.
  void push(MetricId metric, std::int64_t step, float value);
  void push(const EpisodeRecord& record);
  /// Sends what was merged or kept aside, as far as there is room.
  void flush();

  // Consumer: appends everything that has arrived before the call, and returns however fast more is pushed.
  void drain(std::vector<MetricPoint>& points, std::vector<EpisodeRecord>& episodes);

 private:
  moodycamel::ReaderWriterQueue<MetricPoint> points_;
  moodycamel::ReaderWriterQueue<EpisodeRecord> episodes_;
  std::vector<MetricPoint> merged_;  ///< by MetricId, as far as any was pushed; count 0 = nothing waiting
  std::deque<EpisodeRecord> aside_;
};

}  // namespace qarium::protocol
