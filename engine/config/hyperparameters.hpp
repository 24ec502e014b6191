#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace qarium::config {

/// How games of the Arcade Learning Environment are played and shown to an agent: as Machado 2018, section 5, has it.
struct ArcadeOptions {
  std::int64_t frame_skip = 4;
  std::int64_t frame_stack = 4;
  double sticky = 0.25;
  std::int64_t noop_max = 0;
  bool fire_reset = false;
  bool terminal_on_life_loss = false;
  bool clip_reward = true;
  friend bool operator==(const ArcadeOptions&, const ArcadeOptions&) = default;
};

/// Two tanks in a row: see env::Tanks.
struct TanksOptions {
  std::int64_t dead_time = 4;
  std::int64_t set_point_interval = 50;
  double level_noise = 0;
  bool upper_level = false;
  friend bool operator==(const TanksOptions&, const TanksOptions&) = default;
};

/// A user whose satisfaction is hidden: see env::Recommend.
struct RecommendOptions {
  std::int64_t items = 5;
  double memory_discount = 0.7;
  double sensitivity = 0.01;
  std::int64_t past_clicks = 10;
  friend bool operator==(const RecommendOptions&, const RecommendOptions&) = default;
};

/// Sentences of small grammars: see env::Tagging and env::Translation.
struct LanguageOptions {
  std::int64_t names = 3;
  double ambiguity = 0.5;
  std::int64_t noun_phrases = 2;
  std::int64_t dictionary_seed = 1;
  friend bool operator==(const LanguageOptions&, const LanguageOptions&) = default;
};

/// Which environment, and the options of those that have any.
struct EnvironmentOptions {
  std::string id = "CartPole-v1";
  double sticky_action_prob = 0.1;
  bool difficulty_ramping = true;
  std::int64_t grid_size = 10;
  std::int64_t distractors = 0;
  std::int64_t corridor_length = 10;
  std::string cue_rewards = "equal";
  std::int64_t memory_length = 10;
  std::int64_t num_bits = 1;
  std::int64_t k = 4;
  double flicker_prob = 0;
  bool mask_velocity = false;
  std::int64_t action_bins = 5;
  std::int64_t step_timeout = 60;
  ArcadeOptions arcade;
  TanksOptions tanks;
  RecommendOptions recommend;
  LanguageOptions language;
  friend bool operator==(const EnvironmentOptions&, const EnvironmentOptions&) = default;
};

/// observation -> tokens [B, N, D]
struct EncoderOptions {
  std::string kind = "mlp";
  std::int64_t width = 256;
  std::int64_t layers = 1;
  std::int64_t channels = 16;
  std::string frames = "stacked";
  std::string cells = "names";
  bool standardise = false;
  friend bool operator==(const EncoderOptions&, const EncoderOptions&) = default;
};

/// tokens [B, N, D] -> attended [B, D], or [B, A, D] with one query an action
struct AttentionOptions {
  std::string kind = "none";
  std::string query = "learned";
  std::int64_t width = 32;
  std::int64_t heads = 4;
  std::string positions = "learned";
  std::int64_t region = 5;
  std::int64_t blocks = 1;
  std::int64_t feedforward = 64;
  std::string gating = "residual";
  friend bool operator==(const AttentionOptions&, const AttentionOptions&) = default;
};

/// attended [B, D] -> memory output [B, M]
struct MemoryOptions {
  std::string kind = "none";
  std::int64_t hidden = 64;
  std::int64_t slots = 32;
  std::int64_t width = 16;
  std::int64_t read_heads = 1;
  std::int64_t write_heads = 1;
  std::int64_t shift_range = 1;
  std::string controller = "lstm";
  std::int64_t chrono_length = 0;
  double r_min = 0.9;
  double r_max = 0.999;
  std::string order = "read_write";
  std::int64_t length = 16;
  std::string score = "scaled_dot";
  std::int64_t heads = 2;
  std::int64_t blocks = 1;
  std::int64_t feedforward = 64;
  bool action_input = true;
  bool reward_input = true;
  friend bool operator==(const MemoryOptions&, const MemoryOptions&) = default;
};

/// attended, memory output -> fused [B, F]
struct FusionOptions {
  std::string kind = "concat";
  friend bool operator==(const FusionOptions&, const FusionOptions&) = default;
};

