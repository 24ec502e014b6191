#include <algorithm>
#include <string>
#include <vector>

#include "engine/core/error.hpp"
#include "engine/core/text.hpp"
#include "engine/train/metric_sink.hpp"
#include "engine/train/tensorboard_sink.hpp"

namespace qarium::train {
namespace {

template <class Sink>
std::unique_ptr<MetricSink> make_sink(const std::filesystem::path& folder, run::Writer& writer) {
  return std::make_unique<Sink>(folder, writer);
}

constexpr SinkKind kSinks[] = {
    {kTensorboard, "Write an event file for TensorBoard into the run directory", make_sink<TensorboardSink>},
};

}  // namespace

std::span<const SinkKind> sinks() {
  return kSinks;
}

const SinkKind& sink(std::string_view name) {
  const auto* const found = std::ranges::find(kSinks, name, &SinkKind::name);
  if (found != std::end(kSinks)) return *found;
  std::vector<std::string_view> known;
  for (const auto& kind : kSinks)
    known.push_back(kind.name);
  throw core::UserError("metrics cannot go to '" + std::string(name) + "'; they can to: " + core::join(known));
}

}  // namespace qarium::train
