// The hyperparameter table: every row describes itself, keeps to its range, and is read and written without loss.
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <memory>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include "engine/config/configuration.hpp"
#include "engine/config/hyperparameters.hpp"
#include "engine/config/presets.hpp"
#include "engine/core/error.hpp"
#include "engine/core/random.hpp"
#include "tests/catch.hpp"

namespace qarium::config_hyperparameters_test {

using config::Hyperparameters;
using config::Parameter;
using config::Value;

namespace {

bool is_text(const Parameter& parameter) {
  return std::holds_alternative<std::string>(config::default_value(parameter));
}
bool is_flag(const Parameter& parameter) {
  return std::holds_alternative<bool>(config::default_value(parameter));
}
bool is_real(const Parameter& parameter) {
  return std::holds_alternative<double>(config::default_value(parameter));
}

/// Every kind of value that the row allows: its ends, all choices, and awkward numbers in between.
std::vector<Value> allowed_values(const Parameter& parameter) {
  if (is_flag(parameter)) return {false, true};
  std::vector<Value> values;
  if (is_text(parameter)) {
    for (const auto choice : parameter.choices)
      values.emplace_back(std::string(choice));
    if (parameter.choices.empty()) values = {std::string("some text"), std::string()};
    return values;
  }
  core::RandomStream random(1, core::Purpose::Test, 0);
  std::vector<double> numbers = {parameter.minimum, parameter.maximum};
  for (int i = 0; i < 50; ++i)
    numbers.push_back(random.uniform(parameter.minimum, parameter.maximum));
  for (int i = 0; i < 50; ++i)
    numbers.push_back(parameter.minimum +
                      (parameter.maximum - parameter.minimum) * std::pow(10, -12 * random.uniform()));
  for (const double number : numbers) {
    if (is_real(parameter)) {
      values.emplace_back(number);
    } else {
      values.emplace_back(static_cast<std::int64_t>(number));
    }
  }
  return values;
}

/// Names of the rows in which two sets of hyperparameters differ.
std::set<std::string> differences(const Hyperparameters& a, const Hyperparameters& b) {
  std::set<std::string> names;
  for (const auto& parameter : config::parameters()) {
    if (config::get(a, parameter) != config::get(b, parameter)) names.emplace(parameter.name);
  }
  return names;
}

void check_refused(const Parameter& parameter, const Value& value, const std::string& allowed) {
  Hyperparameters h;
  CHECK_THROWS_AS(config::set(h, parameter, value), core::UserError);
  CHECK_THROWS_WITH(config::set(h, parameter, value), ContainsSubstring(std::string(parameter.name)) &&
                                                          ContainsSubstring(config::format(value)) &&
                                                          ContainsSubstring(allowed));
  CHECK(h == Hyperparameters{});
}

}  // namespace

TEST_CASE("every hyperparameter describes itself and its default is allowed") {
  std::set<std::string_view> names;
  for (const auto& parameter : config::parameters()) {
    INFO(parameter.name);
    CHECK_FALSE(parameter.name.empty());
    CHECK(names.insert(parameter.name).second);
    CHECK(parameter.help.size() > 10);
    CHECK(parameter.help.back() == '.');
    CHECK_FALSE(config::name(parameter.group).empty());
    CHECK_FALSE(config::name(parameter.effect).empty());
    if (is_text(parameter)) {
      CHECK(parameter.scale == config::Scale::Choice);
      // Which environments there are, the registry says.
      CHECK(parameter.choices.empty() == (parameter.name == "environment.id"));
    } else if (!is_flag(parameter)) {
      CHECK(parameter.scale != config::Scale::Choice);
      CHECK(parameter.minimum < parameter.maximum);
      CHECK(parameter.choices.empty());
    }
    Hyperparameters h;
    CHECK_NOTHROW(config::set(h, parameter, config::default_value(parameter)));
    CHECK(h == Hyperparameters{});
    CHECK(&config::parameter(parameter.name) == &parameter);
  }
}

TEST_CASE("the table reaches every hyperparameter: two that differ, differ in a row") {
  // Each row is moved to another allowed value; if a member had no row, equality could not tell the sizes apart.
  Hyperparameters moved;
  for (const auto& parameter : config::parameters()) {
    for (const auto& value : allowed_values(parameter)) {
      if (value != config::default_value(parameter)) config::set(moved, parameter, value);
    }
  }
  Hyperparameters rebuilt;
  for (const auto& parameter : config::parameters())
    config::set(rebuilt, parameter, config::get(moved, parameter));
  CHECK(rebuilt == moved);
  const auto only_one_choice =
      std::ranges::count_if(config::parameters(), [](const Parameter& p) { return p.choices.size() == 1; });
  CHECK(differences(moved, {}).size() == config::parameters().size() - static_cast<std::size_t>(only_one_choice));
}

TEST_CASE("setting a row changes that row alone and reads back") {
  for (const auto& parameter : config::parameters()) {
    INFO(parameter.name);
    for (const auto& value : allowed_values(parameter)) {
      Hyperparameters h;
      config::set(h, parameter, value);
      REQUIRE(config::get(h, parameter) == value);
      auto names = differences(h, {});
      names.erase(std::string(parameter.name));
      REQUIRE(names.empty());
    }
  }
}

TEST_CASE("every allowed value survives being written and read") {
  for (const auto& parameter : config::parameters()) {
    INFO(parameter.name);
    for (const auto& value : allowed_values(parameter)) {
      const auto text = config::format(value);
      INFO(text);
      REQUIRE(config::parse(parameter, text) == value);
    }
  }
  CHECK(config::format(2.5e-4) == "0.00025");
  CHECK(config::format(0.1) == "0.1");
  CHECK(config::format(true) == "true");
}

TEST_CASE("values out of range are refused, naming key, value and range") {
  for (const auto& parameter : config::parameters()) {
    INFO(parameter.name);
    const auto range = config::format(parameter.minimum) + " and " + config::format(parameter.maximum);
    if (is_text(parameter)) {
      if (parameter.choices.empty()) continue;
      check_refused(parameter, std::string("nothing of the kind"), std::string(parameter.choices.front()));
    } else if (is_real(parameter)) {
      const double infinity = std::numeric_limits<double>::infinity();
      check_refused(parameter, std::nextafter(parameter.minimum, -infinity), range);
      check_refused(parameter, std::nextafter(parameter.maximum, infinity), range);
      check_refused(parameter, infinity, range);
      check_refused(parameter, -infinity, range);
      check_refused(parameter, std::numeric_limits<double>::quiet_NaN(), range);
    } else if (!is_flag(parameter)) {
      check_refused(parameter, static_cast<std::int64_t>(parameter.minimum) - 1, range);
      check_refused(parameter, static_cast<std::int64_t>(parameter.maximum) + 1, range);
      check_refused(parameter, std::numeric_limits<std::int64_t>::max(), range);
    }
  }
}

TEST_CASE("values of another type are refused; a whole number passes for a real one") {
  for (const auto& parameter : config::parameters()) {
    INFO(parameter.name);
    if (is_flag(parameter)) {
      check_refused(parameter, std::int64_t{1}, "true or false");
      check_refused(parameter, std::string("yes"), "true or false");
    } else if (is_text(parameter)) {
      const std::string wanted = parameter.choices.empty() ? "a text" : "one of";
      check_refused(parameter, 0.5, wanted);
      check_refused(parameter, true, wanted);
    } else if (is_real(parameter)) {
      check_refused(parameter, true, "must be a number");
      check_refused(parameter, std::string("fast"), "must be a number");
      Hyperparameters h;
      const std::int64_t whole = parameter.maximum >= 1 ? 1 : 0;
      config::set(h, parameter, whole);
      CHECK(config::get(h, parameter) == Value(static_cast<double>(whole)));
    } else {
      check_refused(parameter, 1.5, "whole number");
      check_refused(parameter, true, "whole number");
      check_refused(parameter, std::string("many"), "whole number");
    }
  }
}

TEST_CASE("text that is no value of the row's type is refused") {
  for (const auto& parameter : config::parameters()) {
    if (is_text(parameter)) continue;
    for (const std::string text : {"", "many", "1x", " 1", "0x10", "1,5"}) {
      INFO(parameter.name << " = '" << text << "'");
      CHECK_THROWS_AS(config::parse(parameter, text), core::UserError);
      CHECK_THROWS_WITH(config::parse(parameter, text),
                        ContainsSubstring(std::string(parameter.name)) && ContainsSubstring("'" + text + "'"));
    }
  }
  CHECK_THROWS_AS(config::parse(config::parameter("batch_size"), "1.5"), core::UserError);
  CHECK_THROWS_AS(config::parse(config::parameter("batch_size"), "99999999999999999999"), core::UserError);
  CHECK(config::parse(config::parameter("double_q"), "1") == Value(true));
  CHECK(config::parse(config::parameter("double_q"), "off") == Value(false));
  CHECK(config::parse(config::parameter("learning_rate"), "2.5e-4") == Value(2.5e-4));
}

TEST_CASE("an unknown hyperparameter is refused with the nearest known one") {
  Hyperparameters h;
  const auto refusal = [&](const std::string& name, const std::string& meant) {
    CHECK_THROWS_AS(config::set(h, name, 0.5), core::UserError);
    CHECK_THROWS_WITH(config::set(h, name, 0.5),
                      ContainsSubstring("'" + name + "'") && ContainsSubstring("did you mean '" + meant + "'"));
  };
  refusal("learning_rat", "learning_rate");
  refusal("encoder.widht", "encoder.width");
  refusal("gama", "gamma");
  refusal("Head.dueling", "head.dueling");
  CHECK(h == Hyperparameters{});
}

TEST_CASE("rules across fields name the fields and the remedy") {
  CHECK_NOTHROW(config::validate({}));
  for (const auto& preset : config::presets()) {
    INFO(preset.name);
    CHECK_NOTHROW(config::validate(preset.hyperparameters));
    CHECK_FALSE(preset.description.empty());
    CHECK(std::ranges::find(config::kPresetGroups, preset.group) != config::kPresetGroups.end());
  }
  Hyperparameters h;
  h.buffer_size = 200;
  h.batch_size = 201;
  CHECK_THROWS_WITH(config::validate(h),
                    ContainsSubstring("buffer_size = 200") && ContainsSubstring("batch_size = 201"));
  h.batch_size = 200;
  CHECK_NOTHROW(config::validate(h));

  h = {};
  h.buffer_size = 100;
  h.n_envs = 25;
  CHECK_NOTHROW(config::validate(h));
  h.n_envs = 26;
  CHECK_THROWS_WITH(config::validate(h), ContainsSubstring("n_envs = 26") && ContainsSubstring("raise buffer_size"));
  h.n_envs = 1;
  h.n_step = 49;
  CHECK_NOTHROW(config::validate(h));
  h.n_step = 50;
  CHECK_THROWS_WITH(config::validate(h), ContainsSubstring("n_step = 50") && ContainsSubstring("raise buffer_size"));

  h = {};
  h.exploration_initial_eps = 0.01;
  CHECK_THROWS_WITH(config::validate(h), ContainsSubstring("exploration_final_eps = 0.05") &&
                                             ContainsSubstring("exploration_initial_eps = 0.01"));

  h = {};
  h.exploration_schedule = "exponential";
  CHECK_NOTHROW(config::validate(h));
  h.exploration_final_eps = 0;
  CHECK_THROWS_WITH(config::validate(h), ContainsSubstring("exploration_schedule") && ContainsSubstring("linear"));
}

TEST_CASE("an unknown preset is refused with the known ones") {
  CHECK_THROWS_AS(config::preset("cartpol"), core::UserError);
  CHECK_THROWS_WITH(config::preset("cartpol"),
                    ContainsSubstring("'cartpol'") && ContainsSubstring("breakout") && ContainsSubstring("cartpole"));
  CHECK(config::preset("cartpole").hyperparameters.environment.id == "CartPole-v1");
}

TEST_CASE("a row that does not apply is never refused, whatever its value") {
  Hyperparameters h;
  for (const auto& row : config::parameters()) {
    if (config::applies(h, row)) continue;
    for (const auto& value : allowed_values(row)) {
      auto changed = h;
      config::set(changed, row, value);
      INFO(row.name << " = " << config::format(value));
      CHECK_NOTHROW(config::validate(changed));
    }
  }
}

TEST_CASE("each row says what its change makes anew") {
  using config::Anew;
  const auto after = [](const char* name, const config::Value& value) {
    config::Hyperparameters from;
    auto to = from;
    config::set(to, name, value);
    return config::made_anew(from, to);
  };
  CHECK(after("learning_rate", 1e-3) == Anew::Nothing);
  CHECK(after("seed", std::int64_t{7}) == Anew::Everything);
  CHECK(after("memory.slots", std::int64_t{7}) == Anew::Network);
  CHECK(after("n_envs", std::int64_t{7}) == (Anew::Replay | Anew::Environments));
  CHECK(after("prioritized_replay", true) == (Anew::Sampling | Anew::Sequences));
  CHECK(after("environment.corridor_length", std::int64_t{7}) == Anew::Environments);
  config::Hyperparameters many;
  many.head.width = 3;
  many.buffer_size = 500;
  CHECK(config::made_anew({}, many) == (Anew::Network | Anew::Replay));
  for (const auto& row : config::parameters()) {
    INFO(row.name);
    // What is said to take effect at once leaves networks, replay and environments alone.
    if (row.effect == config::Effect::Live) {
      CHECK_FALSE(has(row.anew, Anew::Network | Anew::Replay | Anew::Environments | Anew::Everything));
    }
  }
}

TEST_CASE("an algorithm has defaults of its own, under everything that is set") {
  const auto& rate = config::parameter("learning_rate");
  auto row = rate;
  row.defaults = {{"dqn", 3e-4}, {"another", 1e-2}};
  const std::vector<config::Parameter> table = {row};
  CHECK(config::defaults_of("dqn", table).learning_rate == 3e-4);
  CHECK(config::defaults_of("dqn") == config::Hyperparameters{});
  CHECK_THROWS_AS(config::defaults_of("another", table), core::UserError);
  // A file that does not name it keeps it, one that does has its way.
  const auto base = config::defaults_of("dqn", table);
  CHECK(config::from_toml("gamma = 0.5", "test", base).hyperparameters.learning_rate == 3e-4);
  CHECK(config::from_toml("learning_rate = 0.5", "test", base).hyperparameters.learning_rate == 0.5);
}

}  // namespace qarium::config_hyperparameters_test
