#include "engine/config/configuration.hpp"
#include "tests/fuzz/fuzz.hpp"

using namespace qarium;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  try {
    const auto hyperparameters = config::from_toml(fuzz::text_of(data, size), "fuzz").hyperparameters;
    fuzz::require(config::from_toml(config::to_toml(hyperparameters), "again").hyperparameters == hyperparameters,
                  "what is written is read again");
  } catch (const core::UserError&) {  // on purpose
  }
  return 0;
}
