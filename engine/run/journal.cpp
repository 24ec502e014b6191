#include "engine/run/journal.hpp"

#include <fstream>
#include <nlohmann/json.hpp>
#include <optional>

#include "engine/config/configuration.hpp"
#include "engine/config/format.hpp"
#include "engine/core/error.hpp"
#include "engine/protocol/command_table.hpp"

namespace qarium::run {
namespace {

using nlohmann::json;

json encoded(const std::string& text) {
  return text;
}
json encoded(bool flag) {
  return flag;
}
json encoded(std::int64_t number) {
  return number;
}
json encoded(protocol::Unit unit) {
  return static_cast<int>(unit);
}
json encoded(const config::Value& value) {
  return config::format(value);
}
json encoded(const config::Hyperparameters& hyperparameters) {
  return config::to_toml(hyperparameters);
}

template <class Command>
void decode(const json& from, Command& /*command*/, std::string& text) {
  text = from.get<std::string>();
}
template <class Command>
void decode(const json& from, Command& /*command*/, bool& flag) {
  flag = from.get<bool>();
}
template <class Command>
void decode(const json& from, Command& /*command*/, std::int64_t& number) {
  number = from.get<std::int64_t>();
}
template <class Command>
void decode(const json& from, Command& /*command*/, protocol::Unit& unit) {
  unit = static_cast<protocol::Unit>(from.get<int>());
}
template <class Command>
void decode(const json& from, Command& command, config::Value& value) {
  value = config::parse(config::parameter(command.name), from.get<std::string>());
}
template <class Command>
void decode(const json& from, Command& /*command*/, config::Hyperparameters& hyperparameters) {
  hyperparameters = config::from_toml(from.get<std::string>(), "journal").hyperparameters;
}

json to_json(const protocol::TrainerCommand& command) {
  return std::visit(
      [](const auto& its) {
        json line;
        protocol::with_row<std::decay_t<decltype(its)>>([&](const auto& row) {
          line["do"] = row.name;
          std::apply([&](const auto&... field) { ((line[std::string(field.name)] = encoded(its.*field.member)), ...); },
                     row.fields);
        });
        return line;
      },
      command);
}

protocol::TrainerCommand from_json(const json& line) {
  const auto what = line.at("do").get<std::string>();
  std::optional<protocol::TrainerCommand> found;
  const auto try_row = [&](const auto& row) {
    if (row.name != what) return;
    typename std::decay_t<decltype(row)>::Type command{};
    std::apply(
        [&](const auto&... field) { (decode(line.at(std::string(field.name)), command, command.*field.member), ...); },
        row.fields);
    found = std::move(command);
  };
  std::apply([&](const auto&... rows) { (try_row(rows), ...); }, protocol::kTrainerCommands);
  if (!found) throw core::UserError("unknown command '" + what + "'");
  return *found;
}

/// The command as it is given now where the journal's format had other names.
protocol::TrainerCommand modernised(protocol::TrainerCommand command, std::int64_t format) {
  if (auto* set = std::get_if<protocol::Set>(&command); set != nullptr && set->name == "environment.id") {
    if (auto* id = std::get_if<std::string>(&set->value)) *id = config::present_environment(*id, format);
  }
  return command;
}

void read_line(const json& line, Journal& journal) {
  if (line.contains("configuration") && line.contains("build")) {
    journal = {};  // a run that was gone on with: its last part begins here
    journal.circumstances = {line.at("build"),       line.at("libtorch"), line.at("instruction_set"),
                             line.value("blas", ""), line.at("device"),   line.at("threads")};
    const auto configuration = config::from_toml(line.at("configuration").get<std::string>(), "journal");
    journal.hyperparameters = configuration.hyperparameters;
    journal.format = configuration.format;
  } else if (line.contains("digest")) {
    journal.end_tick = line.at("tick");
    journal.digest = line.at("digest");
  } else {
    journal.entries.push_back({line.at("tick"),
                               {line.at("environment_steps"), line.at("updates")},
                               modernised(from_json(line), journal.format)});
    journal.end_tick = journal.entries.back().tick;
  }
}

}  // namespace

std::string journal_header(const core::Circumstances& c, const config::Hyperparameters& hyperparameters) {
  return json{{"build", c.build},
              {"libtorch", c.libtorch},
              {"instruction_set", c.instruction_set},
              {"blas", c.blas},
              {"device", c.device},
              {"threads", c.threads},
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

std::vector<std::string> differences(const core::Circumstances& then, const core::Circumstances& now) {
  std::vector<std::string> found;
  const auto compare = [&](const std::string& what, const std::string& a, const std::string& b) {
    if (a != b) found.push_back(what + " was " + a + ", is " + b);
  };
  compare("build", then.build, now.build);
  compare("LibTorch", then.libtorch, now.libtorch);
  compare("instruction set", then.instruction_set, now.instruction_set);
  if (!then.blas.empty()) compare("BLAS", then.blas, now.blas);
  compare("device", then.device, now.device);
  return found;
}

}  // namespace qarium::run
