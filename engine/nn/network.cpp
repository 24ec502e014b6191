#include "engine/nn/network.hpp"

namespace qarium::nn {
namespace {

std::int64_t count_parameters(torch::nn::Module& module) {
  std::int64_t count = 0;
  for (const auto& parameter : module.parameters())
    count += parameter.numel();
  return count;
}

}  // namespace

Network::Network(const core::Hyperparameters& h, const env::EnvironmentSpec& spec)
    : hyperparameters_(h), observation_shape_(spec.observation_space.shape) {
  encoder_ = register_module("encoder", make_encoder(h.encoder, spec.observation_space, h.attention.kind != "none"));
  const auto actions = spec.action_space.n();
  attention_ = register_module(
      "attention", make_attention(h.attention, {encoder_->grid(), encoder_->output_shape().back(), actions, 0}));
  const auto attended = attention_->output_shape().back();
  memory_ = register_module("memory", make_memory(h.memory, attended));
  fusion_ = register_module("fusion", make_fusion(h.fusion, attended, memory_->output_shape().back()));
  const bool per_action = attention_->output_shape().size() == 2;
  head_ = register_module("head", std::make_shared<Head>(h.head, fusion_->output_shape().back(), actions, per_action));
}

torch::Tensor Network::forward(const torch::Tensor& observation, Probe* probe) {
  const auto attended = attention_->forward(encoder_->forward(observation), {}, probe);
  const bool per_action = attended.dim() == 3;
  const auto seen = per_action ? attended.mean(1) : attended;
  auto remembered = memory_->step(seen, memory_->initial_state(observation.size(0)), probe).output;
  if (per_action) remembered = remembered.unsqueeze(1).expand({-1, attended.size(1), -1});
  return head_->forward(fusion_->forward(attended, remembered, probe));
}

StageBlock& Network::block(core::Stage stage) {
  switch (stage) {
    case core::Stage::Encoder:
      return *encoder_;
    case core::Stage::Attention:
      return *attention_;
    case core::Stage::Memory:
      return *memory_;
    case core::Stage::Fusion:
      return *fusion_;
    case core::Stage::Head:
      break;
  }
  return *head_;
}

core::NetworkView Network::view() {
  const auto& h = hyperparameters_;
  const std::string kinds[] = {h.encoder.kind, h.attention.kind, h.memory.kind, h.fusion.kind,
                               h.head.dueling      ? "dueling"
                               : h.head.layers > 0 ? "mlp"
                                                   : "linear"};
  core::NetworkView view;
  view.observation = observation_shape_;
  view.parameters = count_parameters(*this);
  view.actions = head_->output_shape().back();
  for (const auto stage : core::kStages) {
    auto& its = block(stage);
    view.blocks.push_back(
        {stage, kinds[static_cast<std::size_t>(stage)], its.output_shape(), count_parameters(its), its.layers()});
  }
  return view;
}

}  // namespace qarium::nn
