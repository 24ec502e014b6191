#include <array>
#include <limits>

#include "engine/config/hyperparameters.hpp"
#include "engine/config/kinds.hpp"

namespace qarium::config {
namespace {

constexpr double kMany = 1e12;
using H = Hyperparameters;

template <auto Member>
Parameter::Access field() {
  return +[](H& h) -> auto& { return h.*Member; };
}

template <auto Outer, auto Inner>
Parameter::Access field() {
  return +[](H& h) -> auto& { return h.*Outer.*Inner; };
}

template <auto Inner>
Parameter::Access arcade() {
  return +[](H& h) -> auto& { return h.environment.arcade.*Inner; };
}

Parameter number(std::string_view name, Group group, double minimum, double maximum, Scale scale, Effect effect,
                 Parameter::Access access, std::string_view help) {
  return {name, group, help, scale, minimum, maximum, {}, effect, access};
}

Parameter choice(std::string_view name, Group group, std::vector<std::string_view> choices, Effect effect,
                 Parameter::Access access, std::string_view help) {
  return {name, group, help, Scale::Choice, 0, 0, std::move(choices), effect, access};
}

template <std::size_t n>
std::vector<std::string_view> all(const std::string_view (&kinds)[n]) {
  return {kinds, kinds + n};
}

Parameter toggle(std::string_view name, Group group, Effect effect, Parameter::Access access, std::string_view help) {
  return {name, group, help, Scale::Choice, 0, 1, {}, effect, access};
}

const Condition kAttends{"attention.kind", {"none"}, true};
const Condition kRemembers{"memory.kind", {"none"}, true};

/// The row, which matters only where these hold.
Parameter when(std::vector<Condition> conditions, Parameter row) {
  row.when = std::move(conditions);
  return row;
}

/// The row, a change of which makes these anew.
Parameter anew(Anew what, Parameter row) {
  row.anew = what;
  return row;
}

/// What a change of a row makes anew that does not say it itself: the network for a stage's, the environments for
/// theirs.
Anew anew_by_group(Group group) {
  switch (group) {
    case Group::Encoder:
    case Group::Attention:
    case Group::Memory:
    case Group::Fusion:
    case Group::Head:
      return Anew::Network;
    case Group::Environment:
      return Anew::Environments;
    default:
      return Anew::Nothing;
  }
}

void add_learning(std::vector<Parameter>& table) {
  constexpr auto kGroup = Group::Learning;
  table.push_back(anew(Anew::Everything, choice("algorithm", kGroup, all(kAlgorithms), Effect::Rebuild,
                                                field<&H::algorithm>(), "The family of learners: dqn (Mnih 2015).")));
  table.push_back(number("learning_rate", kGroup, 1e-6, 1.0, Scale::Logarithmic, Effect::Live,
                         field<&H::learning_rate>(), "Step size of the optimizer."));
  table.push_back(number("gamma", kGroup, 0.0, 1.0, Scale::Linear, Effect::Live, field<&H::gamma>(),
                         "Discount per environment step: how much a reward one step later is worth."));
  table.push_back(number("batch_size", kGroup, 1, 4096, Scale::Logarithmic, Effect::Live, field<&H::batch_size>(),
                         "Transitions sampled from replay for one gradient update."));
  table.push_back(number("train_freq", kGroup, 1, 100'000, Scale::Logarithmic, Effect::Live, field<&H::train_freq>(),
                         "Environment steps between rounds of gradient updates."));
  table.push_back(number("gradient_steps", kGroup, 1, 100'000, Scale::Logarithmic, Effect::Live,
                         field<&H::gradient_steps>(), "Gradient updates in one round."));
  table.push_back(number("learning_starts", kGroup, 0, 10'000'000, Scale::Logarithmic, Effect::Live,
                         field<&H::learning_starts>(), "Environment steps, taken at random, before the first update."));
  table.push_back(
      anew(Anew::Replay, number("buffer_size", kGroup, 100, 10'000'000, Scale::Logarithmic, Effect::Rebuild,
                                field<&H::buffer_size>(), "Transitions that replay holds; the oldest go first.")));
  table.push_back(number("target_update_interval", kGroup, 1, 1'000'000, Scale::Logarithmic, Effect::Live,
                         field<&H::target_update_interval>(),
                         "Environment steps between updates of the target network."));
  table.push_back(number("tau", kGroup, 1e-4, 1.0, Scale::Logarithmic, Effect::Live, field<&H::tau>(),
                         "How far the target moves to the online network at an update of the target: 1 copies it."));
  table.push_back(number("max_grad_norm", kGroup, 1e-3, 1e6, Scale::Logarithmic, Effect::Live,
                         field<&H::max_grad_norm>(), "The gradient is scaled down to this 2-norm where it is longer."));
  table.push_back(number("max_grad_value", kGroup, 1e-6, 1e6, Scale::Logarithmic, Effect::Live,
                         field<&H::max_grad_value>(),
                         "Before that each component of the gradient is clipped to this magnitude (Graves 2013)."));
  table.push_back(choice("loss", kGroup, {"huber", "mse"}, Effect::Live, field<&H::loss>(),
                         "What is minimised of the TD error: Huber with threshold 1, or half its square."));
  table.push_back(choice("optimizer", kGroup, {"adam", "rmsprop", "rmsprop_centered"}, Effect::Live,
                         field<&H::optimizer>(), "Adam (Kingma 2015), RMSprop, or RMSprop less the squared mean."));
  table.push_back(
      when({{"optimizer", {"adam"}}}, number("adam_beta1", kGroup, 0.0, 0.9999, Scale::Linear, Effect::Live,
                                             field<&H::adam_beta1>(), "Adam's decay of the gradient's mean.")));
  table.push_back(
      when({{"optimizer", {"adam"}}}, number("adam_beta2", kGroup, 0.0, 0.999999, Scale::Linear, Effect::Live,
                                             field<&H::adam_beta2>(), "Adam's decay of the gradient's square.")));
  table.push_back(
      when({{"optimizer", {"rmsprop", "rmsprop_centered"}}},
           number("rmsprop_alpha", kGroup, 0.0, 0.9999, Scale::Linear, Effect::Live, field<&H::rmsprop_alpha>(),
                  "RMSprop's decay of the gradient's square and, when centred, of its mean.")));
  table.push_back(
      when({{"optimizer", {"rmsprop", "rmsprop_centered"}}},
           number("rmsprop_momentum", kGroup, 0.0, 0.9999, Scale::Linear, Effect::Live, field<&H::rmsprop_momentum>(),
                  "RMSprop's momentum: the share of the last step that is taken again (Graves 2013).")));
  table.push_back(number("optimizer_eps", kGroup, 1e-12, 1.0, Scale::Logarithmic, Effect::Live,
                         field<&H::optimizer_eps>(), "Added to the optimizer's denominator, outside the root."));
  table.push_back(toggle("double_q", kGroup, Effect::Live, field<&H::double_q>(),
                         "The online network chooses the action that the target network values (van Hasselt 2016)."));
  table.push_back(
      anew(Anew::Sampling, number("n_step", kGroup, 1, 64, Scale::Linear, Effect::Live, field<&H::n_step>(),
                                  "Rewards summed before the bootstrap. A change starts replay's priorities anew.")));
  table.push_back(anew(Anew::Sampling | Anew::Sequences,
                       toggle("prioritized_replay", kGroup, Effect::Live, field<&H::prioritized_replay>(),
                              "Sample in proportion to |TD error|^alpha (Schaul 2016) instead of uniformly.")));
  table.push_back(when({{"prioritized_replay", {"true"}}},
                       number("prioritized_replay_alpha", kGroup, 0.0, 1.0, Scale::Linear, Effect::Live,
                              field<&H::prioritized_replay_alpha>(), "How much priority matters: 0 is uniform.")));
  table.push_back(when({{"prioritized_replay", {"true"}}},
                       number("prioritized_replay_beta0", kGroup, 0.0, 1.0, Scale::Linear, Effect::Live,
                              field<&H::prioritized_replay_beta0>(),
                              "How much importance weights correct for it at the start; 1 at the end.")));
  table.push_back(when({{"prioritized_replay", {"true"}}},
                       number("prioritized_replay_eps", kGroup, 1e-9, 1.0, Scale::Logarithmic, Effect::Live,
                              field<&H::prioritized_replay_eps>(), "Added to every priority, so that none is zero.")));
  table.push_back(anew(
      Anew::Sequences,
      when({kRemembers},
           number("sequence_length", kGroup, 1, 2048, Scale::Logarithmic, Effect::Rebuild, field<&H::sequence_length>(),
                  "Steps in a replayed sequence that are learned from (Kapturowski 2019)."))));
  table.push_back(
      anew(Anew::Sequences,
           when({kRemembers},
                number("burn_in", kGroup, 0, 512, Scale::Linear, Effect::Rebuild, field<&H::burn_in>(),
                       "Steps before them that only bring the memory up to date; none where an episode begins."))));
  table.push_back(
      anew(Anew::Sequences, when({kRemembers}, number("sequence_overlap", kGroup, 0, 2047, Scale::Linear,
                                                      Effect::Rebuild, field<&H::sequence_overlap>(),
                                                      "Steps that a sequence shares with the one after it."))));
  table.push_back(when({kRemembers}, toggle("value_rescaling", kGroup, Effect::Live, field<&H::value_rescaling>(),
                                            "Learn h(Q), h(x) = sign(x)(sqrt(|x| + 1) - 1) + 0.001 x (Pohlen 2018).")));
}

void add_exploration(std::vector<Parameter>& table) {
  constexpr auto kGroup = Group::Exploration;
  table.push_back(number("exploration_initial_eps", kGroup, 0.0, 1.0, Scale::Linear, Effect::Live,
                         field<&H::exploration_initial_eps>(), "Probability of a random action at the start."));
  table.push_back(number("exploration_final_eps", kGroup, 0.0, 1.0, Scale::Linear, Effect::Live,
                         field<&H::exploration_final_eps>(), "Probability of a random action in the end."));
  table.push_back(number("exploration_fraction", kGroup, 0.0, 1.0, Scale::Linear, Effect::Live,
                         field<&H::exploration_fraction>(),
                         "Share of n_timesteps over which epsilon goes from its initial to its final value."));
  table.push_back(choice("exploration_schedule", kGroup, {"linear", "exponential"}, Effect::Live,
                         field<&H::exploration_schedule>(), "The way epsilon takes there."));
}

void add_attention(std::vector<Parameter>& table) {
  constexpr auto kGroup = Group::Attention;
  table.push_back(choice("attention.kind", kGroup, all(kAttentionKinds), Effect::Rebuild,
                         field<&H::attention, &AttentionOptions::kind>(),
                         "How tokens become one vector: the score that weighs them. none lays them side by side."));
  table.push_back(
      when({kAttends},
           choice("attention.query", kGroup, {"learned", "memory", "action", "self"}, Effect::Rebuild,
                  field<&H::attention, &AttentionOptions::query>(),
                  "Who asks: one learned vector, the memory's last output, each action for itself, or every token.")));
  table.push_back(when({kAttends}, number("attention.width", kGroup, 1, 1024, Scale::Logarithmic, Effect::Rebuild,
                                          field<&H::attention, &AttentionOptions::width>(),
                                          "Width of queries, keys and values, over all heads.")));
  table.push_back(
      when({{"attention.kind", {"multi_head", "transformer"}}},
           number("attention.heads", kGroup, 1, 16, Scale::Linear, Effect::Rebuild,
                  field<&H::attention, &AttentionOptions::heads>(), "Heads; they share the width evenly.")));
  table.push_back(when(
      {kAttends},
      choice("attention.positions", kGroup, {"none", "sinusoidal", "learned"}, Effect::Rebuild,
             field<&H::attention, &AttentionOptions::positions>(),
             "How tokens know where they lie: sines and cosines over frame, row and column, or a learned table.")));
  table.push_back(
      when({{"attention.kind", {"hierarchical"}}},
           number("attention.region", kGroup, 1, 64, Scale::Linear, Effect::Rebuild,
                  field<&H::attention, &AttentionOptions::region>(), "Tokens along one side of a region.")));
  table.push_back(when({{"attention.kind", {"transformer"}}},
                       number("attention.blocks", kGroup, 1, 12, Scale::Linear, Effect::Rebuild,
                              field<&H::attention, &AttentionOptions::blocks>(), "Blocks in a row.")));
  table.push_back(
      when({{"attention.kind", {"transformer"}}},
           number("attention.feedforward", kGroup, 1, 4096, Scale::Logarithmic, Effect::Rebuild,
                  field<&H::attention, &AttentionOptions::feedforward>(), "Units of the hidden layer in each block.")));
  table.push_back(when({{"attention.kind", {"transformer"}}},
                       choice("attention.gating", kGroup, {"residual", "gru"}, Effect::Rebuild,
                              field<&H::attention, &AttentionOptions::gating>(),
                              "How a sublayer joins the stream: added, or through GTrXL's gate (Parisotto 2020).")));
}

void add_memory(std::vector<Parameter>& table) {
  constexpr auto kGroup = Group::Memory;
  table.push_back(choice("memory.kind", kGroup, all(kMemoryKinds), Effect::Rebuild,
                         field<&H::memory, &MemoryOptions::kind>(),
                         "What is remembered from step to step. With a memory, replay learns from sequences (R2D2)."));
  table.push_back(when(
      {kRemembers}, number("memory.hidden", kGroup, 1, 2048, Scale::Logarithmic, Effect::Rebuild,
                           field<&H::memory, &MemoryOptions::hidden>(),
                           "Units of lstm and gru, and of the controller of ntm, dnc and mann; width of the others.")));
  table.push_back(when({{"memory.kind", {"ntm", "dnc", "mann"}}},
                       number("memory.slots", kGroup, 1, 1024, Scale::Logarithmic, Effect::Rebuild,
                              field<&H::memory, &MemoryOptions::slots>(),
                              "Slots of the memory matrix. dnc links each with each: choose few (16 to 32).")));
  table.push_back(when({{"memory.kind", {"ntm", "dnc", "mann"}}},
                       number("memory.width", kGroup, 1, 512, Scale::Logarithmic, Effect::Rebuild,
                              field<&H::memory, &MemoryOptions::width>(), "Numbers in a slot.")));
  table.push_back(
      when({{"memory.kind", {"ntm", "dnc", "mann"}}},
           number("memory.read_heads", kGroup, 1, 8, Scale::Linear, Effect::Rebuild,
                  field<&H::memory, &MemoryOptions::read_heads>(), "Heads that read; with mann they write too.")));
  table.push_back(
      when({{"memory.kind", {"ntm"}}}, number("memory.write_heads", kGroup, 1, 8, Scale::Linear, Effect::Rebuild,
                                              field<&H::memory, &MemoryOptions::write_heads>(), "Heads that write.")));
  table.push_back(
      when({{"memory.kind", {"ntm"}}}, number("memory.shift_range", kGroup, 0, 8, Scale::Linear, Effect::Rebuild,
                                              field<&H::memory, &MemoryOptions::shift_range>(),
                                              "Slots that a head may shift by in one step, to either side.")));
  table.push_back(when({{"memory.kind", {"ntm", "dnc"}}},
                       choice("memory.controller", kGroup, {"lstm", "feedforward"}, Effect::Rebuild,
                              field<&H::memory, &MemoryOptions::controller>(), "What drives the heads.")));
  table.push_back(when({{"memory.kind", {"lstm", "gru", "ntm", "dnc", "mann"}}},
                       number("memory.chrono_length", kGroup, 0, 10000, Scale::Linear, Effect::Rebuild,
                              field<&H::memory, &MemoryOptions::chrono_length>(),
                              "Steps that the gates of an LSTM or GRU, or of an LSTM controller, begin to keep things "
                              "for (Tallec and Ollivier 2018). 0 leaves the gates half open.")));
  table.push_back(when({{"memory.kind", {"ntm"}}},
                       choice("memory.order", kGroup, {"read_write", "write_read"}, Effect::Rebuild,
                              field<&H::memory, &MemoryOptions::order>(),
                              "Whether a step reads what it writes (write_read) or what was there before.")));
  table.push_back(
      when({{"memory.kind", {"memory_bank", "temporal", "transformer"}}},
           number("memory.length", kGroup, 1, 256, Scale::Logarithmic, Effect::Rebuild,
                  field<&H::memory, &MemoryOptions::length>(),
                  "memory_bank: pairs of state and action that are kept. temporal, transformer: steps that are "
                  "looked at, the current one included; it must reach back to what is to be remembered.")));
  table.push_back(
      when({{"memory.kind", {"memory_bank", "temporal"}}},
           choice("memory.score", kGroup, all(kAttentionScores), Effect::Rebuild,
                  field<&H::memory, &MemoryOptions::score>(), "How well the current step and an earlier one agree.")));
  table.push_back(when(
      {{"memory.kind", {"memory_bank", "temporal", "transformer"}}},
      number("memory.heads", kGroup, 1, 16, Scale::Linear, Effect::Rebuild, field<&H::memory, &MemoryOptions::heads>(),
             "Heads of the transformer and of the score multi_head; they divide memory.hidden.")));
  table.push_back(when({{"memory.kind", {"transformer"}}},
                       number("memory.blocks", kGroup, 1, 8, Scale::Linear, Effect::Rebuild,
                              field<&H::memory, &MemoryOptions::blocks>(), "Blocks on top of one another.")));
  table.push_back(when(
      {{"memory.kind", {"transformer"}}},
      number("memory.feedforward", kGroup, 1, 4096, Scale::Logarithmic, Effect::Rebuild,
             field<&H::memory, &MemoryOptions::feedforward>(), "Units between the two linear layers of a block.")));
  table.push_back(when({kRemembers}, toggle("memory.action_input", kGroup, Effect::Rebuild,
                                            field<&H::memory, &MemoryOptions::action_input>(),
                                            "The memory is told the previous action.")));
  table.push_back(when({kRemembers}, toggle("memory.reward_input", kGroup, Effect::Rebuild,
                                            field<&H::memory, &MemoryOptions::reward_input>(),
                                            "The memory is told the previous reward.")));
}

void add_stages(std::vector<Parameter>& table) {
  table.push_back(choice(
      "encoder.kind", Group::Encoder, all(kEncoderKinds), Effect::Rebuild, field<&H::encoder, &EncoderOptions::kind>(),
      "mlp for vectors, grid_conv (3x3) for small grids, nature_conv (Mnih 2015) for 84x84 frames."));
  table.push_back(when({{"encoder.kind", {"mlp"}}},
                       number("encoder.width", Group::Encoder, 1, 4096, Scale::Logarithmic, Effect::Rebuild,
                              field<&H::encoder, &EncoderOptions::width>(), "Units in each layer.")));
  table.push_back(
      when({{"encoder.kind", {"mlp"}}}, number("encoder.layers", Group::Encoder, 1, 8, Scale::Linear, Effect::Rebuild,
                                               field<&H::encoder, &EncoderOptions::layers>(), "Layers in a row.")));
  table.push_back(when({{"encoder.kind", {"grid_conv"}}},
                       number("encoder.channels", Group::Encoder, 1, 256, Scale::Logarithmic, Effect::Rebuild,
                              field<&H::encoder, &EncoderOptions::channels>(), "Channels of the convolution.")));
  table.push_back(when({{"encoder.kind", {"nature_conv"}}},
                       choice("encoder.frames", Group::Encoder, {"stacked", "separate"}, Effect::Rebuild,
                              field<&H::encoder, &EncoderOptions::frames>(),
                              "Frames seen at once: stacked as channels of one picture, or separate, each with tokens "
                              "of its own for attention to choose among.")));
  add_attention(table);
  add_memory(table);
  table.push_back(choice(
      "fusion.kind", Group::Fusion, all(kFusionKinds), Effect::Rebuild, field<&H::fusion, &FusionOptions::kind>(),
      "How what is seen and remembered are joined: side by side, added, or mixed by a learned gate."));
  table.push_back(toggle("head.dueling", Group::Head, Effect::Rebuild, field<&H::head, &HeadOptions::dueling>(),
                         "Separate streams for the state's value and the actions' advantages (Wang 2016)."));
  table.push_back(number("head.width", Group::Head, 1, 4096, Scale::Logarithmic, Effect::Rebuild,
                         field<&H::head, &HeadOptions::width>(), "Units in each hidden layer of the head."));
  table.push_back(number("head.layers", Group::Head, 0, 8, Scale::Linear, Effect::Rebuild,
                         field<&H::head, &HeadOptions::layers>(), "Hidden layers of the head."));
}

void add_environment(std::vector<Parameter>& table) {
  constexpr auto kGroup = Group::Environment;
  table.push_back(choice("environment.id", kGroup, {}, Effect::Rebuild,
                         field<&H::environment, &EnvironmentOptions::id>(),
                         "The task, by the name that it has where it comes from."));
  table.push_back(when({{"environment.id", {"MinAtar/*"}}},
                       number("environment.sticky_action_prob", kGroup, 0.0, 1.0, Scale::Linear, Effect::Rebuild,
                              field<&H::environment, &EnvironmentOptions::sticky_action_prob>(),
                              "Probability that the previous action is repeated instead (Young and Tian 2019).")));
  table.push_back(when(
      {{"environment.id", {"MinAtar/Asterix-*", "MinAtar/Seaquest-*", "MinAtar/SpaceInvaders-*"}}},
      toggle("environment.difficulty_ramping", kGroup, Effect::Rebuild,
             field<&H::environment, &EnvironmentOptions::difficulty_ramping>(), "The game grows harder with time.")));
  table.push_back(
      when({{"environment.id", {"catch"}}},
           number("environment.grid_size", kGroup, 4, 20, Scale::Linear, Effect::Rebuild,
                  field<&H::environment, &EnvironmentOptions::grid_size>(), "Rows and columns of the grid.")));
  table.push_back(when({{"environment.id", {"catch"}}},
                       number("environment.distractors", kGroup, 0, 16, Scale::Linear, Effect::Rebuild,
                              field<&H::environment, &EnvironmentOptions::distractors>(),
                              "Balls that fall beside the one that counts, and mean nothing.")));
  table.push_back(when(
      {{"environment.id", {"tmaze_passive", "tmaze_active"}}},
      number("environment.corridor_length", kGroup, 1, 2000, Scale::Logarithmic, Effect::Rebuild,
             field<&H::environment, &EnvironmentOptions::corridor_length>(), "Steps from the start to the junction.")));
  table.push_back(when({{"environment.id", {"memory_len"}}},
                       number("environment.memory_length", kGroup, 1, 200, Scale::Logarithmic, Effect::Rebuild,
                              field<&H::environment, &EnvironmentOptions::memory_length>(),
                              "Steps over which the bit must be remembered.")));
  table.push_back(
      when({{"environment.id", {"memory_size"}}},
           number("environment.num_bits", kGroup, 1, 64, Scale::Logarithmic, Effect::Rebuild,
                  field<&H::environment, &EnvironmentOptions::num_bits>(), "Bits that must be remembered.")));
  table.push_back(when({{"environment.id", {"repeat_previous"}}},
                       number("environment.k", kGroup, 1, 51, Scale::Linear, Effect::Rebuild,
                              field<&H::environment, &EnvironmentOptions::k>(),
                              "How far back the card to name lies; 1 is the open one.")));
  table.push_back(number("environment.flicker_prob", kGroup, 0.0, 1.0, Scale::Linear, Effect::Rebuild,
                         field<&H::environment, &EnvironmentOptions::flicker_prob>(),
                         "Probability that an observation is blank, all zero (Hausknecht 2015)."));
  table.push_back(
      when({{"environment.id", {"CartPole-v1", "MountainCar-v0", "Acrobot-v1"}}},
           toggle("environment.mask_velocity", kGroup, Effect::Rebuild,
                  field<&H::environment, &EnvironmentOptions::mask_velocity>(), "Velocities are observed as 0.")));
  table.push_back(when({{"environment.id", {"gym:*"}}},
                       number("environment.action_bins", kGroup, 2, 64, Scale::Linear, Effect::Rebuild,
                              field<&H::environment, &EnvironmentOptions::action_bins>(),
                              "Values that each component of a continuous action can be chosen from.")));
  table.push_back(when({{"environment.id", {"gym:*"}}},
                       number("environment.step_timeout", kGroup, 1, 3600, Scale::Logarithmic, Effect::Rebuild,
                              field<&H::environment, &EnvironmentOptions::step_timeout>(),
                              "Seconds after which an environment that has not answered counts as hung.")));
}

/// Games of the Arcade Learning Environment.
void add_arcade(std::vector<Parameter>& table) {
  constexpr auto kGroup = Group::Environment;
  const auto push = [&](Parameter row) { table.push_back(when({{"environment.id", {"gym:ALE/*"}}}, std::move(row))); };
  push(number("environment.frame_skip", kGroup, 1, 16, Scale::Linear, Effect::Rebuild,
              arcade<&ArcadeOptions::frame_skip>(),
              "Frames that an action is held for; the agent sees the greater of the last two."));
  push(number("environment.frame_stack", kGroup, 1, 16, Scale::Linear, Effect::Rebuild,
              arcade<&ArcadeOptions::frame_stack>(), "Frames that the agent sees at once, the oldest first."));
  push(number("environment.sticky", kGroup, 0.0, 0.99, Scale::Linear, Effect::Rebuild, arcade<&ArcadeOptions::sticky>(),
              "Probability, in every frame, that the previous action is held instead (Machado 2018)."));
  push(number("environment.noop_max", kGroup, 0, 255, Scale::Linear, Effect::Rebuild,
              arcade<&ArcadeOptions::noop_max>(),
              "An episode begins with 1 to so many frames of doing nothing (Mnih 2015); 0: with none."));
  push(toggle("environment.fire_reset", kGroup, Effect::Rebuild, arcade<&ArcadeOptions::fire_reset>(),
              "An episode begins with a press of the fire button, in games that wait for it."));
  push(toggle("environment.terminal_on_life_loss", kGroup, Effect::Rebuild,
              arcade<&ArcadeOptions::terminal_on_life_loss>(),
              "What is learned ends where a life is lost; the game goes on."));
  push(toggle("environment.clip_reward", kGroup, Effect::Rebuild, arcade<&ArcadeOptions::clip_reward>(),
              "Only the sign of a reward is learned from; returns that are shown are the game's own."));
}

void add_run(std::vector<Parameter>& table) {
  constexpr auto kGroup = Group::Run;
  table.push_back(
      anew(Anew::Everything,
           number("seed", kGroup, 0, 4294967295.0, Scale::Linear, Effect::Rebuild, field<&H::seed>(),
                  "Decides every random draw; the same seed gives the same parameters, bit for bit, on a CPU.")));
  table.push_back(number("n_timesteps", kGroup, 1, kMany, Scale::Logarithmic, Effect::Live, field<&H::n_timesteps>(),
                         "Environment steps of the whole run; schedules are measured against it."));
  table.push_back(
      anew(Anew::Replay | Anew::Environments, number("n_envs", kGroup, 1, 1024, Scale::Logarithmic, Effect::Rebuild,
                                                     field<&H::n_envs>(), "Environments that step as one batch.")));
  table.push_back(number(
      "threads", kGroup, 1, 64, Scale::Linear, Effect::Rebuild, field<&H::threads>(),
      "Threads inside one of LibTorch's operations in the trainer (OpenBLAS's products use one). Results are bound to "
      "their number."));
  table.push_back(toggle("fused", kGroup, Effect::Live, field<&H::fused>(),
                         "Whether network and memory run as passes that are written out, where they have such a form; "
                         "off: all in LibTorch's operations, slower. Results are equal but for rounding."));
  table.push_back(number("eval_freq", kGroup, 0, kMany, Scale::Logarithmic, Effect::Live, field<&H::eval_freq>(),
                         "Environment steps between evaluations; 0 never evaluates."));
  table.push_back(number("n_eval_episodes", kGroup, 1, 1000, Scale::Logarithmic, Effect::Live,
                         field<&H::n_eval_episodes>(), "Greedy episodes, on their own seeds, in one evaluation."));
}

std::vector<Parameter> make_table() {
  std::vector<Parameter> table;
  add_learning(table);
  add_exploration(table);
  add_stages(table);
  add_environment(table);
  add_arcade(table);
  add_run(table);
  for (auto& row : table) {
    if (row.anew == Anew::Nothing) row.anew = anew_by_group(row.group);
  }
  return table;
}

const std::vector<Parameter> kTable = make_table();

}  // namespace

std::span<const Parameter> parameters() {
  return kTable;
}

}  // namespace qarium::config
