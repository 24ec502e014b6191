#include "widgets/rebuild_words.hpp"

namespace qarium::widgets {

RebuildWords rebuild_words(const core::Parameter& parameter) {
  switch (parameter.group) {
    case core::Group::Encoder:
    case core::Group::Attention:
    case core::Group::Memory:
    case core::Group::Fusion:
    case core::Group::Head:
      return {"Blocks that keep their kind and shape keep weights and optimizer moments. Replay stays.",
              "The changed block, and those behind it whose input changes shape, are drawn anew from the seed. The "
              "target network becomes a copy. The stage's past can still be looked at, not resumed."};
    case core::Group::Environment:
      return {"The networks, where observations and actions keep their shape, and replay with them.",
              "The environments begin new episodes. Where observations or actions change shape, the blocks that meet "
              "them are drawn anew and replay is emptied. The stage's past can still be looked at, not resumed."};
    default:
      break;
  }
  if (parameter.name == "buffer_size" || parameter.name == "n_step" || parameter.name.starts_with("prioritized")) {
    return {"Both networks and the optimizer's moments.",
            "Replay is laid out anew: transitions that fit the new layout are kept, priorities begin anew."};
  }
  if (parameter.name == "seed") {
    return {"Weights, optimizer moments and replay.", "Every stream of random draws from here on."};
  }
  return {"Weights, optimizer moments and replay.", "The environments of the batch, which begin new episodes."};
}

}  // namespace qarium::widgets
