#include "app/window/past_curves.hpp"

#include <algorithm>
#include <optional>
#include <string_view>

#include "engine/config/trained_agents.hpp"
#include "engine/core/error.hpp"

namespace qarium::app {
namespace {

class Past {
 public:
  Past(std::int64_t after, std::int64_t until, std::span<const protocol::Metric> metrics, widgets::Curves& curves)
      : after_(after), until_(until), metrics_(metrics), curves_(curves) {}

  bool holds(std::int64_t step) const { return step > after_ && step <= until_; }

  void add(std::string_view name, std::int64_t step, double value) {
    const auto id = id_of(name);
    if (!id || !holds(step)) return;
    const auto one = static_cast<float>(value);
    curves_.add(protocol::MetricPoint{*id, step, one, one, one, 1});
  }

 private:
  std::optional<protocol::MetricId> id_of(std::string_view name) const {
    const auto found = std::ranges::find(metrics_, name, &protocol::Metric::name);
    if (found == metrics_.end()) return std::nullopt;
    return static_cast<protocol::MetricId>(found - metrics_.begin());
  }

  std::int64_t after_;
  std::int64_t until_;
  std::span<const protocol::Metric> metrics_;
  widgets::Curves& curves_;
};

}  // namespace

void add_past(const run::RunLog& log, std::int64_t after, std::int64_t until, std::span<const protocol::Metric> metrics,
              widgets::Curves& curves) {
  Past past(after, until, metrics, curves);
  for (const auto& metric : log.metrics) {
    for (std::size_t i = 0; i < metric.steps.size(); ++i)
      past.add(metric.name, metric.steps[i], metric.values[i]);
  }
  std::int64_t step = 0;
  for (const auto& episode : log.episodes) {
    step += episode.length;
    past.add("episode_return", step, episode.episode_return);
    past.add("episode_length", step, static_cast<double>(episode.length));
  }
  for (const auto& stamp : log.stamps) {
    if (past.holds(stamp.step)) curves.add(widgets::Stamp{stamp.step, stamp.name, stamp.value});
  }
}

void add_past(const std::filesystem::path& run, std::int64_t after, std::int64_t until,
              std::span<const protocol::Metric> metrics, widgets::Curves& curves) {
  run::RunLog log;
  try {
    log = run::read_run(run);
  } catch (const core::UserError&) {  // a checkpoint without a run around it
    return;
  }
  add_past(log, after, until, metrics, curves);
}

void add_past_of_trained(const std::string& preset, std::int64_t until, std::span<const protocol::Metric> metrics,
                         widgets::Curves& curves) {
  const auto agent = config::trained_agent(preset);
  run::RunLog log;
  run::read_progress(agent.progress, log);
  run::read_monitor(agent.monitor, log);
  add_past(log, -1, until, metrics, curves);
}

}  // namespace qarium::app
