#pragma once
#include <algorithm>
#include <cstdint>
#include <vector>

#include "engine/core/random.hpp"
#include "engine/nn/ops/dense_kernels.hpp"
#include "engine/nn/ops/flat_kernels.hpp"
#include "engine/nn/ops/grid_conv_kernels.hpp"

namespace qarium::bench {

/// What an update cannot do without: the products and convolutions of its passes, and one pass each over the parameters
/// for norm, optimizer and gradient, on arrays that are there already.
class Floor {
 public:
  /// `layers`: the widths of a row of linear layers, after a grid convolution where `conv` has a batch.
  Floor(std::vector<std::int64_t> layers, std::int64_t rows, int forward_passes, nn::GridConvShape conv)
      : widths_(std::move(layers)), rows_(rows), forward_passes_(forward_passes), conv_(conv) {
    for (std::size_t i = 0; i + 1 < widths_.size(); ++i)
      parameters_ += (widths_[i] + 1) * widths_[i + 1];
    const auto most = static_cast<std::size_t>(parameters_ + rows * *std::max_element(widths_.begin(), widths_.end()));
    for (auto* room : {&weights_, &gradients_, &mean_, &square_, &x_, &y_, &scratch_, &cells_})
      room->assign(most + 4096, 1e-3F);
    core::RandomStream stream(1, core::Purpose::Test, 0);
    for (auto& cell : cells_)
      cell = stream.uniform() < 0.08 ? 1.0F : 0.0F;  // as many as Breakout lights
  }

  void operator()() {
    for (int pass = 0; pass < forward_passes_; ++pass) {
      if (conv_.batch > 0) nn::grid_conv_forward(conv_, cells_.data(), weights_.data(), weights_.data(), x_.data());
      each_layer([&](const nn::kernels::Linear& linear, float* /*gradient*/) {
        nn::kernels::linear_forward(linear, rows_, x_.data(), y_.data(), true, scratch_.data());
      });
    }
    std::fill_n(gradients_.data(), parameters_, 0.0F);
    bool first = conv_.batch == 0;  // observations have no gradient
    each_layer([&](const nn::kernels::Linear& linear, float* gradient) {
      nn::kernels::linear_backward_parameters(linear, rows_, x_.data(), y_.data(), gradient, gradient, scratch_.data());
      if (!first) nn::kernels::linear_backward_input(linear, rows_, y_.data(), scratch_.data());
      first = false;
    });
    if (conv_.batch > 0)
      nn::grid_conv_backward(conv_, cells_.data(), x_.data(), y_.data(), mean_.data(), square_.data());
    nn::squared_norm(gradients_.data(), parameters_);
    nn::adam_step(weights_.data(), gradients_.data(), mean_.data(), square_.data(), parameters_,
                  {1e-9F, 0.9F, 0.999F, 1e-8F, 1, 1});
  }

 private:
  template <class F>
  void each_layer(F f) {
    std::int64_t at = 0;
    for (std::size_t i = 0; i + 1 < widths_.size(); ++i) {
      f(nn::kernels::Linear{widths_[i], widths_[i + 1], weights_.data() + at, weights_.data()}, gradients_.data() + at);
      at += (widths_[i] + 1) * widths_[i + 1];
    }
  }

  std::vector<std::int64_t> widths_;
  std::int64_t rows_;
  int forward_passes_;
  nn::GridConvShape conv_;
  std::int64_t parameters_ = 0;
  std::vector<float> weights_, gradients_, mean_, square_, x_, y_, scratch_, cells_;
};

}  // namespace qarium::bench
