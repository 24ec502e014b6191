// Games of the Arcade Learning Environment as agents are shown them, beside Gymnasium's own preprocessing.
#include <array>
#include <cstdio>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include "engine/core/random.hpp"
#include "engine/env/gymnasium/interpreter.hpp"
#include "engine/env/vector_environment.hpp"
#include "tests/unit/gymnasium_environments.hpp"

namespace qarium::env_arcade_test {

using namespace tests;

namespace {

using Bytes = std::vector<std::byte>;

config::EnvironmentOptions game(const std::string& name) {
  config::EnvironmentOptions options;
  options.id = "gym:ALE/" + name + "-v5";
  return options;
}

/// Whether there is a Python with the games here; says why not, once a test.
bool games_are_here() {
  if (!available()) return false;
  try {
    env::make(game("Pong"));
    return true;
  } catch (const core::UserError& error) {
    WARN("skipped: " << error.what());
    return false;
  }
}

Bytes observed(const env::Environment& environment) {
  Bytes bytes(environment.spec().observation_space.bytes());
  environment.observe(bytes);
  return bytes;
}

/// As Python's zlib.crc32.
std::uint32_t checksum(const Bytes& bytes) {
  std::uint32_t sum = ~0U;
  for (const auto byte : bytes) {
    sum ^= std::to_integer<std::uint32_t>(byte);
    for (int bit = 0; bit < 8; ++bit)
      sum = (sum >> 1U) ^ ((sum & 1U) != 0 ? 0xEDB88320U : 0U);
  }
  return ~sum;
}

std::string output_of(const std::string& command) {
  std::string text;
  // NOLINTNEXTLINE(bugprone-command-processor): the Python that was found, and what the test itself writes
  std::FILE* pipe = popen(command.c_str(), "r");
  std::array<char, 4096> buffer{};
  for (std::size_t n = 0; pipe != nullptr && (n = std::fread(buffer.data(), 1, buffer.size(), pipe)) > 0;)
    text.append(buffer.data(), n);
  if (pipe != nullptr) pclose(pipe);
  return text;
}

std::string line_of(const env::Environment& environment, const env::StepResult& result) {
  std::ostringstream line;
  line << checksum(observed(environment)) << ' ' << static_cast<int>(result.reward) << ' ' << result.terminated << ' '
       << result.truncated;
  return line.str();
}

int action_at(int step, const env::Environment& environment) {
  return (7 * step + step / 3) % environment.spec().action_space.n();
}

}  // namespace

TEST_CASE("a game is shown bit for bit as Gymnasium's AtariPreprocessing shows it", "[gymnasium]") {
  if (!games_are_here()) return;
  struct Case {
    const char* name;
    double sticky;
    std::int64_t noop_max, frame_skip;
  };
  for (const auto& [name, sticky, noop_max, frame_skip] :
       {Case{"Pong", 0.25, 30, 4}, Case{"Breakout", 0, 0, 4}, Case{"Seaquest", 0.25, 7, 1}}) {
    INFO(name);
    constexpr int kSteps = 300;
    auto options = game(name);
    options.arcade = {.frame_skip = frame_skip, .frame_stack = 1, .sticky = sticky, .noop_max = noop_max};
    const auto environment = env::make(options);
    const core::RandomStream stream(3, core::Purpose::Test, 0);
    auto draws = stream;
    std::ostringstream command;
    command << "'" << env::gymnasium::find_interpreter().path
            << "' '" QARIUM_SOURCE_DIR "/tests/gymnasium/arcade_reference.py' ALE/" << name << "-v5 "
            << static_cast<std::int32_t>(draws.next() >> 1U) << ' ' << kSteps << ' ' << sticky << ' ' << noop_max << ' '
            << frame_skip << " 2>/dev/null";
    std::istringstream reference(output_of(command.str()));
    std::string wanted;
    std::getline(reference, wanted);
    if (wanted == "no cv2") {
      WARN("skipped: this Python has no OpenCV, which Gymnasium's AtariPreprocessing resizes with");
      return;
    }
    environment->reset(stream);
    REQUIRE(line_of(*environment, {}) == wanted);
    int steps = 0;
    while (std::getline(reference, wanted)) {
      const auto result = environment->step(action_at(steps, *environment));
      ++steps;
      INFO("step " << steps);
      REQUIRE(line_of(*environment, result) == wanted);
    }
    CHECK(steps >= 100);
  }
}

TEST_CASE("a game gives stacks of four grey frames, looks as it is, and goes back in time", "[gymnasium]") {
  if (!games_are_here()) return;
  const auto environment = env::make(game("Breakout"));
  const auto& spec = environment->spec();
  CHECK(spec.observation_space.shape == std::vector<std::int64_t>{4, 84, 84});
  CHECK(spec.observation_space.type == env::ScalarType::Uint8);
  CHECK(spec.frames == 4);
  CHECK(spec.clips_reward);
  CHECK(spec.render_fps == 15);
  environment->reset({5, core::Purpose::Test, 0});
  for (int step = 0; step < 40; ++step)
    environment->step(action_at(step, *environment));
  protocol::Scene scene;
  environment->render(scene);
  CHECK(scene.grid.rows == 210);
  CHECK(scene.grid.columns == 160);
  const auto is_grey = [](const protocol::Color& cell) { return cell.red == cell.green && cell.green == cell.blue; };
  CHECK_FALSE(std::ranges::all_of(scene.grid.cells, is_grey));
  environment->render_observation(observed(*environment), scene);
  CHECK(scene.grid.rows == 84);
  CHECK(std::ranges::all_of(scene.grid.cells, is_grey));

  const auto seen = observed(*environment);
  const auto saved = environment->save_state();
  const auto future = [](env::Environment& its) {
    std::vector<Bytes> all;
    for (int step = 0; step < 30; ++step) {
      const auto result = its.step(action_at(step, its));
      all.push_back(observed(its));
      all.push_back({static_cast<std::byte>(result.reward), static_cast<std::byte>(result.life_lost)});
      if (result.over()) break;
    }
    return all;
  };
  const auto wanted = future(*environment);
  const auto other = env::make(game("Breakout"));
  other->reset({6, core::Purpose::Test, 0});
  for (auto* its : {environment.get(), other.get()}) {
    its->restore_state(saved);
    REQUIRE((observed(*its) == seen));
    REQUIRE((future(*its) == wanted));
  }
}

TEST_CASE("a life lost ends what is learned, and not the game", "[gymnasium]") {
  if (!games_are_here()) return;
  for (const bool ends : {false, true}) {
    auto options = game("Breakout");
    options.arcade.terminal_on_life_loss = ends;
    options.arcade.fire_reset = true;
    const auto environment = env::make(options);
    environment->reset({7, core::Purpose::Test, 0});
    int lives_lost = 0;
    env::StepResult result;
    for (int step = 0; step < 3'000 && !result.over(); ++step) {
      result = environment->step(action_at(step, *environment));
      lives_lost += result.life_lost ? 1 : 0;
      REQUIRE_FALSE((result.life_lost && result.over()));
    }
    CHECK(result.terminated);
    CHECK(lives_lost == (ends ? 4 : 0));  // the fifth ends the game
  }
}

TEST_CASE("only the sign of a reward is learned from where it is clipped") {
  env::EnvironmentSpec spec;
  CHECK(spec.learned_reward(7) == 7);
  spec.clips_reward = true;
  CHECK(spec.learned_reward(7) == 1);
  CHECK(spec.learned_reward(-0.5F) == -1);
  CHECK(spec.learned_reward(0) == 0);
  spec.most_reward = 200;
  CHECK(spec.value_bound(0.9) == Approx(10));
}

}  // namespace qarium::env_arcade_test
