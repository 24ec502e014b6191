#include "engine/exchange/episode_files.hpp"

#include <charconv>
#include <cmath>
#include <cstring>
#include <nlohmann/json.hpp>

#include "engine/core/version.hpp"

namespace qarium::exchange {
namespace {

constexpr const char* kMatrix = "attention.matrix";

/// The shortest text that reads back as the same float; `nothing` where it is no finite number.
void add_number(std::string& text, float value, std::string_view nothing) {
  if (!std::isfinite(value)) {
    text += nothing;
    return;
  }
  char digits[32];
  const auto end = std::to_chars(std::begin(digits), std::end(digits), value).ptr;
  text.append(digits, end);
}

std::vector<float> observed(std::span<const std::byte> bytes, const env::Box& space) {
  std::vector<float> values(static_cast<std::size_t>(space.size()));
  if (space.type == env::ScalarType::Float32) {
    std::memcpy(values.data(), bytes.data(), bytes.size());
  } else {
    for (std::size_t i = 0; i < values.size(); ++i)
      values[i] = static_cast<float>(std::to_integer<int>(bytes[i]));
  }
  return values;
}

/// Lists within lists, as the shape says.
void add_nested(std::string& text, std::span<const float> values, std::span<const std::int64_t> shape) {
  if (shape.empty()) {
    add_number(text, values.front(), "null");
    return;
  }
  const auto rows = static_cast<std::size_t>(shape.front());
  const auto size = rows == 0 ? 0 : values.size() / rows;
  text += '[';
  for (std::size_t row = 0; row < rows; ++row) {
    if (row > 0) text += ',';
    add_nested(text, values.subspan(row * size, size), shape.subspan(1));
  }
  text += ']';
}

std::string nested(std::span<const float> values, const std::vector<std::int64_t>& shape) {
  std::string text;
  add_nested(text, values, shape);
  return text;
}

std::vector<std::string_view> path_of(std::string_view name) {
  std::vector<std::string_view> path;
  for (auto end = name.find('.'); end != std::string_view::npos; end = name.find('.')) {
    path.push_back(name.substr(0, end));
    name.remove_prefix(end + 1);
  }
  path.push_back(name);
  return path;
}

/// Members of objects within objects: names that begin alike must follow one another.
class NestedMembers {
 public:
  void add(std::string_view name, const std::string& value) {
    const auto path = path_of(name);
    std::size_t common = 0;
    while (common < open_.size() && common + 1 < path.size() && open_[common] == path[common])
      ++common;
    close(common);
    for (auto at = common; at + 1 < path.size(); ++at) {
      member(path[at]);
      text_ += '{';
      first_ = true;
      open_.emplace_back(path[at]);
    }
    member(path.back());
    text_ += value;
  }
  std::string take() {
    close(0);
    return std::move(text_);
  }

 private:
  void member(std::string_view name) {
    if (!first_) text_ += ',';
    first_ = false;
    text_.append("\"").append(name).append("\":");
  }
  void close(std::size_t depth) {
    while (open_.size() > depth) {
      text_ += '}';
      open_.pop_back();
    }
  }

