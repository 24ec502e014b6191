#include "engine/config/hyperparameters.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "engine/config/kinds.hpp"
#include "engine/core/error.hpp"
#include "engine/core/overloaded.hpp"
#include "engine/core/text.hpp"

namespace qarium::config {
namespace {

/// For refusals: a text in quotes, so that a text "true" is told from true.
std::string read_as(const Value& value) {
  const auto* text = std::get_if<std::string>(&value);
  return text != nullptr ? "the text " + core::quoted(*text) : format(value);
}

[[noreturn]] void refuse(const Parameter& parameter, const Value& value, const std::string& allowed) {
  const auto text = format(value);
  constexpr std::size_t kLongestShown = 120;
  throw core::UserError(std::string(parameter.name) + " = " +
                        (text.size() > kLongestShown ? core::quoted(text) : text) + " is not allowed: " + allowed);
}

std::string range_text(const Parameter& parameter) {
  return "it must lie between " + format(parameter.minimum) + " and " + format(parameter.maximum);
}

void require_range(const Parameter& parameter, const Value& value, double number) {
  if (!(number >= parameter.minimum && number <= parameter.maximum)) refuse(parameter, value, range_text(parameter));
}

void require_choice(const Parameter& parameter, const Value& value, const std::string& text) {
  if (parameter.choices.empty()) return;
  if (std::find(parameter.choices.begin(), parameter.choices.end(), text) == parameter.choices.end()) {
    refuse(parameter, value, "it must be one of " + core::join(parameter.choices));
  }
}

template <class Number>
Number parse_number(const Parameter& parameter, std::string_view text, std::string_view wanted) {
  Number number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) {
    throw core::UserError(std::string(parameter.name) + " = " + core::quoted(text) + " is not " + std::string(wanted) +
                          ": " + range_text(parameter));
  }
  return number;
}

/// 1e6 is a whole number, too.
std::int64_t parse_whole(const Parameter& parameter, std::string_view text) {
  constexpr double kExact = 9'007'199'254'740'992;  // 2^53
  double real = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), real);
  const bool exponent = text.find_first_of(".eE") != std::string_view::npos;
  const bool whole = error == std::errc{} && end == text.data() + text.size() && std::trunc(real) == real;
  if (exponent && whole && std::abs(real) < kExact) return static_cast<std::int64_t>(real);
  return parse_number<std::int64_t>(parameter, text, "a whole number");
}

}  // namespace

const Parameter& parameter(std::string_view name) {
  std::vector<std::string_view> names;
  for (const auto& candidate : parameters()) {
    if (candidate.name == name) return candidate;
    names.push_back(candidate.name);
  }
  throw core::UserError("unknown hyperparameter " + core::quoted(name) + "; did you mean " +
                        core::quoted(core::closest(name, names)) + "? 'qarium params' lists them all");
}

std::vector<std::string_view> algorithms_with_critic() {
  std::vector<std::string_view> found;
  for (std::size_t i = 0; i < std::size(kAlgorithms); ++i)
    if (kAlgorithmOutputs[i] == "policy_and_value") found.push_back(kAlgorithms[i]);
  return found;
}

std::string_view head_kind(const Hyperparameters& hyperparameters) {
  if (has_critic(hyperparameters)) return "policy_and_value";
  if (is_distributional(hyperparameters)) return hyperparameters.head.distribution;
  if (hyperparameters.head.dueling) return "dueling";
  return hyperparameters.head.layers > 0 ? "mlp" : "linear";
}

bool is_distributional(const Hyperparameters& hyperparameters) {
  return hyperparameters.algorithm == "dqn" && hyperparameters.head.distribution != "none";
}

LayerOptions layers_of(const Hyperparameters& hyperparameters) {
  auto layers = hyperparameters.layers;
  layers.noisy = layers.noisy && (hyperparameters.algorithm == "dqn" || hyperparameters.algorithm == "pqn");
  return layers;
}

