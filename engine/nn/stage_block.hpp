#pragma once
#include <torch/torch.h>

#include <memory>
#include <string>
#include <vector>

#include "engine/core/random.hpp"
#include "engine/nn/fused/fused_stage.hpp"

namespace qarium::nn {

/// What can be random in a block.
enum class Noise {
  Policy,   ///< weights of noisy layers, fractions that an implicit distribution is asked for
  Dropout,  ///< which hidden units are left out
};

/// What every block of the five stages tells about itself.
class StageBlock : public torch::nn::Module {
 public:
  /// Shape of what it gives, without the batch.
  virtual std::vector<std::int64_t> output_shape() const = 0;
  /// "conv 3x3, 4 -> 16", one line for each layer.
  virtual std::vector<std::string> layers() const { return {}; }
  /// The same stage as passes over plain arrays, once the parameters lie flat on the CPU (FlatParameters); null where
  /// there is no such form of it.
  virtual std::unique_ptr<FusedStage> fused() { return nullptr; }
  /// Draws what is random in it, for the passes until `settle`: then it is its mean.
  virtual void draw_noise(core::RandomStream& /*stream*/, Noise /*noise*/) {}
  virtual void settle() {}
  /// Whether the block may use fused operations of its own; at first it may.
  void use_fused(bool fused) { fused_operations_ = fused; }

 protected:
  bool uses_fused() const { return fused_operations_; }

 private:
  bool fused_operations_ = true;
};

}  // namespace qarium::nn
