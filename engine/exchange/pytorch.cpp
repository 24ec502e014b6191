#include "engine/exchange/pytorch.hpp"

#include <algorithm>
#include <array>

#include "engine/config/configuration.hpp"
#include "engine/config/kinds.hpp"
#include "engine/core/error.hpp"
#include "engine/core/files.hpp"
#include "engine/core/version.hpp"
#include "engine/exchange/fact_list.hpp"
#include "engine/exchange/text_template.hpp"
#include "engine/nn/layout/part_layout.hpp"
#include "engine/run/safetensors.hpp"

namespace qarium::exchange {
namespace {

struct PytorchText {
  std::string_view name;
  std::string_view text;
};
constexpr PytorchText kPytorchTexts[] = {
#include "embedded_pytorch.inc"
};

constexpr std::string_view kWholeModule = "network";
constexpr std::string_view kPartsMark = "\n# parts\n";
constexpr std::uint64_t kModuleLimit = 1 << 20;

const PytorchText* find_text(std::string_view name) {
  const auto* found = std::ranges::find(kPytorchTexts, name, &PytorchText::name);
  return found == std::end(kPytorchTexts) ? nullptr : found;
}

std::string flag(bool holds) {
  return holds ? "true" : "false";
}

/// "scaled_dot" -> "ScaledDot"
std::string class_name(std::string_view kind) {
  std::string name;
  bool upper = true;
  for (const char letter : kind) {
    if (letter != '_') name += upper ? static_cast<char>(letter - 'a' + 'A') : letter;
    upper = letter == '_';
  }
  return name;
}

/// "4, 10, 10"; with `single`, "4," for one number: what stands between a tuple's brackets.
std::string listed(const std::vector<std::int64_t>& numbers, bool single) {
  std::string text;
  for (const auto number : numbers)
    text += (text.empty() ? "" : ", ") + std::to_string(number);
  return single && numbers.size() == 1 ? text + "," : text;
}

/// Text that may stand between """ and """.
std::string harmless(std::string text) {
  std::erase_if(text, [](char letter) { return letter == '"' || letter == '\\' || (letter >= 0 && letter < ' '); });
  return text;
}

/// What makes a part of the observation into tokens, as the text of multi calls it: "VectorPart(4)".
std::string part_encoder(const nn::PartLayout& layout) {
  const auto shape = listed(layout.part.shape, false);
  switch (layout.kind) {
    case nn::PartLayout::Kind::Symbol:
      return "SymbolPart(" + std::to_string(layout.part.size()) + ")";
    case nn::PartLayout::Kind::NumberCells:
      return "NumberCells(" + shape + ", " + std::to_string(layout.side) + ", " + config::format(layout.scale) + ")";
    case nn::PartLayout::Kind::NameCells:
      return "NameCells(" + std::to_string(layout.part.shape.front()) + ", " + std::to_string(layout.names) + ")";
    case nn::PartLayout::Kind::Vector:
      break;
  }
  return "VectorPart(" + std::to_string(layout.part.size()) + ")";
}

/// What the texts of tokens of several parts ask for.
void add_parts(TemplateValues& values, const ExportedNetwork& network, const nn::TokenGrid& grid) {
  std::string sizes;
  for (const auto& part : grid.parts)
    sizes += "(" + std::to_string(part.rows) + ", " + std::to_string(part.columns) + "), ";
  values["has_parts"] = flag(!grid.parts.empty());
  values["part_sizes"] = sizes;
  std::string names;
  std::string numbers;
  std::string encoders;
  const auto layouts = nn::part_layouts(network.hyperparameters.encoder, network.spec.observation_space);
  for (const auto& layout : layouts) {
    names += (names.empty() ? "" : ", ") + harmless(layout.part.name);
    numbers += std::to_string(layout.part.size()) + ", ";
    encoders += part_encoder(layout) + ", ";
  }
  values["part_count"] = std::to_string(layouts.size());
  values["part_names"] = names;
  values["part_numbers"] = numbers;
  values["part_encoders"] = encoders;
}

/// What the texts of attention ask for: who asks, and how absent tokens are left out.
void add_asking(TemplateValues& values, const config::Hyperparameters& h, std::int64_t queries) {
  const bool attends = h.attention.kind != "none";
  const bool by_memory = h.attention.query == "memory";
  const bool by_first = attends && h.attention.query == "first";
  const bool masks = attends && h.encoder.kind == "rows";
  values["masks"] = flag(masks);
  values["has_query"] = flag(attends && !by_memory && !by_first);
  values["asks"] = by_memory ? "remembered.unsqueeze(1)" : by_first ? "x[:, :1]" : "self.query()";
  values["who"] = by_first ? "the first token weighs" : std::to_string(queries) + " learned vectors weigh";
  values["and_first"] = by_first ? " + x[:, :1]" : "";
  values["and_present"] = masks ? ", present" : "";
  values["softmax"] = masks ? "masked_softmax" : "torch.softmax";
  values["among"] = masks ? "present[:, None, None]" : "-1";
  const std::string both = "present[:, None, None] & present[:, None, :, None]";
  values["among_themselves"] = masks ? both : "-1";
  values["in_regions"] = masks ? "self.visible & " + both : "self.visible";
  values["if_any"] = masks ? " * present.any(1)[:, None, None]" : "";
}

/// A tuple of what stands in `members`, of which those with a star are tuples themselves.
std::string tuple_of(const std::vector<std::string>& members) {
  if (members.size() == 1 && members.front().starts_with('*')) return members.front().substr(1);
  std::string text;
  for (const auto& member : members)
    text += (text.empty() ? "" : ", ") + member;
  return "(" + text + ")";
}

/// What the texts of the network's state ask for: the memory's, then its last output where that asks attention, then
/// the states that a critic with attention weighs.
void add_state(TemplateValues& values, bool recurrent, bool asked_by_memory, bool weighs_states) {
  std::vector<std::string> names;
  std::vector<std::string> first;
  std::vector<std::string> next;
  const auto add = [&](std::string name, std::string initial, std::string after) {
    names.push_back(std::move(name));
    first.push_back(std::move(initial));
    next.push_back(std::move(after));
  };
  if (recurrent) add("*Memory.STATE", asked_by_memory ? "*memory" : "*self.memory.initial_state(batch)", "*state");
  if (asked_by_memory) add("\"output\"", "memory[0].new_zeros(batch, " + values["remembered"] + ")", "remembered");
  if (weighs_states) add("*Head.STATE", "*self.head.initial_state(batch)", "*states");
  values["state_names"] = tuple_of(names);
  values["first_state"] = tuple_of(first);
  values["next_state"] = tuple_of(next);
}

/// Everything that the texts may ask for.
TemplateValues values_of(const ExportedNetwork& network) {
  const auto& h = network.hyperparameters;
  const auto view = network.policy.describe();
  if (view.blocks.size() != core::kStages.size())
    throw core::UserError("algorithm = " + h.algorithm + " has no network of five stages that could be exported");
  const auto grid = network.policy.token_grid();
  const auto block = [&](core::Stage stage) -> const protocol::BlockView& {
    return view.blocks[static_cast<std::size_t>(stage)];
  };
  TemplateValues values;
  for (const auto& parameter : config::parameters())
    values[std::string(parameter.name)] = config::format(config::get(h, parameter));

  const auto& space = network.spec.observation_space;
  const auto actions = network.spec.action_space.n();
  const auto& attended = block(core::Stage::Attention).output;
  const auto remembered = block(core::Stage::Memory).output.back();
  const auto fused = block(core::Stage::Fusion).output.back();
  const bool recurrent = remembered > 0;
  const bool attends = h.attention.kind != "none";
  const bool asked_by_memory = attends && h.attention.query == "memory";
  const bool per_action = attended.size() == 2;
  const auto action_inputs = recurrent && h.memory.action_input ? actions : 0;
  const auto reward_inputs = recurrent && h.memory.reward_input ? 1 : 0;
  const auto number = [&](const char* name, std::int64_t value) { values[name] = std::to_string(value); };

  number("observation.size", space.size());
  number("observation.channels", space.shape.empty() ? 1 : space.shape.front());
  values["observation_tuple"] = listed(space.shape, true);
  values["observation_list"] = listed(space.shape, false);
  values["observation_shape"] = "[" + listed(space.shape, false) + "]";
  number("encoder_planes", space.shape.empty() ? 1 : space.shape.front() / grid.frames);
  number("encoder_symbols", space.symbols());
  number("actions", actions);
  number("frames", grid.frames);
  number("rows", grid.rows);
  number("columns", grid.columns);
  number("tokens", grid.tokens());
  values["token_offset"] = config::format(0.5 - 0.5 / static_cast<double>(grid.cells_per_token));
  number("token_width", block(core::Stage::Encoder).output.back());
  values["attends"] = flag(attends);
  values["asked_by_memory"] = flag(asked_by_memory);
  values["per_action"] = flag(per_action);
  number("queries", per_action ? actions : 1);
  add_asking(values, h, per_action ? actions : 1);
  add_parts(values, network, grid);
  number("row_features", space.size() / (space.shape.empty() ? 1 : space.shape.front()));
  number("query_width", asked_by_memory ? remembered : h.attention.width);
  values["attention_class"] = class_name(h.attention.kind);
  values["memory_score_class"] = class_name(h.memory.score);
  number("attended", attended.back());
  values["recurrent"] = flag(recurrent);
  number("action_inputs", action_inputs);
  number("memory_inputs", attended.back() + action_inputs + reward_inputs);
  number("remembered", remembered);
  number("fused", fused);
  std::string widths = std::to_string(fused);
  for (std::int64_t i = 0; i < h.head.layers; ++i)
    widths += ", " + std::to_string(h.head.width);
  values["head_widths"] = widths;
  number("head_outputs", per_action ? 1 : actions);
  number("stream_outputs", (per_action ? 1 : actions) * view.of_action);
  number("value_outputs", view.of_action);
  const bool weighs_states = config::critic_states(h) > 0;
  values["weighs_states"] = flag(weighs_states);
  add_state(values, recurrent, asked_by_memory, weighs_states);
  values["v_min"] = config::format(static_cast<double>(view.v_min));
  values["v_max"] = config::format(static_cast<double>(view.v_max));
  const bool criticises = config::has_critic(h);
  number("output_width", criticises ? actions + 1 : actions);
  values["outputs"] = std::to_string(actions) + (criticises ? " logits and a state value" : " action values");
  return values;
}

/// The name of a stage's text; empty where the stage does nothing.
std::string text_of(core::Stage stage, const std::string& kind, bool recurrent) {
  if (kind == "none" || (stage == core::Stage::Fusion && !recurrent)) return {};
  const auto folder = std::string(core::stage_word(stage));
  const bool scored = stage == core::Stage::Attention && std::ranges::count(config::kAttentionScores, kind) > 0;
  const bool plain_head = stage == core::Stage::Head && (kind == "mlp" || kind == "linear");
  const auto name = folder + "/" + (scored ? "scored" : plain_head ? "values" : kind);
  if (find_text(name) != nullptr) return name;
  throw core::UserError(folder + ".kind = " + kind +
                        " cannot be exported to PyTorch: nobody has written assets/pytorch/" + name + ".py yet");
}

/// The parts of a module in the order in which Python needs them, each once.
class Parts {
 public:
  explicit Parts(const TemplateValues& values) : values_(values) {}

