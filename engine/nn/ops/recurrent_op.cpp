#include "engine/nn/ops/recurrent_op.hpp"

#include <tuple>
#include <vector>

#include "engine/nn/ops/recurrent_kernels.hpp"

namespace qarium::nn {
namespace {

using torch::Tensor;
using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

float* recurrent_floats(const Tensor& tensor) {
  return tensor.data_ptr<float>();
}

kernels::RecurrentExtent extent_of(const Tensor& sums, const Tensor& h) {
  return {sums.size(0), sums.size(1), h.size(1)};
}

/// [G H, H] -> [H, G H].
Tensor turned(const Tensor& recurrent) {
  return recurrent.t().contiguous();
}

/// Of the recurrent weights, over time and batch in one product. products_gradient [T, B, G H] is that of what came of
/// weights times h before each step: `h` before the first, `outputs` of the step before from then on.
Tensor recurrent_gradient(const Tensor& products_gradient, const Tensor& h, const Tensor& outputs) {
  const auto steps = outputs.size(0);
  auto gradient = products_gradient[0].t().mm(h);
  if (steps > 1) {
    gradient.addmm_(products_gradient.narrow(0, 1, steps - 1).flatten(0, 1).t(),
                    outputs.narrow(0, 0, steps - 1).flatten(0, 1));
  }
  return gradient;
}

/// A gradient that is overwritten from step to step, from that of the last state.
Tensor carried(const Tensor& gradient, const Tensor& like) {
  return gradient.defined() ? gradient.clone(torch::MemoryFormat::Contiguous) : torch::zeros_like(like);
}

const float* floats_or_null(const Tensor& tensor) {
  return tensor.defined() ? recurrent_floats(tensor) : nullptr;
}

kernels::LstmTape lstm_tape(const Tensor& gates, const Tensor& cells, const Tensor& tanh_cells) {
  return {recurrent_floats(gates), recurrent_floats(cells), recurrent_floats(tanh_cells)};
}

class LstmFunction : public torch::autograd::Function<LstmFunction> {
 public:
  /// sums [T, B, 4H]: what inputs and biases add to the gates. Gives outputs and the last c.
  static variable_list forward(AutogradContext* context, const Tensor& sums, const Tensor& recurrent, const Tensor& h,
                               const Tensor& c) {
    const auto extent = extent_of(sums, h);
    auto gates = torch::empty_like(sums);
    auto cells = torch::empty({extent.steps + 1, extent.batch, extent.units}, sums.options());
    auto tanh_cells = torch::empty({extent.steps, extent.batch, extent.units}, sums.options());
    auto outputs = torch::empty_like(tanh_cells);
    cells[0].copy_(c);
    kernels::lstm_sequence_forward(extent, recurrent_floats(sums), recurrent_floats(turned(recurrent)),
                                   recurrent_floats(h), lstm_tape(gates, cells, tanh_cells), recurrent_floats(outputs));
    context->save_for_backward({recurrent, h, outputs, gates, cells, tanh_cells});
    context->set_materialize_grads(false);
    return {outputs, cells[extent.steps].clone()};
  }

  static variable_list backward(AutogradContext* context, variable_list gradients) {
    const auto saved = context->get_saved_variables();
    const auto& recurrent = saved[0];
    const auto& h = saved[1];
    const auto& outputs = saved[2];
    const auto& gates = saved[3];
    const auto& cells = saved[4];
    const auto& tanh_cells = saved[5];
    const auto extent = extent_of(gates, h);
    const auto of_outputs = gradients[0].defined() ? gradients[0].contiguous() : Tensor();
    auto of_h = torch::zeros_like(h);
    auto of_c = carried(gradients[1], h);
    auto of_sums = torch::empty_like(gates);
    kernels::lstm_sequence_backward(extent, lstm_tape(gates, cells, tanh_cells), recurrent_floats(recurrent),
                                    floats_or_null(of_outputs), recurrent_floats(of_h), recurrent_floats(of_c),
                                    recurrent_floats(of_sums));
    return {of_sums, recurrent_gradient(of_sums, h, outputs), of_h, of_c};
  }
};

class GruFunction : public torch::autograd::Function<GruFunction> {
 public:
  /// sums [T, B, 3H]: what inputs and their bias add. Gives the outputs.
  static Tensor forward(AutogradContext* context, const Tensor& sums, const Tensor& recurrent, const Tensor& bias,
                        const Tensor& h) {
    const auto extent = extent_of(sums, h);
    auto kept = torch::empty({extent.steps, extent.batch, 4 * extent.units}, sums.options());
    auto outputs = torch::empty({extent.steps, extent.batch, extent.units}, sums.options());
    kernels::gru_sequence_forward(extent, recurrent_floats(sums), recurrent_floats(turned(recurrent)),
                                  recurrent_floats(bias), recurrent_floats(h), recurrent_floats(kept),
                                  recurrent_floats(outputs));
    context->save_for_backward({recurrent, h, outputs, kept});
    return outputs;
  }

