#include "engine/run/safetensors.hpp"
#include "engine/train/checkpoint.hpp"
#include "engine/train/train_loop.hpp"
#include "tests/fuzz/fuzz.hpp"

using namespace qarium;

namespace {

constexpr std::int64_t kMostEnvironments = 4;  // more are as good, and slow
/// An environment of Gymnasium is refused for want of a Python, which would be slow to start.
const bool without_python = setenv("QARIUM_PYTHON", "/nonexistent", 1) == 0;

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::require(without_python, "the variable is set");
  try {
    const auto archive = run::read_safetensors(std::as_bytes(std::span(data, size)), "fuzz");
    if (train::checkpoint_hyperparameters(archive, "fuzz").n_envs > kMostEnvironments) return 0;
    train::TrainLoop loop({}, "cpu", nullptr);
    try {
      train::load_checkpoint(archive, "fuzz", loop);
    } catch (const core::UserError&) {
      fuzz::require(loop.hyperparameters() == config::Hyperparameters{}, "a refused checkpoint changes nothing");
      throw;
    }
    loop.tick();
    const auto again = train::make_checkpoint(loop);
    train::load_checkpoint(again, "its own", loop);
  } catch (const core::UserError&) {  // on purpose
  }
  return 0;
}
