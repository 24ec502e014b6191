#include "engine/nn/head/head.hpp"

#include <algorithm>
#include <numbers>
#include <optional>

#include "engine/nn/fused/fused_layers.hpp"

namespace qarium::nn {
namespace {

/// Cosines that a fraction is embedded in (Dabney 2018b).
constexpr std::int64_t kCosines = 64;

/// How an output is laid out.
struct HeadLayout {
  std::int64_t inputs;   ///< F
  std::int64_t actions;  ///< A
  std::int64_t numbers;  ///< N of each action
  std::int64_t apart;    ///< > 1: each row is as many vectors that go through the layers by themselves, one an action
};

class FusedHead final : public FusedStage {
 public:
  FusedHead(FusedLayers actions_stream, const HeadLayout& layout)
      : actions_stream_(std::move(actions_stream)), layout_(layout) {}
  /// With a value that is joined to the actions as a duel, or stands behind them.
  FusedHead(FusedLayers actions_stream, FusedLayers value, bool duel, const HeadLayout& layout)
      : actions_stream_(std::move(actions_stream)), value_(std::move(value)), duel_(duel), layout_(layout) {}

  float* forward(float* in, std::int64_t rows, bool learn, Arena& arena) override {
    rows_ = rows;
    const auto [inputs, actions, numbers, apart] = layout_;
    const auto all = actions * numbers;
    const float* of_actions = actions_stream_.forward(in, rows * apart, learn, arena);
    float* out = arena.take(rows * width());
    if (!value_) {
      std::copy_n(of_actions, rows * all, out);
      return out;
    }
    const float* value = value_->forward(mean_of(in, arena), rows, learn, arena);
    for (std::int64_t row = 0; row < rows; ++row) {
      float* its = out + row * width();
      std::copy_n(of_actions + row * all, all, its);
      if (!duel_) {
        its[all] = value[row];
        continue;
      }
      for (std::int64_t i = 0; i < numbers; ++i) {
        float sum = 0;
        for (std::int64_t a = 0; a < actions; ++a)
          sum += its[a * numbers + i];
        const float mean = sum / static_cast<float>(actions);
        for (std::int64_t a = 0; a < actions; ++a)
          its[a * numbers + i] += value[row * numbers + i] - mean;
      }
    }
    return out;
  }

  float* backward(float* out_gradient, bool wanted, Arena& arena) override {
    if (!value_) return actions_stream_.backward(out_gradient, wanted, arena);
    const auto [inputs, actions, numbers, apart] = layout_;
    const auto all = actions * numbers;
    float* value_gradient = arena.take(rows_ * numbers);
    float* actions_gradient = duel_ ? out_gradient : arena.take(rows_ * all);
    for (std::int64_t row = 0; row < rows_; ++row) {
      float* its = out_gradient + row * width();
      if (!duel_) {
        std::copy_n(its, all, actions_gradient + row * all);
        value_gradient[row] = its[all];
        continue;
      }
      for (std::int64_t i = 0; i < numbers; ++i) {
        float sum = 0;
        for (std::int64_t a = 0; a < actions; ++a)
          sum += its[a * numbers + i];
        value_gradient[row * numbers + i] = sum;
        for (std::int64_t a = 0; a < actions; ++a)
          its[a * numbers + i] -= sum / static_cast<float>(actions);
      }
    }
    float* through_actions = actions_stream_.backward(actions_gradient, wanted, arena);
    const float* through_value = value_->backward(value_gradient, wanted, arena);
    if (!wanted) return nullptr;
    const float share = 1 / static_cast<float>(apart);
    for (std::int64_t i = 0; i < rows_ * apart; ++i)
      kernels::add_scaled(through_value + i / apart * inputs, share, through_actions + i * inputs, inputs);
    return through_actions;
  }

 private:
  /// Numbers of a row.
  std::int64_t width() const { return layout_.actions * layout_.numbers + (value_ && !duel_ ? 1 : 0); }

