#pragma once
#include <torch/torch.h>

#include <string>
#include <vector>

namespace qarium::nn {

/// What every block of the five stages tells about itself.
class StageBlock : public torch::nn::Module {
 public:
  /// Shape of what it gives, without the batch.
  virtual std::vector<std::int64_t> output_shape() const = 0;
  /// "conv 3x3, 4 -> 16", one line for each layer.
  virtual std::vector<std::string> layers() const { return {}; }
};

}  // namespace qarium::nn
