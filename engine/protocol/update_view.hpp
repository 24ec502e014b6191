#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "engine/protocol/basis.hpp"
#include "engine/protocol/scene.hpp"

namespace qarium::protocol {

/// One transition of a minibatch, with what its gradient update made of it. Values are on the scale of h where
/// `rescaled`.
struct TransitionView {
  std::size_t number = 0;  ///< in its batch, from 0
  Scene before;            ///< s; nothing in it where it was overwritten since
  Scene after;             ///< s', the state its bootstrap looks at, n steps on
  int action = 0;
  float reward = 0;  ///< n-step return without bootstrap
  bool terminal = false;
  float q = 0;       ///< Q(s, a) at the update
  float target = 0;  ///< y
  float td_error = 0;
  float discount = 0;          ///< of the value behind `after` in y; 0 where nothing follows
  bool rescaled = false;       ///< y and Q are on the scale of h (value_rescaling)
  float weight = 1;            ///< importance weight
  std::int64_t age = 0;        ///< environment steps since it was stored
  std::int64_t steps = 1;      ///< m: rewards in `reward`
  std::int64_t sequence = -1;  ///< of an agent with a memory: the sequence it is of; -1: without one
  std::int64_t time = 0;       ///< and its step in it, from 0, burn-in among them

  // By action; empty where not measured.
  std::vector<float> values;        ///< Q(s, .) of the online network at the update
  std::vector<float> values_after;  ///< after it
  std::vector<float> next_online;   ///< Q(s', .) of the online network at the update
  std::vector<float> next_target;   ///< of the target network
  int chosen = -1;                  ///< a*, the greedy action in s' by the network that chooses; -1: not known
  float loss = 0;                   ///< without the weight
  float slope = 0;                  ///< its derivative by Q(s, a); of a distribution not shown
};

/// What is so of all transitions of one gradient update.
struct UpdateFacts {
  bool double_q = false;
  bool munchausen = false;
  std::string distribution =
      "none";         ///< head.distribution: with one, Q and y are means, and the loss is between distributions
  bool huber = true;  ///< loss, with threshold 1; else half the square
  double gamma = 0;
  std::int64_t n_step = 1;
  double loss = 0;  ///< weighted mean over the batch
  double gradient_norm = 0;
  double max_grad_norm = 0;
  double learning_rate = 0;
  // The target network, at the update.
  std::int64_t target_copies = 0;       ///< so far
  std::int64_t steps_since_target = 0;  ///< environment steps since the last, or since the beginning
  std::int64_t target_update_interval = 1;
  double tau = 1;  ///< share of the online network in a copy
  friend bool operator==(const UpdateFacts&, const UpdateFacts&) = default;
};

/// One gradient update, with all transitions of its batch. Without any where nothing is known of one.
struct UpdateView {
  /// Network, and as weights and position the update: `position.updates` is its number, counted from 1.
  Basis basis;
  UpdateFacts facts;
  std::int64_t batch_size = 0;
  std::int64_t sequences = 0;  ///< that the batch is of; 0 without a memory
  std::vector<TransitionView> samples;
};

}  // namespace qarium::protocol
