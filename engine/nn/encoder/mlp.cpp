#include "engine/nn/encoder/encoder.hpp"

namespace qarium::nn {
namespace {

/// Vector observations: `layers` linear layers of `width` units with ReLU; one token [B, 1, width].
class Mlp final : public Encoder {
 public:
  Mlp(const core::EncoderOptions& options, std::int64_t inputs) : inputs_(inputs), width_(options.width) {
    for (std::int64_t i = 0; i < options.layers; ++i) {
      linears_.push_back(
          register_module("linear" + std::to_string(i), torch::nn::Linear(i == 0 ? inputs : width_, width_)));
    }
  }

  torch::Tensor forward(const torch::Tensor& observation) override {
    torch::Tensor x = observation.flatten(1);
    for (auto& linear : linears_)
      x = linear(x).relu_();
    return x.unsqueeze(1);
  }

  std::vector<TokenPosition> positions() const override { return {TokenPosition{}}; }
  std::vector<std::int64_t> output_shape() const override { return {1, width_}; }
  std::vector<std::string> layers() const override {
    std::vector<std::string> lines;
    for (std::size_t i = 0; i < linears_.size(); ++i) {
      lines.push_back("linear " + std::to_string(i == 0 ? inputs_ : width_) + " -> " + std::to_string(width_) +
                      ", relu");
    }
    return lines;
  }

 private:
  std::int64_t inputs_;
  std::int64_t width_;
  std::vector<torch::nn::Linear> linears_;
};

}  // namespace

std::shared_ptr<Encoder> make_mlp(const core::EncoderOptions& options, const env::Box& space, bool /*attended*/) {
  return std::make_shared<Mlp>(options, space.size());
}

}  // namespace qarium::nn
