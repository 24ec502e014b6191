#include "widgets/dialogs/rebuild_words.hpp"

namespace qarium::widgets {

RebuildWords rebuild_words(const config::Parameter& parameter) {
  using config::Anew;
  if (has(parameter.anew, Anew::Everything)) {
    return {"The hyperparameters.", "Everything else: learning begins again from nothing."};
  }
  if (has(parameter.anew, Anew::Replay) && has(parameter.anew, Anew::Environments)) {
    return {"Both networks and the optimizer's moments.",
            "The environments of the batch begin new episodes. Replay is emptied and fills anew before updates go on."};
  }
  if (has(parameter.anew, Anew::Replay)) {
    return {"Both networks and the optimizer's moments.", "Replay is emptied and fills anew before updates go on."};
  }
  if (has(parameter.anew, Anew::Environments)) {
    return {"The networks and replay, where observations and actions keep their shape.",
            "The environments and the stage begin anew. Where observations or actions change shape, the blocks that "
            "meet them are drawn anew and replay is emptied."};
  }
  if (has(parameter.anew, Anew::Network)) {
    return {
        "Weights that keep their name and shape stay, with their optimizer moments. Replay and the stage's past stay.",
        "The changed block, and those behind it whose input changes shape, are drawn anew from the seed. The target "
        "network becomes a copy."};
  }
  if (has(parameter.anew, Anew::Sequences)) {
    return {"Weights, optimizer moments and the transitions in replay.",
            "Where the sequences in replay begin; updates wait until there are some."};
  }
  return {"Weights, optimizer moments and replay.", "Nothing; results are bound to the new value from here on."};
}

}  // namespace qarium::widgets
