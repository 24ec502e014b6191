#include "engine/nn/memory/chrono.hpp"

#include <algorithm>
#include <cmath>

namespace qarium::nn {
namespace {

/// [units]
torch::Tensor keeping_biases(std::int64_t units, std::int64_t length, core::RandomStream& stream) {
  const auto longest = static_cast<double>(std::max<std::int64_t>(1, length - 1));
  auto biases = torch::empty({units});
  for (std::int64_t i = 0; i < units; ++i)
    biases.data_ptr<float>()[i] = static_cast<float>(std::log(stream.uniform(1.0, longest)));
  return biases;
}

}  // namespace

void initialise_chrono_lstm(const torch::Tensor& bias, std::int64_t length, core::RandomStream& stream) {
  if (length == 0) return;
  const auto units = bias.size(0) / 4;
  const auto keep = keeping_biases(units, length, stream);
  bias.narrow(0, 0, units).copy_(-keep);
  bias.narrow(0, units, units).copy_(keep);
}

void initialise_chrono_gru(const torch::Tensor& bias, std::int64_t length, core::RandomStream& stream) {
  if (length == 0) return;
  const auto units = bias.size(0) / 3;
  bias.narrow(0, units, units).copy_(keeping_biases(units, length, stream));
}

void initialise_chrono_min_gru(const torch::Tensor& bias, std::int64_t length, core::RandomStream& stream) {
  if (length == 0) return;
  const auto units = bias.size(0) / 2;
  bias.narrow(0, 0, units).copy_(-keeping_biases(units, length, stream));
}

}  // namespace qarium::nn
