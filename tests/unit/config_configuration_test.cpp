// Hyperparameters as TOML: nothing is lost on the way there and back, and what is wrong is named.
#include <cmath>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <set>
#include <string>
#include <variant>

#include "engine/config/configuration.hpp"
#include "engine/config/presets.hpp"
#include "engine/core/error.hpp"
#include "engine/core/random.hpp"
#include "tests/catch.hpp"

namespace qarium::config_configuration_test {

using config::Hyperparameters;

namespace {

/// A value that the row allows, drawn at random.
config::Value draw(const config::Parameter& parameter, core::RandomStream& random) {
  const auto kind = config::default_value(parameter);
  if (std::holds_alternative<bool>(kind)) return random.below(2) == 1;
  if (std::holds_alternative<std::string>(kind)) {
    if (parameter.choices.empty()) return "text " + std::to_string(random.below(1'000));
    return std::string(parameter.choices[random.below(static_cast<std::uint32_t>(parameter.choices.size()))]);
  }
  const double share = random.below(2) == 1 ? random.uniform() : std::pow(10, -10 * random.uniform());
  const double number = parameter.minimum + (parameter.maximum - parameter.minimum) * share;
  if (std::holds_alternative<double>(kind)) return number;
  return static_cast<std::int64_t>(number);
}

bool valid(const Hyperparameters& h) {
  try {
    config::validate(h);
    return true;
  } catch (const core::UserError&) {
    return false;
  }
}

void check_message(const std::string& text, const std::set<std::string>& parts) {
  INFO(text);
  CHECK_THROWS_AS(config::from_toml(text, "some.toml"), core::UserError);
  for (const auto& part : parts)
    CHECK_THROWS_WITH(config::from_toml(text, "some.toml"), ContainsSubstring(part));
}

}  // namespace

TEST_CASE("TOML gives back every value of every hyperparameter") {
  CHECK(config::from_toml(config::to_toml({}), "defaults").hyperparameters == Hyperparameters{});
  core::RandomStream random(1, core::Purpose::Test, 0);
  int tried = 0;
  for (int i = 0; i < 1000; ++i) {
    Hyperparameters h;
    for (const auto& parameter : config::parameters())
      config::set(h, parameter, draw(parameter, random));
    if (!valid(h)) continue;
    ++tried;
    const auto text = config::to_toml(h);
    INFO(text);
    REQUIRE(config::from_toml(text, "test").hyperparameters == h);
  }
  CHECK(tried > 100);
}

TEST_CASE("TOML gives back each value by itself, at the ends of its range too") {
  for (const auto& parameter : config::parameters()) {
    INFO(parameter.name);
    Hyperparameters h;
    const auto kind = config::default_value(parameter);
    if (std::holds_alternative<double>(kind)) config::set(h, parameter, parameter.maximum);
    if (std::holds_alternative<std::int64_t>(kind)) {
      config::set(h, parameter, static_cast<std::int64_t>(parameter.maximum));
    }
    if (valid(h)) CHECK(config::from_toml(config::to_toml(h), "test").hyperparameters == h);
    if (std::holds_alternative<double>(kind)) config::set(h, parameter, parameter.minimum);
    if (std::holds_alternative<std::int64_t>(kind)) {
      config::set(h, parameter, static_cast<std::int64_t>(parameter.minimum));
    }
    if (valid(h)) CHECK(config::from_toml(config::to_toml(h), "test").hyperparameters == h);
  }
}

TEST_CASE("reading changes only what the text names") {
  Hyperparameters base;
  base.gamma = 0.5;
  base.head.width = 77;
  const auto read = config::from_toml(
      "description = \"an experiment\"\n"
      "learning_rate = 1\n"
      "[encoder]\nkind = \"grid_conv\"\n",
      "test", base);
  base.learning_rate = 1.0;
  base.encoder.kind = "grid_conv";
  CHECK(read.hyperparameters == base);
  CHECK(read.description == "an experiment");
  CHECK(config::from_toml("", "test", base).hyperparameters == base);
}

TEST_CASE("malformed TOML is refused with its source and line") {
  check_message("gamma = 0.9\nseed = = 2\n", {"some.toml", "line 2", "malformed TOML"});
  check_message("gamma = 0.9\n\n\n[encoder\nkind = \"mlp\"", {"some.toml", "line 4"});
  check_message("gamma = 0.9\ngamma = 0.8\n", {"some.toml", "line 2"});
  check_message("gamma", {"some.toml", "line 1"});
}

TEST_CASE("what a file may not say is refused by source, key and what is allowed") {
  check_message("learning_rte = 0.1", {"some.toml", "learning_rte", "did you mean 'learning_rate'"});
  check_message("[encoder]\nwidht = 5", {"some.toml", "encoder.widht", "encoder.width"});
  check_message("[nothing]\nwidth = 5", {"some.toml", "nothing.width"});
  check_message("gamma = 1.5", {"some.toml", "gamma = 1.5", "between 0 and 1"});
  check_message("gamma = nan", {"some.toml", "gamma"});
  check_message("batch_size = 1.5", {"some.toml", "batch_size = 1.5", "whole number"});
  check_message("batch_size = \"32\"", {"some.toml", "batch_size = 32", "whole number"});
  check_message("optimizer = \"adamw\"", {"some.toml", "optimizer = adamw", "adam, rmsprop"});
  check_message("double_q = 1", {"some.toml", "double_q = 1", "true or false"});
  check_message("gamma = [0.9]", {"some.toml", "gamma"});
  check_message("gamma = 2024-01-01", {"some.toml", "gamma"});
  check_message("buffer_size = 100\nbatch_size = 200", {"some.toml", "buffer_size = 100", "batch_size = 200"});
}

TEST_CASE("a file that cannot be read is named") {
  const auto folder = std::filesystem::temp_directory_path() / "qarium-core-configuration-test";
  std::filesystem::create_directories(folder);
  const auto missing = folder / "missing.toml";
  CHECK_THROWS_AS(config::read_toml(missing), core::UserError);
  CHECK_THROWS_WITH(config::read_toml(missing), ContainsSubstring(missing.string()));
  CHECK_THROWS_AS(config::read_toml(folder), core::UserError);
  CHECK_THROWS_WITH(config::read_toml(folder), ContainsSubstring(folder.string()));

  const auto file = folder / "good.toml";
  std::ofstream(file) << "gamma = 0.25\n";
  CHECK(config::read_toml(file).hyperparameters.gamma == 0.25);
  std::ofstream(file) << "gamma = 25\n";
  CHECK_THROWS_WITH(config::read_toml(file), ContainsSubstring(file.string()) && ContainsSubstring("gamma = 25"));
  std::filesystem::remove_all(folder);
}

TEST_CASE("a configuration of an older version means what it meant then") {
  const auto id = [](const std::string& text) {
    return config::from_toml(text, "test").hyperparameters.environment.id;
  };
  const std::string breakout = "[environment]\nid = \"MinAtar/Breakout-v1\"\n";
  CHECK(id(breakout) == "MinAtar/Breakout-v0");
  CHECK(id("format = 1\n" + breakout) == "MinAtar/Breakout-v0");
  CHECK(id("format = 2\n" + breakout) == "MinAtar/Breakout-v1");
  CHECK(id("[environment]\nid = \"CartPole-v1\"\n") == "CartPole-v1");
  CHECK(config::from_toml(breakout, "test").format == 1);

  Hyperparameters written;
  written.environment.id = "MinAtar/Breakout-v1";
  CHECK(id(config::to_toml(written)) == "MinAtar/Breakout-v1");
  // What the text does not name stays as it was, whatever its format.
  CHECK(config::from_toml("gamma = 0.5\n", "test", written).hyperparameters.environment.id == "MinAtar/Breakout-v1");

  check_message("format = 3\n", {"format = 3", "newer Qarium", "some.toml"});
  check_message("format = 0\n", {"format must be a whole number"});
  check_message("format = \"two\"\n", {"format must be a whole number"});
}

TEST_CASE("a file that names a family stands over that family's defaults") {
  const auto read = config::from_toml("algorithm = \"a2c\"\ngamma = 0.9\n", "test").hyperparameters;
  auto wanted = config::defaults_of("a2c");
  wanted.gamma = 0.9;
  CHECK(read == wanted);
  CHECK(read.optimizer == "rmsprop");
  CHECK(config::preset("cartpole-ppo").hyperparameters.max_grad_norm == 0.5);
}

}  // namespace qarium::config_configuration_test
