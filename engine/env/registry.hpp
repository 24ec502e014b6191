#pragma once
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/config/hyperparameters.hpp"
#include "engine/env/environment.hpp"

namespace qarium::env {

/// One line of the registry: an environment's name and how to make it.
struct Registration {
  std::string_view id;
  std::string_view description;
  std::string_view
      preset;  ///< the plain preset that it is learned with: without attention, and memory where it needs one
  std::unique_ptr<Environment> (*make)(const config::EnvironmentOptions& options);
};

/// All environments, in the order in which they are listed. Adding one is adding one file and one line here.
std::span<const Registration> registry();

/// Their ids, in that order.
std::vector<std::string_view> ids();

/// The line of this environment. Throws core::UserError naming the id and the known ones.
const Registration& registration_of(std::string_view id);

/// The environment of the registry or, for "gym:...", of Gymnasium that `options.id` names, within the wrappers that
/// the options ask for: velocities are masked first, then observations flicker. Throws core::UserError naming the id
/// and the known ones, or the option that it cannot follow.
std::unique_ptr<Environment> make(const config::EnvironmentOptions& options);
/// `n` of them, which may share what they run in.
std::vector<std::unique_ptr<Environment>> make(const config::EnvironmentOptions& options, std::size_t n);

/// Whether the id is one of the bridge to Gymnasium, "gym:...", rather than of the registry.
bool is_bridged(std::string_view id);

}  // namespace qarium::env
