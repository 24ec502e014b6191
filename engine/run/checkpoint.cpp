#include "engine/run/checkpoint.hpp"

#include <cstdio>
#include <cstring>
#include <optional>
#include <string>

#include "engine/config/configuration.hpp"
#include "engine/config/trained_agents.hpp"
#include "engine/core/error.hpp"
#include "engine/nn/runtime.hpp"

namespace qarium::run {
namespace {

constexpr const char* kVelocity = "optimizer/velocity/";  // only where RMSprop had momentum

std::int64_t elements(const nn::ParameterSlice& slice) {
  std::int64_t n = 1;
  for (const auto extent : slice.shape)
    n *= extent;
  return n;
}

void append(Safetensors& content, const torch::Tensor& flat, const std::vector<nn::ParameterSlice>& slices,
            const std::string& prefix) {
  const auto on_cpu = flat.detach().to(torch::kCPU).contiguous();
  const auto* data = on_cpu.data_ptr<float>();
  for (const auto& slice : slices) {
    const auto* begin = data + slice.offset;
    content.arrays.push_back({prefix + slice.name, slice.shape, {begin, begin + elements(slice)}});
  }
}

void read_flat(const Safetensors& checkpoint, const std::vector<nn::ParameterSlice>& slices, const std::string& prefix,
               torch::Tensor& flat) {
  const torch::NoGradGuard no_grad;
  auto values = torch::zeros({flat.numel()}, torch::kFloat);
  for (const auto& slice : slices) {
    const auto& array = checkpoint.need(prefix + slice.name);
    if (array.shape != slice.shape) {
      throw core::UserError("array '" + array.name + "' of the checkpoint has another shape than the network");
    }
    std::memcpy(values.data_ptr<float>() + slice.offset, array.values.data(), array.values.size() * sizeof(float));
  }
  flat.copy_(values);
}

const std::string& entry(const Safetensors& checkpoint, const std::string& name) {
  const auto found = checkpoint.metadata.find(name);
  if (found == checkpoint.metadata.end()) throw core::UserError("the checkpoint does not say its '" + name + "'");
  return found->second;
}

std::int64_t counter(const Safetensors& checkpoint, const std::string& name) {
  const auto& text = entry(checkpoint, name);
  try {
    return std::stoll(text);
  } catch (const std::exception&) {
    throw core::UserError("the checkpoint's '" + name + "' is not a number: '" + text + "'");
  }
}

std::optional<double> best_evaluation(const Safetensors& checkpoint) {
  if (checkpoint.metadata.count("best_evaluation") == 0) return std::nullopt;
  const auto& text = entry(checkpoint, "best_evaluation");
  try {
    return std::stod(text);
  } catch (const std::exception&) {
    throw core::UserError("the checkpoint's 'best_evaluation' is not a number: '" + text + "'");
  }
}

/// What a checkpoint says beside its arrays.
struct Counters {
  protocol::Position position;
  std::int64_t episodes;
  std::string optimizer;
  std::int64_t optimizer_steps;
  std::optional<double> best_evaluation;
};

/// Reads everything into a loop of its own: what can go wrong goes wrong here.
Counters read_into(const Safetensors& checkpoint, train::TrainLoop& loop) {
  auto& learner = loop.learner();
  const auto& slices = learner.online().parameters().slices();
  load_weights(checkpoint, learner.online().parameters());
  load_weights(checkpoint, learner.target().parameters(), "target/");
  read_flat(checkpoint, slices, "optimizer/mean/", learner.optimizer().mean());
  read_flat(checkpoint, slices, "optimizer/square/", learner.optimizer().square());
  if (checkpoint.find(kVelocity + slices.front().name))
    read_flat(checkpoint, slices, kVelocity, learner.optimizer().velocity());
  const auto episodes =
      train::read_episodes(checkpoint, loop.environments().size(), learner.online().actions(),
                           loop.episodes_in_progress().memory, learner.online().network().state_names());
  if (episodes) loop.resume(*episodes);
  return {{counter(checkpoint, "environment_steps"), counter(checkpoint, "updates")},
          counter(checkpoint, "episodes"),
          entry(checkpoint, "optimizer"),
          counter(checkpoint, "optimizer_steps"),
          best_evaluation(checkpoint)};
}

}  // namespace

Safetensors make_checkpoint(train::TrainLoop& loop) {
  auto& learner = loop.learner();
  const auto& slices = learner.online().parameters().slices();
  Safetensors content;
  append(content, learner.online().parameters().values(), slices, "");
  append(content, learner.target().parameters().values(), slices, "target/");
  append(content, learner.optimizer().mean(), slices, "optimizer/mean/");
  append(content, learner.optimizer().square(), slices, "optimizer/square/");
  if (learner.optimizer().has_velocity()) append(content, learner.optimizer().velocity(), slices, kVelocity);
  train::append_episodes(content, loop.episodes_in_progress(), learner.online().network().state_names());
  content.metadata = {
      {"format", "qarium-1"},
      {"configuration", config::to_toml(loop.hyperparameters())},
      {"environment_steps", std::to_string(loop.position().environment_steps)},
      {"updates", std::to_string(loop.position().updates)},
      {"episodes", std::to_string(loop.episodes())},
      {"optimizer", learner.optimizer().kind()},
      {"optimizer_steps", std::to_string(learner.optimizer().steps())},
      {"libtorch", nn::libtorch_version()},
  };
  if (loop.best_evaluation()) content.metadata["best_evaluation"] = config::format(*loop.best_evaluation());
  return content;
}

config::Hyperparameters checkpoint_hyperparameters(const Safetensors& checkpoint, const std::string& source) {
  const auto found = checkpoint.metadata.find("configuration");
  if (found == checkpoint.metadata.end()) {
    throw core::UserError("'" + source + "' holds no configuration: it was not written by Qarium");
  }
  return config::from_toml(found->second, source).hyperparameters;
}

void load_weights(const Safetensors& checkpoint, nn::FlatParameters& parameters, const std::string& prefix) {
  read_flat(checkpoint, parameters.slices(), prefix, parameters.values());
}

void load_checkpoint(const Safetensors& checkpoint, const std::string& source, train::TrainLoop& loop) {
  const auto hyperparameters = checkpoint_hyperparameters(checkpoint, source);
  std::optional<train::TrainLoop> loaded;  // everything is read before anything is replaced
  Counters counters;
  try {
    loaded.emplace(hyperparameters, loop.device(), nullptr);
    counters = read_into(checkpoint, *loaded);
  } catch (const core::UserError& error) {
    throw core::UserError("'" + source + "': " + error.what());
  }

  loop.configure(hyperparameters);
  auto& from = loaded->learner();
  auto& to = loop.learner();
  const torch::NoGradGuard no_grad;
  to.online().parameters().values().copy_(from.online().parameters().values());
  to.target().parameters().values().copy_(from.target().parameters().values());
  to.optimizer() = std::move(from.optimizer());
  loop.resume(loaded->episodes_in_progress());
  to.optimizer().restore(counters.optimizer, counters.optimizer_steps);
  loop.restore(counters.position, counters.episodes, counters.best_evaluation);
}

void load_trained_agent(const std::string& preset, train::TrainLoop& loop) {
  const auto source = "trained agent of " + preset;
  load_checkpoint(read_safetensors(config::trained_agent(preset).checkpoint, source), source, loop);
  const auto steps = loop.position().environment_steps;
  if (steps >= loop.hyperparameters().n_timesteps) loop.set("n_timesteps", 2 * steps);
}

std::string parameter_digest(nn::FlatParameters& parameters) {
  const auto values = parameters.values().detach().to(torch::kCPU).contiguous();
  const auto* bytes = reinterpret_cast<const unsigned char*>(values.data_ptr<float>());
  std::uint64_t hash = 0xcbf29ce484222325;
  for (std::size_t i = 0; i < static_cast<std::size_t>(values.numel()) * sizeof(float); ++i) {
    hash = (hash ^ bytes[i]) * 0x100000001b3;
  }
  char text[17];
  std::snprintf(text, sizeof text, "%016llx", static_cast<unsigned long long>(hash));
  return text;
}

}  // namespace qarium::run