  void add(const std::string& name) {
    if (std::ranges::count(added_, name) > 0) return;
    added_.push_back(name);
    const auto* its = find_text(name);
    if (its == nullptr) throw std::logic_error("a text uses '" + name + "', which there is not");
    const auto filled = fill_in(its->text, values_);
    for (const auto& used : filled.uses)
      add(used);
    text_ += (text_.empty() ? "" : "\n\n") + filled.text;
  }
  const std::string& text() const { return text_; }

 private:
  const TemplateValues& values_;
  std::vector<std::string> added_;
  std::string text_;
};

std::string title(const ExportedNetwork& network) {
  auto text = "The network of an agent for " + network.spec.id;
  const auto steps = network.checkpoint.metadata.find("environment_steps");
  if (steps != network.checkpoint.metadata.end())
    text += " after " + grouped(network.checkpoint.count("environment_steps")) + " steps";
  return harmless(text + ", in PyTorch.");
}

std::string action_names(const ExportedNetwork& network) {
  std::string text;
  const auto& names = network.spec.action_space.names;
  for (std::size_t i = 0; i < names.size(); ++i)
    text += (text.empty() ? "Actions: " : ", ") + std::to_string(i) + " " + names[i];
  return harmless(text + ".");
}

}  // namespace

std::string pytorch_module(const ExportedNetwork& network) {
  auto values = values_of(network);
  const bool recurrent = values["recurrent"] == "true";
  Parts parts(values);
  std::string stages;
  for (const auto& block : network.policy.describe().blocks) {
    const auto name = text_of(block.stage, block.kind, recurrent);
    if (name.empty()) continue;
    parts.add(name);
    auto stage = std::string(core::stage_word(block.stage));
    stage.front() = static_cast<char>(stage.front() - 'a' + 'A');
    stages += (stages.empty() ? "" : " -> ") + stage + " (" + block.kind + ")";
  }
  values["title"] = title(network);
  values["stages"] = stages;
  values["build"] = harmless(core::build());
  values["action_names"] = action_names(network);
  values["needs_math"] = flag(parts.text().find("math.") != std::string::npos);
  auto module = fill_in(find_text(kWholeModule)->text, values).text;
  const auto at = module.find(kPartsMark);
  if (at == std::string::npos) throw std::logic_error("the module has no place for its parts");
  return module.replace(at, kPartsMark.size(), "\n" + parts.text());
}

core::Archive exported_weights(const ExportedNetwork& network) {
  core::Archive weights;
  for (const auto& array : network.checkpoint.arrays) {
    if (array.name.find('/') == std::string::npos) weights.arrays.push_back(array);
  }
  weights.metadata["format"] = "pt";
  weights.metadata["generator"] = std::string(kGenerated) + core::build();
  weights.metadata["configuration"] = config::to_toml(network.hyperparameters);
  for (const auto* key : {"environment_steps", "updates", "episodes", "best_evaluation"}) {
    const auto found = network.checkpoint.metadata.find(key);
    if (found != network.checkpoint.metadata.end()) weights.metadata[key] = found->second;
  }
  return weights;
}

void write_pytorch(const ExportedNetwork& network, const std::filesystem::path& folder) {
  const auto module = pytorch_module(network);
  const auto present = core::read_text(folder / kModuleFile, kModuleLimit);
  if (present && present->find(kGenerated) == std::string::npos) {
    throw core::UserError("'" + core::shown(folder / kModuleFile) +
                          "' was not written by Qarium, and is not overwritten: choose another folder");
  }
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error || !std::filesystem::is_directory(folder, error))
    throw core::UserError("the folder '" + core::shown(folder) + "' cannot be made: choose another");
  run::write_safetensors(folder / kWeightsFile, exported_weights(network));
  core::replace_file(folder / kModuleFile, module);
}

std::vector<std::string_view> pytorch_texts() {
  std::vector<std::string_view> names;
  for (const auto& text : kPytorchTexts)
    names.push_back(text.name);
  return names;
}

}  // namespace qarium::exchange
