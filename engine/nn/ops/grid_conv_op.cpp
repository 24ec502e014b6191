#include "engine/nn/ops/grid_conv_op.hpp"

#include "engine/nn/ops/grid_conv_kernels.hpp"

namespace qarium::nn {
namespace {

using torch::Tensor;
using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

GridConvShape shape_of(const Tensor& input, std::int64_t channels, std::int64_t padding) {
  return {input.size(0), input.size(1), input.size(2), input.size(3), channels, padding};
}

Tensor forward(const Tensor& input, const Tensor& weight, const Tensor& bias, std::int64_t padding) {
  const auto shape = shape_of(input, weight.size(0), padding);
  const auto channels_last = weight.permute({1, 2, 3, 0}).contiguous();
  auto out = torch::empty({shape.batch, shape.tokens(), shape.channels}, input.options());
  grid_conv_forward(shape, input.data_ptr<float>(), channels_last.data_ptr<float>(), bias.data_ptr<float>(),
                    out.data_ptr<float>());
  return out;
}

class GridConvFunction : public torch::autograd::Function<GridConvFunction> {
 public:
  static Tensor forward(AutogradContext* context, const Tensor& input, const Tensor& weight, const Tensor& bias,
                        std::int64_t padding) {
    auto out = nn::forward(input, weight, bias, padding);
    context->save_for_backward({input, out});
    context->saved_data["padding"] = padding;
    return out;
  }

  static variable_list backward(AutogradContext* context, variable_list gradients) {
    const auto saved = context->get_saved_variables();
    const auto& input = saved[0];
    const auto& out = saved[1];
    const auto gradient = gradients[0].contiguous();
    const auto shape = shape_of(input, out.size(2), context->saved_data["padding"].toInt());
    auto weight_gradient = torch::empty({shape.planes, 3, 3, shape.channels}, input.options());
    auto bias_gradient = torch::empty({shape.channels}, input.options());
    grid_conv_backward(shape, input.data_ptr<float>(), out.data_ptr<float>(), gradient.data_ptr<float>(),
                       weight_gradient.data_ptr<float>(), bias_gradient.data_ptr<float>());
    return {Tensor(), weight_gradient.permute({3, 0, 1, 2}), bias_gradient, Tensor()};
  }
};

bool fusible(const Tensor& input) {
  return input.is_cpu() && input.scalar_type() == torch::kFloat && input.is_contiguous() && !input.requires_grad();
}

}  // namespace

Tensor grid_conv_plain(const Tensor& input, const Tensor& weight, const Tensor& bias, std::int64_t padding) {
  return torch::conv2d(input, weight, bias, 1, padding).relu().flatten(2).transpose(1, 2);
}

Tensor grid_conv(const Tensor& input, const Tensor& weight, const Tensor& bias, std::int64_t padding) {
  if (!fusible(input)) return grid_conv_plain(input, weight, bias, padding);
  if (!torch::GradMode::is_enabled()) return forward(input, weight, bias, padding);
  return GridConvFunction::apply(input, weight, bias, padding);
}

}  // namespace qarium::nn
