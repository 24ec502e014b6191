#include "engine/nn/ops/dnc_op.hpp"

#include <vector>

namespace qarium::nn {
namespace {

using torch::Tensor;
using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

DncState listed(const variable_list& list) {
  return {list[0], list[1], list[2], list[3], list[4], list[5], list[6]};
}

variable_list empty_state(const dnc::Shape& shape, const Tensor& interface) {
  const auto batch = interface.size(0);
  const auto options = interface.options();
  return {torch::empty({batch, shape.slots, shape.width}, options),
          torch::empty({batch, shape.slots}, options),
          torch::empty({batch, shape.slots, shape.slots}, options),
          torch::empty({batch, shape.slots}, options),
          torch::empty({batch, shape.slots}, options),
          torch::empty({batch, shape.heads, shape.slots}, options),
          torch::empty({batch, shape.heads, shape.width}, options)};
}

template <class Real>
Real* row(const Tensor& tensor, std::int64_t b) {
  return tensor.data_ptr<std::remove_const_t<Real>>() + b * (tensor.numel() / tensor.size(0));
}

/// One sample's.
template <class Real>
dnc::State<Real> sample(const variable_list& list, std::int64_t b) {
  return {row<Real>(list[0], b),
          row<Real>(list[1], b),
          row<Real>(list[2], b),
          row<Real>(list[3], b),
          row<Real>(list[4], b),
          row<Real>(list[5], b),
          list.size() > 6 ? row<Real>(list[6], b) : nullptr};
}

template <class Real>
void forward(const dnc::Shape& shape, const Tensor& interface, const variable_list& before,
             const variable_list& after) {
  std::vector<Real> scratch(static_cast<std::size_t>(dnc::scratch_numbers(shape)));
  for (std::int64_t b = 0; b < interface.size(0); ++b) {
    dnc::step_forward<Real>(shape, row<Real>(interface, b), sample<const Real>(before, b), sample<Real>(after, b),
                            scratch.data());
  }
}

template <class Real>
void backward(const dnc::Shape& shape, const Tensor& interface, const variable_list& before, const variable_list& after,
              const variable_list& of_after, const Tensor& of_interface, const variable_list& of_before) {
  std::vector<Real> scratch(static_cast<std::size_t>(dnc::scratch_numbers(shape)));
  for (std::int64_t b = 0; b < interface.size(0); ++b) {
    dnc::step_backward<Real>(shape, row<Real>(interface, b), sample<const Real>(before, b),
                             sample<const Real>(after, b), sample<Real>(of_after, b), row<Real>(of_interface, b),
                             sample<Real>(of_before, b), scratch.data());
  }
}

class DncFunction : public torch::autograd::Function<DncFunction> {
 public:
  static variable_list forward(AutogradContext* context, dnc::Shape shape, const Tensor& interface,
                               const Tensor& memory, const Tensor& usage, const Tensor& link, const Tensor& precedence,
                               const Tensor& write, const Tensor& read) {
    const variable_list before{memory, usage, link, precedence, write, read};
    auto after = empty_state(shape, interface);
    if (interface.scalar_type() == torch::kDouble) {
      nn::forward<double>(shape, interface, before, after);
    } else {
      nn::forward<float>(shape, interface, before, after);
    }
    auto saved = after;
    saved.insert(saved.end(), before.begin(), before.end());
    saved.push_back(interface);
    context->save_for_backward(saved);
    context->saved_data["shape"] = std::vector<std::int64_t>{shape.slots, shape.width, shape.heads};
    context->set_materialize_grads(false);
    return after;
  }

  static variable_list backward(AutogradContext* context, variable_list gradients) {
    const auto saved = context->get_saved_variables();
    const variable_list after(saved.begin(), saved.begin() + 7);
    const variable_list before(saved.begin() + 7, saved.begin() + 13);
    const auto& interface = saved[13];
    const auto numbers = context->saved_data["shape"].toIntVector();
    const dnc::Shape shape{numbers[0], numbers[1], numbers[2]};
    variable_list of_after;
    for (std::size_t i = 0; i < after.size(); ++i) {
      // They are overwritten, and may be somebody else's.
      of_after.push_back(gradients[i].defined() ? gradients[i].clone(torch::MemoryFormat::Contiguous)
                                                : torch::zeros_like(after[i]));
    }
    const auto of_interface = torch::empty_like(interface);
    auto of_before = empty_state(shape, interface);
    of_before.pop_back();
    if (interface.scalar_type() == torch::kDouble) {
      nn::backward<double>(shape, interface, before, after, of_after, of_interface, of_before);
    } else {
      nn::backward<float>(shape, interface, before, after, of_after, of_interface, of_before);
    }
    variable_list result{Tensor(), of_interface};
    result.insert(result.end(), of_before.begin(), of_before.end());
    return result;
  }
};

}  // namespace

bool dnc_step_is_fused(const Tensor& interface) {
  return interface.is_cpu() && (interface.scalar_type() == torch::kFloat || interface.scalar_type() == torch::kDouble);
}

DncState dnc_step(const dnc::Shape& shape, const Tensor& interface, const DncState& before) {
  return listed(DncFunction::apply(shape, interface.contiguous(), before.memory.contiguous(), before.usage.contiguous(),
                                   before.link.contiguous(), before.precedence.contiguous(), before.write.contiguous(),
                                   before.read.contiguous()));
}

}  // namespace qarium::nn
