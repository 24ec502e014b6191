#pragma once

namespace qarium::core {

/// "0.1.0".
const char* version();

/// The git commit that was built, with "-dirty" behind it where files differed from it; "unknown" where there was no
/// git.
const char* commit();

}  // namespace qarium::core
