#pragma once
#include <memory>

#include "engine/nn/attention/attention_pooling.hpp"

namespace qarium::nn {

/// How a sublayer's output joins the stream: x + y, or the gate of GTrXL (Parisotto 2020, section 3.2):
/// y' = ReLU(y); r = sigmoid(W_r y' + U_r x); z = sigmoid(W_z y' + U_z x - b) with b = 2 at first;
/// (1 - z) x + z tanh(W_g y' + U_g (r x)).
class StreamGate final : public torch::nn::Module {
 public:
  /// `gru`: GTrXL's gate, else the sum.
  StreamGate(std::int64_t width, bool gru);
  torch::Tensor forward(const torch::Tensor& stream, const torch::Tensor& sublayer);

 private:
  std::int64_t width_;
  torch::nn::Linear from_sublayer_{nullptr};  ///< W_r, W_z, W_g
  torch::nn::Linear from_stream_{nullptr};    ///< U_r, U_z
  torch::nn::Linear candidate_{nullptr};      ///< U_g
  torch::Tensor keep_;                        ///< b
};

/// A pre-norm encoder block (Vaswani 2017 with the norm before each sublayer): multi-head self-attention, then two
/// linear layers with ReLU between them. Agrees with torch.nn.TransformerEncoderLayer(norm_first=True, dropout=0).
class TransformerBlock final : public torch::nn::Module {
 public:
  TransformerBlock(std::int64_t width, std::int64_t heads, std::int64_t feedforward, bool gru);
  /// tokens [B, N, E] -> output [B, N, E], weights [B, H, N, N]. `mask` as in masked_softmax, [B or 1, N or 1, N].
  Attended forward(const torch::Tensor& tokens, const torch::Tensor& mask, const Intervention* intervention);

 private:
  torch::nn::LayerNorm norm1_;
  std::shared_ptr<AttentionPooling> attention_;
  std::shared_ptr<StreamGate> gate1_;
  torch::nn::LayerNorm norm2_;
  torch::nn::Linear hidden_;
  torch::nn::Linear output_;
  std::shared_ptr<StreamGate> gate2_;
};

}  // namespace qarium::nn
