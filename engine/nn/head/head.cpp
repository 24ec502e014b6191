#include "engine/nn/head/head.hpp"

#include <algorithm>
#include <numeric>
#include <optional>

#include "engine/nn/fused/fused_layers.hpp"

namespace qarium::nn {
namespace {

torch::nn::ModuleList make_stream(const config::HeadOptions& options, std::int64_t inputs, std::int64_t outputs) {
  torch::nn::ModuleList linears;
  for (std::int64_t i = 0; i < options.layers; ++i) {
    linears->push_back(torch::nn::Linear(i == 0 ? inputs : options.width, options.width));
  }
  linears->push_back(torch::nn::Linear(options.layers == 0 ? inputs : options.width, outputs));
  return linears;
}

/// With `apart` > 1 each row is that many vectors that go through the layers by themselves, one for each action.
class FusedHead final : public FusedStage {
 public:
  FusedHead(FusedLayers advantage, std::int64_t inputs, std::int64_t actions, std::int64_t apart,
            std::optional<FusedLayers> value = {})
      : advantage_(std::move(advantage)), value_(std::move(value)), inputs_(inputs), actions_(actions), apart_(apart) {}

  float* forward(float* in, std::int64_t rows, bool learn, Arena& arena) override {
    rows_ = rows;
    const float* advantage = advantage_.forward(in, rows * apart_, learn, arena);
    float* out = arena.take(rows * actions_);
    std::copy_n(advantage, rows * actions_, out);
    if (!value_) return out;
    const float* value = value_->forward(mean_of(in, arena), rows, learn, arena);
    for (std::int64_t row = 0; row < rows; ++row) {
      float* its = out + row * actions_;
      const float mean = std::accumulate(its, its + actions_, 0.0F) / static_cast<float>(actions_);
      for (std::int64_t a = 0; a < actions_; ++a)
        its[a] += value[row] - mean;
    }
    return out;
  }

  float* backward(float* out_gradient, bool wanted, Arena& arena) override {
    if (!value_) return advantage_.backward(out_gradient, wanted, arena);
    float* value_gradient = arena.take(rows_);
    for (std::int64_t row = 0; row < rows_; ++row) {
      float* its = out_gradient + row * actions_;
      value_gradient[row] = std::accumulate(its, its + actions_, 0.0F);
      for (std::int64_t a = 0; a < actions_; ++a)
        its[a] -= value_gradient[row] / static_cast<float>(actions_);
    }
    float* through_advantage = advantage_.backward(out_gradient, wanted, arena);
    const float* through_value = value_->backward(value_gradient, wanted, arena);
    if (!wanted) return nullptr;
    const float share = 1 / static_cast<float>(apart_);
    for (std::int64_t i = 0; i < rows_ * apart_; ++i)
      kernels::add_scaled(through_value + i / apart_ * inputs_, share, through_advantage + i * inputs_, inputs_);
    return through_advantage;
  }

 private:
  /// Of the vectors of each row.
  float* mean_of(float* in, Arena& arena) const {
    if (apart_ == 1) return in;
    float* mean = arena.take(rows_ * inputs_);
    std::fill_n(mean, rows_ * inputs_, 0.0F);
    for (std::int64_t i = 0; i < rows_ * apart_; ++i)
      kernels::add_scaled(in + i * inputs_, 1 / static_cast<float>(apart_), mean + i / apart_ * inputs_, inputs_);
    return mean;
  }

  FusedLayers advantage_;
  std::optional<FusedLayers> value_;
  std::int64_t inputs_;
  std::int64_t actions_;
  std::int64_t apart_;
  std::int64_t rows_ = 0;
};

}  // namespace

Head::Head(const config::HeadOptions& options, std::int64_t inputs, std::int64_t actions, bool per_action)
    : options_(options), inputs_(inputs), actions_(actions), per_action_(per_action) {
  advantage_ =
      register_module(options.dueling ? "advantage" : "q", make_stream(options, inputs, per_action ? 1 : actions));
  if (options.dueling) value_ = register_module("value", make_stream(options, inputs, 1));
}

torch::Tensor Head::stream(torch::nn::ModuleList& linears, torch::Tensor x) {
  for (std::size_t i = 0; i < linears->size(); ++i) {
    x = linears->ptr<torch::nn::LinearImpl>(i)->forward(x);
    if (i + 1 < linears->size()) x = x.relu_();
  }
  return x;
}

torch::Tensor Head::forward(const torch::Tensor& fused) {
  auto advantage = stream(advantage_, fused);
  if (per_action_) advantage = advantage.squeeze(2);
  if (!options_.dueling) return advantage;
  return stream(value_, per_action_ ? fused.mean(1) : fused) + advantage - advantage.mean(1, true);
}

std::unique_ptr<FusedStage> Head::fused() {
  const auto layers = [](torch::nn::ModuleList& linears) {
    std::vector<FusedLinear> made;
    for (std::size_t i = 0; i < linears->size(); ++i) {
      const auto linear = linears->ptr<torch::nn::LinearImpl>(i);
      made.emplace_back(linear->weight, linear->bias, i + 1 < linears->size());
    }
    return FusedLayers(std::move(made));
  };
  const auto apart = per_action_ ? actions_ : 1;
  if (!options_.dueling) return std::make_unique<FusedHead>(layers(advantage_), inputs_, actions_, apart);
  return std::make_unique<FusedHead>(layers(advantage_), inputs_, actions_, apart, layers(value_));
}

std::vector<std::pair<std::string, torch::Tensor>> Head::activations(const torch::Tensor& fused) {
  std::vector<std::pair<std::string, torch::Tensor>> all;
  const auto add = [&](const std::string& name, torch::nn::ModuleList& linears, torch::Tensor x) {
    for (std::size_t i = 0; i + 1 < linears->size(); ++i) {
      x = linears->ptr<torch::nn::LinearImpl>(i)->forward(x).relu_();
      all.emplace_back(name + "layer " + std::to_string(i + 1), x);
    }
  };
  add(options_.dueling ? "advantage, " : "", advantage_, fused);
  if (options_.dueling) add("value, ", value_, per_action_ ? fused.mean(1) : fused);
  return all;
}

std::vector<std::string> Head::layers() const {
  std::vector<std::string> lines;
  lines.reserve(static_cast<std::size_t>(options_.layers) + 1);
  for (std::int64_t i = 0; i < options_.layers; ++i) {
    lines.push_back((options_.dueling ? "2 x linear " : "linear ") + std::to_string(i == 0 ? inputs_ : options_.width) +
                    " -> " + std::to_string(options_.width) + ", relu");
  }
  const std::string last = std::to_string(options_.layers == 0 ? inputs_ : options_.width) + " -> ";
  lines.push_back("linear " + last + (per_action_ ? "1, for each action" : std::to_string(actions_)));
  if (options_.dueling) lines.push_back("linear " + last + "1, Q = V + A - mean A");
  return lines;
}

}  // namespace qarium::nn
