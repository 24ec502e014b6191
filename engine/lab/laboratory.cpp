#include "engine/lab/laboratory.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <stdexcept>
#include <string>

#include "engine/core/error.hpp"
#include "engine/lab/bit_loss.hpp"
#include "engine/nn/initialisation.hpp"
#include "engine/nn/report/memory_view.hpp"
#include "engine/nn/report/numbers.hpp"
#include "engine/protocol/memory_traces.hpp"

namespace qarium::lab {
namespace {

using nn::numbers;
using torch::Tensor;

constexpr std::int64_t kTestBatch = 4;

core::RandomStream stream_of(const protocol::LaboratoryOptions& options, core::Purpose purpose, std::uint32_t index) {
  return {static_cast<std::uint64_t>(options.hyperparameters.seed), purpose, index};
}

/// Row `t` of values [steps, width].
std::span<const float> row(const std::vector<float>& values, std::int64_t t, int width) {
  return std::span(values).subspan(static_cast<std::size_t>(t * width), static_cast<std::size_t>(width));
}

}  // namespace

Laboratory::Laboratory(const protocol::LaboratoryOptions& options)
    : options_(options), task_(make_task(options)), stream_(stream_of(options, core::Purpose::Laboratory, 0)) {
  config::validate(options_.hyperparameters);
  if (options_.sequences < 1)
    throw core::UserError("sequences = " + std::to_string(options_.sequences) + " is too few");
  if (!(options_.decay >= 0 && options_.decay <= 1)) {
    throw core::UserError("decay = " + std::to_string(options_.decay) +
                          " is not a share of the sequences: it must lie between 0 and 1");
  }
  model_ = std::make_shared<Model>(options_.hyperparameters.memory, task_->inputs(), task_->outputs());
  nn::initialise(*model_, stream_of(options_, core::Purpose::Initialisation, 0));
  parameters_ = std::make_unique<nn::FlatParameters>(*model_, torch::kCPU);
  optimizer_ = std::make_unique<agent::Optimizer>(*parameters_);
}

std::int64_t Laboratory::draw_length(core::RandomStream& stream) const {
  const auto lengths = static_cast<std::uint32_t>(options_.max_length - options_.min_length + 1);
  return options_.min_length + stream.below(lengths);
}

config::Hyperparameters Laboratory::hyperparameters_now() const {
  auto now = options_.hyperparameters;
  const auto left = 1 - static_cast<double>(sequences_) / static_cast<double>(options_.sequences);
  if (left < options_.decay) now.learning_rate *= std::max(left, 0.0) / options_.decay;
  return now;
}

void Laboratory::tick() {
  const auto length = draw_length(stream_);
  const auto batch = task_->draw(length, options_.hyperparameters.batch_size, stream_);
  const auto target = batch.target.narrow(0, batch.answer, batch.steps() - batch.answer);
  const auto logits = model_->logits(batch.input, batch.answer);
  const auto loss = bit_loss(logits, target);
  parameters_->zero_gradients();
  logits.backward(loss.gradient);
  const auto norm = optimizer_->step(*parameters_, hyperparameters_now());
  if (!std::isfinite(norm) || !std::isfinite(loss.value)) {
    throw std::runtime_error(
        "learning diverged: the loss or its gradient is not finite; begin anew with a lower "
        "learning_rate or max_grad_norm");
  }
  ++updates_;
  record(loss.wrong, loss.value);
}

void Laboratory::record(const std::vector<std::int64_t>& wrong, double loss) {
  for (const auto bits : wrong) {
    ++sequences_;
    flawless_ = bits == 0 ? flawless_ + 1 : 0;
    recent_.add(static_cast<double>(bits));
    ++sum_.sequences;
    sum_.bits_per_sequence += static_cast<double>(bits);
    sum_.loss += loss;
    if (sum_.sequences < kPointSequences) continue;
    const auto n = static_cast<double>(sum_.sequences);
    points_.push_back({sequences_, sum_.bits_per_sequence / n, sum_.loss / n});
    sum_ = {};
  }
}

double Laboratory::bits_per_sequence() const {
  return sequences_ < kRecentSequences ? -1 : recent_.mean();
}

std::int64_t Laboratory::count_wrong(const Batch& batch) {
  const torch::NoGradGuard no_grad;
  const auto logits = model_->logits(batch.input, batch.answer);
  const auto wrong = bit_loss(logits, batch.target.narrow(0, batch.answer, logits.size(0))).wrong;
  return std::accumulate(wrong.begin(), wrong.end(), std::int64_t{0});
}

double Laboratory::wrong_bits(std::int64_t length, std::int64_t count) {
  task_->require_length(length);
  auto stream = stream_of(options_, core::Purpose::LaboratoryTest, static_cast<std::uint32_t>(length));
  std::int64_t wrong = 0;
  for (std::int64_t done = 0; done < count; done += kTestBatch)
    wrong += count_wrong(task_->draw(length, std::min(kTestBatch, count - done), stream));
  return static_cast<double>(wrong) / static_cast<double>(count);
}

double Laboratory::wrong_bits(std::int64_t count) {
  auto stream = stream_of(options_, core::Purpose::LaboratoryTest, 0);
  std::int64_t wrong = 0;
  for (std::int64_t done = 0; done < count; done += kTestBatch)
    wrong += count_wrong(task_->draw(draw_length(stream), std::min(kTestBatch, count - done), stream));
  return static_cast<double>(wrong) / static_cast<double>(count);
}

protocol::LaboratorySample Laboratory::sample(std::int64_t length, std::uint32_t number) {
  task_->require_length(length);
  const torch::NoGradGuard no_grad;
  auto stream = stream_of(options_, core::Purpose::LaboratorySample, number);
  const auto batch = task_->draw(length, 1, stream);
  protocol::LaboratorySample sample;
  sample.sequences = sequences_;
  sample.length = length;
  sample.number = number;
  sample.steps = static_cast<int>(batch.steps());
  sample.inputs = static_cast<int>(task_->inputs());
  sample.outputs = static_cast<int>(task_->outputs());
  sample.input = numbers(batch.input);
  sample.target = numbers(batch.target);
  const auto& memory_options = options_.hyperparameters.memory;
  auto& memory = model_->memory();
  auto state = memory.initial_state(1);
  for (std::int64_t t = 0; t < batch.steps(); ++t) {
    nn::Probe probe;
    auto after = memory.step(batch.input[t], state, &probe);
    const auto logits = model_->read_out(after.output);
    const auto answer = numbers(torch::sigmoid(logits));
    const bool scored = t >= batch.answer;
    sample.scored.push_back(scored);
    if (scored) sample.wrong_bits += bit_loss(logits.unsqueeze(0), batch.target[t].unsqueeze(0)).wrong.front();
    sample.answer.insert(sample.answer.end(), answer.begin(), answer.end());
    sample.memory.push_back(nn::memory_view(memory_options, memory, probe.memory, 0, state, after.state));
    protocol::append(sample.episode,
                     protocol::memory_step(sample.memory.back(), row(sample.input, t, sample.inputs), answer));
    state = std::move(after.state);
  }
  return sample;
}

}  // namespace qarium::lab
