#include "engine/config/rows.hpp"

namespace qarium::config::rows {
namespace {

void add_attention(std::vector<Parameter>& table) {
  constexpr auto kGroup = Group::Attention;
  table.push_back(choice("attention.kind", kGroup, all(kAttentionKinds), Effect::Rebuild,
                         field<&H::attention, &AttentionOptions::kind>(),
                         "How tokens become one vector: the score that weighs them. none lays them side by side."));
  table.push_back(when(
      {kAttends}, choice("attention.query", kGroup, {"learned", "memory", "action", "self", "first"}, Effect::Rebuild,
                         field<&H::attention, &AttentionOptions::query>(),
                         "Who asks: one learned vector, the memory's last output, each action for itself, every token, "
                         "or the first one, as the own vehicle on a road.")));
  table.push_back(when({kAttends}, number("attention.width", kGroup, 1, 1024, Scale::Logarithmic, Effect::Rebuild,
                                          field<&H::attention, &AttentionOptions::width>(),
                                          "Width of queries, keys and values, over all heads.")));
  table.push_back(
      when({{"attention.kind", {"multi_head", "transformer"}}},
           number("attention.heads", kGroup, 1, 16, Scale::Linear, Effect::Rebuild,
                  field<&H::attention, &AttentionOptions::heads>(), "Heads; they share the width evenly.")));
  table.push_back(when(
      {kAttends},
      choice("attention.positions", kGroup, {"none", "sinusoidal", "learned"}, Effect::Rebuild,
             field<&H::attention, &AttentionOptions::positions>(),
             "How tokens know where they lie: sines and cosines over frame, row and column, or a learned table.")));
  table.push_back(
      when({{"attention.kind", {"hierarchical"}}},
           number("attention.region", kGroup, 1, 64, Scale::Linear, Effect::Rebuild,
                  field<&H::attention, &AttentionOptions::region>(), "Tokens along one side of a region.")));
  table.push_back(when({{"attention.kind", {"transformer"}}},
                       number("attention.blocks", kGroup, 1, 12, Scale::Linear, Effect::Rebuild,
                              field<&H::attention, &AttentionOptions::blocks>(), "Blocks in a row.")));
  table.push_back(
      when({{"attention.kind", {"transformer"}}},
           number("attention.feedforward", kGroup, 1, 4096, Scale::Logarithmic, Effect::Rebuild,
                  field<&H::attention, &AttentionOptions::feedforward>(), "Units of the hidden layer in each block.")));
  table.push_back(when({{"attention.kind", {"transformer"}}},
                       choice("attention.gating", kGroup, {"residual", "gru"}, Effect::Rebuild,
                              field<&H::attention, &AttentionOptions::gating>(),
                              "How a sublayer joins the stream: added, or through GTrXL's gate (Parisotto 2020).")));
}

void add_memory(std::vector<Parameter>& table) {
  constexpr auto kGroup = Group::Memory;
  table.push_back(choice("memory.kind", kGroup, all(kMemoryKinds), Effect::Rebuild,
                         field<&H::memory, &MemoryOptions::kind>(),
                         "What is remembered from step to step. With a memory, replay learns from sequences (R2D2)."));
  table.push_back(when(
      {kRemembers},
      number("memory.hidden", kGroup, 1, 2048, Scale::Logarithmic, Effect::Rebuild,
             field<&H::memory, &MemoryOptions::hidden>(),
             "Units of lstm, gru, lru and min_gru, and of the controller of ntm, dnc and mann; width of the others.")));
  table.push_back(when({{"memory.kind", {"ntm", "dnc", "mann"}}},
                       number("memory.slots", kGroup, 1, 1024, Scale::Logarithmic, Effect::Rebuild,
                              field<&H::memory, &MemoryOptions::slots>(),
                              "Slots of the memory matrix. dnc links each with each: choose few (16 to 32).")));
  table.push_back(when({{"memory.kind", {"ntm", "dnc", "mann"}}},
                       number("memory.width", kGroup, 1, 512, Scale::Logarithmic, Effect::Rebuild,
                              field<&H::memory, &MemoryOptions::width>(), "Numbers in a slot.")));
  table.push_back(
      when({{"memory.kind", {"ntm", "dnc", "mann"}}},
           number("memory.read_heads", kGroup, 1, 8, Scale::Linear, Effect::Rebuild,
                  field<&H::memory, &MemoryOptions::read_heads>(), "Heads that read; with mann they write too.")));
  table.push_back(
      when({{"memory.kind", {"ntm"}}}, number("memory.write_heads", kGroup, 1, 8, Scale::Linear, Effect::Rebuild,
                                              field<&H::memory, &MemoryOptions::write_heads>(), "Heads that write.")));
  table.push_back(
      when({{"memory.kind", {"ntm"}}}, number("memory.shift_range", kGroup, 0, 8, Scale::Linear, Effect::Rebuild,
                                              field<&H::memory, &MemoryOptions::shift_range>(),
                                              "Slots that a head may shift by in one step, to either side.")));
  table.push_back(when({{"memory.kind", {"ntm", "dnc"}}},
                       choice("memory.controller", kGroup, {"lstm", "feedforward"}, Effect::Rebuild,
                              field<&H::memory, &MemoryOptions::controller>(), "What drives the heads.")));
  table.push_back(when({{"memory.kind", {"lstm", "gru", "min_gru", "ntm", "dnc", "mann"}}},
                       number("memory.chrono_length", kGroup, 0, 10000, Scale::Linear, Effect::Rebuild,
                              field<&H::memory, &MemoryOptions::chrono_length>(),
                              "Steps that the gates of an LSTM or GRU, or of an LSTM controller, begin to keep things "
                              "for (Tallec and Ollivier 2018). 0 leaves the gates half open.")));
  const char* radii =
      "Least and greatest magnitude of an lru's eigenvalues at first, drawn between memory.r_min and memory.r_max "
      "(Orvieto 2023): how much a unit keeps from step to step.";
  table.push_back(
      when({{"memory.kind", {"lru"}}}, number("memory.r_min", kGroup, 0.0, 0.99999, Scale::Linear, Effect::Rebuild,
                                              field<&H::memory, &MemoryOptions::r_min>(), radii)));
  table.push_back(
      when({{"memory.kind", {"lru"}}}, number("memory.r_max", kGroup, 0.0, 0.99999, Scale::Linear, Effect::Rebuild,
                                              field<&H::memory, &MemoryOptions::r_max>(), radii)));
  table.push_back(when({{"memory.kind", {"ntm"}}},
                       choice("memory.order", kGroup, {"read_write", "write_read"}, Effect::Rebuild,
                              field<&H::memory, &MemoryOptions::order>(),
                              "Whether a step reads what it writes (write_read) or what was there before.")));
  table.push_back(
      when({{"memory.kind", {"memory_bank", "temporal", "transformer"}}},
           number("memory.length", kGroup, 1, 256, Scale::Logarithmic, Effect::Rebuild,
                  field<&H::memory, &MemoryOptions::length>(),
                  "memory_bank: pairs of state and action that are kept. temporal, transformer: steps that are "
                  "looked at, the current one included; it must reach back to what is to be remembered.")));
  table.push_back(
      when({{"memory.kind", {"memory_bank", "temporal"}}},
           choice("memory.score", kGroup, all(kAttentionScores), Effect::Rebuild,
                  field<&H::memory, &MemoryOptions::score>(), "How well the current step and an earlier one agree.")));
  table.push_back(when(
      {{"memory.kind", {"memory_bank", "temporal", "transformer"}}},
      number("memory.heads", kGroup, 1, 16, Scale::Linear, Effect::Rebuild, field<&H::memory, &MemoryOptions::heads>(),
             "Heads of the transformer and of the score multi_head; they divide memory.hidden.")));
  table.push_back(when({{"memory.kind", {"transformer"}}},
                       number("memory.blocks", kGroup, 1, 8, Scale::Linear, Effect::Rebuild,
                              field<&H::memory, &MemoryOptions::blocks>(), "Blocks on top of one another.")));
  table.push_back(when(
      {{"memory.kind", {"transformer"}}},
      number("memory.feedforward", kGroup, 1, 4096, Scale::Logarithmic, Effect::Rebuild,
             field<&H::memory, &MemoryOptions::feedforward>(), "Units between the two linear layers of a block.")));
  table.push_back(when({kRemembers}, toggle("memory.action_input", kGroup, Effect::Rebuild,
                                            field<&H::memory, &MemoryOptions::action_input>(),
                                            "The memory is told the previous action.")));
  table.push_back(when({kRemembers}, toggle("memory.reward_input", kGroup, Effect::Rebuild,
                                            field<&H::memory, &MemoryOptions::reward_input>(),
                                            "The memory is told the previous reward.")));
}

void add_head(std::vector<Parameter>& table) {
  constexpr auto kGroup = Group::Head;
  table.push_back(when({{"algorithm", algorithms_with_critic(), true}},
                       toggle("head.dueling", kGroup, Effect::Rebuild, field<&H::head, &HeadOptions::dueling>(),
                              "Separate streams for the state's value and the actions' advantages (Wang 2016).")));
  table.push_back(number("head.width", kGroup, 1, 4096, Scale::Logarithmic, Effect::Rebuild,
                         field<&H::head, &HeadOptions::width>(), "Units in each hidden layer of the head."));
  table.push_back(number("head.layers", kGroup, 0, 8, Scale::Linear, Effect::Rebuild,
                         field<&H::head, &HeadOptions::layers>(), "Hidden layers of the head."));
  table.push_back(when(
      {kReplays}, choice("head.distribution", kGroup, {"none", "categorical", "quantile", "implicit"}, Effect::Rebuild,
                         field<&H::head, &HeadOptions::distribution>(),
                         "What is learned of an action's return: its mean, or its distribution as probabilities of "
                         "atoms (C51, Bellemare 2017), as quantiles (QR-DQN, Dabney 2018) or as a function that "
                         "gives any quantile (IQN, Dabney 2018b).")));
  const auto of = [](std::string_view kind) { return Condition{"head.distribution", {kind}}; };
  table.push_back(when({kReplays, of("categorical")},
                       number("head.atoms", kGroup, 2, 1024, Scale::Logarithmic, Effect::Rebuild,
                              field<&H::head, &HeadOptions::atoms>(), "Returns that have a probability.")));
  const char* support =
      "Least and greatest of the atoms: head.v_min, head.v_max. Equal: what is possible with the environment's "
      "rewards and gamma, where that is known, else -10 and 10.";
  table.push_back(
      when({kReplays, of("categorical")}, number("head.v_min", kGroup, -1e6, 1e6, Scale::Linear, Effect::Rebuild,
                                                 field<&H::head, &HeadOptions::v_min>(), support)));
  table.push_back(
      when({kReplays, of("categorical")}, number("head.v_max", kGroup, -1e6, 1e6, Scale::Linear, Effect::Rebuild,
                                                 field<&H::head, &HeadOptions::v_max>(), support)));
  table.push_back(when({kReplays, of("quantile")},
                       number("head.quantiles", kGroup, 1, 1024, Scale::Logarithmic, Effect::Rebuild,
                              field<&H::head, &HeadOptions::quantiles>(), "Quantiles of each action's return.")));
  table.push_back(when({kReplays, of("implicit")},
                       number("head.fractions", kGroup, 1, 256, Scale::Logarithmic, Effect::Rebuild,
                              field<&H::head, &HeadOptions::fractions>(),
                              "Fractions drawn for an update, of the return and of its target alike; the paper has "
                              "64.")));
}

/// What is done at the hidden layers of Encoder and Head.
void add_layers(std::vector<Parameter>& table) {
  const auto push = [&](Parameter row) { table.push_back(anew(Anew::Network, std::move(row))); };
  push(when({kOptimizes},
            toggle("layer_norm", Group::Learning, Effect::Rebuild, field<&H::layers, &LayerOptions::layer_norm>(),
                   "Hidden layers of Encoder and Head are normalised before their ReLU (Ba 2016).")));
  push(when({kOptimizes},
            number("dropout", Group::Learning, 0.0, 0.9, Scale::Linear, Effect::Rebuild,
                   field<&H::layers, &LayerOptions::dropout>(),
                   "Probability that an update leaves out a unit of a hidden layer of Encoder or Head; none while "
                   "acting (Srivastava 2014). Not with ppo.")));
  push(when({kMayBeNoisy},
            toggle("noisy", Group::Exploration, Effect::Rebuild, field<&H::layers, &LayerOptions::noisy>(),
                   "Weights of the Head have noise of a learned scale, in place of epsilon-greedy actions "
                   "(Fortunato 2018).")));
}

}  // namespace

void add_stages(std::vector<Parameter>& table) {
  table.push_back(choice("encoder.kind", Group::Encoder, all(kEncoderKinds), Effect::Rebuild,
                         field<&H::encoder, &EncoderOptions::kind>(),
                         "mlp for vectors, grid_conv (3x3) for small grids, nature_conv (Mnih 2015) for 84x84 frames, "
                         "rows for a matrix of things, multi for a Dict of several kinds, symbol for words."));
  table.push_back(when({{"encoder.kind", {"mlp", "rows", "multi", "symbol"}}},
                       number("encoder.width", Group::Encoder, 1, 4096, Scale::Logarithmic, Effect::Rebuild,
                              field<&H::encoder, &EncoderOptions::width>(),
                              "Units in each layer; of rows, multi and symbol the width of a token.")));
  table.push_back(
      when({{"encoder.kind", {"mlp", "rows", "multi"}}},
           number("encoder.layers", Group::Encoder, 1, 8, Scale::Linear, Effect::Rebuild,
                  field<&H::encoder, &EncoderOptions::layers>(), "Layers in a row; of multi those of a vector.")));
  table.push_back(when({{"encoder.kind", {"grid_conv"}}},
                       number("encoder.channels", Group::Encoder, 1, 256, Scale::Logarithmic, Effect::Rebuild,
                              field<&H::encoder, &EncoderOptions::channels>(), "Channels of the convolution.")));
  table.push_back(when({{"encoder.kind", {"nature_conv"}}},
                       choice("encoder.frames", Group::Encoder, {"stacked", "separate"}, Effect::Rebuild,
                              field<&H::encoder, &EncoderOptions::frames>(),
                              "Frames seen at once: stacked as channels of one picture, or separate, each with tokens "
                              "of its own for attention to choose among.")));
  table.push_back(
      when({{"encoder.kind", {"multi"}}},
           choice("encoder.cells", Group::Encoder, {"names", "numbers"}, Effect::Rebuild,
                  field<&H::encoder, &EncoderOptions::cells>(),
                  "What the bytes of a small grid are: names of things, each with an embedding of its own (MiniGrid's "
                  "objects, colours and states), or numbers with a size.")));
  table.push_back(when(
      {{"encoder.kind", {"rows"}}},
      toggle("encoder.standardise", Group::Encoder, Effect::Rebuild, field<&H::encoder, &EncoderOptions::standardise>(),
             "Each feature less its mean over the rows, divided by their deviation: how things stand to one "
             "another, as prices of some days, and no longer how large they are.")));
  add_attention(table);
  add_memory(table);
  table.push_back(choice(
      "fusion.kind", Group::Fusion, all(kFusionKinds), Effect::Rebuild, field<&H::fusion, &FusionOptions::kind>(),
      "How what is seen and remembered are joined: side by side, added, or mixed by a learned gate."));
  add_head(table);
  add_layers(table);
}

}  // namespace qarium::config::rows
