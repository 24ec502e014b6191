#pragma once
#include <span>
#include <vector>

#include "widgets/context.hpp"

namespace qarium::widgets {

/// The numbers of the actions as they are shown: action values as they are, a policy's logits as probabilities. Valid
/// as long as the snapshot.
class ShownValues {
 public:
  ShownValues(const protocol::StageSnapshot& stage, bool probabilities);
  ShownValues(const ShownValues&) = delete;
  ShownValues& operator=(const ShownValues&) = delete;
  ~ShownValues() = default;

  std::span<const float> moment;                ///< under the time cursor
  std::span<const float> now;                   ///< the same state by the newest network; empty at the live end
  std::vector<std::span<const float>> history;  ///< of the moments around the cursor

  /// Of the moment's probabilities, in nats.
  float entropy() const;

 private:
  std::span<const float> softmax(const std::vector<float>& logits);

  std::vector<float> storage_;
};

}  // namespace qarium::widgets
