#pragma once
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>

#include "engine/protocol/metrics.hpp"
#include "engine/run/run_log.hpp"
#include "widgets/curves/curves.hpp"

namespace qarium::app {

/// Adds what a run's log tells of its past, after one environment step and up to another: every column of progress.csv
/// that is a metric, episodes at the steps that they and those before them took, and changed hyperparameters. Call
/// before anything newer is added.
void add_past(const run::RunLog& log, std::int64_t after, std::int64_t until, std::span<const protocol::Metric> metrics,
              widgets::Curves& curves);
/// Of the run in a folder. One that holds no run adds nothing.
void add_past(const std::filesystem::path& run, std::int64_t after, std::int64_t until,
              std::span<const protocol::Metric> metrics, widgets::Curves& curves);
/// Of the trained agent that ships for a preset, up to a step.
void add_past_of_trained(const std::string& preset, std::int64_t until, std::span<const protocol::Metric> metrics,
                         widgets::Curves& curves);

}  // namespace qarium::app
