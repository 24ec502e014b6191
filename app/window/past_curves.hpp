#pragma once
#include <cstdint>
#include <filesystem>
#include <span>

#include "engine/protocol/metrics.hpp"
#include "widgets/curves/curves.hpp"

namespace qarium::app {

/// Adds what the files of a run tell of its past, after one environment step and up to another: every column of
/// progress.csv that is a metric, episodes at the steps that they and those before them took, and changed
/// hyperparameters. Call before anything newer is added. A folder that holds no run adds nothing.
void add_past(const std::filesystem::path& run, std::int64_t after, std::int64_t until,
              std::span<const protocol::Metric> metrics, widgets::Curves& curves);

}  // namespace qarium::app
