#include "engine/nn/memory/controller.hpp"

#include "engine/nn/memory/chrono.hpp"

namespace qarium::nn {

Controller::Controller(std::string_view kind, std::int64_t inputs, std::int64_t units, std::int64_t chrono_length)
    : units_(units),
      chrono_length_(chrono_length),
      input_(register_module("input", torch::nn::Linear(inputs, kind == "lstm" ? 4 * units : units))) {
  if (kind == "lstm") recurrent_ = register_module("recurrent", torch::nn::Linear(units, 4 * units));
}

MemoryState Controller::initial_state(std::int64_t batch) const {
  if (recurrent_.is_empty()) return {};
  const auto options = input_->weight.options().requires_grad(false);
  return {torch::zeros({batch, units_}, options), torch::zeros({batch, units_}, options)};
}

std::vector<std::string> Controller::state_names() const {
  if (recurrent_.is_empty()) return {};
  return {"h", "c"};
}

Controller::Result Controller::step(const torch::Tensor& inputs, const MemoryState& state, std::size_t at) {
  if (recurrent_.is_empty()) return {input_(inputs).tanh(), {}};
  const auto [h, c] = torch::lstm_cell(inputs, {state[at], state[at + 1]}, input_->weight, recurrent_->weight,
                                       input_->bias, recurrent_->bias);
  return {h, {h, c}};
}

std::string Controller::description() const {
  return std::string(recurrent_.is_empty() ? "feedforward" : "lstm") + " controller, " +
         std::to_string(input_->options.in_features()) + " -> " + std::to_string(units_) + " units";
}

void Controller::initialise_own(core::RandomStream& stream) {
  if (!recurrent_.is_empty()) initialise_chrono_lstm(input_->bias, chrono_length_, stream);
}

}  // namespace qarium::nn
