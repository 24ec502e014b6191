#pragma once
#include <stdexcept>

namespace qarium::core {

/// Input that cannot be used: a message that names the thing, the value and what is allowed.
/// Programs print it and leave with exit code 2; the window shows it in words and carries on.
class UserError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

}  // namespace qarium::core
