// TripleBuffer: the reader gets whole values, never older than one it had, and in the end the last.
#include <algorithm>
#include <array>
#include <atomic>
#include <cstdint>
#include <thread>
#include <vector>

#include "engine/protocol/triple_buffer.hpp"
#include "tests/catch.hpp"

namespace qarium::protocol_triple_buffer_test {

TEST_CASE("a triple buffer hands over the latest value once") {
  protocol::TripleBuffer<int> buffer;
  CHECK_FALSE(buffer.update());
  buffer.back() = 1;
  CHECK_FALSE(buffer.update());
  buffer.publish();
  CHECK(buffer.update());
  CHECK(buffer.front() == 1);
  CHECK_FALSE(buffer.update());
  CHECK(buffer.front() == 1);
  for (int value = 2; value <= 9; ++value) {
    buffer.back() = value;
    buffer.publish();
  }
  CHECK(buffer.front() == 1);
  CHECK(buffer.update());
  CHECK(buffer.front() == 9);
}

TEST_CASE("a triple buffer's slots are three and keep their memory") {
  protocol::TripleBuffer<std::vector<int>> buffer;
  std::vector<const int*> memory;
  for (int turn = 0; turn < 12; ++turn) {
    buffer.back().assign(100, turn);
    const int* data = buffer.back().data();
    if (std::find(memory.begin(), memory.end(), data) == memory.end()) memory.push_back(data);
    buffer.publish();
    REQUIRE(buffer.update());
    REQUIRE(buffer.front().front() == turn);
  }
  CHECK(memory.size() <= 3);
}

TEST_CASE("a triple buffer between two threads: whole values, in order, the last one in the end") {
  constexpr std::uint64_t kLast = 20'000;
  protocol::TripleBuffer<std::array<std::uint64_t, 32>> buffer;
  std::atomic<bool> read{false};
  std::thread writer([&] {
    for (std::uint64_t value = 1; value <= kLast; ++value) {
      // However the threads are scheduled, both are at it in the middle.
      while (value == kLast / 2 && !read.load())
        std::this_thread::yield();
      buffer.back().fill(value);
      buffer.publish();
      if (value % 64 == 0) std::this_thread::yield();
    }
  });
  std::uint64_t seen = 0;
  std::uint64_t updates = 0;
  bool whole = true;
  bool newer = true;
  while (seen < kLast) {
    if (!buffer.update()) {
      std::this_thread::yield();
      continue;
    }
    const auto& value = buffer.front();
    whole = whole && std::all_of(value.begin(), value.end(), [&](auto item) { return item == value.front(); });
    newer = newer && value.front() > seen;
    seen = value.front();
    read.store(true);
    ++updates;
    if (!whole || !newer) break;
  }
  writer.join();
  CHECK(whole);
  CHECK(newer);
  CHECK(seen == kLast);
  CHECK(updates > 1);
  CHECK_FALSE(buffer.update());
}

}  // namespace qarium::protocol_triple_buffer_test