bool has_critic(const Hyperparameters& hyperparameters) {
  const auto critics = algorithms_with_critic();
  return std::ranges::find(critics, hyperparameters.algorithm) != critics.end();
}

std::int64_t critic_states(const Hyperparameters& hyperparameters) {
  return has_critic(hyperparameters) && hyperparameters.critic == "attention" ? hyperparameters.critic_window : 0;
}

Value get(const Hyperparameters& hyperparameters, const Parameter& parameter) {
  auto& mutable_view = const_cast<Hyperparameters&>(hyperparameters);  // the accessors only hand out references
  return std::visit([&](auto access) -> Value { return access(mutable_view); }, parameter.access);
}

Value default_value(const Parameter& parameter) {
  return get(Hyperparameters{}, parameter);
}

bool applies(const Hyperparameters& hyperparameters, const Parameter& row) {
  return std::all_of(row.when.begin(), row.when.end(), [&](const Condition& condition) {
    const auto value = format(get(hyperparameters, parameter(condition.name)));
    const bool among = std::ranges::any_of(condition.values, [&](std::string_view one) {
      return one.ends_with('*') ? value.starts_with(one.substr(0, one.size() - 1)) : value == one;
    });
    return among != condition.unless;
  });
}

std::string conditions(const Parameter& row) {
  std::string text;
  for (const auto& condition : row.when) {
    text.append(text.empty() ? "" : " and ").append(condition.name).append(condition.unless ? " is not " : " is ");
    for (std::size_t i = 0; i < condition.values.size(); ++i) {
      if (i > 0) text.append(i + 1 == condition.values.size() ? " or " : ", ");
      text.append(condition.values[i]);
    }
  }
  return text;
}

void set(Hyperparameters& hyperparameters, const Parameter& parameter, const Value& value) {
  std::visit(core::Overloaded{
                 [&](bool& (*access)(Hyperparameters&)) {
                   const auto* given = std::get_if<bool>(&value);
                   if (given == nullptr) refuse(parameter, value, "it must be true or false, and is " + read_as(value));
                   access(hyperparameters) = *given;
                 },
                 [&](std::int64_t& (*access)(Hyperparameters&)) {
                   const auto* real = std::get_if<double>(&value);
                   const bool whole = real != nullptr && std::trunc(*real) == *real && std::abs(*real) < 1e15;
                   const auto* given = std::get_if<std::int64_t>(&value);
                   if (given == nullptr && !whole)
                     refuse(parameter, value, "it must be a whole number, and is " + read_as(value));
                   const auto number = whole ? static_cast<std::int64_t>(*real) : *given;
                   require_range(parameter, value, static_cast<double>(number));
                   access(hyperparameters) = number;
                 },
                 [&](double& (*access)(Hyperparameters&)) {
                   const auto* whole = std::get_if<std::int64_t>(&value);
                   const auto* real = std::get_if<double>(&value);
                   if (whole == nullptr && real == nullptr)
                     refuse(parameter, value, "it must be a number, and is " + read_as(value));
                   const double given = real != nullptr ? *real : static_cast<double>(*whole);
                   require_range(parameter, value, given);
                   access(hyperparameters) = given;
                 },
                 [&](std::string& (*access)(Hyperparameters&)) {
                   const auto* given = std::get_if<std::string>(&value);
                   if (given == nullptr) {
                     refuse(parameter, value,
                            parameter.choices.empty() ? std::string("it must be a text")
                                                      : "it must be one of " + core::join(parameter.choices));
                   }
                   require_choice(parameter, value, *given);
                   access(hyperparameters) = *given;
                 },
             },
             parameter.access);
}

Anew made_anew(const Hyperparameters& from, const Hyperparameters& to) {
  auto all = Anew::Nothing;
  for (const auto& row : parameters()) {
    if (row.anew != Anew::Nothing && get(from, row) != get(to, row)) all = all | row.anew;
  }
  return all;
}

