#include "engine/nn/encoder/encoder.hpp"
#include "engine/nn/layers/hidden_layers.hpp"
#include "engine/nn/layout/part_layout.hpp"

namespace qarium::nn {
namespace {

using torch::Tensor;

std::string arrow(std::int64_t from, std::int64_t to) {
  return std::to_string(from) + " -> " + std::to_string(to);
}

/// What one part of the observation becomes: its numbers [B, size] -> tokens [B, rows * columns, width].
class PartEncoder : public torch::nn::Module {
 public:
  virtual Tensor forward(const Tensor& numbers) = 0;
  virtual std::string layer() const = 0;
  /// Dropout in its hidden layers, where there is any.
  virtual void draw(core::RandomStream& /*stream*/) {}
  virtual void settle() {}
};

class VectorPart final : public PartEncoder {
 public:
  VectorPart(std::int64_t inputs, const config::EncoderOptions& options, const LayerStyle& style)
      : inputs_(inputs), options_(options), layers_(*this, {inputs, options.width, options.layers}, style) {}
  Tensor forward(const Tensor& numbers) override { return layers_.forward(numbers).unsqueeze(1); }
  std::string layer() const override {
    return std::to_string(options_.layers) + " x linear " + arrow(inputs_, options_.width) + ", relu";
  }
  void draw(core::RandomStream& stream) override { layers_.draw(stream); }
  void settle() override { layers_.settle(); }

 private:
  std::int64_t inputs_;
  config::EncoderOptions options_;
  HiddenLayers layers_;
};

class SymbolPart final : public PartEncoder {
 public:
  SymbolPart(std::int64_t inputs, std::int64_t width)
      : inputs_(inputs),
        width_(width),
        linear_(register_module("linear", torch::nn::Linear(torch::nn::LinearOptions(inputs, width).bias(false)))) {}
  Tensor forward(const Tensor& numbers) override { return linear_(numbers).unsqueeze(1); }
  std::string layer() const override { return "embedding " + arrow(inputs_, width_); }

 private:
  std::int64_t inputs_;
  std::int64_t width_;
  torch::nn::Linear linear_;
};

/// The numbers of each square of cells through one shared linear layer and ReLU (Dosovitskiy 2021, section 3.1).
class NumberCells final : public PartEncoder {
 public:
  NumberCells(const PartLayout& layout, std::int64_t width, const LayerStyle& style)
      : shape_(layout.part.shape),
        below_(layout.rows() * layout.side - shape_[1]),
        right_(layout.columns() * layout.side - shape_[2]),
        side_(layout.side),
        scale_(layout.scale),
        linear_(register_module("linear",
                                torch::nn::Conv2d(torch::nn::Conv2dOptions(shape_[0], width, side_).stride(side_)))),
        activation_(*this, "norm", width, style) {}
  Tensor forward(const Tensor& numbers) override {
    const auto picture = numbers.reshape({numbers.size(0), shape_[0], shape_[1], shape_[2]}) * scale_;
    const auto filled = torch::constant_pad_nd(picture, {0, right_, 0, below_});
    return activation_.forward(linear_(filled).flatten(2).transpose(1, 2).contiguous());
  }
  std::string layer() const override {
    return "each " + std::to_string(side_) + " x " + std::to_string(side_) + ": linear " +
           arrow(shape_[0] * side_ * side_, linear_->options.out_channels()) + activation_.description();
  }
  void draw(core::RandomStream& stream) override { activation_.draw(stream); }
  void settle() override { activation_.settle(); }

 private:
  std::vector<std::int64_t> shape_;
  std::int64_t below_;  ///< rows and columns of zeros that fill the last squares
  std::int64_t right_;
  std::int64_t side_;
  double scale_;
  torch::nn::Conv2d linear_;
  HiddenActivation activation_;
};

/// In each channel every name has a vector of its own. A cell's are added up, with ReLU.
class NameCells final : public PartEncoder {
 public:
  NameCells(const PartLayout& layout, std::int64_t width, const LayerStyle& style)
      : channels_(layout.part.shape[0]),
        names_(layout.names),
        table_(register_module("table", torch::nn::Embedding(channels_ * names_, width))),
        bias_(register_parameter("bias", torch::zeros({width}))),
        activation_(*this, "norm", width, style) {}
  Tensor forward(const Tensor& numbers) override {
    const auto names = numbers.reshape({numbers.size(0), channels_, -1}).to(torch::kLong).clamp(0, names_ - 1);
    const auto first = names_ * torch::arange(channels_, names.options()).view({1, -1, 1});
    return activation_.forward(table_(names + first).sum(1) + bias_);
  }
  std::string layer() const override {
    return "each cell: " + std::to_string(channels_) + " embeddings " + arrow(names_, bias_.numel()) + ", added" +
           activation_.description();
  }
  void draw(core::RandomStream& stream) override { activation_.draw(stream); }
  void settle() override { activation_.settle(); }

