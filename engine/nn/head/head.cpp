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
  FusedHead(FusedLayers actions_stream, std::int64_t inputs, std::int64_t actions, std::int64_t apart)
      : actions_stream_(std::move(actions_stream)), inputs_(inputs), actions_(actions), apart_(apart) {}
  /// With a value that is joined to the actions as a duel, or stands behind them.
  FusedHead(FusedLayers actions_stream, FusedLayers value, bool duel, std::int64_t inputs, std::int64_t actions,
            std::int64_t apart)
      : FusedHead(std::move(actions_stream), inputs, actions, apart) {
    value_ = std::move(value);
    duel_ = duel;
  }

  float* forward(float* in, std::int64_t rows, bool learn, Arena& arena) override {
    rows_ = rows;
    const float* of_actions = actions_stream_.forward(in, rows * apart_, learn, arena);
    float* out = arena.take(rows * width());
    if (!value_) {
      std::copy_n(of_actions, rows * actions_, out);
      return out;
    }
    const float* value = value_->forward(mean_of(in, arena), rows, learn, arena);
    for (std::int64_t row = 0; row < rows; ++row) {
      float* its = out + row * width();
      std::copy_n(of_actions + row * actions_, actions_, its);
      if (!duel_) {
        its[actions_] = value[row];
        continue;
      }
      const float mean = std::accumulate(its, its + actions_, 0.0F) / static_cast<float>(actions_);
      for (std::int64_t a = 0; a < actions_; ++a)
        its[a] += value[row] - mean;
    }
    return out;
  }

  float* backward(float* out_gradient, bool wanted, Arena& arena) override {
    if (!value_) return actions_stream_.backward(out_gradient, wanted, arena);
    float* value_gradient = arena.take(rows_);
    float* actions_gradient = duel_ ? out_gradient : arena.take(rows_ * actions_);
    for (std::int64_t row = 0; row < rows_; ++row) {
      float* its = out_gradient + row * width();
      if (!duel_) {
        std::copy_n(its, actions_, actions_gradient + row * actions_);
        value_gradient[row] = its[actions_];
        continue;
      }
      value_gradient[row] = std::accumulate(its, its + actions_, 0.0F);
      for (std::int64_t a = 0; a < actions_; ++a)
        its[a] -= value_gradient[row] / static_cast<float>(actions_);
    }
    float* through_actions = actions_stream_.backward(actions_gradient, wanted, arena);
    const float* through_value = value_->backward(value_gradient, wanted, arena);
    if (!wanted) return nullptr;
    const float share = 1 / static_cast<float>(apart_);
    for (std::int64_t i = 0; i < rows_ * apart_; ++i)
      kernels::add_scaled(through_value + i / apart_ * inputs_, share, through_actions + i * inputs_, inputs_);
    return through_actions;
  }

 private:
  /// Numbers of a row.
  std::int64_t width() const { return actions_ + (value_ && !duel_ ? 1 : 0); }

  /// Of the vectors of each row.
  float* mean_of(float* in, Arena& arena) const {
    if (apart_ == 1) return in;
    float* mean = arena.take(rows_ * inputs_);
    std::fill_n(mean, rows_ * inputs_, 0.0F);
    for (std::int64_t i = 0; i < rows_ * apart_; ++i)
      kernels::add_scaled(in + i * inputs_, 1 / static_cast<float>(apart_), mean + i / apart_ * inputs_, inputs_);
    return mean;
  }

  FusedLayers actions_stream_;
  std::optional<FusedLayers> value_;
  bool duel_ = false;
  std::int64_t inputs_;
  std::int64_t actions_;
  std::int64_t apart_;
  std::int64_t rows_ = 0;
};

}  // namespace

Head::Head(const config::HeadOptions& options, std::int64_t inputs, std::int64_t actions, bool per_action,
           HeadOutputs outputs)
    : options_(options), inputs_(inputs), actions_(actions), per_action_(per_action), outputs_(outputs) {
  if (criticises()) options_.dueling = false;
  actions_stream_ = register_module(name(), make_stream(options, inputs, per_action ? 1 : actions));
  if (two_streams()) value_ = register_module("value", make_stream(options, inputs, 1));
}

const char* Head::name() const {
  if (criticises()) return "policy";
  return options_.dueling ? "advantage" : "q";
}

torch::Tensor Head::stream(torch::nn::ModuleList& linears, torch::Tensor x) {
  for (std::size_t i = 0; i < linears->size(); ++i) {
    x = linears->ptr<torch::nn::LinearImpl>(i)->forward(x);
    if (i + 1 < linears->size()) x = x.relu_();
  }
  return x;
}

torch::Tensor Head::forward(const torch::Tensor& fused) {
  auto of_actions = stream(actions_stream_, fused);
  if (per_action_) of_actions = of_actions.squeeze(2);
  if (!two_streams()) return of_actions;
  const auto value = stream(value_, per_action_ ? fused.mean(1) : fused);
  if (criticises()) return torch::cat({of_actions, value}, 1);
  return value + of_actions - of_actions.mean(1, true);
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
  if (!two_streams()) return std::make_unique<FusedHead>(layers(actions_stream_), inputs_, actions_, apart);
  return std::make_unique<FusedHead>(layers(actions_stream_), layers(value_), options_.dueling, inputs_, actions_,
                                     apart);
}

std::vector<std::pair<std::string, torch::Tensor>> Head::activations(const torch::Tensor& fused) {
  std::vector<std::pair<std::string, torch::Tensor>> all;
  const auto add = [&](const std::string& name, torch::nn::ModuleList& linears, torch::Tensor x) {
    for (std::size_t i = 0; i + 1 < linears->size(); ++i) {
      x = linears->ptr<torch::nn::LinearImpl>(i)->forward(x).relu_();
      all.emplace_back(name + "layer " + std::to_string(i + 1), x);
    }
  };
  add(two_streams() ? std::string(name()) + ", " : "", actions_stream_, fused);
  if (two_streams()) add("value, ", value_, per_action_ ? fused.mean(1) : fused);
  return all;
}

std::vector<std::string> Head::layers() const {
  std::vector<std::string> lines;
  lines.reserve(static_cast<std::size_t>(options_.layers) + 1);
  for (std::int64_t i = 0; i < options_.layers; ++i) {
    lines.push_back((two_streams() ? "2 x linear " : "linear ") + std::to_string(i == 0 ? inputs_ : options_.width) +
                    " -> " + std::to_string(options_.width) + ", relu");
  }
  const std::string last = std::to_string(options_.layers == 0 ? inputs_ : options_.width) + " -> ";
  lines.push_back("linear " + last + (per_action_ ? "1, for each action" : std::to_string(actions_)) +
                  (criticises() ? ", logits" : ""));
  if (options_.dueling) lines.push_back("linear " + last + "1, Q = V + A - mean A");
  if (criticises()) lines.push_back("linear " + last + "1, V");
  return lines;
}

}  // namespace qarium::nn
