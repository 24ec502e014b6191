// usage: qarium_field_rules [EPISODES [SEED]]
//
// What the simple rules of the fields' environments earn, with the options of their presets, in the very episodes that
// `qarium eval --episodes EPISODES --seed SEED` plays. One line each: environment, rule, mean return. For tagging also
// the share of ambiguous words that a rule gets right.
#include "bench/field_rules.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "engine/config/presets.hpp"
#include "engine/env/recommend.hpp"
#include "engine/env/tagging.hpp"
#include "engine/env/translation.hpp"
#include "engine/env/vector_environment.hpp"
#include "engine/train/evaluator.hpp"

namespace {

using namespace qarium;

struct Settings {
  std::int64_t episodes;
  std::uint64_t seed;
};

/// Begins an episode and gives what chooses its actions.
template <class World>
using Rule = std::function<std::function<int()>(const World&)>;

config::EnvironmentOptions options_of(std::string_view preset) {
  return config::preset(preset).hyperparameters.environment;
}

/// Mean return; `before` is told of each step before it is made.
template <class World>
double mean_return(const config::EnvironmentOptions& options, const Settings& settings, const Rule<World>& rule,
                   const std::function<void(const World&, int)>& before = {}) {
  const auto copies = std::min(settings.episodes, train::Evaluator::kBatch);
  double sum = 0;
  for (std::int64_t i = 0; i < copies; ++i) {
    World world(options);
    const auto episodes = settings.episodes / copies + (i < settings.episodes % copies ? 1 : 0);
    for (std::int64_t episode = 0; episode < episodes; ++episode) {
      world.reset({settings.seed, core::Purpose::Evaluation, static_cast<std::uint32_t>((i << 20) + episode)});
      const auto act = rule(world);
      env::StepResult result;
      do {
        const int action = act();
        if (before) before(world, action);
        result = world.step(action);
        sum += result.reward;
      } while (!result.over());
    }
  }
  return sum / static_cast<double>(settings.episodes);
}

void print(std::string_view environment, std::string_view rule, double value) {
  std::printf("%.*s  %-44.*s %8.3f\n", static_cast<int>(environment.size()), environment.data(),
              static_cast<int>(rule.size()), rule.data(), value);
}

/// Draws uniformly.
template <class World>
Rule<World> at_random() {
  auto stream = std::make_shared<core::RandomStream>(1, core::Purpose::Test, 0);
  return [stream](const World& world) {
    const auto actions = static_cast<std::uint32_t>(world.spec().action_space.n());
    return [stream, actions] { return static_cast<int>(stream->below(actions)); };
  };
}

void tanks(const Settings& settings) {
  const auto options = options_of("tanks");
  const auto report = [&](std::string_view name, const Rule<env::Tanks>& rule) {
    print("tanks", name, mean_return<env::Tanks>(options, settings, rule));
  };
  report("random", at_random<env::Tanks>());
  report("hold", [](const env::Tanks&) { return [] { return 3; }; });
  const auto controlled = [&](const fields::PiController::Factors& factors) -> Rule<env::Tanks> {
    return [&options, factors](const env::Tanks& world) {
      auto controller = std::make_shared<fields::PiController>(options.tanks.dead_time, world.state().valve, factors);
      return [controller, &world] {
        const auto& state = world.state();
        return controller->act(state.lower + state.lower_error, state.set_point);
      };
    };
  };
  report("PI controller, SIMC", controlled({}));
  // The best of a grid in as many other episodes: more than the rule promises.
  const Settings others{settings.episodes, settings.seed + 1};
  fields::PiController::Factors best;
  double most = -1e9;
  for (const double gain : {0.5, 0.7, 1.0, 1.4, 1.7, 2.0, 2.3, 2.6, 3.0, 3.5, 4.0}) {
    for (const double integral_time : {0.7, 1.0, 1.2, 1.4, 1.7, 2.0, 2.5, 3.0, 4.0, 6.0}) {
      const fields::PiController::Factors tried{gain, integral_time};
      const double value = mean_return<env::Tanks>(options, others, controlled(tried));
      if (value > most) best = tried;
      most = std::max(most, value);
    }
  }
  char name[64];
  std::snprintf(name, sizeof name, "PI controller, gain x %.2f, time x %.2f", best.gain, best.integral_time);
  report(name, controlled(best));
}

/// What is left to earn with each exposure and number of clicks, and the best item, by dynamic programming over a grid
/// of exposures, which it is told; the innovation's noise is left out of the plan.
class BestSession {
 public:
  BestSession(const env::Recommend& world, double discount)
      : most_(1.2 / (1 - discount)), best_(env::Recommend::kBudget, std::vector<int>(kPoints)) {
    const int items = world.spec().action_space.n();
    std::vector<double> value(kPoints);
    for (int clicks = env::Recommend::kBudget - 1; clicks >= 0; --clicks) {
      std::vector<double> now(kPoints, -1);
      for (std::size_t i = 0; i < kPoints; ++i) {
        const double exposure = most_ * (2.0 * static_cast<double>(i) / (kPoints - 1) - 1);
        for (int item = 0; item < items; ++item) {
          const double at = place(discount * exposure + 2 * (world.kaleness(item) - 0.5));
          const auto low = std::min(static_cast<std::size_t>(at), kPoints - 2);
          const double share = at - static_cast<double>(low);
          const double sum =
              world.expected_engagement(item, exposure) + (1 - share) * value[low] + share * value[low + 1];
          if (sum <= now[i]) continue;
          now[i] = sum;
          best_[static_cast<std::size_t>(clicks)][i] = item;
        }
      }
      value = std::move(now);
    }
  }