Hyperparameters defaults_of(std::string_view algorithm, std::span<const Parameter> table) {
  Hyperparameters defaults;
  set(defaults, "algorithm", std::string(algorithm));
  for (const auto& row : table) {
    for (const auto& [of, value] : row.defaults) {
      if (of == algorithm) set(defaults, row, value);
    }
  }
  return defaults;
}

void set(Hyperparameters& hyperparameters, std::string_view name, const Value& value) {
  set(hyperparameters, parameter(name), value);
}

Value parse(const Parameter& parameter, std::string_view text) {
  const Value kind = default_value(parameter);
  if (std::holds_alternative<bool>(kind)) {
    if (text == "true" || text == "1" || text == "on") return true;
    if (text == "false" || text == "0" || text == "off") return false;
    throw core::UserError(std::string(parameter.name) + " = " + core::quoted(text) + " is not true or false");
  }
  if (std::holds_alternative<std::int64_t>(kind)) {
    return parse_whole(parameter, text);
  }
  if (std::holds_alternative<double>(kind)) return parse_number<double>(parameter, text, "a number");
  return std::string(text);
}

std::string format(const Value& value) {
  return std::visit(core::Overloaded{[](bool flag) { return std::string(flag ? "true" : "false"); },
                                     [](std::int64_t whole) { return std::to_string(whole); },
                                     [](double real) {
                                       char text[32];
                                       const auto end = std::to_chars(text, text + sizeof text, real).ptr;
                                       return std::string(text, end);
                                     },
                                     [](const std::string& text) { return text; }},
                    value);
}

namespace {

/// Room in replay for what is sampled from it.
void validate_replay(const Hyperparameters& h) {
  if (h.buffer_size < h.batch_size) {
    throw core::UserError("buffer_size = " + format(h.buffer_size) + " is smaller than batch_size = " +
                          format(h.batch_size) + ": raise buffer_size or lower batch_size");
  }
  const auto slots_per_environment = h.buffer_size / h.n_envs;
  const bool stacked = h.environment.id.starts_with("gym:ALE/");
  const auto frames = stacked ? h.environment.arcade.frame_stack : 1;
  if (slots_per_environment < 2 * h.n_step + 1 + frames) {
    throw core::UserError("buffer_size = " + format(h.buffer_size) + " leaves n_envs = " + format(h.n_envs) +
                          " environments " + format(slots_per_environment) +
                          " transitions each, too few for n_step = " + format(h.n_step) + ": raise buffer_size");
  }
  if (h.memory.kind != "none" && h.sequence_overlap >= h.sequence_length) {
    throw core::UserError("sequence_overlap = " + format(h.sequence_overlap) + " leaves nothing new in sequences of " +
                          format(h.sequence_length) + ": lower it below sequence_length");
  }
  if (h.memory.kind != "none" && slots_per_environment < 2 * (h.sequence_length + h.burn_in)) {
    throw core::UserError("buffer_size = " + format(h.buffer_size) + " leaves n_envs = " + format(h.n_envs) +
                          " environments no room for sequences of " + format(h.sequence_length + h.burn_in) +
                          " steps: raise buffer_size");
  }
}

/// Which kinds of targets and losses go together.
void validate_values(const Hyperparameters& h) {
  const bool distributional = is_distributional(h);
  const auto refuse_together = [](const std::string& one, const std::string& other, const std::string& remedy) {
    throw core::UserError(one + " cannot be learned together with " + other + ": " + remedy);
  };
  if (h.munchausen && h.double_q) {
    refuse_together("munchausen", "double_q", "its bootstrap has no greedy action to choose; switch one of them off");
  }
  if (h.munchausen && h.n_step > 1) {
    refuse_together("munchausen", "n_step = " + format(h.n_step),
                    "the log-probability is added to one reward; set n_step = 1");
  }
  if (h.munchausen && distributional) {
    refuse_together("munchausen", "head.distribution = " + h.head.distribution, "switch one of them off");
  }
  if (h.memory.kind != "none" && h.value_rescaling && (h.munchausen || distributional)) {
    refuse_together("value_rescaling", h.munchausen ? "munchausen" : "head.distribution = " + h.head.distribution,
                    "switch one of them off");
  }
  if (distributional && h.head.distribution == "categorical" && h.head.v_min > h.head.v_max) {
    throw core::UserError("head.v_min = " + format(h.head.v_min) + " is above head.v_max = " + format(h.head.v_max) +
                          ": swap them, or make them equal for what the environment allows");
  }
}

}  // namespace

