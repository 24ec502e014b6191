#include "engine/run/safetensors.hpp"
#include "tests/fuzz/fuzz.hpp"

using namespace qarium;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  try {
    const auto archive = run::read_safetensors(std::as_bytes(std::span(data, size)), "fuzz");
    std::size_t values = 0;
    for (const auto& array : archive.arrays)
      values += array.values.size();
    fuzz::require(values * sizeof(float) < size, "an archive holds no more than its file");
  } catch (const core::UserError&) {  // on purpose
  }
  return 0;
}
