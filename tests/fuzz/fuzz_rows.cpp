// progress.csv, or after a first letter m monitor.csv.
#include "engine/run/run_log.hpp"
#include "tests/fuzz/fuzz.hpp"

using namespace qarium;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  run::RunLog log;
  if (size > 0 && data[0] == 'm') {
    run::read_monitor(fuzz::text_of(data + 1, size - 1), log);
  } else {
    run::read_progress(fuzz::text_of(data, size), log);
  }
  for (const auto& metric : log.metrics)
    fuzz::require(metric.steps.size() == metric.values.size() && !metric.steps.empty(), "each value has its step");
  return 0;
}
