#pragma once
#include "engine/config/presets.hpp"

namespace qarium::bench {

/// CleanRL's dqn.py on CartPole: 4-120-84-2, batch 128.
inline config::Hyperparameters cartpole_as_cleanrl() {
  auto h = config::preset("cartpole").hyperparameters;
  h.encoder.width = 120;
  h.head.width = 84;
  h.batch_size = 128;
  h.loss = "mse";
  h.double_q = false;
  return h;
}

}  // namespace qarium::bench
