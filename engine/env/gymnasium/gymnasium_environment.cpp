#include "engine/env/gymnasium/gymnasium_environment.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <cstring>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>
#include <thread>
#include <type_traits>
#include <utility>

#include "engine/core/error.hpp"
#include "engine/env/drawing.hpp"
#include "engine/env/gymnasium/space_codec.hpp"

namespace qarium::env::gymnasium {
namespace {

using nlohmann::json;

/// What a saved state begins with; then come the history and what the environment itself has saved.
struct StateHead {
  core::RandomStream random;
  std::int32_t seed = 0;
  std::uint32_t history = 0;  ///< entries
};
static_assert(std::is_trivially_copyable_v<StateHead>);

std::int32_t draw_seed(core::RandomStream& random) {
  return static_cast<std::int32_t>(random.next() >> 1U);
}

std::string to_hex(std::span<const std::byte> bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  for (const auto byte : bytes) {
    text += kDigits[std::to_integer<std::size_t>(byte >> 4)];
    text += kDigits[std::to_integer<std::size_t>(byte & std::byte{15})];
  }
  return text;
}

std::vector<std::byte> from_hex(const std::string& text) {
  const auto value = [](char digit) { return digit <= '9' ? digit - '0' : digit - 'a' + 10; };
  std::vector<std::byte> bytes;
  for (std::size_t i = 0; i + 1 < text.size(); i += 2)
    bytes.push_back(static_cast<std::byte>(16 * value(text[i]) + value(text[i + 1])));
  return bytes;
}

/// Scene::places as the worker has told them: empty unless there is one for each row of a matrix.
std::vector<std::optional<protocol::Point>> places_of(const json& told, const Box& space) {
  constexpr double kMost = 1e6;
  const auto is_place = [](const json& place) {
    return place.is_array() && place.size() == 2 && std::ranges::all_of(place, [](const json& number) {
             return number.is_number() && std::abs(number.get<double>()) < kMost;
           });
  };
  std::vector<std::optional<protocol::Point>> places;
  if (!told.is_array() || space.shape.size() != 2 || std::cmp_not_equal(told.size(), space.shape[0])) return places;
  for (const auto& place : told) {
    places.emplace_back();
    if (is_place(place)) places.back() = protocol::Point{place[0].get<float>(), place[1].get<float>()};
  }
  return places;
}

}  // namespace

void SharedWorker::revive() {
  if (worker_->alive()) return;
  worker_ = std::make_unique<Worker>(order_);
  ++generation_;
}

GymnasiumEnvironment::GymnasiumEnvironment(std::shared_ptr<SharedWorker> shared, std::size_t slot)
    : shared_(std::move(shared)),
      slot_(slot),
      spec_(spec_of(worker().description(), std::string(kPrefix) + shared_->order().id)),
      clones_(worker().description().at("rewind") == "clone"),
      observation_(spec_.observation_space.bytes()) {
  const auto& arcade = shared_->order().arcade;
  spec_.clips_reward = arcade && arcade->clip_reward;
}

bool GymnasiumEnvironment::well() const {
  return condition_ == Condition::Well && generation_ == shared_->generation() && shared_->worker().alive();
}

template <class Talk>
auto GymnasiumEnvironment::talk(const Talk& talk) {
  try {
    return talk(worker());
  } catch (const EnvironmentFailure&) {
    condition_ = worker().alive() ? Condition::Raised : Condition::Lost;
    throw;
  }
}

void GymnasiumEnvironment::take_observation() {
  std::ranges::copy(worker().observation(slot_), observation_.begin());
}

void GymnasiumEnvironment::begin_episode() {
  shared_->revive();
  generation_ = shared_->generation();
  talk([&](Worker& worker) { return worker.ask({{"do", "reset"}, {"slot", slot_}, {"seed", seed_}}); });
  condition_ = Condition::Well;
  take_observation();
}

void GymnasiumEnvironment::reset(core::RandomStream stream) {
  if (std::exchange(anticipated_, std::nullopt) && well()) worker().finish_step(slot_);
  random_ = stream;
  seed_ = draw_seed(random_);
  history_.clear();
  condition_ = Condition::Raised;
  begin_episode();
}

void GymnasiumEnvironment::replay() {
  shared_->revive();
  generation_ = shared_->generation();
  talk([&](Worker& worker) {
    return worker.ask({{"do", "replay"}, {"slot", slot_}, {"seed", seed_}, {"history", history_}});
  });
  condition_ = Condition::Well;
  take_observation();
}

bool GymnasiumEnvironment::recover() {
  anticipated_.reset();
  const bool raised = condition_ == Condition::Raised;
  shared_->revive();
  if (raised || !spec_.capabilities.deterministic) return false;
  replay();
  return true;
}

void GymnasiumEnvironment::anticipate(int action) {
  assert(0 <= action && action < spec_.action_space.n());
  if (!well()) return;  // `step` sees to it
  if (anticipated_) {
    // Its result was never asked for: what it led to is not known to who acts.
    worker().finish_step(slot_);
    condition_ = Condition::Raised;
    return;
  }
  talk([&](Worker& worker) { worker.begin_step(slot_, action); });
  anticipated_ = action;
}

StepResult GymnasiumEnvironment::step(int action) {
  if (!well() && !recover()) return {.truncated = true};
  if (anticipated_ != action) {
    anticipate(action);
    if (!anticipated_) return {.truncated = true};
  }
  anticipated_.reset();
  const auto step = talk([&](Worker& worker) { return worker.finish_step(slot_); });
  history_.push_back(action);
  take_observation();
  return {.reward = static_cast<float>(step.reward),
          .terminated = step.terminated,
          .truncated = step.truncated,
          .life_lost = step.life_lost};
}

void GymnasiumEnvironment::observe(std::span<std::byte> out) const {
  assert(out.size() == observation_.size());
  std::ranges::copy(observation_, out.begin());
}

void GymnasiumEnvironment::render(protocol::Scene& scene) const {
  if (well() && !anticipated_) {
    try {
      const auto answer = worker().ask({{"do", "render"}, {"slot", slot_}});
      const auto rows = answer.at("rows").get<int>();
      const auto columns = answer.at("columns").get<int>();
      const auto cells = static_cast<std::size_t>(rows) * static_cast<std::size_t>(columns);
      if (cells > 0) {
        const auto picture = worker().beyond(answer.at("at").get<std::size_t>(), 3 * cells);
        if (picture.size() == 3 * cells) {
          const Box space{.shape = {rows, columns, 3}, .type = ScalarType::Uint8};
          clear(scene, rows, columns);
          for (std::size_t i = 0; i < cells; ++i) {
            const auto level = [&](std::size_t k) { return std::to_integer<std::uint8_t>(picture[3 * i + k]); };
            scene.grid.cells[i] = {level(0), level(1), level(2)};
          }
          scene.places = places_of(answer.value("places", json::array()), spec_.observation_space);
          return;
        }
      }
    } catch (const EnvironmentFailure&) {  // on purpose: who looks on changes nothing, and the next step tells of it
    }
  }
  render_observation(observation_, scene);
}

void GymnasiumEnvironment::render_observation(std::span<const std::byte> observation, protocol::Scene& scene) const {
  draw_observation(spec_.observation_space, observation, scene);
}

std::vector<std::byte> GymnasiumEnvironment::save_state() const {
  if (!spec_.capabilities.save_state) return {};
  const StateHead head{random_, seed_, static_cast<std::uint32_t>(history_.size())};
  const auto entries = std::as_bytes(std::span(history_));
  std::vector<std::byte> state(sizeof head + entries.size());
  std::memcpy(state.data(), &head, sizeof head);
  std::ranges::copy(entries, state.begin() + sizeof head);
  if (clones_ && well()) {
    const auto own = from_hex(worker().ask({{"do", "clone"}, {"slot", slot_}}).at("state").get<std::string>());
    state.insert(state.end(), own.begin(), own.end());
  }
  return state;
}

void GymnasiumEnvironment::restore_state(std::span<const std::byte> state) {
  StateHead head;
  if (state.size() < sizeof head) throw std::invalid_argument(spec_.id + ": not a state of this environment");
  std::memcpy(&head, state.data(), sizeof head);
  state = state.subspan(sizeof head);
  const auto bytes = std::size_t{head.history} * sizeof(std::int32_t);
  if (state.size() < bytes) throw std::invalid_argument(spec_.id + ": not a state of this environment");
  if (std::exchange(anticipated_, std::nullopt) && well()) worker().finish_step(slot_);
  random_ = head.random;
  seed_ = head.seed;
  history_.resize(head.history);
  std::memcpy(history_.data(), state.data(), bytes);
  const auto own = state.subspan(bytes);
  if (own.empty()) return replay();
  if (!well()) begin_episode();
  talk([&](Worker& worker) { return worker.ask({{"do", "restore"}, {"slot", slot_}, {"state", to_hex(own)}}); });
  take_observation();
}

void GymnasiumEnvironment::reseed(core::RandomStream stream) {
  random_ = stream;
  const auto seed = draw_seed(random_);
  talk([&](Worker& worker) { return worker.ask({{"do", "reseed"}, {"slot", slot_}, {"seed", seed}}); });
  history_.push_back(-1 - seed);
}

std::vector<std::unique_ptr<Environment>> make(const config::EnvironmentOptions& options, std::size_t n) {
  WorkerOrder order{
      .interpreter = find_interpreter(), .id = options.id.substr(kPrefix.size()), .action_bins = options.action_bins};
  if (is_arcade(options.id)) order.arcade = options.arcade;
  order.patience.answer = static_cast<double>(options.step_timeout);
  order.patience.start = std::max(order.patience.start, order.patience.answer);
  if (order.id.empty()) throw core::UserError("environment.id = gym: names no environment, as gym:CartPole-v1 does");
  const std::size_t cores = std::max(1U, std::thread::hardware_concurrency());
  const auto workers = std::min(n, cores);
  std::vector<std::unique_ptr<Environment>> environments;
  for (std::size_t i = 0; i < workers; ++i) {
    order.slots = n / workers + (i < n % workers ? 1 : 0);
    const auto shared = std::make_shared<SharedWorker>(order);
    for (std::size_t slot = 0; slot < order.slots; ++slot)
      environments.push_back(std::make_unique<GymnasiumEnvironment>(shared, slot));
  }
  return environments;
}

}  // namespace qarium::env::gymnasium
