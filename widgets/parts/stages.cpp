#include "widgets/parts/stages.hpp"

#include <algorithm>
#include <array>

namespace qarium::widgets {
namespace {

struct Named {
  std::string_view title;
  config::Group group;
};
constexpr std::array<Named, 5> kNamed{{{"Encoder", config::Group::Encoder},
                                       {"Attention", config::Group::Attention},
                                       {"Memory", config::Group::Memory},
                                       {"Fusion", config::Group::Fusion},
                                       {"Head", config::Group::Head}}};

const Named& named(core::Stage stage) {
  return kNamed[static_cast<std::size_t>(stage)];
}

}  // namespace

std::string_view stage_title(core::Stage stage) {
  return named(stage).title;
}
config::Group stage_group(core::Stage stage) {
  return named(stage).group;
}

const protocol::BlockView* find_block(const protocol::TrainerSnapshot& trainer, core::Stage stage) {
  if (!trainer.network) return nullptr;
  const auto& blocks = trainer.network->blocks;
  const auto found =
      std::find_if(blocks.begin(), blocks.end(), [&](const auto& block) { return block.stage == stage; });
  return found == blocks.end() ? nullptr : &*found;
}

std::string_view configured_kind(const config::Hyperparameters& hyperparameters, core::Stage stage) {
  switch (stage) {
    case core::Stage::Encoder:
      return hyperparameters.encoder.kind;
    case core::Stage::Attention:
      return hyperparameters.attention.kind;
    case core::Stage::Memory:
      return hyperparameters.memory.kind;
    case core::Stage::Fusion:
      return hyperparameters.fusion.kind;
    case core::Stage::Head:
      break;
  }
  return config::head_kind(hyperparameters);
}

ShortText output_words(const protocol::BlockView& block) {
  const bool nothing = std::find(block.output.begin(), block.output.end(), 0) != block.output.end();
  return nothing ? ShortText("–") : shape(block.output.data(), block.output.size());
}

}  // namespace qarium::widgets
