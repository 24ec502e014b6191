// The last update's batch as bytes: read back as it was, or refused.
#include "engine/agent/dqn/last_batch.hpp"
#include "engine/core/error.hpp"
#include "tests/catch.hpp"

namespace qarium::agent_last_batch_test {
namespace {

constexpr std::size_t kSlots = 50;
constexpr std::size_t kActions = 3;

agent::LastBatch some_batch() {
  agent::LastBatch batch;
  for (std::size_t i = 0; i < 4; ++i) {
    batch.steps.push_back({.slot = 10 * i, .next_slot = 10 * i + 1, .action = static_cast<int>(i % kActions)});
    batch.q.push_back(static_cast<float>(i));
    batch.targets.push_back(1);
    batch.losses.push_back(0.5F);
    batch.places.push_back({static_cast<std::int64_t>(i) / 2, static_cast<std::int64_t>(i) % 2});
  }
  batch.values.assign(4 * kActions, 0.25F);
  batch.next_target = batch.values;
  batch.made = batch.double_q = true;
  return batch;
}

std::vector<std::byte> written(const agent::LastBatch& batch) {
  core::ByteWriter out;
  batch.write(out);
  return out.take();
}

agent::LastBatch read(std::span<const std::byte> bytes) {
  core::ByteReader in(bytes, "the batch");
  auto batch = agent::LastBatch::read(in, kSlots, kActions);
  in.expect_end();
  return batch;
}

}  // namespace

TEST_CASE("a batch is read back as it was written", "[replay]") {
  const auto bytes = written(some_batch());
  const auto batch = read(bytes);
  CHECK(batch.steps[3].next_slot == 31);
  CHECK(batch.places[3].sequence == 1);
  CHECK(batch.made);
  CHECK((written(batch) == bytes));
}

TEST_CASE("what is no batch of this replay and agent is refused", "[replay]") {
  const auto bytes = written(some_batch());
  for (std::size_t size = 0; size < bytes.size(); ++size)
    REQUIRE_THROWS_AS(read(std::span(bytes).first(size)), core::UserError);
  auto batch = some_batch();
  batch.steps[1].slot = kSlots;
  CHECK_THROWS_WITH(read(written(batch)), ContainsSubstring("not in replay"));
  batch = some_batch();
  batch.steps[1].action = kActions;
  CHECK_THROWS_AS(read(written(batch)), core::UserError);
  batch = some_batch();
  batch.targets.pop_back();
  CHECK_THROWS_WITH(read(written(batch)), ContainsSubstring("not sampled as one"));
  batch = some_batch();
  batch.values.pop_back();
  CHECK_THROWS_AS(read(written(batch)), core::UserError);
}

}  // namespace qarium::agent_last_batch_test
