// The bridge to Gymnasium: what goes wrong on the other side, and that nothing is left of it.
#include <dirent.h>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <string>
#include <vector>

#include "tests/unit/gymnasium_environments.hpp"

namespace qarium::env_gymnasium_failure_test {

using namespace tests;

TEST_CASE("what goes wrong in an environment is told in its own words", "[gymnasium]") {
  if (!available()) return;
  const auto words = [](const std::string& name) {
    const auto environment = env::make(options_for(name));
    environment->reset({1, core::Purpose::Test, 0});
    return words_of_failure(*environment);
  };
  CHECK_THAT(words("Raises"), ContainsSubstring("Raises-v0, step: ZeroDivisionError: thirty steps are enough") &&
                                  ContainsSubstring("qarium_test_envs.py, line"));
  CHECK_THAT(words("Hangs"), ContainsSubstring("hangs: no answer within 2 s"));
  CHECK_THAT(words("Exits"), ContainsSubstring("ended with code 3") && ContainsSubstring("that was all"));
  CHECK_THAT(words("NotANumber"), ContainsSubstring("the reward is nan"));
  CHECK_THAT(words("WrongShape"), ContainsSubstring("has the shape (2,), not (3,)"));
}

TEST_CASE("an environment that cannot be had is refused with the reason", "[gymnasium]") {
  if (!available()) return;
  const auto check = [](const std::string& name, const std::string& reason) {
    INFO(name);
    CHECK_THROWS_AS(env::make(options_for(name)), core::UserError);
    CHECK_THROWS_WITH(env::make(options_for(name)), ContainsSubstring(reason));
  };
  check("ManyActions", "625 combinations; at most 64");
  check("NothingToRead", "nothing of its observation can be read");
  check("Absent", "Absent");
  config::EnvironmentOptions options;
  options.id = "gym:";
  CHECK_THROWS_WITH(env::make(options), ContainsSubstring("names no environment"));
}

TEST_CASE("after it raised an environment gives its episode up and goes on", "[gymnasium]") {
  if (!available()) return;
  const auto environment = env::make(options_for("Raises"));
  environment->reset({1, core::Purpose::Test, 0});
  CHECK_THAT(words_of_failure(*environment), ContainsSubstring("thirty steps"));
  const auto last = numbers(*environment);
  const auto result = environment->step(0);
  CHECK(result.truncated);
  CHECK_FALSE(result.terminated);
  CHECK(numbers(*environment) == last);
  environment->reset({1, core::Purpose::Test, 1});
  CHECK(environment->step(2).reward == 1);
}

TEST_CASE("a killed worker is started anew and its episode goes on, twenty times", "[gymnasium]") {
  if (!available()) return;
  Reachable undisturbed("Long");
  Reachable killed("Long");
  const int descriptors = open_descriptors();
  pid_t last = 0;
  for (int time = 0; time < 20; ++time) {
    last = killed.shared->worker().process().id();
    kill(last, SIGKILL);
    killed.shared->worker().process().wait(5);
    CHECK_THAT(words_of_failure(killed.environment), ContainsSubstring("was killed by signal 9"));
    const auto expected = play(undisturbed.environment, 5);
    REQUIRE(play(killed.environment, 5) == expected);
    REQUIRE_FALSE(runs(last));
  }
  CHECK(open_descriptors() == descriptors);
}

TEST_CASE("a killed worker whose episode cannot be brought back gives it up", "[gymnasium]") {
  if (!available()) return;
  Reachable killed("Unseeded");
  kill(killed.shared->worker().process().id(), SIGKILL);
  CHECK_THAT(words_of_failure(killed.environment), ContainsSubstring("signal 9"));
  CHECK(killed.environment.step(0).truncated);
  killed.environment.reset({1, core::Purpose::Test, 1});
  CHECK_FALSE(killed.environment.step(0).over());
}

TEST_CASE("nothing is left of an environment that is gone, even of one that hangs", "[gymnasium]") {
  if (!available()) return;
  const int descriptors = open_descriptors();
  pid_t process = 0;
  {
    Reachable still("Still");
    process = still.shared->worker().process().id();
    CHECK(runs(process));
  }
  CHECK_FALSE(runs(process));
  {
    Reachable hangs("Hangs", 0.5);
    process = hangs.shared->worker().process().id();
    CHECK_THAT(words_of_failure(hangs.environment), ContainsSubstring("hangs"));
    CHECK_FALSE(runs(process));
  }
  {
    Reachable hangs("Hangs");
    process = hangs.shared->worker().process().id();
    for (int step = 0; step < 30; ++step)
      hangs.environment.step(0);
    hangs.environment.anticipate(0);  // it hangs now, and nobody waits for it
  }
  CHECK_FALSE(runs(process));
  CHECK(open_descriptors() == descriptors);
}

TEST_CASE("a Python without gymnasium and one that is none are refused with what to type", "[gymnasium]") {
  const env::gymnasium::Interpreter shell{"/bin/false", "a test"};
  CHECK_THROWS_AS(env::gymnasium::Worker({.interpreter = shell, .id = "X-v0"}), core::UserError);
  CHECK_THROWS_WITH(env::gymnasium::Worker({.interpreter = shell, .id = "X-v0"}),
                    ContainsSubstring("ended with code 1"));
  const env::gymnasium::Interpreter absent{"/nowhere/python3", "a test"};
  CHECK_THROWS_WITH(env::gymnasium::Worker({.interpreter = absent, .id = "X-v0"}),
                    ContainsSubstring("/nowhere/python3"));
}

}  // namespace qarium::env_gymnasium_failure_test
