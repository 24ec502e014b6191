#include <sys/mman.h>
#include <unistd.h>

#include <string>

#include "engine/exchange/description.hpp"
#include "tests/fuzz/fuzz.hpp"

using namespace qarium;

// Whatever a file holds, `qarium info` tells what it is or refuses it. The file has no name and lies in memory.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const int file = memfd_create("fuzz", MFD_CLOEXEC);
  fuzz::require(file >= 0 && write(file, data, size) == static_cast<ssize_t>(size), "there is room for a file");
  try {
    const auto description = exchange::describe("/proc/self/fd/" + std::to_string(file));
    fuzz::require(!description.text().empty(), "what is told has words");
  } catch (const core::UserError&) {  // on purpose
  }
  close(file);
  return 0;
}
