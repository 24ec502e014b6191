#include "engine/config/rows.hpp"

namespace qarium::config::rows {
namespace {

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

template <auto Inner>
Parameter::Access tanks() {
  return environment_field<&EnvironmentOptions::tanks, Inner>();
}
template <auto Inner>
Parameter::Access recommend() {
  return environment_field<&EnvironmentOptions::recommend, Inner>();
}
template <auto Inner>
Parameter::Access language() {
  return environment_field<&EnvironmentOptions::language, Inner>();
}

/// Worlds of industry, recommending and language.
void add_fields(std::vector<Parameter>& table) {
  constexpr auto kGroup = Group::Environment;
  const auto push = [&](std::string_view id, Parameter row) {
    table.push_back(when({{"environment.id", {id}}}, std::move(row)));
  };
  push("tanks", number("environment.dead_time", kGroup, 0, 20, Scale::Linear, Effect::Rebuild,
                       tanks<&TanksOptions::dead_time>(), "Steps of 10 s that what leaves the valve is on its way."));
  push("tanks", number("environment.set_point_interval", kGroup, 10, 200, Scale::Linear, Effect::Rebuild,
                       tanks<&TanksOptions::set_point_interval>(), "Mean number of steps between new set points."));
  push("tanks", number("environment.level_noise", kGroup, 0.0, 2.0, Scale::Linear, Effect::Rebuild,
                       tanks<&TanksOptions::level_noise>(), "Standard deviation of a measured level, cm."));
  push("tanks", toggle("environment.upper_level", kGroup, Effect::Rebuild, tanks<&TanksOptions::upper_level>(),
                       "The upper tank's level is measured, too."));
  push("recommend", number("environment.items", kGroup, 2, 11, Scale::Linear, Effect::Rebuild,
                           recommend<&RecommendOptions::items>(), "Items to choose from, from all choc to all kale."));
  push("recommend", number("environment.memory_discount", kGroup, 0.0, 0.99, Scale::Linear, Effect::Rebuild,
                           recommend<&RecommendOptions::memory_discount>(),
                           "Share of the exposure that stays from click to click."));
  push("recommend", number("environment.sensitivity", kGroup, 0.0, 5.0, Scale::Linear, Effect::Rebuild,
                           recommend<&RecommendOptions::sensitivity>(), "How much satisfaction heeds the exposure."));
  push("recommend", number("environment.past_clicks", kGroup, 1, 60, Scale::Linear, Effect::Rebuild,
                           recommend<&RecommendOptions::past_clicks>(), "Past clicks that are observed."));
  push("tagging", number("environment.names", kGroup, 1, 6, Scale::Linear, Effect::Rebuild,
                         language<&LanguageOptions::names>(), "Names in a sentence."));
  push("tagging", number("environment.ambiguity", kGroup, 0.0, 1.0, Scale::Linear, Effect::Rebuild,
                         language<&LanguageOptions::ambiguity>(),
                         "Probability that a name's words may be of a person, a place or an organisation."));
  push("translation", number("environment.noun_phrases", kGroup, 1, 4, Scale::Linear, Effect::Rebuild,
                             language<&LanguageOptions::noun_phrases>(), "Noun phrases in the longest sentence."));
  push("translation", number("environment.dictionary_seed", kGroup, 0, 1'000'000, Scale::Linear, Effect::Rebuild,
                             language<&LanguageOptions::dictionary_seed>(), "Decides the dictionary."));
}

}  // namespace

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
  table.push_back(when({{"environment.id", {"tmaze_passive", "tmaze_active"}}},
                       choice("environment.cue_rewards", kGroup, {"equal", "unequal"}, Effect::Rebuild,
                              field<&H::environment, &EnvironmentOptions::cue_rewards>(),
                              "What the right goal pays: 1 whatever the cue, or 1 where it named the upper cell and "
                              "0.2 where it named the lower, so that what is to be expected depends on the cue.")));
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
  add_arcade(table);
  add_fields(table);
}

}  // namespace qarium::config::rows
