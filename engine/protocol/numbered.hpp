#pragma once
#include <cstdint>

namespace qarium::protocol {

/// A command with the number that its acknowledgement will carry.
template <class C>
struct Numbered {
  std::uint64_t id = 0;
  C command;
};

}  // namespace qarium::protocol
