#include "engine/nn/encoder/fused_nature_conv.hpp"

#include <algorithm>

#include "engine/nn/fused/fused_layers.hpp"
#include "engine/nn/ops/window_conv_kernels.hpp"

namespace qarium::nn {
namespace {

/// One layer: squares of `block` x `block` places, as many as its stride has, are laid together as channels, and there
/// it has stride 1.
class Layer {
 public:
  /// Of pictures that are `side` places wide.
  Layer(const torch::nn::Conv2d& conv, std::int64_t side)
      : weight_(conv->weight),
        bias_(conv->bias),
        block_(conv->options.stride()->front()),
        planes_(conv->weight.size(1)),
        kernel_(conv->weight.size(2)),
        conv_{side / block_, block_ * block_ * planes_, kernel_ / block_, conv->weight.size(0)} {}

  const kernels::WindowConv& conv() const { return conv_; }
  std::int64_t block() const { return block_; }
  std::int64_t in_size() const { return conv_.side * conv_.side * conv_.channels; }
  std::int64_t out_size() const { return conv_.places() * conv_.places() * conv_.filters; }

  /// Where in a filter, [planes, kernel, kernel], the number stands that comes at `place` of its depth. In the first
  /// layer, which is given planes, a square is [planes, block, block]; in the others [block, block, planes].
  std::int64_t place_in_filter(std::int64_t place, bool planes_first) const {
    const auto channel = place % conv_.channels;
    const auto across = place / conv_.channels % conv_.taps;
    const auto down = place / conv_.run();
    const auto plane = planes_first ? channel / (block_ * block_) : channel % planes_;
    const auto square = planes_first ? channel % (block_ * block_) : channel / planes_;
    return (plane * kernel_ + down * block_ + square / block_) * kernel_ + across * block_ + square % block_;
  }
  void plan(bool planes_first) {
    for (std::int64_t place = 0; place < conv_.depth(); ++place)
      places_.push_back(place_in_filter(place, planes_first));
  }

  /// The weights as the products read them, in the arena.
  void pack(Arena& arena) {
    packed_ = arena.take(conv_.depth() * conv_.filters);
    for (std::int64_t filter = 0; filter < conv_.filters; ++filter) {
      const float* from = weight_.value + filter * conv_.depth();
      for (std::int64_t place = 0; place < conv_.depth(); ++place)
        packed_[place * conv_.filters + filter] = from[places_[static_cast<std::size_t>(place)]];
    }
  }
  void turn(Arena& arena) {
    turned_ = arena.take(conv_.depth() * conv_.filters);
    kernels::turn_windows(conv_, packed_, turned_);
  }
  void begin_gradient(Arena& arena) {
    gradient_ = arena.take(conv_.depth() * conv_.filters);
    std::fill_n(gradient_, conv_.depth() * conv_.filters, 0.0F);
  }
  void end_gradient() {
    for (std::int64_t filter = 0; filter < conv_.filters; ++filter) {
      float* to = weight_.gradient + filter * conv_.depth();
      for (std::int64_t place = 0; place < conv_.depth(); ++place)
        to[places_[static_cast<std::size_t>(place)]] += gradient_[place * conv_.filters + filter];
    }
  }

  void forward(const float* in, float* wide) const {
    kernels::window_conv_forward(conv_, in, packed_, bias_.value, wide);
  }
  void backward_parameters(const float* in, const float* wide) {
    kernels::window_conv_backward_parameters(conv_, in, wide, gradient_, bias_.gradient);
  }
  void backward_input(const float* wide, float* in_gradient) const {
    kernels::window_conv_backward_input(conv_, wide, turned_, in_gradient);
  }

 private:
  FusedParameter weight_;
  FusedParameter bias_;
  std::int64_t block_;
  std::int64_t planes_;
  std::int64_t kernel_;
  kernels::WindowConv conv_;
  std::vector<std::int64_t> places_;
  float* packed_ = nullptr;
  float* turned_ = nullptr;
  float* gradient_ = nullptr;
};

/// Calls move(row, at) for each place with a meaning: its row of `wide`, and where its numbers stand in the next
/// layer's picture of squares of `block` x `block`.
template <class Move>
void for_places(const kernels::WindowConv& conv, std::int64_t block, Move move) {
  const auto squares = conv.places() / block;
  for (std::int64_t y = 0; y < conv.places(); ++y) {
    for (std::int64_t x = 0; x < conv.places(); ++x) {
      const auto square = y / block * squares + x / block;
      const auto inside = y % block * block + x % block;
      move((y * conv.side + x) * conv.filters, (square * block * block + inside) * conv.filters);
    }
  }
}

class FusedNatureConv final : public FusedStage {
 public:
  FusedNatureConv(const std::vector<torch::nn::Conv2d>& convs, std::int64_t frames)
      : frames_(frames), planes_(convs.front()->weight.size(1)) {
    auto side = kSide;
    for (const auto& conv : convs) {
      auto& layer = layers_.emplace_back(conv, side);
      layer.plan(layers_.size() == 1);
      side = layer.conv().places();
    }
  }

