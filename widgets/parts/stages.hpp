#pragma once
#include <string_view>

#include "engine/protocol/snapshot.hpp"
#include "widgets/parts/format.hpp"

namespace qarium::widgets {

std::string_view stage_title(core::Stage stage);  ///< "Encoder"
config::Group stage_group(core::Stage stage);

/// Its view in the network; nullptr while there is none.
const protocol::BlockView* find_block(const protocol::TrainerSnapshot& trainer, core::Stage stage);
/// The shape of what goes on from it; "–" for a memory that is none, which gives nothing.
ShortText output_words(const protocol::BlockView& block);
/// What the configuration names its kind, for as long as no network has been seen.
std::string_view configured_kind(const config::Hyperparameters& hyperparameters, core::Stage stage);

}  // namespace qarium::widgets
