#include "engine/inspect/stored_frame.hpp"

namespace qarium::inspect {

std::size_t bytes_of(const StoredFrame& frame) {
  std::size_t strips = 0;
  if (frame.memory) {
    for (const auto& trace : frame.memory->traces)
      strips += sizeof(trace) + trace.values.capacity() * sizeof(float);
  }
  return strips + sizeof(StoredFrame) + frame.state.capacity() + frame.observation.capacity() +
         frame.moment.action_values.capacity() * sizeof(float) +
         (frame.moment.returns ? frame.moment.returns->numbers.capacity() * sizeof(float) : 0) + frame.before.bytes();
}

}  // namespace qarium::inspect