  /// Of the vectors of each row.
  float* mean_of(float* in, Arena& arena) const {
    const auto [inputs, actions, numbers, apart] = layout_;
    if (apart == 1) return in;
    float* mean = arena.take(rows_ * inputs);
    std::fill_n(mean, rows_ * inputs, 0.0F);
    for (std::int64_t i = 0; i < rows_ * apart; ++i)
      kernels::add_scaled(in + i * inputs, 1 / static_cast<float>(apart), mean + i / apart * inputs, inputs);
    return mean;
  }

  FusedLayers actions_stream_;
  std::optional<FusedLayers> value_;
  bool duel_ = false;
  HeadLayout layout_;
  std::int64_t rows_ = 0;
};

}  // namespace

Head::Head(const config::HeadOptions& options, const HeadInputs& inputs)
    : inputs_(inputs), dueling_(options.dueling && !criticises()) {
  // An implicit distribution goes through the streams once for each fraction, and gives a number each time.
  const auto numbers = implicit() ? 1 : inputs.returns.numbers;
  const auto stream = [&](std::int64_t outputs) {
    return std::make_shared<Stream>(options, inputs.layers, inputs.width, outputs);
  };
  actions_stream_ = register_module(name(), stream((inputs.per_action ? 1 : inputs.actions) * numbers));
  if (two_streams()) value_ = register_module("value", stream(criticises() ? 1 : numbers));
  if (inputs.critic_window > 0) {
    critic_ = register_module("critic", std::make_shared<CriticAttention>(inputs.critic_window, inputs.width));
  }
  if (implicit()) cosine_ = register_module("cosine", torch::nn::Linear(kCosines, inputs.width));
}

const char* Head::name() const {
  if (criticises()) return "policy";
  return dueling_ ? "advantage" : "q";
}

std::vector<std::int64_t> Head::output_shape() const {
  if (criticises()) return {inputs_.actions + 1};
  return {inputs_.actions * (implicit() ? asked_ : inputs_.returns.numbers)};
}

void Head::ask(std::vector<float> fractions, std::int64_t n) {
  fractions_ = std::move(fractions);
  asked_ = n;
}

void Head::draw_noise(core::RandomStream& stream, Noise noise) {
  actions_stream_->draw_noise(stream, noise);
  if (value_) value_->draw_noise(stream, noise);
  if (!implicit() || noise != Noise::Policy) return;
  std::vector<float> fractions(kActingFractions);
  for (auto& fraction : fractions)
    fraction = static_cast<float>(stream.uniform());
  ask(std::move(fractions), kActingFractions);
}

void Head::settle() {
  ask({}, kActingFractions);
  actions_stream_->settle();
  if (value_) value_->settle();
}

torch::Tensor Head::at_fractions(const torch::Tensor& fused) {
  const auto rows = fused.size(0);
  auto its = fractions_.empty() ? midpoints(static_cast<std::size_t>(asked_)) : fractions_;
  const auto n = static_cast<std::int64_t>(its.size());
  const auto asked = torch::from_blob(its.data(), {n}, torch::kFloat).clone().to(fused.options().requires_grad(false));
  // Of those that are the same in every row the embedding is made once.
  const bool shared = n == asked_;
  const auto steps = torch::arange(kCosines, asked.options()) * std::numbers::pi;
  const auto cosines = torch::cos(asked.unsqueeze(1) * steps);  // [n or B n, 64]
  auto embedded = cosine_(cosines).relu_().view({shared ? 1 : rows, asked_, -1});
  if (inputs_.per_action) embedded = embedded.unsqueeze(2);
  return (fused.unsqueeze(1) * embedded).flatten(0, 1);
}

torch::Tensor Head::distributions(const torch::Tensor& fused) {
  const auto rows = fused.size(0);
  const auto actions = inputs_.actions;
  const auto x = implicit() ? at_fractions(fused) : fused;
  // [B, n, A, numbers] -> [B, A, n numbers]: one of the two is 1.
  const auto by_action = [&](const torch::Tensor& its, std::int64_t of) {
    return its.reshape({rows, implicit() ? asked_ : 1, of, -1}).transpose(1, 2).reshape({rows, of, -1});
  };
  const auto advantages = by_action(actions_stream_->forward(x), actions);
  if (!dueling_) return advantages;
  const auto value = by_action(value_->forward(inputs_.per_action ? x.mean(1) : x), 1);
  return value + advantages - advantages.mean(1, true);
}

torch::Tensor Head::forward(const torch::Tensor& fused) {
  if (inputs_.returns.distributional()) return distributions(fused).flatten(1);
  auto of_actions = actions_stream_->forward(fused);
  if (inputs_.per_action) of_actions = of_actions.squeeze(2);
  if (!two_streams()) return of_actions;
  const auto value = value_->forward(state_of(fused));
  if (criticises()) return torch::cat({of_actions, value}, 1);
  return value + of_actions - of_actions.mean(1, true);
}

std::unique_ptr<FusedStage> Head::fused() {
  if (implicit()) return nullptr;
  auto of_actions = actions_stream_->fused();
  if (!of_actions) return nullptr;
  const HeadLayout layout{inputs_.width, inputs_.actions, inputs_.returns.numbers,
                          inputs_.per_action ? inputs_.actions : 1};
  if (!two_streams()) return std::make_unique<FusedHead>(std::move(*of_actions), layout);
  return std::make_unique<FusedHead>(std::move(*of_actions), *value_->fused(), dueling_, layout);
}

std::unique_ptr<FusedCritic> Head::fused_critic() const {
  auto value = critic_ ? value_->fused() : std::nullopt;
  return value ? critic_->fused(std::move(*value), inputs_.per_action ? inputs_.actions : 1) : nullptr;
}

std::vector<std::pair<std::string, torch::Tensor>> Head::activations(const torch::Tensor& fused) {
  std::vector<std::pair<std::string, torch::Tensor>> all;
  const auto add = [&](const std::string& name, Stream& stream, const torch::Tensor& x) {
    int layer = 0;
    for (auto& its : stream.activations(x))
      all.emplace_back(name + "layer " + std::to_string(++layer), std::move(its));
  };
  const auto x = implicit() ? at_fractions(fused) : fused;
  add(two_streams() ? std::string(name()) + ", " : "", *actions_stream_, x);
  if (two_streams()) add("value, ", *value_, inputs_.per_action ? x.mean(1) : x);
  return all;
}

std::vector<HiddenWeights> Head::hidden_weights() const {
  auto all = actions_stream_->hidden_weights();
  if (!value_) return all;
  for (auto& its : value_->hidden_weights())
    all.push_back(std::move(its));
  return all;
}

std::vector<torch::Tensor> Head::first_weights() const {
  std::vector<torch::Tensor> all = {actions_stream_->first_weight()};
  if (value_) all.push_back(value_->first_weight());
  return all;
}

std::vector<std::string> Head::layers() const {
  std::vector<std::string> lines;
  if (implicit()) lines.emplace_back("times relu linear of 64 cosines of a fraction");
  for (const auto& line : actions_stream_->hidden_layers())
    lines.push_back((two_streams() ? "2 x " : "") + line);
  const auto& returns = inputs_.returns;
  std::string of_each = "1, for each action";
  if (!inputs_.per_action) of_each = std::to_string(inputs_.actions);
  if (returns.distributional() && !implicit()) of_each += " x " + std::to_string(returns.numbers);
  std::string what;
  if (criticises()) what = ", logits";
  if (returns.kind == Returns::Kind::Categorical) what = " logits of atoms";
  if (returns.distributional() && returns.kind != Returns::Kind::Categorical) what = " quantiles";
  const auto last = "linear " + std::to_string(actions_stream_->last_inputs()) + " -> ";
  lines.push_back(last + of_each + what);
  if (dueling_) lines.push_back(last + "1, Q = V + A - mean A");
  if (criticises()) lines.push_back(last + (critic_ ? "1, v" : "1, V"));
  if (critic_) lines.push_back("V = sum alpha v over the last " + std::to_string(critic_->length()) + " states");
  return lines;
}

}  // namespace qarium::nn
