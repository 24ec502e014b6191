#include "engine/train/tensorboard_sink.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>

#include "engine/run/tensorboard.hpp"

namespace qarium::train {
namespace {

constexpr std::int64_t kStepsPerPoint = 100;
constexpr std::size_t kCollectedBytes = 1 << 15;
/// Cells of a picture are drawn this large, so that a map of 10 x 10 can be seen.
constexpr int kCellPixels = 8;

double wall_time() {
  return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
}

/// A matrix of numbers from `low` to `high` as a picture.
std::string picture_event(std::int64_t step, const std::string& tag, std::span<const float> values, int rows,
                          int columns, float low, float high) {
  const int width = columns * kCellPixels;
  const int height = rows * kCellPixels;
  std::vector<std::uint8_t> pixels(static_cast<std::size_t>(width) * static_cast<std::size_t>(height));
  const float span = high > low ? high - low : 1;
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      const float value = values[static_cast<std::size_t>((y / kCellPixels) * columns + x / kCellPixels)];
      const float share = std::clamp((value - low) / span, 0.0F, 1.0F);
      pixels[static_cast<std::size_t>(y * width + x)] = static_cast<std::uint8_t>(std::lround(255 * share));
    }
  }
  return run::image_event(wall_time(), step, tag, {width, height, pixels});
}

}  // namespace

TensorboardSink::TensorboardSink(const std::filesystem::path& folder, run::Writer& writer)
    : file_(folder / run::event_file_name(wall_time())), writer_(writer) {
  collected_ = run::event_file_start(wall_time());
}

void TensorboardSink::add(const std::string& record) {
  collected_ += record;
  if (collected_.size() > kCollectedBytes) flush();
}

void TensorboardSink::flush() {
  if (!collected_.empty()) writer_.append(file_, std::move(collected_));
  collected_.clear();
}

void TensorboardSink::on_metrics(const TrainLoop& loop, std::span<const protocol::MetricValue> values) {
  const auto step = loop.position().environment_steps;
  means_.resize(loop.metrics().size());
  for (const auto& [metric, value] : values) {
    const auto& updates = loop.update_metrics();
    const bool measured_at_updates = std::ranges::find(updates, metric) != updates.end();
    if (!measured_at_updates) {
      add(run::scalar_event(wall_time(), step, loop.metrics()[metric].tag, value));
      continue;
    }
    auto& mean = means_[metric];
    mean.sum += value;
    ++mean.count;
    if (step < mean.next_step) continue;
    add(run::scalar_event(wall_time(), step, loop.metrics()[metric].tag,
                          static_cast<float>(mean.sum / static_cast<double>(mean.count))));
    mean = {0, 0, step + kStepsPerPoint};
  }
}

void TensorboardSink::on_evaluation(TrainLoop& loop) {
  const auto observations = loop.learner().some_observations(1);
  if (observations.empty()) return;
  const std::span<const std::byte> batch[] = {observations.front()};
  const auto inspection = std::move(loop.learner().policy().inspect(batch, nullptr).front());
  const auto step = loop.position().environment_steps;
  if (inspection.attention) {
    const auto& view = *inspection.attention;
    const auto tokens = static_cast<std::size_t>(view.rows) * static_cast<std::size_t>(view.columns);
    const auto map = std::span(view.weights).first(tokens);
    add(picture_event(step, "attention/head_0", map, view.rows, view.columns, 0, *std::ranges::max_element(map)));
  }
  if (inspection.memory && inspection.memory->slots > 0) {
    const auto& view = *inspection.memory;
    const auto [low, high] = std::ranges::minmax(view.after);
    add(picture_event(step, "memory/matrix", view.after, view.slots, view.width, low, high));
  }
  flush();
}

}  // namespace qarium::train