  static variable_list backward(AutogradContext* context, variable_list gradients) {
    const auto saved = context->get_saved_variables();
    const auto& recurrent = saved[0];
    const auto& h = saved[1];
    const auto& outputs = saved[2];
    const auto& kept = saved[3];
    const auto extent = extent_of(kept, h);
    const auto of_outputs = gradients[0].contiguous();
    auto of_h = torch::zeros_like(h);
    auto spare = torch::empty_like(h);
    auto of_sums = torch::empty({extent.steps, extent.batch, 3 * extent.units}, kept.options());
    auto of_products = torch::empty_like(of_sums);
    kernels::gru_sequence_backward(extent, recurrent_floats(kept), recurrent_floats(h), recurrent_floats(outputs),
                                   recurrent_floats(recurrent), recurrent_floats(of_outputs), recurrent_floats(of_h),
                                   recurrent_floats(spare), recurrent_floats(of_sums), recurrent_floats(of_products));
    return {of_sums, recurrent_gradient(of_products, h, outputs), of_products.sum(at::IntArrayRef{0, 1}), of_h};
  }
};

bool fusible(const Tensor& inputs, const RecurrentWeights& weights) {
  return inputs.is_cpu() && inputs.scalar_type() == torch::kFloat && weights.recurrent.scalar_type() == torch::kFloat;
}

/// What inputs and `bias` add to the sums of all steps, [T, B, G H].
Tensor input_sums(const Tensor& inputs, const RecurrentWeights& weights, const Tensor& bias) {
  return torch::addmm(bias, inputs.flatten(0, 1), weights.input.t()).view({inputs.size(0), inputs.size(1), -1});
}

std::vector<Tensor> listed(const RecurrentWeights& weights) {
  return {weights.input, weights.recurrent, weights.input_bias, weights.recurrent_bias};
}

/// cuDNN can only go back through what was computed as training.
bool training() {
  return torch::GradMode::is_enabled();
}

}  // namespace

RecurrentResult lstm_sequence(const Tensor& inputs, const RecurrentWeights& weights, const Tensor& h, const Tensor& c) {
  if (!fusible(inputs, weights)) return lstm_sequence_plain(inputs, weights, h, c);
  const auto sums = input_sums(inputs, weights, weights.input_bias + weights.recurrent_bias);
  const auto result = LstmFunction::apply(sums, weights.recurrent.contiguous(), h.contiguous(), c.contiguous());
  return {result[0], result[0][-1], result[1]};
}

RecurrentResult gru_sequence(const Tensor& inputs, const RecurrentWeights& weights, const Tensor& h) {
  if (!fusible(inputs, weights)) return gru_sequence_plain(inputs, weights, h);
  const auto sums = input_sums(inputs, weights, weights.input_bias);
  const auto outputs = GruFunction::apply(sums, weights.recurrent.contiguous(), weights.recurrent_bias, h.contiguous());
  return {outputs, outputs[-1], {}};
}

RecurrentResult lstm_sequence_plain(const Tensor& inputs, const RecurrentWeights& weights, const Tensor& h,
                                    const Tensor& c) {
  const auto [outputs, last_h, last_c] =
      torch::lstm(inputs, {h.unsqueeze(0), c.unsqueeze(0)}, listed(weights), true, 1, 0.0, training(), false, false);
  return {outputs, last_h.squeeze(0), last_c.squeeze(0)};
}

RecurrentResult gru_sequence_plain(const Tensor& inputs, const RecurrentWeights& weights, const Tensor& h) {
  const auto [outputs, last_h] =
      torch::gru(inputs, h.unsqueeze(0), listed(weights), true, 1, 0.0, training(), false, false);
  return {outputs, last_h.squeeze(0), {}};
}

}  // namespace qarium::nn
