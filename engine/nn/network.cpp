#include "engine/nn/network.hpp"

#include "engine/nn/report/dormant_units.hpp"
#include "engine/nn/report/layer_activity.hpp"

namespace qarium::nn {
namespace {

std::int64_t count_parameters(torch::nn::Module& module) {
  std::int64_t count = 0;
  for (const auto& parameter : module.parameters())
    count += parameter.numel();
  return count;
}

/// The state at the end of burn-in.
MemoryState cut_off(MemoryState state, const BurnIn& burn_in) {
  for (auto& tensor : state) {
    if (!burn_in.begins.defined()) {
      tensor = tensor.detach();
      continue;
    }
    std::vector<std::int64_t> shape(static_cast<std::size_t>(tensor.dim()), 1);
    shape[0] = tensor.size(0);
    tensor = torch::where(burn_in.begins.view(shape), tensor, tensor.detach());
  }
  return state;
}

}  // namespace

Network::Network(const config::Hyperparameters& h, const env::EnvironmentSpec& spec)
    : hyperparameters_(h),
      observation_shape_(spec.observation_space.shape),
      actions_(spec.action_space.n()),
      asked_by_memory_(h.attention.kind != "none" && h.attention.query == "memory") {
  const bool attends = h.attention.kind != "none";
  if (style_of(h).streaming) {
    const auto size = spec.observation_space.size();
    observation_mean_ = register_parameter("observation_mean", torch::zeros({size}));
    observation_scale_ = register_parameter("observation_scale", torch::ones({size}));
  }
  encoder_ = register_module("encoder", make_encoder(h.encoder, {spec.observation_space, attends, style_of(h)}));
  const auto grid = encoder_->grid();
  const auto token_width = encoder_->output_shape().back();
  // Attention wants to know how wide the memory's output is, the memory how wide attention's: the former does not
  // depend on the latter.
  remembered_ = make_memory(h.memory, 1)->output_shape().back();
  attention_ = register_module("attention", make_attention(h.attention, {grid, token_width, actions_, remembered_}));
  const auto attended = attention_->output_shape().back();
  memory_ = register_module("memory", make_memory(h.memory, memory_inputs(), attended));
  fusion_ = register_module("fusion", make_fusion(h.fusion, attended, remembered_));
  const bool per_action = attention_->output_shape().size() == 2;
  head_ = register_module(
      "head", std::make_shared<Head>(h.head, HeadInputs{.width = fusion_->output_shape().back(),
                                                        .actions = actions_,
                                                        .per_action = per_action,
                                                        .outputs = config::has_critic(h) ? HeadOutputs::PolicyAndValue
                                                                                         : HeadOutputs::ActionValues,
                                                        .returns = returns_of(h, spec),
                                                        .layers = style_of(h),
                                                        .critic_window = config::critic_states(h)}));
}

MemoryState Network::initial_state(std::int64_t batch) {
  auto state = memory_->initial_state(batch);
  if (asked_by_memory_) {
    state.push_back(torch::zeros({batch, remembered_}, head_->parameters().front().options().requires_grad(false)));
  }
  if (auto* critic = head_->critic()) {
    for (auto& its : critic->initial_state(batch))
      state.push_back(std::move(its));
  }
  return state;
}

std::vector<std::string> Network::state_names() const {
  auto names = memory_->state_names();
  if (asked_by_memory_) names.emplace_back("output");
  if (head_->critic() != nullptr) names.insert(names.end(), {"critic states", "critic known"});
  return names;
}

MemoryState Network::of_memory(const MemoryState& state) const {
  return {state.begin(), state.begin() + static_cast<std::ptrdiff_t>(memory_->state_names().size())};
}

MemoryState Network::of_cell(const MemoryState& state) const {
  return {state.begin(), state.begin() + static_cast<std::ptrdiff_t>(cell_parts())};
}

MemoryState Network::of_critic(const MemoryState& state) const {
  return {state.begin() + static_cast<std::ptrdiff_t>(cell_parts()), state.end()};
}

torch::Tensor Network::last_output(const MemoryState& state) const {
  return asked_by_memory_ ? state[cell_parts() - 1] : torch::Tensor();
}

torch::Tensor Network::memory_input(const torch::Tensor& attended, const Previous& previous) const {
  std::vector<torch::Tensor> parts = {attended};
  if (hyperparameters_.memory.action_input) {
    const auto known = (previous.action >= 0).unsqueeze(-1);
    parts.push_back((torch::one_hot(previous.action.clamp_min(0), actions_) * known).to(attended.dtype()));
  }
  if (hyperparameters_.memory.reward_input) parts.push_back(previous.reward.unsqueeze(-1));
  return torch::cat(parts, -1);
}

torch::Tensor Network::fuse(const torch::Tensor& attended, torch::Tensor memory_output, Probe* probe) {
  if (attended.dim() == 3) memory_output = memory_output.unsqueeze(1).expand({-1, attended.size(1), -1});
  return fusion_->forward(attended, memory_output, probe);
}

torch::Tensor Network::evaluate(const torch::Tensor& attended, torch::Tensor memory_output, Probe* probe) {
  return head_->forward(fuse(attended, std::move(memory_output), probe));
}

torch::Tensor Network::answer(const torch::Tensor& fused, std::int64_t steps, const MemoryState& before,
                              MemoryState& after, Probe* probe) {
  const auto batch = fused.size(0) / steps;
  auto outputs = head_->forward(fused).view({steps, batch, this->outputs()});
  auto* critic = head_->critic();
  if (critic == nullptr) return outputs;
  const auto carried = of_critic(before);
  const auto states = head_->state_of(fused).view({steps, batch, -1}).transpose(0, 1);
  const auto v = torch::cat({head_->state_values(critic->before(carried)), outputs.select(2, actions_).t()}, 1);
  auto its = critic->attend(states, v, carried);
  if (probe != nullptr) {
    const auto last = [&](const torch::Tensor& all) { return all.select(1, steps - 1); };
    probe->critic = CriticReport{last(its.weights), last(its.state_values), last(its.known)};
  }
  for (auto& part : its.state)
    after.push_back(std::move(part));
  return torch::cat({outputs.narrow(2, 0, actions_), its.values.t().unsqueeze(2)}, 2);
}

torch::Tensor Network::forward(const torch::Tensor& observation, Probe* probe) {
  if (!recurrent()) {
    const auto attended = attention_->forward(encoder_->tokens(observation), {}, probe);
    const auto seen = attended.dim() == 3 ? attended.mean(1) : attended;
    return evaluate(attended, memory_->step(seen, {}, probe).output, probe);
  }
  const auto batch = observation.size(0);
  const Previous nothing{torch::full({batch}, -1, observation.options().dtype(torch::kLong)),
                         torch::zeros({batch}, observation.options())};
  return step(observation, nothing, initial_state(batch), probe).values;
}

PolicyOutput Network::step(const torch::Tensor& observation, const Previous& previous, const MemoryState& state,
                           Probe* probe) {
  const auto attended = attention_->forward(encoder_->tokens(observation), last_output(state), probe);
  const auto seen = attended.dim() == 3 ? attended.mean(1) : attended;
  const auto input = memory_input(seen, previous);
  if (probe != nullptr) probe->memory_input = input;
  auto memory_output = memory_->step(input, of_memory(state), probe);
  if (asked_by_memory_) memory_output.state.push_back(memory_output.output);
  auto values = answer(fuse(attended, memory_output.output, probe), 1, state, memory_output.state, probe).squeeze(0);
  return {std::move(values), std::move(memory_output.state)};
}

PolicyOutput Network::sequence(const torch::Tensor& observations, const Previous& previous, const MemoryState& state,
                               const BurnIn& burn_in) {
  const auto steps = observations.size(0);
  const auto tokens = encoder_->tokens(observations.flatten(0, 1));
  auto its = cell(asked_by_memory_ ? tokens : Tokens(attention_->forward(tokens, {}, nullptr)), previous,
                  of_cell(state), burn_in);
  auto values = answer(fuse(its.attended, its.memory, nullptr), steps, state, its.state, nullptr);
  return {std::move(values), std::move(its.state)};
}

CellOutput Network::cell(const Tokens& given, const Previous& previous, const MemoryState& state,
                         const BurnIn& burn_in) {
  if (asked_by_memory_) return scanned_cell(given, previous, state, burn_in);
  const auto& in = given.values;
  const auto steps = previous.action.size(0);
  const auto batch = previous.action.size(1);
  const auto seen = in.dim() == 3 ? in.mean(1) : in;
  const auto inputs = memory_input(seen.view({steps, batch, -1}), previous);
  if (burn_in.steps == 0 || burn_in.steps >= steps) {
    auto output = memory_->sequence(inputs, state);
    return {in, output.output.flatten(0, 1), std::move(output.state)};
  }
  auto before = memory_->sequence(inputs.narrow(0, 0, burn_in.steps), state);
  auto output = memory_->sequence(inputs.narrow(0, burn_in.steps, steps - burn_in.steps),
                                  cut_off(std::move(before.state), burn_in));
  return {in, torch::cat({before.output, output.output}).flatten(0, 1), std::move(output.state)};
}

CellOutput Network::scanned_cell(const Tokens& tokens, const Previous& previous, const MemoryState& state,
                                 const BurnIn& burn_in) {
  const auto steps = previous.action.size(0);
  const auto batch = previous.action.size(1);
  const auto prepared = attention_->prepare(tokens, nullptr);
  const auto at = [&](const torch::Tensor& all, std::int64_t t) {
    return all.defined() ? all.narrow(0, t * batch, batch) : all;
  };
  std::vector<torch::Tensor> attended;
  std::vector<torch::Tensor> outputs;
  auto carried = state;  // the last output behind the memory's own
  for (std::int64_t t = 0; t < steps; ++t) {
    if (t > 0 && t == burn_in.steps) carried = cut_off(std::move(carried), burn_in);
    attended.push_back(attention_->attend(
        {at(prepared.keys, t), at(prepared.values, t), {}, at(prepared.present, t), at(prepared.first, t)},
        carried.back(), nullptr));
    auto output = memory_->step(memory_input(attended.back(), {previous.action[t], previous.reward[t]}),
                                of_memory(carried), nullptr);
    outputs.push_back(output.output);
    carried = std::move(output.state);
    carried.push_back(output.output);
  }
  return {torch::cat(attended), torch::cat(outputs), std::move(carried)};
}

std::string Network::first_not_finite(const torch::Tensor& observation) {
  const torch::NoGradGuard no_grad;
  const auto batch = observation.size(0);
  const auto wrong = [](const torch::Tensor& output) { return !output.isfinite().all().item<bool>(); };
  const auto tokens = encoder_->tokens(observation);
  if (wrong(tokens.values)) return "encoder";
  const auto state = initial_state(batch);
  const auto attended = attention_->forward(tokens, last_output(state), nullptr);
  if (wrong(attended)) return "attention";
  const auto seen = attended.dim() == 3 ? attended.mean(1) : attended;
  const Previous nothing{torch::full({batch}, -1, observation.options().dtype(torch::kLong)),
                         torch::zeros({batch}, observation.options())};
  auto output = memory_->step(recurrent() ? memory_input(seen, nothing) : seen, of_memory(state), nullptr).output;
  if (wrong(output)) return "memory";
  if (attended.dim() == 3) output = output.unsqueeze(1).expand({-1, attended.size(1), -1});
  const auto fused = fusion_->forward(attended, output, nullptr);
  if (wrong(fused)) return "fusion";
  return wrong(head_->forward(fused)) ? "head" : "";
}

std::vector<Network::HiddenLayer> Network::hidden_layers(const torch::Tensor& observation) {
  std::vector<HiddenLayer> all;
  auto outputs = encoder_->activations(observation);
  auto weights = encoder_->hidden_weights();
  weights.resize(outputs.size());  // an encoder whose units cannot be drawn anew says none
  all.reserve(outputs.size());
  for (std::size_t i = 0; i < outputs.size(); ++i)
    all.push_back(
        {core::Stage::Encoder, "layer " + std::to_string(i + 1), std::move(outputs[i]), std::move(weights[i])});
  if (recurrent()) return all;
  if (hyperparameters_.attention.kind == "none" && !all.empty() && all.back().weights.weight.defined()) {
    // Nothing stands between them: the Head reads what the Encoder's last layer gives.
    auto& last = all.back().weights;
    for (const auto& weight : head_->first_weights())
      last.outgoing.push_back(outgoing_of(weight, last.weight.size(0)));
  }
  const auto attended = attention_->forward(encoder_->tokens(observation), {}, nullptr);
  const auto seen = attended.dim() == 3 ? attended.mean(1) : attended;
  auto memory_output = memory_->step(seen, {}, nullptr).output;
  if (attended.dim() == 3) memory_output = memory_output.unsqueeze(1).expand({-1, attended.size(1), -1});
  auto of_head = head_->activations(fusion_->forward(attended, memory_output, nullptr));
  auto head_weights = head_->hidden_weights();
  for (std::size_t i = 0; i < of_head.size(); ++i)
    all.push_back({core::Stage::Head, of_head[i].first, std::move(of_head[i].second), std::move(head_weights[i])});
  return all;
}

std::vector<protocol::LayerActivity> Network::layer_activity(const torch::Tensor& observation) {
  const torch::NoGradGuard no_grad;
  std::vector<protocol::LayerActivity> all;
  for (auto& layer : hidden_layers(observation)) {
    all.push_back(nn::layer_activity(layer.stage, std::move(layer.name), layer.output));
    all.back().recyclable = !layer.weights.outgoing.empty();
  }
  return all;
}

std::int64_t Network::recycle_dormant(const torch::Tensor& observation, core::RandomStream stream,
                                      const std::function<void(const torch::Tensor& part)>& changed) {
  const torch::NoGradGuard no_grad;
  std::int64_t recycled = 0;
  for (const auto& layer : hidden_layers(observation)) {
    if (layer.weights.outgoing.empty()) continue;
    for (const auto unit : dormant_units(layer.output)) {
      redraw_unit(layer.weights, unit, stream, changed);
      ++recycled;
    }
  }
  return recycled;
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

void Network::draw_noise(core::RandomStream& stream, Noise noise) {
  for (const auto stage : core::kStages)
    block(stage).draw_noise(stream, noise);
}

void Network::settle() {
  for (const auto stage : core::kStages)
    block(stage).settle();
}

void Network::use_fused(bool fused) {
  for (const auto stage : core::kStages)
    block(stage).use_fused(fused);
}

protocol::NetworkView Network::view() {
  const auto& h = hyperparameters_;
  const std::string kinds[] = {h.encoder.kind, h.attention.kind, h.memory.kind, h.fusion.kind,
                               std::string(config::head_kind(h))};
  protocol::NetworkView view;
  view.observation = observation_shape_;
  view.parameters = count_parameters(*this);
  view.actions = actions_;
  const auto& returns = head_->returns();
  view.of_action = returns.kind == Returns::Kind::Implicit ? 1 : returns.numbers;
  view.v_min = returns.v_min;
  view.v_max = returns.v_max;
  for (const auto stage : core::kStages) {
    auto& its = block(stage);
    view.blocks.push_back(
        {stage, kinds[static_cast<std::size_t>(stage)], its.output_shape(), count_parameters(its), its.layers()});
  }
  return view;
}

}  // namespace qarium::nn
