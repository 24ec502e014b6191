#include "engine/nn/attention/transformer_block.hpp"

namespace qarium::nn {
namespace {

constexpr double kInitialKeep = 2;

torch::nn::Linear without_bias(std::int64_t inputs, std::int64_t outputs) {
  return torch::nn::Linear(torch::nn::LinearOptions(inputs, outputs).bias(false));
}

}  // namespace

StreamGate::StreamGate(std::int64_t width, bool gru) : width_(width) {
  if (!gru) return;
  from_sublayer_ = register_module("from_sublayer", without_bias(width, 3 * width));
  from_stream_ = register_module("from_stream", without_bias(width, 2 * width));
  candidate_ = register_module("candidate", without_bias(width, width));
  keep_ = register_parameter("keep", torch::full({width}, kInitialKeep));
}

torch::Tensor StreamGate::forward(const torch::Tensor& stream, const torch::Tensor& sublayer) {
  if (from_sublayer_.is_empty()) return stream + sublayer;
  const auto y = from_sublayer_(sublayer.relu()).split(width_, -1);
  const auto x = from_stream_(stream).split(width_, -1);
  const auto r = torch::sigmoid(y[0] + x[0]);
  const auto z = torch::sigmoid(y[1] + x[1] - keep_);
  return torch::lerp(stream, torch::tanh(y[2] + candidate_(r * stream)), z);
}

TransformerBlock::TransformerBlock(std::int64_t width, std::int64_t heads, std::int64_t feedforward, bool gru)
    : norm1_(register_module("norm1", torch::nn::LayerNorm(torch::nn::LayerNormOptions({width})))),
      attention_(register_module("attention", make_pooling("multi_head", width, width, heads, Queries::Many))),
      gate1_(register_module("gate1", std::make_shared<StreamGate>(width, gru))),
      norm2_(register_module("norm2", torch::nn::LayerNorm(torch::nn::LayerNormOptions({width})))),
      hidden_(register_module("hidden", torch::nn::Linear(width, feedforward))),
      output_(register_module("output", torch::nn::Linear(feedforward, width))),
      gate2_(register_module("gate2", std::make_shared<StreamGate>(width, gru))) {}

Attended TransformerBlock::forward(const torch::Tensor& tokens, const torch::Tensor& mask,
                                   const Intervention* intervention) {
  const auto normed = norm1_(tokens);
  const auto attended = attention_->attend(normed, attention_->prepare(normed), mask, intervention);
  const auto x = gate1_->forward(tokens, attended.output);
  return {gate2_->forward(x, output_(hidden_(norm2_(x)).relu())), attended.weights};
}

}  // namespace qarium::nn
