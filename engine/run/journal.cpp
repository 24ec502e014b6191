#include "engine/run/journal.hpp"

#include <fstream>
#include <nlohmann/json.hpp>

#include "engine/config/configuration.hpp"
#include "engine/core/error.hpp"
#include "engine/core/overloaded.hpp"
#include "engine/nn/blas_kernel.hpp"
#include "engine/nn/runtime.hpp"
#include "engine/run/checkpoint.hpp"
#include "engine/train/train_loop.hpp"

namespace qarium::run {
namespace {

using nlohmann::json;

json to_json(const protocol::TrainerCommand& command) {
  return std::visit(
      core::Overloaded{
          [](const protocol::Run&) {
            return json{{"do", "run"}};
          },
          [](const protocol::Pause&) {
            return json{{"do", "pause"}};
          },
          [](const protocol::Step& step) {
            return json{{"do", "step"}, {"unit", static_cast<int>(step.unit)}, {"n", step.n}};
          },
          [](const protocol::Reset& reset) {
            return json{{"do", "reset"}, {"seed", reset.seed}};
          },
          [](const protocol::Configure& configure) {
            return json{{"do", "configure"}, {"configuration", config::to_toml(configure.hyperparameters)}};
          },
          [](const protocol::Set& set) {
            return json{{"do", "set"}, {"name", set.name}, {"value", config::format(set.value)}};
          },
          [](const protocol::Save&) {
            return json{{"do", "save"}};
          },
          [](const protocol::Load& load) {
            return json{{"do", "load"}, {"run", load.run}, {"checkpoint", load.checkpoint}};
          },
          [](const protocol::LoadTrained& load) {
            return json{{"do", "load_trained"}, {"preset", load.preset}};
          },
      },
      command);
}

protocol::TrainerCommand from_json(const json& line) {
  const auto what = line.at("do").get<std::string>();
  if (what == "run") return protocol::Run{};
  if (what == "pause") return protocol::Pause{};
  if (what == "step") return protocol::Step{static_cast<protocol::Unit>(line.at("unit").get<int>()), line.at("n")};
  if (what == "reset") return protocol::Reset{line.at("seed")};
  if (what == "configure") {
    return protocol::Configure{
        config::from_toml(line.at("configuration").get<std::string>(), "journal").hyperparameters};
  }
  if (what == "set") {
    const auto name = line.at("name").get<std::string>();
    return protocol::Set{name, config::parse(config::parameter(name), line.at("value").get<std::string>())};
  }
  if (what == "save") return protocol::Save{};
  if (what == "load_trained") return protocol::LoadTrained{line.at("preset")};
  if (what == "load") return protocol::Load{line.at("run"), line.at("checkpoint")};
  throw core::UserError("unknown command '" + what + "'");
}

void read_line(const json& line, Journal& journal) {
  if (line.contains("configuration") && line.contains("build")) {
    journal = {};  // a run that was gone on with: its last part begins here
    journal.circumstances = {line.at("build"),  line.at("libtorch"), line.at("instruction_set"),
                             line.at("device"), line.at("threads"),  line.value("blas", "")};
    journal.hyperparameters = config::from_toml(line.at("configuration").get<std::string>(), "journal").hyperparameters;
  } else if (line.contains("digest")) {
    journal.end_tick = line.at("tick");
    journal.digest = line.at("digest");
  } else {
    journal.entries.push_back({line.at("tick"), {line.at("environment_steps"), line.at("updates")}, from_json(line)});
    journal.end_tick = journal.entries.back().tick;
  }
}

void apply(const protocol::TrainerCommand& command, train::TrainLoop& loop) {
  std::visit(
      core::Overloaded{
          [&](const protocol::Set& set) { loop.set(set.name, set.value); },
          [&](const protocol::Reset& reset) {
            auto hyperparameters = loop.hyperparameters();
            hyperparameters.seed = reset.seed;
            loop.configure(hyperparameters);
          },
          [&](const protocol::Configure& configure) { loop.configure(configure.hyperparameters); },
          [&](const protocol::LoadTrained& load) { load_trained_agent(load.preset, loop); },
          [](const protocol::Load&) {
            throw core::UserError("the journal loads a checkpoint, which it does not hold: it cannot be replayed");
          },
          [](const auto&) {},  // when to tick is what the recorded ticks say
      },
      command);
}

/// A tick as the trainer does it: one that fails changes nothing and counts.
void tick(train::TrainLoop& loop) {
  try {
    loop.tick();
  } catch (const std::exception&) {  // on purpose
  }
}

void adopt_threads(const train::TrainLoop& loop) {
  nn::prepare_thread(loop.hyperparameters().threads);
  nn::set_blas_threads(loop.hyperparameters().threads);
}

void compare(const std::string& what, const std::string& then, const std::string& now,
             std::vector<std::string>& mismatches) {
  if (then != now) mismatches.push_back(what + " was " + then + ", is " + now);
}

}  // namespace

Circumstances present_circumstances(const std::string& device, std::int64_t threads) {
  return {nn::build_version(), nn::libtorch_version(), nn::instruction_set(), device, threads, nn::blas()};
}

std::string journal_header(const Circumstances& c, const config::Hyperparameters& hyperparameters) {
  return json{{"build", c.build},
              {"libtorch", c.libtorch},
              {"instruction_set", c.instruction_set},
              {"device", c.device},
              {"threads", c.threads},
              {"blas", c.blas},
              {"configuration", config::to_toml(hyperparameters)}}
             .dump() +
         "\n";
}

std::string journal_line(const JournalEntry& entry) {
  auto line = to_json(entry.command);
  line["tick"] = entry.tick;
  line["environment_steps"] = entry.position.environment_steps;
  line["updates"] = entry.position.updates;
  return line.dump() + "\n";
}

std::string journal_end(std::int64_t tick, const protocol::Position& position, const std::string& digest) {
  return json{{"tick", tick},
              {"environment_steps", position.environment_steps},
              {"updates", position.updates},
              {"digest", digest}}
             .dump() +
         "\n";
}

Journal read_journal(const std::filesystem::path& file) {
  std::ifstream stream(file);
  if (!stream) throw core::UserError("there is no journal '" + file.string() + "' that can be read");
  Journal journal;
  std::string text;
  for (std::int64_t number = 1; std::getline(stream, text); ++number) {
    try {
      const auto line = json::parse(text);
      if (number == 1 && !line.contains("configuration")) throw core::UserError("the header is missing");
      read_line(line, journal);
    } catch (const std::exception& error) {
      throw core::UserError("'" + file.string() + "', line " + std::to_string(number) + ": " + error.what());
    }
  }
  if (journal.circumstances.build.empty()) throw core::UserError("'" + file.string() + "' is an empty journal");
  return journal;
}

Replayed replay(const Journal& journal) {
  Replayed replayed;
  const auto& then = journal.circumstances;
  const auto now = present_circumstances(nn::describe_device(torch::kCPU, then.threads), then.threads);
  compare("build", then.build, now.build, replayed.mismatches);
  compare("LibTorch", then.libtorch, now.libtorch, replayed.mismatches);
  compare("instruction set", then.instruction_set, now.instruction_set, replayed.mismatches);
  if (!then.blas.empty()) compare("BLAS", then.blas, now.blas, replayed.mismatches);
  compare("device", then.device, now.device, replayed.mismatches);

  train::TrainLoop loop(journal.hyperparameters, torch::kCPU, nullptr);
  adopt_threads(loop);
  for (const auto& entry : journal.entries) {
    while (loop.ticks() < entry.tick)
      tick(loop);
    apply(entry.command, loop);
    adopt_threads(loop);
  }
  while (loop.ticks() < journal.end_tick)
    tick(loop);
  replayed.digest = parameter_digest(loop.learner().online().parameters());
  replayed.position = loop.position();
  return replayed;
}

}  // namespace qarium::run
