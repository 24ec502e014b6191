#include "engine/run/run_log.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <fstream>
#include <limits>

#include "engine/config/configuration.hpp"
#include "engine/core/error.hpp"
#include "engine/run/journal.hpp"
#include "engine/run/run_directory.hpp"

namespace qarium::run {
namespace {

constexpr double kNothing = std::numeric_limits<double>::quiet_NaN();

std::vector<std::string> cells_of(const std::string& line) {
  std::vector<std::string> cells(1);
  for (const char letter : line) {
    if (letter == ',') {
      cells.emplace_back();
    } else if (letter != '\r') {
      cells.back() += letter;
    }
  }
  return cells;
}

/// NaN where the cell holds no number.
double number_in(const std::string& cell) {
  double value = kNothing;
  const auto [end, error] = std::from_chars(cell.data(), cell.data() + cell.size(), value);
  return error == std::errc() && end == cell.data() + cell.size() ? value : kNothing;
}

/// Whole lines; what stands after the last newline is still being written.
std::vector<std::string> whole_lines(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  std::vector<std::string> lines;
  for (std::string line; std::getline(stream, line) && !stream.eof();)
    lines.push_back(line);
  return lines;
}

void read_progress(RunLog& log) {
  const auto lines = whole_lines(log.folder / kProgressFile);
  if (lines.empty()) {
    log.warnings.emplace_back("there is no progress.csv that can be read");
    return;
  }
  const auto columns = cells_of(lines.front());
  std::int64_t torn = 0;
  for (std::size_t row = 1; row < lines.size(); ++row) {
    const auto cells = cells_of(lines[row]);
    const double step = cells.size() == columns.size() ? number_in(cells.front()) : kNothing;
    if (!std::isfinite(step)) {
      ++torn;
      continue;
    }
    log.position.environment_steps = static_cast<std::int64_t>(step);
    for (std::size_t i = 1; i < columns.size(); ++i) {
      const double value = number_in(cells[i]);
      if (!std::isfinite(value)) continue;
      if (columns[i] == "updates") log.position.updates = static_cast<std::int64_t>(value);
      if (columns[i] == "seconds") log.seconds = value;
      auto found = std::ranges::find(log.metrics, columns[i], &MetricLog::name);
      if (found == log.metrics.end()) found = log.metrics.insert(found, {columns[i], {}, {}});
      found->steps.push_back(log.position.environment_steps);
      found->values.push_back(value);
    }
  }
  if (torn > 0) log.warnings.push_back(std::to_string(torn) + " rows of progress.csv make no sense and are left out");
}

void read_monitor(RunLog& log) {
  const auto lines = whole_lines(log.folder / kMonitorFile);
  std::int64_t torn = 0;
  for (const auto& line : lines) {
    if (line.starts_with("#") || line == "r,l,t") continue;
    const auto cells = cells_of(line);
    const double episode_return = number_in(cells.front());
    if (cells.size() != 3 || !std::isfinite(episode_return) || !std::isfinite(number_in(cells[1]))) {
      ++torn;
      continue;
    }
    log.episodes.push_back({episode_return, static_cast<std::int64_t>(number_in(cells[1])), number_in(cells[2])});
  }
  if (torn > 0) log.warnings.push_back(std::to_string(torn) + " rows of monitor.csv make no sense and are left out");
}

void read_stamps(RunLog& log) {
  try {
    const auto journal = read_journal(log.folder / kJournalFile);
    log.finished = !journal.digest.empty();
    for (const auto& entry : journal.entries) {
      if (const auto* set = std::get_if<protocol::Set>(&entry.command))
        log.stamps.push_back({entry.position.environment_steps, set->name, config::format(set->value)});
    }
  } catch (const core::UserError& error) {
    log.warnings.emplace_back(error.what());
  }
}

}  // namespace

const MetricLog* RunLog::metric(std::string_view name) const {
  const auto found = std::ranges::find(metrics, name, &MetricLog::name);
  return found == metrics.end() ? nullptr : &*found;
}

RunLog read_run(const std::filesystem::path& folder) {
  if (!RunDirectory::holds_run(folder))
    throw core::UserError("'" + folder.string() + "' holds no run: it has no " + kConfigurationFile);
  RunLog log;
  log.folder = folder;
  log.hyperparameters = config::read_toml(folder / kConfigurationFile).hyperparameters;
  log.environment = log.hyperparameters.environment.id;
  read_progress(log);
  read_monitor(log);
  read_stamps(log);
  for (const std::string name : {"best", "last"}) {
    if (std::filesystem::exists(RunDirectory::checkpoint_path(folder, name))) log.checkpoints.push_back(name);
  }
  return log;
}

}  // namespace qarium::run