/// fused [B, F] -> action values [B, A], or a distribution of returns for each action
struct HeadOptions {
  bool dueling = false;
  std::int64_t width = 256;
  std::int64_t layers = 1;
  std::string distribution = "none";
  std::int64_t atoms = 51;
  std::int64_t quantiles = 32;
  std::int64_t fractions = 8;
  double v_min = 0;
  double v_max = 0;
  friend bool operator==(const HeadOptions&, const HeadOptions&) = default;
};

/// What is done at the hidden layers of Encoder and Head.
struct LayerOptions {
  bool layer_norm = false;
  double dropout = 0;
  bool noisy = false;
  friend bool operator==(const LayerOptions&, const LayerOptions&) = default;
};

/// Everything that decides an experiment except its seed's meaning and the machine. Defaults live here and nowhere
/// else; what each member means, its range and when a change takes effect stand in one table, `parameters()`. Names are
/// Stable-Baselines3's and RL Zoo's where they have one.
struct Hyperparameters {
  std::string algorithm = "dqn";
  std::int64_t seed = 1;
  std::int64_t n_timesteps = 50'000;
  std::int64_t n_envs = 1;
  std::int64_t threads = 1;
  bool fused = true;

  double learning_rate = 1e-4;
  std::string learning_rate_schedule = "constant";
  double gamma = 0.99;
  std::int64_t batch_size = 32;
  std::int64_t buffer_size = 100'000;
  std::int64_t learning_starts = 1'000;
  std::int64_t train_freq = 4;
  std::int64_t gradient_steps = 1;
  std::int64_t target_update_interval = 1'000;
  double tau = 1.0;
  double max_grad_norm = 10.0;
  double max_grad_value = 1e6;
  std::string loss = "huber";
  std::string optimizer = "adam";
  double adam_beta1 = 0.9;
  double adam_beta2 = 0.999;
  double rmsprop_alpha = 0.95;
  double rmsprop_momentum = 0;
  double optimizer_eps = 1e-8;
  double weight_decay = 0;
  bool double_q = false;
  bool munchausen = false;
  double munchausen_alpha = 0.9;
  double munchausen_tau = 0.03;
  double munchausen_clip = -1;
  std::int64_t n_step = 1;
  bool prioritized_replay = false;
  double prioritized_replay_alpha = 0.6;
  double prioritized_replay_beta0 = 0.4;
  double prioritized_replay_eps = 1e-6;
  std::int64_t sequence_length = 32;
  std::int64_t burn_in = 0;
  std::int64_t sequence_overlap = 16;
  bool value_rescaling = false;
  std::int64_t n_steps = 2048;
  std::int64_t n_epochs = 10;
  double gae_lambda = 0.95;
  double clip_range = 0.2;
  double ent_coef = 0;
  double vf_coef = 0.5;
  bool normalize_advantage = true;
  double target_kl = 0;
  std::string critic = "plain";
  std::int64_t critic_window = 20;
  double q_lambda = 0.65;
  double kappa = 2;

  double exploration_initial_eps = 1.0;
  double exploration_final_eps = 0.05;
  double exploration_fraction = 0.1;
  std::string exploration_schedule = "linear";

  std::int64_t eval_freq = 5'000;
  std::int64_t n_eval_episodes = 20;

  EnvironmentOptions environment;
  EncoderOptions encoder;
  AttentionOptions attention;
  MemoryOptions memory;
  FusionOptions fusion;
  HeadOptions head;
  LayerOptions layers;

  friend bool operator==(const Hyperparameters&, const Hyperparameters&) = default;
};

/// The value of any hyperparameter.
using Value = std::variant<bool, std::int64_t, double, std::string>;

/// When a change takes effect.
enum class Effect {
  Live,     ///< at the next tick
  Episode,  ///< at the next episode
  Rebuild,  ///< with a new network, buffer or environment; what can be kept is kept
};

enum class Scale { Linear, Logarithmic, Choice };

/// The heading a hyperparameter stands under: the five stages, and what is around them.
enum class Group { Learning, Exploration, Encoder, Attention, Memory, Fusion, Head, Environment, Run };

