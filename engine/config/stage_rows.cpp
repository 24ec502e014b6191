#include "engine/config/rows.hpp"

namespace qarium::config::rows {
namespace {

void add_attention(std::vector<Parameter>& table) {
  constexpr auto kGroup = Group::Attention;
  table.push_back(choice("attention.kind", kGroup, all(kAttentionKinds), Effect::Rebuild,
                         field<&H::attention, &AttentionOptions::kind>(),
                         "How tokens become one vector: the score that weighs them. none lays them side by side."));
  table.push_back(
      when({kAttends},
           choice("attention.query", kGroup, {"learned", "memory", "action", "self"}, Effect::Rebuild,
                  field<&H::attention, &AttentionOptions::query>(),
                  "Who asks: one learned vector, the memory's last output, each action for itself, or every token.")));
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
      {kRemembers}, number("memory.hidden", kGroup, 1, 2048, Scale::Logarithmic, Effect::Rebuild,
                           field<&H::memory, &MemoryOptions::hidden>(),
                           "Units of lstm and gru, and of the controller of ntm, dnc and mann; width of the others.")));
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
  table.push_back(when({{"memory.kind", {"lstm", "gru", "ntm", "dnc", "mann"}}},
                       number("memory.chrono_length", kGroup, 0, 10000, Scale::Linear, Effect::Rebuild,
                              field<&H::memory, &MemoryOptions::chrono_length>(),
                              "Steps that the gates of an LSTM or GRU, or of an LSTM controller, begin to keep things "
                              "for (Tallec and Ollivier 2018). 0 leaves the gates half open.")));
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

}  // namespace

void add_stages(std::vector<Parameter>& table) {
  table.push_back(choice(
      "encoder.kind", Group::Encoder, all(kEncoderKinds), Effect::Rebuild, field<&H::encoder, &EncoderOptions::kind>(),
      "mlp for vectors, grid_conv (3x3) for small grids, nature_conv (Mnih 2015) for 84x84 frames, symbol for words."));
  table.push_back(when({{"encoder.kind", {"mlp", "symbol"}}},
                       number("encoder.width", Group::Encoder, 1, 4096, Scale::Logarithmic, Effect::Rebuild,
                              field<&H::encoder, &EncoderOptions::width>(),
                              "Units in each layer; of symbol, numbers that a symbol becomes.")));
  table.push_back(
      when({{"encoder.kind", {"mlp"}}}, number("encoder.layers", Group::Encoder, 1, 8, Scale::Linear, Effect::Rebuild,
                                               field<&H::encoder, &EncoderOptions::layers>(), "Layers in a row.")));
  table.push_back(when({{"encoder.kind", {"grid_conv"}}},
                       number("encoder.channels", Group::Encoder, 1, 256, Scale::Logarithmic, Effect::Rebuild,
                              field<&H::encoder, &EncoderOptions::channels>(), "Channels of the convolution.")));
  table.push_back(when({{"encoder.kind", {"nature_conv"}}},
                       choice("encoder.frames", Group::Encoder, {"stacked", "separate"}, Effect::Rebuild,
                              field<&H::encoder, &EncoderOptions::frames>(),
                              "Frames seen at once: stacked as channels of one picture, or separate, each with tokens "
                              "of its own for attention to choose among.")));
  add_attention(table);
  add_memory(table);
  table.push_back(choice(
      "fusion.kind", Group::Fusion, all(kFusionKinds), Effect::Rebuild, field<&H::fusion, &FusionOptions::kind>(),
      "How what is seen and remembered are joined: side by side, added, or mixed by a learned gate."));
  table.push_back(when({{"algorithm", algorithms_with_critic(), true}},
                       toggle("head.dueling", Group::Head, Effect::Rebuild, field<&H::head, &HeadOptions::dueling>(),
                              "Separate streams for the state's value and the actions' advantages (Wang 2016).")));
  table.push_back(number("head.width", Group::Head, 1, 4096, Scale::Logarithmic, Effect::Rebuild,
                         field<&H::head, &HeadOptions::width>(), "Units in each hidden layer of the head."));
  table.push_back(number("head.layers", Group::Head, 0, 8, Scale::Linear, Effect::Rebuild,
                         field<&H::head, &HeadOptions::layers>(), "Hidden layers of the head."));
}

}  // namespace qarium::config::rows
