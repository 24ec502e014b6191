#pragma once
#include <torch/torch.h>

#include <optional>
#include <string>

#include "engine/core/random.hpp"
#include "engine/nn/layers/layer_style.hpp"

namespace qarium::nn {

/// What follows a hidden layer of Encoder and Head: layer normalisation where it is wanted (Ba 2016), ReLU, and while
/// an update draws noise, dropout where it is wanted (Srivastava 2014).
class HiddenActivation {
 public:
  /// Its norm becomes the module `name` of `owner`.
  HiddenActivation(torch::nn::Module& owner, const std::string& name, std::int64_t width, const LayerStyle& style);

  /// x [B, ..., width], which may be overwritten.
  torch::Tensor forward(torch::Tensor x);
  /// Null where nothing is normalised.
  const torch::nn::LayerNorm& norm() const { return norm_; }
  /// Whether there is a form of it as passes over plain arrays: dropout has none, nor has what streams.
  bool has_fused() const { return dropout_ == 0 && !streaming_; }
  /// Whether it is a ReLU and nothing else.
  bool rectifies_alone() const { return has_fused() && !norm_; }
  /// ", layer norm, relu"
  std::string description() const;

  /// Which units the passes from here on leave out is drawn from a stream of its own; `settle`: none.
  void draw(core::RandomStream& stream);
  void settle() { noise_.reset(); }

 private:
  torch::nn::LayerNorm norm_{nullptr};
  double dropout_;
  bool streaming_;
  std::optional<core::RandomStream> noise_;
};

}  // namespace qarium::nn
