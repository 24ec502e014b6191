#include "engine/run/run_log.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <optional>
#include <utility>

#include "engine/config/configuration.hpp"
#include "engine/core/error.hpp"
#include "engine/core/files.hpp"
#include "engine/core/text.hpp"
#include "engine/run/journal.hpp"
#include "engine/run/run_directory.hpp"

namespace qarium::run {
namespace {

constexpr double kNothing = std::numeric_limits<double>::quiet_NaN();
/// Of a file of rows: a million of them and more.
constexpr std::uint64_t kRowsLimit = 1 << 28;
constexpr std::size_t kLongestRow = 1 << 14;
constexpr std::size_t kMostColumns = 256;
/// Up to here a double counts in ones.
constexpr double kMostCounted = 9007199254740992;

std::vector<std::string_view> cells_of(std::string_view line) {
  std::vector<std::string_view> cells;
  if (line.ends_with('\r')) line.remove_suffix(1);
  for (;;) {
    const auto end = line.find(',');
    cells.push_back(line.substr(0, end));
    if (end == std::string_view::npos) return cells;
    line.remove_prefix(end + 1);
  }
}

/// NaN where the cell holds no finite number.
double number_in(std::string_view cell) {
  double value = kNothing;
  const auto [end, error] = std::from_chars(cell.data(), cell.data() + cell.size(), value);
  return error == std::errc() && end == cell.data() + cell.size() && std::isfinite(value) ? value : kNothing;
}

/// Nothing where the cell holds no count of things.
std::optional<std::int64_t> count_in(std::string_view cell) {
  const double value = number_in(cell);
  if (!(value >= 0 && value <= kMostCounted)) return std::nullopt;
  return static_cast<std::int64_t>(value);
}

/// Calls `row` with each whole line of the text: what stands after the last newline is still being written. Returns how
/// many lines were longer than any row is, and left out.
template <class Row>
std::int64_t each_line(std::string_view text, const Row& row) {
  std::int64_t too_long = 0;
  for (auto end = text.find('\n'); end != std::string_view::npos; end = text.find('\n')) {
    if (end > kLongestRow) {
      ++too_long;
    } else {
      row(text.substr(0, end));
    }
    text.remove_prefix(end + 1);
  }
  return too_long;
}

void warn_of_torn(RunLog& log, std::int64_t torn, const char* file) {
  if (torn == 0) return;
  log.warnings.push_back(std::to_string(torn) + (torn == 1 ? " row of " : " rows of ") + file +
                         (torn == 1 ? " makes no sense and is left out" : " make no sense and are left out"));
}

/// What a file of rows holds; empty, with a warning, where it cannot be read.
std::string rows_in(const std::filesystem::path& file, RunLog& log) {
  try {
    if (auto text = core::read_text(file, kRowsLimit)) return *std::move(text);
    log.warnings.push_back("there is no " + file.filename().string() + " that can be read");
  } catch (const core::UserError& error) {
    log.warnings.emplace_back(error.what());
  }
  return {};
}

constexpr auto kNoMetric = static_cast<std::size_t>(-1);

/// For each column of progress.csv its metric's place in the log; the first, and one that is named again, have none.
std::vector<std::size_t> read_columns(std::string_view line, RunLog& log) {
  const auto names = cells_of(line);
  if (names.size() > kMostColumns) {
    log.warnings.push_back("progress.csv names " + std::to_string(names.size()) + " columns, which is too many");
    return {};
  }
  std::vector<std::size_t> columns(names.size(), kNoMetric);
  for (std::size_t i = 1; i < names.size(); ++i) {
    if (std::ranges::find(log.metrics, names[i], &MetricLog::name) != log.metrics.end()) {
      log.warnings.push_back("progress.csv names the column " + core::quoted(names[i]) + " twice");
      continue;
    }
    columns[i] = log.metrics.size();
    log.metrics.push_back({std::string(names[i]), {}, {}});
  }
  return columns;
}

/// False where the row makes no sense.
bool read_row(std::string_view line, const std::vector<std::size_t>& columns, RunLog& log) {
  const auto cells = cells_of(line);
  const auto step = cells.size() == columns.size() ? count_in(cells.front()) : std::nullopt;
  if (!step) return false;
  log.position.environment_steps = *step;
  for (std::size_t i = 1; i < cells.size(); ++i) {
    const double value = number_in(cells[i]);
    if (!std::isfinite(value) || columns[i] == kNoMetric) continue;
    auto& metric = log.metrics[columns[i]];
    if (metric.name == "updates") log.position.updates = count_in(cells[i]).value_or(log.position.updates);
    if (metric.name == "seconds") log.seconds = value;
    metric.steps.push_back(*step);
    metric.values.push_back(value);
  }
  return true;
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

void read_progress(std::string_view text, RunLog& log) {
  std::vector<std::size_t> columns;
  bool first = true;
  std::int64_t torn = 0;
  torn += each_line(text, [&](std::string_view line) {
    if (std::exchange(first, false)) {
      columns = read_columns(line, log);
    } else if (!read_row(line, columns, log)) {
      ++torn;
    }
  });
  std::erase_if(log.metrics, [](const MetricLog& metric) { return metric.values.empty(); });
  warn_of_torn(log, torn, kProgressFile);
}

void read_monitor(std::string_view text, RunLog& log) {
  std::int64_t torn = 0;
  torn += each_line(text, [&](std::string_view line) {
    if (line.starts_with("#") || line == "r,l,t") return;
    const auto cells = cells_of(line);
    const double episode_return = number_in(cells.front());
    const auto length = cells.size() == 3 ? count_in(cells[1]) : std::nullopt;
    if (!length || !std::isfinite(episode_return)) {
      ++torn;
      return;
    }
    log.episodes.push_back({episode_return, *length, number_in(cells[2])});
  });
  warn_of_torn(log, torn, kMonitorFile);
}

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
  read_progress(rows_in(folder / kProgressFile, log), log);
  read_monitor(rows_in(folder / kMonitorFile, log), log);
  read_stamps(log);
  for (const std::string name : {"best", "last"}) {
    std::error_code ignored;
    if (std::filesystem::exists(RunDirectory::checkpoint_path(folder, name), ignored)) log.checkpoints.push_back(name);
  }
  return log;
}

}  // namespace qarium::run
