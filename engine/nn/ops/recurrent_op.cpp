#include "engine/nn/ops/recurrent_op.hpp"

#include <tuple>
#include <vector>

#include "engine/nn/ops/cell_kernels.hpp"
#include "engine/nn/ops/product_kernels.hpp"

namespace qarium::nn {
namespace {

using torch::Tensor;
using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

float* recurrent_floats(const Tensor& tensor) {
  return tensor.data_ptr<float>();
}

/// A step has `row` numbers where every unit of every sample has one.
struct Extent {
  std::int64_t steps, batch, units;

  std::int64_t row() const { return batch * units; }
};

Extent extent_of(const Tensor& sums, const Tensor& h) {
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

/// Adds the gradient of a step's outputs.
void add_outputs(const Tensor& outputs_gradient, std::int64_t t, const Extent& extent, float* h_gradient) {
  if (!outputs_gradient.defined()) return;
  const float* of_outputs = recurrent_floats(outputs_gradient) + t * extent.row();
  for (std::int64_t i = 0; i < extent.row(); ++i)
    h_gradient[i] += of_outputs[i];
}

class LstmFunction : public torch::autograd::Function<LstmFunction> {
 public:
  /// sums [T, B, 4H]: what inputs and biases add to the gates. Gives outputs and the last c.
  static variable_list forward(AutogradContext* context, const Tensor& sums, const Tensor& recurrent, const Tensor& h,
                               const Tensor& c) {
    const auto extent = extent_of(sums, h);
    const std::int64_t row = extent.row();
    const std::int64_t rows = 4 * extent.units;
    const auto weights = turned(recurrent);
    auto gates = torch::empty_like(sums);
    auto cells = torch::empty({extent.steps + 1, extent.batch, extent.units}, sums.options());
    auto tanh_cells = torch::empty({extent.steps, extent.batch, extent.units}, sums.options());
    auto outputs = torch::empty_like(tanh_cells);
    cells[0].copy_(c);
    const float* h_before = recurrent_floats(h);
    for (std::int64_t t = 0; t < extent.steps; ++t) {
      float* of_step = recurrent_floats(gates) + 4 * t * row;
      kernels::multiply({extent.batch, rows, extent.units, h_before, extent.units, recurrent_floats(weights), rows,
                         recurrent_floats(sums) + 4 * t * row, rows, of_step, rows});
      float* h_after = recurrent_floats(outputs) + t * row;
      for (std::int64_t b = 0; b < extent.batch; ++b) {
        const std::int64_t at = t * row + b * extent.units;
        kernels::lstm_forward(extent.units, of_step + b * rows, recurrent_floats(cells) + at,
                              recurrent_floats(cells) + row + at, recurrent_floats(tanh_cells) + at,
                              h_after + b * extent.units);
      }
      h_before = h_after;
    }
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
    const std::int64_t row = extent.row();
    const std::int64_t rows = 4 * extent.units;
    const auto of_outputs = gradients[0].defined() ? gradients[0].contiguous() : Tensor();
    auto of_h = torch::zeros_like(h);
    auto of_c = carried(gradients[1], h);
    auto of_sums = torch::empty_like(gates);
    for (std::int64_t t = extent.steps - 1; t >= 0; --t) {
      add_outputs(of_outputs, t, extent, recurrent_floats(of_h));
      float* of_step = recurrent_floats(of_sums) + 4 * t * row;
      for (std::int64_t b = 0; b < extent.batch; ++b) {
        const std::int64_t in_row = b * extent.units;
        const std::int64_t at = t * row + in_row;
        kernels::lstm_backward(extent.units, recurrent_floats(gates) + 4 * at, recurrent_floats(cells) + at,
                               recurrent_floats(tanh_cells) + at, recurrent_floats(of_h) + in_row,
                               recurrent_floats(of_c) + in_row, of_step + b * rows);
      }
      kernels::multiply({extent.batch, extent.units, rows, of_step, rows, recurrent_floats(recurrent), extent.units,
                         nullptr, 0, recurrent_floats(of_h), extent.units});
    }
    return {of_sums, recurrent_gradient(of_sums, h, outputs), of_h, of_c};
  }
};

class GruFunction : public torch::autograd::Function<GruFunction> {
 public:
  /// sums [T, B, 3H]: what inputs and their bias add. Gives the outputs.
  static Tensor forward(AutogradContext* context, const Tensor& sums, const Tensor& recurrent, const Tensor& bias,
                        const Tensor& h) {
    const auto extent = extent_of(sums, h);
    const std::int64_t row = extent.row();
    const std::int64_t rows = 3 * extent.units;
    const std::int64_t kept_rows = 4 * extent.units;
    const auto weights = turned(recurrent);
    auto kept = torch::empty({extent.steps, extent.batch, kept_rows}, sums.options());
    auto outputs = torch::empty({extent.steps, extent.batch, extent.units}, sums.options());
    const float* h_before = recurrent_floats(h);
    for (std::int64_t t = 0; t < extent.steps; ++t) {
      float* of_step = recurrent_floats(kept) + 4 * t * row;
      kernels::multiply({extent.batch, rows, extent.units, h_before, extent.units, recurrent_floats(weights), rows,
                         recurrent_floats(bias), 0, of_step, kept_rows});
      float* h_after = recurrent_floats(outputs) + t * row;
      for (std::int64_t b = 0; b < extent.batch; ++b) {
        kernels::gru_forward(extent.units, recurrent_floats(sums) + 3 * t * row + b * rows, of_step + b * kept_rows,
                             h_before + b * extent.units, h_after + b * extent.units);
      }
      h_before = h_after;
    }
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
    const std::int64_t row = extent.row();
    const std::int64_t rows = 3 * extent.units;
    const auto of_outputs = gradients[0].contiguous();
    auto of_h = torch::zeros_like(h);
    auto through_products = torch::empty_like(h);
    auto of_sums = torch::empty({extent.steps, extent.batch, rows}, kept.options());
    auto of_products = torch::empty_like(of_sums);
    for (std::int64_t t = extent.steps - 1; t >= 0; --t) {
      add_outputs(of_outputs, t, extent, recurrent_floats(of_h));
      const float* h_before = t == 0 ? recurrent_floats(h) : recurrent_floats(outputs) + (t - 1) * row;
      float* of_step = recurrent_floats(of_products) + 3 * t * row;
      for (std::int64_t b = 0; b < extent.batch; ++b) {
        const std::int64_t in_row = b * extent.units;
        const std::int64_t at = t * row + in_row;
        kernels::gru_backward(extent.units, recurrent_floats(kept) + 4 * at, h_before + in_row,
                              recurrent_floats(of_h) + in_row, recurrent_floats(of_sums) + 3 * at, of_step + b * rows);
      }
      kernels::multiply({extent.batch, extent.units, rows, of_step, rows, recurrent_floats(recurrent), extent.units,
                         recurrent_floats(of_h), extent.units, recurrent_floats(through_products), extent.units});
      std::swap(of_h, through_products);
    }
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
      torch::lstm(inputs, {h.unsqueeze(0), c.unsqueeze(0)}, listed(weights), true, 1, 0.0, false, false, false);
  return {outputs, last_h.squeeze(0), last_c.squeeze(0)};
}

RecurrentResult gru_sequence_plain(const Tensor& inputs, const RecurrentWeights& weights, const Tensor& h) {
  const auto [outputs, last_h] = torch::gru(inputs, h.unsqueeze(0), listed(weights), true, 1, 0.0, false, false, false);
  return {outputs, last_h.squeeze(0), {}};
}

}  // namespace qarium::nn
