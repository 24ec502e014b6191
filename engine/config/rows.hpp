#pragma once
#include <utility>
#include <vector>

#include "engine/config/hyperparameters.hpp"
#include "engine/config/kinds.hpp"

/// How rows of the table of hyperparameters are written, and where they stand.
namespace qarium::config::rows {

using H = Hyperparameters;

template <auto Member>
Parameter::Access field() {
  return +[](H& h) -> auto& { return h.*Member; };
}

template <auto Outer, auto Inner>
Parameter::Access field() {
  return +[](H& h) -> auto& { return h.*Outer.*Inner; };
}

/// A member of the options of one kind of environment.
template <auto Outer, auto Inner>
Parameter::Access environment_field() {
  return +[](H& h) -> auto& { return h.environment.*Outer.*Inner; };
}

template <auto Inner>
Parameter::Access arcade() {
  return environment_field<&EnvironmentOptions::arcade, Inner>();
}

inline Parameter number(std::string_view name, Group group, double minimum, double maximum, Scale scale, Effect effect,
                        Parameter::Access access, std::string_view help) {
  return {name, group, help, scale, minimum, maximum, {}, effect, access};
}

inline Parameter choice(std::string_view name, Group group, std::vector<std::string_view> choices, Effect effect,
                        Parameter::Access access, std::string_view help) {
  return {name, group, help, Scale::Choice, 0, 0, std::move(choices), effect, access};
}

template <std::size_t n>
std::vector<std::string_view> all(const std::string_view (&kinds)[n]) {
  return {kinds, kinds + n};
}

inline Parameter toggle(std::string_view name, Group group, Effect effect, Parameter::Access access,
                        std::string_view help) {
  return {name, group, help, Scale::Choice, 0, 1, {}, effect, access};
}

inline const Condition kAttends{"attention.kind", {"none"}, true};
/// Which families: those that learn from replay, those that learn from rollouts, those with a policy and a critic, and
/// those whose updates take a part of what there is.
inline const Condition kReplays{"algorithm", {"dqn"}};
inline const Condition kRollouts{"algorithm", {"dqn", "stream_q"}, true};
inline const Condition kActorCritic{"algorithm", algorithms_with_critic()};
inline const Condition kMinibatches{"algorithm", {"a2c", "stream_q"}, true};
/// Those that step along a gradient by an optimizer, whose hidden layers are as one likes.
inline const Condition kOptimizes{"algorithm", {"stream_q"}, true};
/// Those whose Head may be noisy, in place of chance.
inline const Condition kMayBeNoisy{"algorithm", {"dqn", "pqn"}};
/// Those that act by chance with probability epsilon.
inline const Condition kExplores{"algorithm", algorithms_with_critic(), true};
inline const Condition kRemembers{"memory.kind", {"none"}, true};

/// The row, which matters only where these hold, too.
inline Parameter when(std::vector<Condition> conditions, Parameter row) {
  row.when.insert(row.when.begin(), conditions.begin(), conditions.end());
  return row;
}

/// The row with other defaults for other families.
inline Parameter defaults(std::vector<std::pair<std::string_view, Value>> others, Parameter row) {
  row.defaults = std::move(others);
  return row;
}

/// The row, a change of which makes these anew.
inline Parameter anew(Anew what, Parameter row) {
  row.anew = what;
  return row;
}

void add_learning(std::vector<Parameter>& table);
void add_exploration(std::vector<Parameter>& table);
void add_stages(std::vector<Parameter>& table);
void add_environment(std::vector<Parameter>& table);
void add_run(std::vector<Parameter>& table);

}  // namespace qarium::config::rows
