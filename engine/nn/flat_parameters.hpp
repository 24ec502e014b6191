#pragma once
#include <torch/torch.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace qarium::nn {

/// Where one parameter lies in the flat storage, in elements.
struct ParameterSlice {
  std::string name;  ///< "encoder.linear0.weight"
  std::int64_t offset = 0;
  std::vector<std::int64_t> shape;

  /// Without what pads it.
  std::int64_t elements() const;
  /// The module of the network that it belongs to: "encoder".
  std::string_view block() const;
};

/// Makes all parameters of a module share one flat float32 storage, each padded to 64 bytes, and their gradients
/// another, so that copying, clipping, stepping and saving are each one pass. Every parameter stays a detached leaf of
/// its own; gradients are views that are zeroed and never dropped. The module must not be moved or converted
/// afterwards. The padding is zero in both and stays zero.
class FlatParameters {
 public:
  /// Moves the module to `device`.
  FlatParameters(torch::nn::Module& module, torch::Device device);

  torch::Tensor& values() { return values_; }
  const torch::Tensor& values() const { return values_; }
  torch::Tensor& gradients() { return gradients_; }
  const std::vector<ParameterSlice>& slices() const { return slices_; }
  /// Elements with padding.
  std::int64_t size() const { return values_.numel(); }

  void zero_gradients();
  /// Throws std::logic_error where a parameter or gradient no longer lies in the flat storage.
  void require_intact() const;

 private:
  torch::Tensor values_;
  torch::Tensor gradients_;
  std::vector<torch::Tensor> parameters_;
  std::vector<ParameterSlice> slices_;
};

}  // namespace qarium::nn