  int act(const env::RecommendState& state) const {
    return best_[static_cast<std::size_t>(state.clicks)][static_cast<std::size_t>(std::lround(place(state.exposure)))];
  }

 private:
  static constexpr std::size_t kPoints = 801;
  double place(double exposure) const {
    return std::clamp((exposure / most_ + 1) / 2, 0.0, 1.0) * static_cast<double>(kPoints - 1);
  }

  double most_;
  std::vector<std::vector<int>> best_;
};

void recommend(const Settings& settings) {
  const auto options = options_of("recommend");
  const auto report = [&](const std::string& name, const Rule<env::Recommend>& rule) {
    print("recommend", name, mean_return<env::Recommend>(options, settings, rule));
  };
  report("random", at_random<env::Recommend>());
  const env::Recommend any(options);
  const int items = any.spec().action_space.n();
  for (int item = 0; item < items; ++item) {
    report("always " + any.spec().action_space.names[static_cast<std::size_t>(item)],
           [item](const env::Recommend&) { return [item] { return item; }; });
  }
  report("what engages most now, satisfaction known", [items](const env::Recommend& world) {
    return [&world, items] {
      int best = 0;
      for (int item = 1; item < items; ++item) {
        const double exposure = world.state().exposure;
        if (world.expected_engagement(item, exposure) > world.expected_engagement(best, exposure)) best = item;
      }
      return best;
    };
  });
  const auto plan = std::make_shared<BestSession>(any, options.recommend.memory_discount);
  report("the best plan, satisfaction known",
         [plan](const env::Recommend& world) { return [plan, &world] { return plan->act(world.state()); }; });
}

struct Share {
  std::int64_t right = 0;
  std::int64_t all = 0;
};

void tagging(const Settings& settings) {
  const auto options = options_of("tagging");
  const auto report = [&](std::string_view name, const Rule<env::Tagging>& rule) {
    Share ambiguous;
    print("tagging", name,
          mean_return<env::Tagging>(options, settings, rule, [&](const env::Tagging& world, int action) {
            const auto at = static_cast<std::size_t>(world.state().at);
            if (!env::Tagging::ambiguous(world.state().words[at])) return;
            ++ambiguous.all;
            ambiguous.right += world.state().tags[at] == action ? 1 : 0;
          }));
    print("tagging", std::string(name) + ": ambiguous words right",
          static_cast<double>(ambiguous.right) / static_cast<double>(ambiguous.all));
  };
  report("random", at_random<env::Tagging>());
  // The tag that each word has most often, counted in other sentences.
  std::map<int, std::array<int, 7>> counts;
  env::Tagging world(options);
  for (std::uint32_t episode = 0; episode < 20'000; ++episode) {
    world.reset({settings.seed, core::Purpose::Test, episode});
    const auto& state = world.state();
    for (std::size_t i = 0; i < static_cast<std::size_t>(state.length); ++i)
      ++counts[state.words[i]][state.tags[i]];
  }
  report("each word's most frequent tag", [&](const env::Tagging& now) {
    return [&] {
      const auto& its = counts[now.state().words[static_cast<std::size_t>(now.state().at)]];
      return static_cast<int>(std::max_element(its.begin(), its.end()) - its.begin());
    };
  });
}

void translation(const Settings& settings) {
  const auto options = options_of("translation");
  const auto report = [&](std::string_view name, const Rule<env::Translation>& rule) {
    print("translation", name, mean_return<env::Translation>(options, settings, rule));
  };
  report("random", at_random<env::Translation>());
  report("the dictionary, words left in their order", [](const env::Translation& world) {
    return [&world] {
      const auto& state = world.state();
      for (int i = 0; i < state.length && state.at < state.length; ++i) {
        if (state.truth[static_cast<std::size_t>(i)] == state.at) return int{state.target[static_cast<std::size_t>(i)]};
      }
      return env::Translation::kFirstEnd;
    };
  });
}

}  // namespace

int main(int count, char** arguments) {
  const Settings settings{count > 1 ? std::max(1LL, std::atoll(arguments[1])) : 100,
                          count > 2 ? std::strtoull(arguments[2], nullptr, 10) : 7000};
  tanks(settings);
  recommend(settings);
  tagging(settings);
  translation(settings);
  return 0;
}