/// What a change makes anew. Bits that combine; what keeps its shape keeps its content.
enum class Anew : std::uint32_t {
  Nothing = 0,
  Network = 1U << 0U,       ///< blocks that change name or shape
  Replay = 1U << 1U,        ///< the transitions kept
  Sampling = 1U << 2U,      ///< priorities
  Sequences = 1U << 3U,     ///< where replayed sequences begin
  Environments = 1U << 4U,  ///< all begin new episodes
  Everything = 1U << 5U,    ///< learning begins again
};
constexpr Anew operator|(Anew a, Anew b) {
  return static_cast<Anew>(static_cast<std::uint32_t>(a) | static_cast<std::uint32_t>(b));
}
constexpr bool has(Anew all, Anew part) {
  return (static_cast<std::uint32_t>(all) & static_cast<std::uint32_t>(part)) != 0;
}

/// What another hyperparameter must be for a row to matter.
struct Condition {
  std::string_view name;                 ///< "memory.kind"
  std::vector<std::string_view> values;  ///< one of these, as `format` writes them; "A*": any that begins with A
  bool unless = false;                   ///< none of them instead
};

/// One row of the table.
struct Parameter {
  using Access = std::variant<bool& (*)(Hyperparameters&), std::int64_t& (*)(Hyperparameters&),
                              double& (*)(Hyperparameters&), std::string& (*)(Hyperparameters&)>;
  std::string_view name;  ///< "learning_rate", "encoder.width"
  Group group;
  std::string_view help;  ///< what it does, one or two sentences
  Scale scale;
  double minimum;  ///< numbers only
  double maximum;
  std::vector<std::string_view> choices;  ///< strings only: what is allowed; empty = any text, checked where it is used
  Effect effect;
  Access access;
  std::vector<Condition> when = {};  ///< all must hold, or its value changes nothing; empty = it always matters
  Anew anew = Anew::Nothing;
  /// The default with other values of `algorithm` than the first, where it is another: {"ppo", 3e-4}.
  std::vector<std::pair<std::string_view, Value>> defaults = {};
};

/// The only description of the hyperparameters, in the order in which they are shown.
std::span<const Parameter> parameters();

/// Throws core::UserError naming the closest known name.
const Parameter& parameter(std::string_view name);

/// Those whose network's Head gives a policy and a state value in place of action values.
std::vector<std::string_view> algorithms_with_critic();
bool has_critic(const Hyperparameters& hyperparameters);
/// States whose values a critic with attention weighs; 0 where there is none.
std::int64_t critic_states(const Hyperparameters& hyperparameters);
/// Whether the Head gives a distribution of returns for each action.
bool is_distributional(const Hyperparameters& hyperparameters);
/// What is done at hidden layers, as far as it matters with this algorithm.
LayerOptions layers_of(const Hyperparameters& hyperparameters);
/// What the Head is: "policy_and_value", the name of a distribution, "dueling", "mlp", or "linear" without a hidden
/// layer.
std::string_view head_kind(const Hyperparameters& hyperparameters);

/// What the change from one to the other makes anew, as the rows that differ say.
Anew made_anew(const Hyperparameters& from, const Hyperparameters& to);

/// The defaults with this algorithm: presets, files and settings stand over them.
/// Throws core::UserError where there is no such algorithm.
Hyperparameters defaults_of(std::string_view algorithm, std::span<const Parameter> table = parameters());

Value get(const Hyperparameters& hyperparameters, const Parameter& parameter);
Value default_value(const Parameter& parameter);

/// Whether the row's value matters with these hyperparameters. Setting one that does not is allowed.
bool applies(const Hyperparameters& hyperparameters, const Parameter& parameter);
/// When it does, in words: "memory.kind is ntm, dnc or mann"; empty where it always does.
std::string conditions(const Parameter& parameter);

/// Checks type, range and choice, then assigns. An integer is accepted where a double is wanted.
/// Throws core::UserError naming the key, the value and what is allowed; nothing is changed then.
void set(Hyperparameters& hyperparameters, const Parameter& parameter, const Value& value);
void set(Hyperparameters& hyperparameters, std::string_view name, const Value& value);

/// Reads a value of the parameter's type from text ("2.5e-4", "true", "adam"). Throws core::UserError.
Value parse(const Parameter& parameter, std::string_view text);
/// The shortest text that reads back as the same value.
std::string format(const Value& value);

/// Rules across fields. Throws core::UserError naming the fields and the remedy.
void validate(const Hyperparameters& hyperparameters);

std::string_view name(Group group);
std::string_view name(Effect effect);

}  // namespace qarium::config
