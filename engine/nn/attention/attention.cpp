#include "engine/nn/attention/attention.hpp"

#include "engine/nn/registry.hpp"

namespace qarium::nn {
namespace {

/// No attention: the tokens side by side, [B, N D].
class NoAttention final : public Attention {
 public:
  explicit NoAttention(std::int64_t width) : width_(width) {}
  torch::Tensor forward(const torch::Tensor& tokens, Probe* /*probe*/) override { return tokens.flatten(1); }
  std::vector<std::int64_t> output_shape() const override { return {width_}; }

 private:
  std::int64_t width_;
};

std::shared_ptr<Attention> make_none(const core::AttentionOptions& /*options*/,
                                     const std::vector<std::int64_t>& token_shape) {
  return std::make_shared<NoAttention>(token_shape[0] * token_shape[1]);
}

constexpr Kind<std::shared_ptr<Attention> (*)(const core::AttentionOptions&, const std::vector<std::int64_t>&)>
    kKinds[] = {
        {"none", make_none},
};

}  // namespace

std::shared_ptr<Attention> make_attention(const core::AttentionOptions& options,
                                          const std::vector<std::int64_t>& token_shape) {
  return find_kind(kKinds, "attention.kind", options.kind)(options, token_shape);
}

}  // namespace qarium::nn
