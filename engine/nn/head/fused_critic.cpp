#include "engine/nn/head/fused_critic.hpp"

#include <algorithm>

#include "engine/nn/ops/dense_kernels.hpp"
#include "engine/nn/ops/pooling_kernels.hpp"

namespace qarium::nn {

FusedCritic::FusedCritic(const CriticLayers& layers, FusedLayers value, std::int64_t apart)
    : query_(layers.query, false),
      key_(layers.key, false),
      score_(layers.score->weight),
      value_(std::move(value)),
      window_(layers.window),
      width_(query_.in()),
      units_(query_.out()),
      apart_(apart) {}

MemoryState FusedCritic::forward(const float* in, std::int64_t steps, std::int64_t batch, const MemoryState& carried,
                                 float* outputs, std::int64_t width, Arena& arena) {
  steps_ = steps;
  batch_ = batch;
  out_width_ = width;
  const float* states = states_of(in, arena);
  look_back(carried);
  gather(states, carried, arena);
  queries_ = query_.forward(states, steps * batch, arena);
  weigh(outputs, width, arena);
  return state_after(carried);
}

const float* FusedCritic::states_of(const float* in, Arena& arena) const {
  if (apart_ == 1) return in;
  const auto rows = steps_ * batch_;
  float* mean = arena.take(rows * width_);
  std::fill_n(mean, rows * width_, 0.0F);
  for (std::int64_t i = 0; i < rows * apart_; ++i)
    kernels::add_scaled(in + i * width_, 1 / static_cast<float>(apart_), mean + i / apart_ * width_, width_);
  return mean;
}

void FusedCritic::look_back(const MemoryState& carried) {
  const auto known = carried[1].contiguous();
  before_.clear();
  first_.assign(1, 0);
  all_before_ = 0;
  for (std::int64_t b = 0; b < batch_; ++b) {
    // The oldest is out of every window.
    const float* its = known.data_ptr<float>() + b * window_;
    before_.push_back(std::count_if(its + 1, its + window_, [](float there) { return there > 0.5F; }));
    all_before_ += before_.back();
    first_.push_back(first_.back() + before_.back() + steps_);
  }
  stretches_.clear();
  std::int64_t place = 0;
  for (std::int64_t t = 0; t < steps_; ++t) {
    for (std::int64_t b = 0; b < batch_; ++b) {
      const auto its = std::min(window_, before_[static_cast<std::size_t>(b)] + t + 1);
      stretches_.push_back({place_of(t, b) + 1 - its, its, place});
      place += its;
    }
  }
}

void FusedCritic::gather(const float* states, const MemoryState& carried, Arena& arena) {
  const auto kept = carried[0].contiguous();
  const auto count = first_.back();
  seen_ = arena.take(count * width_);
  values_ = arena.take(count);
  float* before = arena.take(all_before_ * width_);
  float* next = before;
  for (std::int64_t b = 0; b < batch_; ++b) {
    const auto its = before_[static_cast<std::size_t>(b)] * width_;
    const float* newest = kept.data_ptr<float>() + (b + 1) * window_ * width_;
    std::copy_n(newest - its, its, seen_ + seen_before(b) * width_);
    next = std::copy_n(newest - its, its, next);
    for (std::int64_t t = 0; t < steps_; ++t)
      std::copy_n(states + (t * batch_ + b) * width_, width_, seen_ + place_of(t, b) * width_);
  }
  if (all_before_ == 0) return;
  const float* values = value_.forward(before, all_before_, true, arena);
  for (std::int64_t b = 0; b < batch_; ++b) {
    const auto its = before_[static_cast<std::size_t>(b)];
    std::copy_n(values, its, values_ + seen_before(b));
    values += its;
  }
}

void FusedCritic::weigh(float* outputs, std::int64_t width, Arena& arena) {
  const float* keys = key_.forward(seen_, first_.back(), arena);
  const auto count = stretches_.back().place + stretches_.back().states;
  weights_ = arena.take(count);
  hidden_ = arena.take(count * units_);
  for (std::int64_t row = 0; row < steps_ * batch_; ++row)
    values_[place_of(row / batch_, row % batch_)] = outputs[row * width + width - 1];
  for (std::int64_t row = 0; row < steps_ * batch_; ++row) {
    const auto& its = stretches_[static_cast<std::size_t>(row)];
    float* weights = weights_ + its.place;
    kernels::additive_forward({1, its.states, units_, queries_ + row * units_, score_.value}, keys + its.begin * units_,
                              hidden_ + its.place * units_, weights);
    kernels::softmax_rows(1, its.states, weights);
    float sum = 0;
    for (std::int64_t k = 0; k < its.states; ++k)
      sum += weights[k] * values_[its.begin + k];
    outputs[row * width + width - 1] = sum;
  }
}

MemoryState FusedCritic::state_after(const MemoryState& carried) const {
  MemoryState after = {torch::zeros(carried[0].sizes()), torch::zeros(carried[1].sizes())};
  for (std::int64_t b = 0; b < batch_; ++b) {
    const auto its = std::min(window_, before_[static_cast<std::size_t>(b)] + steps_);
    const float* end = seen_ + first_[static_cast<std::size_t>(b) + 1] * width_;
    std::copy_n(end - its * width_, its * width_, after[0].data_ptr<float>() + ((b + 1) * window_ - its) * width_);
    std::fill_n(after[1].data_ptr<float>() + (b + 1) * window_ - its, its, 1.0F);
  }
  return after;
}

float* FusedCritic::backward(float* out_gradient, Arena& arena) {
  const auto count = first_.back();
  const auto zeros = [&](std::int64_t n) {
    float* its = arena.take(n);
    std::fill_n(its, n, 0.0F);
    return its;
  };
  float* of_values = zeros(count);
  float* of_keys = zeros(count * units_);
  float* of_queries = zeros(steps_ * batch_ * units_);
  float* of_weights = arena.take(window_);
  for (std::int64_t row = 0; row < steps_ * batch_; ++row) {
    const auto& its = stretches_[static_cast<std::size_t>(row)];
    const float* weights = weights_ + its.place;
    const float slope = out_gradient[row * out_width_ + out_width_ - 1];
    for (std::int64_t k = 0; k < its.states; ++k) {
      of_values[its.begin + k] += slope * weights[k];
      of_weights[k] = slope * values_[its.begin + k];
    }
    kernels::softmax_rows_backward(1, its.states, weights, of_weights);
    kernels::additive_backward({1, its.states, units_, queries_ + row * units_, score_.value},
                               hidden_ + its.place * units_, of_weights, score_.gradient, of_queries + row * units_,
                               of_keys + its.begin * units_);
  }
  // No gradient reaches what encoded the states before the sequence; their values and keys learn from them.
  float* of_before = arena.take(all_before_);
  float* next = of_before;
  for (std::int64_t b = 0; b < batch_; ++b)
    next = std::copy_n(of_values + seen_before(b), before_[static_cast<std::size_t>(b)], next);
  if (all_before_ > 0) value_.backward(of_before, false, arena);
  float* gradient = query_.backward(of_queries, true, arena);
  const float* of_seen = key_.backward(of_keys, true, arena);
  for (std::int64_t row = 0; row < steps_ * batch_; ++row) {
    const auto place = place_of(row / batch_, row % batch_);
    kernels::add(of_seen + place * width_, gradient + row * width_, width_);
    out_gradient[row * out_width_ + out_width_ - 1] = of_values[place];
  }
  return gradient;
}

void FusedCritic::spread(const float* state_gradient, float* in_gradient) const {
  const float share = 1 / static_cast<float>(apart_);
  for (std::int64_t i = 0; i < steps_ * batch_ * apart_; ++i)
    kernels::add_scaled(state_gradient + i / apart_ * width_, share, in_gradient + i * width_, width_);
}

}  // namespace qarium::nn
