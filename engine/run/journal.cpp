#include "engine/run/journal.hpp"

#include <algorithm>
#include <limits>
#include <optional>

#include "engine/config/configuration.hpp"
#include "engine/config/format.hpp"
#include "engine/core/error.hpp"
#include "engine/core/files.hpp"
#include "engine/core/text.hpp"
#include "engine/protocol/command_table.hpp"
#include "engine/run/json_text.hpp"

namespace qarium::run {
namespace {

using nlohmann::json;

/// Hundreds of thousands of commands.
constexpr std::uint64_t kJournalLimit = 1 << 26;

std::string text_of(const json& value, const std::string& name) {
  const auto& its = member(value, name);
  if (!its.is_string()) throw core::UserError(core::quoted(name) + " is no text");
  return its.get<std::string>();
}

std::int64_t whole_of(const json& value, const std::string& name) {
  return whole_number(member(value, name), core::quoted(name));
}

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
void decode(const json& line, const std::string& name, Command& /*command*/, std::string& text) {
  text = text_of(line, name);
}
template <class Command>
void decode(const json& line, const std::string& name, Command& /*command*/, bool& flag) {
  const auto& value = member(line, name);
  if (!value.is_boolean()) throw core::UserError(core::quoted(name) + " is not true or false");
  flag = value.get<bool>();
}
template <class Command>
void decode(const json& line, const std::string& name, Command& /*command*/, std::int64_t& number) {
  number = whole_of(line, name);
}
template <class Command>
void decode(const json& line, const std::string& name, Command& /*command*/, protocol::Unit& unit) {
  const auto number = whole_of(line, name);
  if (number > static_cast<std::int64_t>(protocol::Unit::Rollout))
    throw core::UserError(core::quoted(name) + " = " + std::to_string(number) + " is no unit of time");
  unit = static_cast<protocol::Unit>(number);
}
template <class Command>
void decode(const json& line, const std::string& name, Command& command, config::Value& value) {
  value = config::parse(config::parameter(command.name), text_of(line, name));
}
template <class Command>
void decode(const json& line, const std::string& name, Command& /*command*/, config::Hyperparameters& hyperparameters) {
  hyperparameters = config::from_toml(text_of(line, name), "its configuration").hyperparameters;
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
  const auto what = text_of(line, "do");
  std::optional<protocol::TrainerCommand> found;
  const auto try_row = [&](const auto& row) {
    if (row.name != what) return;
    typename std::decay_t<decltype(row)>::Type command{};
    std::apply(
        [&](const auto&... field) { (decode(line, std::string(field.name), command, command.*field.member), ...); },
        row.fields);
    found = std::move(command);
  };
  std::apply([&](const auto&... rows) { (try_row(rows), ...); }, protocol::kTrainerCommands);
  if (!found) throw core::UserError("unknown command " + core::quoted(what));
  return *found;
}

core::Circumstances circumstances_in(const json& line) {
  return {text_of(line, "build"),           text_of(line, "libtorch"),
          text_of(line, "instruction_set"), line.contains("blas") ? text_of(line, "blas") : "",
          text_of(line, "device"),          whole_of(line, "threads")};
}

json circumstances_line(const core::Circumstances& c) {
  return {{"build", c.build}, {"libtorch", c.libtorch}, {"instruction_set", c.instruction_set},
          {"blas", c.blas},   {"device", c.device},     {"threads", c.threads}};
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
    journal.circumstances = circumstances_in(line);
    const auto configuration = config::from_toml(text_of(line, "configuration"), "its configuration");
    journal.hyperparameters = configuration.hyperparameters;
    journal.format = configuration.format;
    return;
  }
  const auto tick = whole_of(line, "tick");
  if (tick < journal.end_tick)
    throw core::UserError("it lies at tick " + std::to_string(tick) + ", before the line above it");
  if (line.contains("continued")) {
    journal.continued_in.push_back(circumstances_in(line));
    journal.digest.clear();
  } else if (line.contains("digest")) {
    journal.digest = text_of(line, "digest");
  } else {
    journal.entries.push_back({tick,
                               {whole_of(line, "environment_steps"), whole_of(line, "updates")},
                               modernised(from_json(line), journal.format)});
  }
  journal.end_tick = tick;
}

}  // namespace

std::string journal_header(const core::Circumstances& c, const config::Hyperparameters& hyperparameters) {
  auto line = circumstances_line(c);
  line["configuration"] = config::to_toml(hyperparameters);
  return line.dump() + "\n";
}

std::string journal_continued(std::int64_t tick, const protocol::Position& position, const core::Circumstances& c) {
  auto line = circumstances_line(c);
  line["continued"] = true;
  line["tick"] = tick;
  line["environment_steps"] = position.environment_steps;
  line["updates"] = position.updates;
  return line.dump() + "\n";
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
  const auto text = core::read_text(file, kJournalLimit);
  if (!text) throw core::UserError("there is no journal '" + file.string() + "' that can be read");
  return read_journal(*text, file.string());
}

Journal read_journal(std::string_view text, const std::string& source) {
  Journal journal;
  for (std::int64_t number = 1; !text.empty(); ++number) {
    const auto end = std::min(text.find('\n'), text.size());
    try {
      const auto line = parse_json(text.substr(0, end));
      if (number == 1 && !line.contains("configuration")) throw core::UserError("the header is missing");
      read_line(line, journal);
    } catch (const core::UserError& error) {
      throw core::UserError("'" + source + "', line " + std::to_string(number) + ": " + error.what() +
                            ". Cut the file off before that line to use what stands above it");
    }
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  if (journal.circumstances.build.empty()) throw core::UserError("'" + source + "' is an empty journal");
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
