#pragma once
#include <torch/torch.h>

#include <map>
#include <string>

namespace qarium::nn {

/// What a stage reports to whoever inspects it: named arrays, detached. Acting and learning pass none.
class Probe {
 public:
  void report(const std::string& name, const torch::Tensor& value) { arrays_[name] = value.detach(); }
  const std::map<std::string, torch::Tensor>& arrays() const { return arrays_; }

 private:
  std::map<std::string, torch::Tensor> arrays_;
};

}  // namespace qarium::nn
