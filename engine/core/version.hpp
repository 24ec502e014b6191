#pragma once
#include <string>

namespace qarium::core {

/// "0.1.0".
const char* version();

/// The git commit that was built, with "-dirty" behind it where files differed from it; "unknown" where there was no
/// git.
const char* commit();

/// "0.1.0 (commit)", as `qarium --version` says it and the journal keeps it.
std::string build();

}  // namespace qarium::core