  std::string text_;
  std::vector<std::string> open_;
  bool first_ = true;
};

/// Calls `each` with the indices of every number: ".0.3".
template <class Each>
void each_index(std::span<const std::int64_t> shape, const std::string& before, const Each& each) {
  if (shape.empty()) {
    each(before);
    return;
  }
  for (std::int64_t i = 0; i < shape.front(); ++i)
    each_index(shape.subspan(1), before + "." + std::to_string(i), each);
}

std::int64_t product(const std::vector<std::int64_t>& shape) {
  std::int64_t n = 1;
  for (const auto extent : shape)
    n *= extent;
  return n;
}

nlohmann::json landmarks_of(const WatchedStep& step) {
  auto list = nlohmann::json::array();
  for (const auto& landmark : step.landmarks)
    list.push_back({{"name", landmark.name}, {"row", landmark.row}, {"column", landmark.column}});
  return list;
}

const char* word(bool flag) {
  return flag ? "true" : "false";
}

}  // namespace

void CsvEpisodes::header(const WatchedStep& step) {
  std::string line = "episode,step";
  const auto columns = [&](const std::string& name, const std::vector<std::int64_t>& shape) {
    each_index(shape, "", [&](const std::string& index) { line.append(",").append(name).append(index); });
  };
  columns("observation", {space_.size()});
  line += ",action,reward,terminated,truncated";
  columns("action_values", {static_cast<std::int64_t>(step.action_values.size())});
  if (step.state_value) columns("state_value", {});
  for (const auto& its : step.numbers) {
    if (its.name != kMatrix) columns(its.name, its.shape);
  }
  file_.append(line + "\n");
}

void CsvEpisodes::on_step(const WatchedStep& step) {
  if (!begun_) header(step);
  begun_ = true;
  std::string line = std::to_string(step.episode) + "," + std::to_string(step.step);
  const auto cells = [&](std::span<const float> values) {
    for (const float value : values) {
      line += ',';
      add_number(line, value, "");
    }
  };
  cells(observed(step.observation, space_));
  line += "," + std::to_string(step.action);
  cells(std::span(&step.reward, 1));
  line += step.terminated ? ",1" : ",0";
  line += step.truncated ? ",1" : ",0";
  cells(step.action_values);
  if (step.state_value) cells(std::span(&*step.state_value, 1));
  for (const auto& its : step.numbers) {
    if (its.name == kMatrix) continue;
    cells(its.values);
    if (its.values.empty()) line.append(static_cast<std::size_t>(product(its.shape)), ',');
  }
  file_.append(line + "\n");
}

JsonEpisodes::JsonEpisodes(core::FileReplacement& file, const ExportedNetwork& network, const WatchedEpisodes& wanted)
    : file_(file), space_(network.spec.observation_space) {
  const auto& spec = network.spec;
  const auto grid = network.policy.token_grid();
  const nlohmann::ordered_json about{
      {"build", core::build()},
      {"environment", spec.id},
      {"checkpoint", wanted.checkpoint},
      {"seed", wanted.seed},
      {"actions", spec.action_space.names},
      {"observation",
       {{"shape", space_.shape}, {"type", space_.type == env::ScalarType::Float32 ? "float32" : "uint8"}}},
      {"tokens",
       {{"frames", grid.frames},
        {"rows", grid.rows},
        {"columns", grid.columns},
        {"top", grid.top},
        {"left", grid.left},
        {"cells_per_token", grid.cells_per_token}}}};
  const auto text = about.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
  file_.append(std::string(kEpisodesBegin) + text.substr(1, text.size() - 2) + ",\n\"episodes\":[");
}

void JsonEpisodes::on_step(const WatchedStep& step) {
  NestedMembers members;
  members.add("step", std::to_string(step.step));
  members.add("observation", nested(observed(step.observation, space_), space_.shape));
  members.add("action", std::to_string(step.action));
  members.add("reward", nested(std::span(&step.reward, 1), {}));
  members.add("terminated", word(step.terminated));
  members.add("truncated", word(step.truncated));
  members.add("action_values", nested(step.action_values, {static_cast<std::int64_t>(step.action_values.size())}));
  if (step.state_value) members.add("state_value", nested(std::span(&*step.state_value, 1), {}));
  if (!step.landmarks.empty()) members.add("landmarks", landmarks_of(step).dump());
  for (const auto& its : step.numbers) {
    if (!its.values.empty()) members.add(its.name, nested(its.values, its.shape));
  }
  std::string text;
  if (step.step == 0) {
    text = (episodes_ == 0 ? "\n" : ",\n") + std::string("{\"episode\":") + std::to_string(step.episode) +
           ",\"steps\":[\n";
    steps_ = 0;
    return_ = 0;
  } else {
    text = ",\n";
  }
  file_.append(text + "{" + members.take() + "}");
  ++steps_;
  return_ += step.reward;
}

void JsonEpisodes::on_end(std::span<const std::byte> final_observation) {
  ++episodes_;
  file_.append("],\n\"final_observation\":" + nested(observed(final_observation, space_), space_.shape) +
               ",\"length\":" + std::to_string(steps_) + ",\"return\":" + nlohmann::json(return_).dump() + "}");
}

void JsonEpisodes::finish() {
  file_.append("\n]}\n");
}

}  // namespace qarium::exchange
