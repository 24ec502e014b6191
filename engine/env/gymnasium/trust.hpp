#pragma once
#include <string>
#include <string_view>

namespace qarium::env::gymnasium {

/// Whether making this environment imports a module that its id names, and so runs its code: "gym:my_module:MyEnv-v0".
bool imports_module(std::string_view id);

/// For an id that comes out of a file, which may be somebody else's: throws core::UserError where it imports a module,
/// unless QARIUM_TRUST is set, which --trust does. `source` names the file.
void require_trust(std::string_view id, const std::string& source);

}  // namespace qarium::env::gymnasium
