#include "engine/nn/head/head.hpp"

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