  float* forward(float* in, std::int64_t rows, bool /*learn*/, Arena& arena) override {
    pictures_ = rows * frames_;
    std::int64_t widest = 0;
    inputs_.clear();
    for (auto& layer : layers_) {
      layer.pack(arena);
      inputs_.push_back(arena.take(pictures_ * layer.in_size()));
      widest = std::max(widest, layer.conv().rows() * layer.conv().filters);
    }
    inputs_.push_back(arena.take(pictures_ * layers_.back().out_size()));
    float* wide = arena.take(widest);
    for (std::int64_t picture = 0; picture < pictures_; ++picture) {
      lay_together(in + picture * planes_ * kSide * kSide, input(0, picture));
      for (std::size_t i = 0; i < layers_.size(); ++i) {
        layers_[i].forward(input(i, picture), wide);
        const auto& conv = layers_[i].conv();
        float* out = input(i + 1, picture);
        for_places(conv, next_block(i), [&](std::int64_t row, std::int64_t at) {
          for (std::int64_t filter = 0; filter < conv.filters; ++filter)
            out[at + filter] = wide[row + filter] > 0 ? wide[row + filter] : 0.0F;
        });
      }
    }
    return inputs_.back();
  }

  float* backward(float* out_gradient, bool /*wanted*/, Arena& arena) override {
    std::int64_t widest = 0;
    std::int64_t largest = 0;
    for (auto& layer : layers_) {
      layer.begin_gradient(arena);
      if (&layer != &layers_.front()) layer.turn(arena);
      const auto& conv = layer.conv();
      widest = std::max(widest, (conv.lead() + conv.side * conv.side) * conv.filters);
      largest = std::max(largest, layer.in_size());
    }
    float* wide = arena.take(widest);
    float* in_gradient = arena.take(largest);
    for (std::int64_t picture = 0; picture < pictures_; ++picture) {
      const float* gradient = out_gradient + picture * layers_.back().out_size();
      for (std::size_t i = layers_.size(); i-- > 0;) {
        auto& layer = layers_[i];
        const auto& conv = layer.conv();
        std::fill_n(wide, (conv.lead() + conv.side * conv.side) * conv.filters, 0.0F);
        float* rows = wide + conv.lead() * conv.filters;
        const float* out = input(i + 1, picture);
        for_places(conv, next_block(i), [&](std::int64_t row, std::int64_t at) {
          for (std::int64_t filter = 0; filter < conv.filters; ++filter)
            rows[row + filter] = out[at + filter] > 0 ? gradient[at + filter] : 0.0F;
        });
        layer.backward_parameters(input(i, picture), rows);
        if (i == 0) break;
        layer.backward_input(rows, in_gradient);
        gradient = in_gradient;
      }
    }
    for (auto& layer : layers_)
      layer.end_gradient();
    return nullptr;  // it is the first stage
  }

 private:
  static constexpr std::int64_t kSide = 84;

  float* input(std::size_t layer, std::int64_t picture) const {
    const auto size = layer < layers_.size() ? layers_[layer].in_size() : layers_.back().out_size();
    return inputs_[layer] + picture * size;
  }
  std::int64_t next_block(std::size_t layer) const {
    return layer + 1 < layers_.size() ? layers_[layer + 1].block() : 1;
  }

  /// from [planes, 84, 84], bytes as numbers -> the first layer's input: squares [planes, block, block], scaled to
  /// 0..1.
  void lay_together(const float* from, float* to) const {
    const auto block = layers_.front().block();
    for (std::int64_t y = 0; y < kSide; y += block) {
      for (std::int64_t x = 0; x < kSide; x += block) {
        for (std::int64_t line = 0; line < planes_ * block; ++line, to += block) {
          const float* its = from + (line / block * kSide + y + line % block) * kSide + x;
          for (std::int64_t i = 0; i < block; ++i)
            to[i] = its[i] * (1.0F / 255.0F);
        }
      }
    }
  }

  std::int64_t frames_;
  std::int64_t planes_;
  std::vector<Layer> layers_;
  std::int64_t pictures_ = 0;
  std::vector<float*> inputs_;  ///< of each layer, all pictures, and what the last gives
};

}  // namespace

std::unique_ptr<FusedStage> fused_nature_conv(const std::vector<torch::nn::Conv2d>& convs, std::int64_t frames) {
  return std::make_unique<FusedNatureConv>(convs, frames);
}

}  // namespace qarium::nn
