#pragma once
#include "engine/config/hyperparameters.hpp"
#include "engine/core/archive.hpp"
#include "engine/exchange/description.hpp"

namespace qarium::exchange {

// What `describe` puts together, for each kind of thing.

Description describe_run(const std::filesystem::path& folder);
Description describe_export(const std::filesystem::path& folder);
Description describe_file(const std::filesystem::path& file);

/// Whether learning goes on from a checkpoint as if it had never stopped.
struct GoingOn {
  bool exact = false;
  std::string words;         ///< how it goes on, and why not exactly
  std::uintmax_t bytes = 0;  ///< of all that belongs to it
};
/// `checkpoint` lies in the folder `checkpoints`; its parts beside it are looked at, replay for its presence alone.
GoingOn going_on(const std::filesystem::path& checkpoints, const core::Archive& checkpoint,
                 const config::Hyperparameters& hyperparameters);

}  // namespace qarium::exchange
