#include "widgets/dialogs/rebuild_words.hpp"

namespace qarium::widgets {

RebuildWords rebuild_words(const config::Parameter& parameter) {
  switch (parameter.group) {
    case config::Group::Encoder:
    case config::Group::Attention:
    case config::Group::Memory:
    case config::Group::Fusion:
    case config::Group::Head:
      return {
          "Weights that keep their name and shape stay, with their optimizer moments. Replay and the stage's past "
          "stay.",
          "The changed block, and those behind it whose input changes shape, are drawn anew from the seed. The "
          "target network becomes a copy."};
    case config::Group::Environment:
      return {"The networks and replay, where observations and actions keep their shape.",
              "The environments and the stage begin anew. Where observations or actions change shape, the blocks that "
              "meet them are drawn anew and replay is emptied."};
    default:
      break;
  }
  if (parameter.name == "buffer_size") {
    return {"Both networks and the optimizer's moments.", "Replay is emptied and fills anew before updates go on."};
  }
  if (parameter.name == "n_envs") {
    return {"Both networks and the optimizer's moments.",
            "The environments of the batch begin new episodes. Replay is emptied and fills anew before updates go on."};
  }
  if (parameter.name == "seed") return {"The hyperparameters.", "Everything else: learning begins again from nothing."};
  return {"Weights, optimizer moments and replay.", "Nothing; results are bound to the new value from here on."};
}

}  // namespace qarium::widgets