void validate(const Hyperparameters& h) {
  if (h.algorithm == "dqn") {
    validate_replay(h);
    validate_values(h);
  }
  if (h.algorithm == "ppo" && h.layers.dropout > 0) {
    throw core::UserError(
        "dropout = " + format(h.layers.dropout) +
        " cannot be used with ppo: the ratio of probabilities would compare two networks; set dropout = 0");
  }
  if (h.algorithm == "stream_q" && h.n_envs != 1) {
    throw core::UserError("n_envs = " + format(h.n_envs) +
                          ": stream_q learns from one stream of experience; set n_envs = 1");
  }
  if (h.algorithm == "stream_q" && h.memory.kind != "none") {
    throw core::UserError("memory.kind = " + h.memory.kind +
                          " cannot be learned by stream_q, whose trace would need the gradient through all steps "
                          "before; set memory.kind = none or choose another algorithm");
  }
  const auto& attention = h.attention;
  if (attention.kind != "none" && attention.query == "memory" && h.memory.kind == "none") {
    throw core::UserError(
        "attention.query = memory asks with what is remembered, but memory.kind = none remembers nothing: choose a "
        "memory, or another query");
  }
  if ((attention.kind == "multi_head" || attention.kind == "transformer") && attention.width % attention.heads != 0) {
    throw core::UserError("attention.heads = " + format(attention.heads) + " does not divide attention.width = " +
                          format(attention.width) + ": choose a width that is a multiple of the heads");
  }
  const auto& memory = h.memory;
  const bool scored = memory.kind == "memory_bank" || memory.kind == "temporal";
  if ((memory.kind == "transformer" || (scored && memory.score == "multi_head")) && memory.hidden % memory.heads != 0) {
    throw core::UserError("memory.heads = " + format(memory.heads) + " does not divide memory.hidden = " +
                          format(memory.hidden) + ": choose a width that is a multiple of the heads");
  }
  if (memory.kind == "lru" && memory.r_min > memory.r_max) {
    throw core::UserError("memory.r_min = " + format(memory.r_min) +
                          " is above memory.r_max = " + format(memory.r_max) + ": swap or lower it");
  }
  if (h.exploration_final_eps > h.exploration_initial_eps) {
    throw core::UserError("exploration_final_eps = " + format(h.exploration_final_eps) +
                          " is above exploration_initial_eps = " + format(h.exploration_initial_eps) +
                          ": swap or lower it");
  }
  if (h.exploration_schedule == "exponential" && h.exploration_final_eps <= 0) {
    throw core::UserError(
        "exploration_schedule = exponential never reaches exploration_final_eps = 0: use linear, or a final value "
        "above 0");
  }
}

std::string_view name(Group group) {
  switch (group) {
    case Group::Learning:
      return "Learning";
    case Group::Exploration:
      return "Exploration";
    case Group::Encoder:
      return "Encoder";
    case Group::Attention:
      return "Attention";
    case Group::Memory:
      return "Memory";
    case Group::Fusion:
      return "Fusion";
    case Group::Head:
      return "Head";
    case Group::Environment:
      return "Environment";
    case Group::Run:
      return "Run";
  }
  return "";
}

std::string_view name(Effect effect) {
  switch (effect) {
    case Effect::Live:
      return "live";
    case Effect::Episode:
      return "episode";
    case Effect::Rebuild:
      return "rebuild";
  }
  return "";
}

}  // namespace qarium::config
