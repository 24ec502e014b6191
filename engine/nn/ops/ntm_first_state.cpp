#include "engine/nn/ops/ntm_first_state.hpp"

namespace qarium::nn {
namespace {

using torch::Tensor;
using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

/// [B, ...] -> [...], zeros of that shape where there is no gradient.
Tensor over_batch(const Tensor& gradient, at::IntArrayRef sizes, const torch::TensorOptions& options) {
  if (!gradient.defined()) return torch::zeros(sizes, options);
  return gradient.size(0) == 1 ? gradient[0] : gradient.sum(0);
}

class FirstState : public torch::autograd::Function<FirstState> {
 public:
  /// `cell` is empty for a feedforward controller. Gives read weights, write weights, reads, and h and c where there
  /// is a cell.
  static variable_list forward(AutogradContext* context, const Tensor& weights, const Tensor& reads, const Tensor& cell,
                               std::int64_t read_heads, std::int64_t batch) {
    const at::AutoDispatchBelowADInplaceOrView plain;  // half the cost of operations this small
    const auto softmax = torch::softmax(weights, 1);
    context->save_for_backward({softmax});
    context->saved_data["read_heads"] = read_heads;
    context->saved_data["width"] = reads.size(1);
    context->saved_data["units"] = cell.numel() / 2;
    context->set_materialize_grads(false);
    const auto of_each = softmax.unsqueeze(0).expand({batch, -1, -1});
    variable_list list = {of_each.narrow(1, 0, read_heads), of_each.narrow(1, read_heads, softmax.size(0) - read_heads),
                          reads.unsqueeze(0).expand({batch, -1, -1}).clone(torch::MemoryFormat::Contiguous)};
    if (cell.numel() > 0) {
      const auto cells = cell.unsqueeze(1).expand({-1, batch, -1}).clone(torch::MemoryFormat::Contiguous);
      list.push_back(cells.select(0, 0));
      list.push_back(cells.select(0, 1));
    }
    return list;
  }

  static variable_list backward(AutogradContext* context, variable_list gradients) {
    const at::AutoDispatchBelowADInplaceOrView plain;
    const auto softmax = context->get_saved_variables()[0];
    const auto heads = softmax.size(0);
    const auto slots = softmax.size(1);
    const auto read_heads = context->saved_data["read_heads"].toInt();
    const auto width = context->saved_data["width"].toInt();
    const auto units = context->saved_data["units"].toInt();
    const auto options = softmax.options();
    const auto of_softmax = torch::cat({over_batch(gradients[0], {read_heads, slots}, options),
                                        over_batch(gradients[1], {heads - read_heads, slots}, options)});
    const auto product = of_softmax * softmax;
    Tensor of_cell;
    if (units > 0) {
      of_cell = torch::stack({over_batch(gradients[3], {units}, options), over_batch(gradients[4], {units}, options)});
    }
    return {product - softmax * product.sum(1, true), over_batch(gradients[2], {read_heads, width}, options), of_cell,
            Tensor(), Tensor()};
  }
};

}  // namespace

NtmState ntm_first_state(const NtmShape& shape, const NtmBeginning& beginning, double memory, std::int64_t batch) {
  const auto options = beginning.weights.options().requires_grad(false);
  const auto cell = shape.lstm ? beginning.cell : torch::empty({0}, options);
  const auto list = FirstState::apply(beginning.weights, beginning.reads, cell, shape.read_heads, batch);
  const auto nothing = shape.lstm ? Tensor() : torch::zeros({batch, shape.units}, options);
  return {torch::full({batch, shape.slots, shape.width}, memory, options),
          list[0],
          list[1],
          list[2],
          shape.lstm ? list[3] : nothing,
          shape.lstm ? list[4] : nothing};
}

}  // namespace qarium::nn
