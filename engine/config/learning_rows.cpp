#include "engine/config/rows.hpp"

namespace qarium::config::rows {
namespace {

/// Of the families that learn from rollouts.
void add_rollout(std::vector<Parameter>& table) {
  constexpr auto kGroup = Group::Learning;
  const auto push = [&](Parameter row) { table.push_back(when({kActorCritic}, std::move(row))); };
  table.push_back(
      when({kRollouts},
           anew(Anew::Replay,
                defaults({{"a2c", std::int64_t{5}}, {"pqn", std::int64_t{32}}},
                         number("n_steps", kGroup, 1, 65'536, Scale::Logarithmic, Effect::Rebuild, field<&H::n_steps>(),
                                "Steps of each environment in a rollout, between rounds of updates. The rewards summed "
                                "before a bootstrap from replay are n_step.")))));
  table.push_back(when({{"algorithm", {"ppo", "pqn"}}},
                       defaults({{"pqn", std::int64_t{2}}},
                                number("n_epochs", kGroup, 1, 1000, Scale::Logarithmic, Effect::Live,
                                       field<&H::n_epochs>(), "Times that the updates go over a rollout."))));
  table.push_back(when({{"algorithm", {"pqn", "stream_q"}}},
                       defaults({{"stream_q", 0.8}},
                                number("q_lambda", kGroup, 0.0, 1.0, Scale::Linear, Effect::Live, field<&H::q_lambda>(),
                                       "Of the lambda-return or the eligibility trace: 0 bootstraps after one step, 1 "
                                       "only where the rollout or the episode ends (Gallici 2024, Elsayed 2024)."))));
  table.push_back(when({{"algorithm", {"stream_q"}}},
                       number("kappa", kGroup, 0.0, 100.0, Scale::Linear, Effect::Live, field<&H::kappa>(),
                              "How much shorter a step is that would overshoot its target (ObGD, Elsayed 2024).")));
  push(defaults({{"a2c", 1.0}},
                number("gae_lambda", kGroup, 0.0, 1.0, Scale::Linear, Effect::Live, field<&H::gae_lambda>(),
                       "Of the generalised advantage estimate: 0 is the TD error, 1 the return less the value "
                       "(Schulman 2016).")));
  table.push_back(when({{"algorithm", {"ppo"}}},
                       number("clip_range", kGroup, 0.0, 10.0, Scale::Linear, Effect::Live, field<&H::clip_range>(),
                              "How far the probability ratio counts beyond 1, to either side (Schulman 2017, "
                              "equation 7).")));
  push(number("ent_coef", kGroup, 0.0, 10.0, Scale::Linear, Effect::Live, field<&H::ent_coef>(),
              "Weight of the policy's entropy, which is raised."));
  push(number("vf_coef", kGroup, 0.0, 10.0, Scale::Linear, Effect::Live, field<&H::vf_coef>(),
              "Weight of the value's squared error."));
  push(anew(Anew::Network,
            choice("critic", kGroup, {"plain", "attention"}, Effect::Rebuild, field<&H::critic>(),
                   "V(s) of the present state alone, or the values of the episode's last states, weighed by attention "
                   "from the present one (additive, Bahdanau 2015).")));
  table.push_back(when(
      {kActorCritic, {"critic", {"attention"}}},
      anew(Anew::Network,
           number("critic_window", kGroup, 1, 1000, Scale::Logarithmic, Effect::Rebuild, field<&H::critic_window>(),
                  "States that the critic weighs, the present one among them; to see a cue it must "
                  "reach back to it. 1 is the plain critic."))));
  push(defaults({{"a2c", false}}, toggle("normalize_advantage", kGroup, Effect::Live, field<&H::normalize_advantage>(),
                                         "Advantages of an update are brought to mean 0 and standard deviation 1.")));
  table.push_back(when({{"algorithm", {"ppo"}}},
                       number("target_kl", kGroup, 0.0, 10.0, Scale::Linear, Effect::Live, field<&H::target_kl>(),
                              "A round of updates ends where the policy's KL divergence from that of the rollout is "
                              "above 1.5 times this; 0: never.")));
}

}  // namespace

void add_learning(std::vector<Parameter>& table) {
  constexpr auto kGroup = Group::Learning;
  const auto optimized = [&](Parameter row) { table.push_back(when({kOptimizes}, std::move(row))); };
  table.push_back(
      anew(Anew::Everything,
           choice("algorithm", kGroup, all(kAlgorithms), Effect::Rebuild, field<&H::algorithm>(),
                  "The family of learners: dqn (Mnih 2015), a2c (Mnih 2016), ppo (Schulman 2017), pqn (Gallici 2024), "
                  "stream_q (Elsayed 2024).")));
  table.push_back(defaults({{"a2c", 7e-4}, {"ppo", 3e-4}, {"pqn", 5e-4}, {"stream_q", 1.0}},
                           number("learning_rate", kGroup, 1e-6, 1.0, Scale::Logarithmic, Effect::Live,
                                  field<&H::learning_rate>(), "Step size of the optimizer.")));
  optimized(choice("learning_rate_schedule", kGroup, {"constant", "linear"}, Effect::Live,
                   field<&H::learning_rate_schedule>(),
                   "Whether learning_rate stays, or falls in a straight line to 0 over n_timesteps."));
  table.push_back(number("gamma", kGroup, 0.0, 1.0, Scale::Linear, Effect::Live, field<&H::gamma>(),
                         "Discount per environment step: how much a reward one step later is worth."));
  table.push_back(
      when({kMinibatches},
           defaults({{"ppo", std::int64_t{64}}, {"pqn", std::int64_t{128}}},
                    number("batch_size", kGroup, 1, 4096, Scale::Logarithmic, Effect::Live, field<&H::batch_size>(),
                           "Transitions, from replay or the rollout, for one gradient update."))));
  add_rollout(table);
  table.push_back(
      when({kReplays}, number("train_freq", kGroup, 1, 100'000, Scale::Logarithmic, Effect::Live,
                              field<&H::train_freq>(), "Environment steps between rounds of gradient updates.")));
  table.push_back(when({kReplays}, number("gradient_steps", kGroup, 1, 100'000, Scale::Logarithmic, Effect::Live,
                                          field<&H::gradient_steps>(), "Gradient updates in one round.")));
  table.push_back(when({kReplays}, number("learning_starts", kGroup, 0, 10'000'000, Scale::Logarithmic, Effect::Live,
                                          field<&H::learning_starts>(),
                                          "Environment steps, taken at random, before the first update.")));
  table.push_back(when({kReplays}, anew(Anew::Replay, number("buffer_size", kGroup, 100, 10'000'000, Scale::Logarithmic,
                                                             Effect::Rebuild, field<&H::buffer_size>(),
                                                             "Transitions that replay holds; the oldest go first."))));
  table.push_back(when({kReplays}, number("target_update_interval", kGroup, 1, 1'000'000, Scale::Logarithmic,
                                          Effect::Live, field<&H::target_update_interval>(),
                                          "Environment steps between updates of the target network.")));
  table.push_back(when(
      {kReplays}, number("tau", kGroup, 1e-4, 1.0, Scale::Logarithmic, Effect::Live, field<&H::tau>(),
                         "How far the target moves to the online network at an update of the target: 1 copies it.")));
  optimized(
      defaults({{"a2c", 0.5}, {"ppo", 0.5}},
               number("max_grad_norm", kGroup, 1e-3, 1e6, Scale::Logarithmic, Effect::Live, field<&H::max_grad_norm>(),
                      "The gradient is scaled down to this 2-norm where it is longer.")));
  optimized(number("max_grad_value", kGroup, 1e-6, 1e6, Scale::Logarithmic, Effect::Live, field<&H::max_grad_value>(),
                   "Before that each component of the gradient is clipped to this magnitude (Graves 2013)."));
  table.push_back(
      when({kReplays}, choice("loss", kGroup, {"huber", "mse"}, Effect::Live, field<&H::loss>(),
                              "What is minimised of the TD error: Huber with threshold 1, or half its square.")));
  optimized(defaults(
      {{"a2c", std::string("rmsprop")}, {"pqn", std::string("radam")}},
      choice("optimizer", kGroup, {"adam", "radam", "rmsprop", "rmsprop_centered"}, Effect::Live,
             field<&H::optimizer>(),
             "Adam (Kingma 2015), RAdam, whose first steps are tempered (Liu 2020), RMSprop, or RMSprop less the "
             "squared mean.")));
  optimized(when({{"optimizer", {"adam", "radam"}}},
                 number("adam_beta1", kGroup, 0.0, 0.9999, Scale::Linear, Effect::Live, field<&H::adam_beta1>(),
                        "Adam's decay of the gradient's mean.")));
  optimized(when({{"optimizer", {"adam", "radam"}}},
                 number("adam_beta2", kGroup, 0.0, 0.999999, Scale::Linear, Effect::Live, field<&H::adam_beta2>(),
                        "Adam's decay of the gradient's square.")));
  optimized(defaults(
      {{"a2c", 0.99}},
      when({{"optimizer", {"rmsprop", "rmsprop_centered"}}},
           number("rmsprop_alpha", kGroup, 0.0, 0.9999, Scale::Linear, Effect::Live, field<&H::rmsprop_alpha>(),
                  "RMSprop's decay of the gradient's square and, when centred, of its mean."))));
  optimized(
      when({{"optimizer", {"rmsprop", "rmsprop_centered"}}},
           number("rmsprop_momentum", kGroup, 0.0, 0.9999, Scale::Linear, Effect::Live, field<&H::rmsprop_momentum>(),
                  "RMSprop's momentum: the share of the last step that is taken again (Graves 2013).")));
  optimized(defaults({{"a2c", 1e-5}, {"ppo", 1e-5}},
                     number("optimizer_eps", kGroup, 1e-12, 1.0, Scale::Logarithmic, Effect::Live,
                            field<&H::optimizer_eps>(), "Added to the optimizer's denominator, outside the root.")));
  optimized(number("weight_decay", kGroup, 0.0, 1.0, Scale::Linear, Effect::Live, field<&H::weight_decay>(),
                   "Share of each weight, times the learning rate, that every update takes away; not of biases, "
                   "norms and initial states (Loshchilov 2019)."));
  table.push_back(when(
      {kReplays}, toggle("double_q", kGroup, Effect::Live, field<&H::double_q>(),
                         "The online network chooses the action that the target network values (van Hasselt 2016).")));
  table.push_back(
      when({kReplays}, toggle("munchausen", kGroup, Effect::Live, field<&H::munchausen>(),
                              "The policy's own log-probability is added to the reward, and the bootstrap is soft "
                              "(Vieillard 2020). Without double_q, with n_step = 1.")));
  const Condition munchausen{"munchausen", {"true"}};
  table.push_back(when({kReplays, munchausen},
                       number("munchausen_alpha", kGroup, 0.0, 1.0, Scale::Linear, Effect::Live,
                              field<&H::munchausen_alpha>(), "Weight of the log-probability of the action taken.")));
  table.push_back(
      when({kReplays, munchausen},
           number("munchausen_tau", kGroup, 1e-4, 10.0, Scale::Logarithmic, Effect::Live, field<&H::munchausen_tau>(),
                  "Temperature of the softmax over action values that is the policy.")));
  table.push_back(when({kReplays, munchausen}, number("munchausen_clip", kGroup, -100.0, 0.0, Scale::Linear,
                                                      Effect::Live, field<&H::munchausen_clip>(),
                                                      "Least that temperature times log-probability counts for.")));
  table.push_back(
      when({kReplays},
           anew(Anew::Sampling,
                number("n_step", kGroup, 1, 64, Scale::Linear, Effect::Live, field<&H::n_step>(),
                       "Rewards summed before the bootstrap. A change starts replay's priorities anew. The length of a "
                       "rollout is n_steps."))));
  table.push_back(
      when({kReplays}, anew(Anew::Sampling | Anew::Sequences,
                            toggle("prioritized_replay", kGroup, Effect::Live, field<&H::prioritized_replay>(),
                                   "Sample in proportion to |TD error|^alpha (Schaul 2016) instead of uniformly."))));
  table.push_back(when(
      {kReplays}, when({{"prioritized_replay", {"true"}}},
                       number("prioritized_replay_alpha", kGroup, 0.0, 1.0, Scale::Linear, Effect::Live,
                              field<&H::prioritized_replay_alpha>(), "How much priority matters: 0 is uniform."))));
  table.push_back(
      when({kReplays}, when({{"prioritized_replay", {"true"}}},
                            number("prioritized_replay_beta0", kGroup, 0.0, 1.0, Scale::Linear, Effect::Live,
                                   field<&H::prioritized_replay_beta0>(),
                                   "How much importance weights correct for it at the start; 1 at the end."))));
  table.push_back(when(
      {kReplays}, when({{"prioritized_replay", {"true"}}},
                       number("prioritized_replay_eps", kGroup, 1e-9, 1.0, Scale::Logarithmic, Effect::Live,
                              field<&H::prioritized_replay_eps>(), "Added to every priority, so that none is zero."))));
  table.push_back(
      when({kReplays},
           anew(Anew::Sequences,
                when({kRemembers}, number("sequence_length", kGroup, 1, 2048, Scale::Logarithmic, Effect::Rebuild,
                                          field<&H::sequence_length>(),
                                          "Steps in a replayed sequence that are learned from (Kapturowski 2019).")))));
  table.push_back(when(
      {kReplays},
      anew(Anew::Sequences,
           when({kRemembers},
                number("burn_in", kGroup, 0, 512, Scale::Linear, Effect::Rebuild, field<&H::burn_in>(),
                       "Steps before them that only bring the memory up to date; none where an episode begins.")))));
  table.push_back(
      when({kReplays},
           anew(Anew::Sequences, when({kRemembers}, number("sequence_overlap", kGroup, 0, 2047, Scale::Linear,
                                                           Effect::Rebuild, field<&H::sequence_overlap>(),
                                                           "Steps that a sequence shares with the one after it.")))));
  table.push_back(
      when({kReplays},
           when({kRemembers}, toggle("value_rescaling", kGroup, Effect::Live, field<&H::value_rescaling>(),
                                     "Learn h(Q), h(x) = sign(x)(sqrt(|x| + 1) - 1) + 0.001 x (Pohlen 2018)."))));
}

void add_exploration(std::vector<Parameter>& table) {
  constexpr auto kGroup = Group::Exploration;
  table.push_back(
      when({kExplores}, number("exploration_initial_eps", kGroup, 0.0, 1.0, Scale::Linear, Effect::Live,
                               field<&H::exploration_initial_eps>(), "Probability of a random action at the start.")));
  table.push_back(when(
      {kExplores}, defaults({{"stream_q", 0.01}},
                            number("exploration_final_eps", kGroup, 0.0, 1.0, Scale::Linear, Effect::Live,
                                   field<&H::exploration_final_eps>(), "Probability of a random action in the end."))));
  table.push_back(
      when({kExplores},
           defaults({{"stream_q", 0.05}}, number("exploration_fraction", kGroup, 0.0, 1.0, Scale::Linear, Effect::Live,
                                                 field<&H::exploration_fraction>(),
                                                 "Share of n_timesteps over which epsilon goes from its initial to its "
                                                 "final value."))));
  table.push_back(when({kExplores}, choice("exploration_schedule", kGroup, {"linear", "exponential"}, Effect::Live,
                                           field<&H::exploration_schedule>(), "The way epsilon takes there.")));
}

}  // namespace qarium::config::rows