 private:
  std::int64_t channels_;
  std::int64_t names_;
  torch::nn::Embedding table_;
  Tensor bias_;
  HiddenActivation activation_;
};

std::shared_ptr<PartEncoder> make_part(const PartLayout& layout, const config::EncoderOptions& options,
                                       const LayerStyle& style) {
  switch (layout.kind) {
    case PartLayout::Kind::Symbol:
      return std::make_shared<SymbolPart>(layout.part.size(), options.width);
    case PartLayout::Kind::NumberCells:
      return std::make_shared<NumberCells>(layout, options.width, style);
    case PartLayout::Kind::NameCells:
      return std::make_shared<NameCells>(layout, options.width, style);
    case PartLayout::Kind::Vector:
      break;
  }
  return std::make_shared<VectorPart>(layout.part.size(), options, style);
}

/// Observations of several parts: each gives tokens by its kind, to which a learned vector says whose they are. All are
/// of one width, one part after another: [B, N, width].
class Multi final : public Encoder {
 public:
  Multi(const config::EncoderOptions& options, std::vector<PartLayout> layouts, const LayerStyle& style)
      : layouts_(std::move(layouts)),
        width_(options.width),
        modality_(register_module("modality",
                                  torch::nn::Embedding(static_cast<std::int64_t>(layouts_.size()), options.width))) {
    grid_.columns = 0;
    for (std::size_t i = 0; i < layouts_.size(); ++i) {
      const auto& layout = layouts_[i];
      parts_.push_back(register_module("part" + std::to_string(i), make_part(layout, options, style)));
      grid_.parts.push_back({layout.part.name, static_cast<int>(layout.rows()), static_cast<int>(layout.columns()),
                             static_cast<int>(layout.side)});
      grid_.columns += grid_.parts.back().tokens();
    }
  }

  Tensor forward(const Tensor& observation) override {
    const auto numbers = observation.flatten(1);
    std::vector<Tensor> tokens;
    for (std::size_t i = 0; i < parts_.size(); ++i) {
      const auto& part = layouts_[i].part;
      tokens.push_back(parts_[i]->forward(numbers.narrow(1, part.offset, part.size())) +
                       modality_->weight[static_cast<std::int64_t>(i)]);
    }
    return torch::cat(tokens, 1);
  }

  std::vector<Tensor> activations(const Tensor& observation) override {
    const auto numbers = observation.flatten(1);
    std::vector<Tensor> all;
    for (std::size_t i = 0; i < parts_.size(); ++i) {
      const auto& part = layouts_[i].part;
      if (layouts_[i].kind == PartLayout::Kind::Symbol) continue;  // not rectified
      all.push_back(parts_[i]->forward(numbers.narrow(1, part.offset, part.size())));
    }
    return all;
  }

  TokenGrid grid() const override { return grid_; }
  std::vector<std::int64_t> output_shape() const override { return {grid_.columns, width_}; }
  std::vector<std::string> layers() const override {
    std::vector<std::string> lines;
    lines.reserve(parts_.size());
    for (std::size_t i = 0; i < parts_.size(); ++i)
      lines.push_back(layouts_[i].part.name + ": " + parts_[i]->layer());
    return lines;
  }
  void draw_noise(core::RandomStream& stream, Noise noise) override {
    if (noise != Noise::Dropout) return;
    for (const auto& part : parts_)
      part->draw(stream);
  }
  void settle() override {
    for (const auto& part : parts_)
      part->settle();
  }

 private:
  std::vector<PartLayout> layouts_;
  std::int64_t width_;
  TokenGrid grid_;
  torch::nn::Embedding modality_;
  std::vector<std::shared_ptr<PartEncoder>> parts_;
};

}  // namespace

std::shared_ptr<Encoder> make_multi(const config::EncoderOptions& options, const EncoderInputs& inputs) {
  return std::make_shared<Multi>(options, part_layouts(options, inputs.space), inputs.layers);
}

}  // namespace qarium::nn
