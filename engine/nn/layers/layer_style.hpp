#pragma once
#include "engine/config/hyperparameters.hpp"

namespace qarium::nn {

/// How hidden layers of Encoder and Head are made.
struct LayerStyle {
  config::LayerOptions options = {};
  /// As learning from a stream wants them (Elsayed 2024): normalised without gain or shift over the whole layer, leaky
  /// ReLU with the slope 0.01, and at first nine of ten weights of each unit 0.
  bool streaming = false;
};

inline LayerStyle style_of(const config::Hyperparameters& h) {
  return {config::layers_of(h), h.algorithm == "stream_q"};
}

}  // namespace qarium::nn
