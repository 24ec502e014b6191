#include "engine/agent/dqn/last_batch.hpp"

#include <algorithm>
#include <array>

namespace qarium::agent {
namespace {

void put(core::ByteWriter& out, const Transition& step) {
  out.put(static_cast<std::uint64_t>(step.slot));
  out.put(static_cast<std::uint64_t>(step.next_slot));
  out.put(step.action);
  out.put(step.reward);
  out.put(step.discount);
  out.put(step.terminal);
  out.put(step.weight);
  out.put(step.age);
  out.put(step.steps);
}

Transition get_transition(core::ByteReader& in) {
  Transition step;
  step.slot = in.get<std::uint64_t>();
  step.next_slot = in.get<std::uint64_t>();
  step.action = in.get<int>();
  step.reward = in.get<float>();
  step.discount = in.get<float>();
  step.terminal = in.get_flag();
  step.weight = in.get<float>();
  step.age = in.get<std::int64_t>();
  step.steps = in.get<int>();
  return step;
}

}  // namespace

void LastBatch::write(core::ByteWriter& out) const {
  out.put(static_cast<std::uint64_t>(steps.size()));
  for (const auto& step : steps)
    put(out, step);
  out.put(rescaled);
  out.put(double_q);
  out.put(made);
  for (const auto* numbers : {&q, &targets, &losses, &values, &next_online, &next_target, &here_target})
    out.put_all(*numbers);
  out.put_all(places);
}

LastBatch LastBatch::read(core::ByteReader& in, std::size_t slots, std::size_t actions) {
  LastBatch batch;
  for (auto left = in.get<std::uint64_t>(); left > 0; --left) {
    const auto step = get_transition(in);
    in.require(step.slot < slots && step.next_slot < slots && step.action >= 0 &&
                   static_cast<std::size_t>(step.action) < actions && step.age >= 0,
               "holds a transition that is not in replay");
    batch.steps.push_back(step);
  }
  batch.rescaled = in.get_flag();
  batch.double_q = in.get_flag();
  batch.made = in.get_flag();
  for (auto* numbers : {&batch.q, &batch.targets, &batch.losses, &batch.values, &batch.next_online, &batch.next_target,
                        &batch.here_target})
    *numbers = in.get_all<float>();
  batch.places = in.get_all<Place>();
  const auto n = batch.steps.size();
  const bool one_each = std::ranges::all_of(std::array{&batch.q, &batch.targets, &batch.losses},
                                            [&](const auto* numbers) { return numbers->size() == n; });
  const bool one_an_action =
      std::ranges::all_of(std::array{&batch.values, &batch.next_online, &batch.next_target, &batch.here_target},
                          [&](const auto* rows) { return rows->empty() || rows->size() == n * actions; });
  in.require(one_each && one_an_action && (batch.places.empty() || batch.places.size() == n),
             "holds a batch that was not sampled as one");
  return batch;
}

}  // namespace qarium::agent
