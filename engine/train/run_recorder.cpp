#include "engine/train/run_recorder.hpp"

#include <cstdio>
#include <limits>
#include <nlohmann/json.hpp>

#include "engine/train/checkpoint.hpp"

namespace qarium::train {
namespace {

constexpr std::int64_t kStepsPerRow = 1'000;
constexpr std::size_t kFlushBytes = 1 << 14;

std::vector<std::string> names_of(const protocol::MetricTable& table, const std::vector<protocol::MetricId>& metrics) {
  std::vector<std::string> names;
  names.reserve(metrics.size());
  for (const auto metric : metrics)
    names.push_back(table[metric].name);
  return names;
}

std::string monitor_header(const TrainLoop& loop) {
  const auto since_epoch = std::chrono::system_clock::now().time_since_epoch();
  const nlohmann::json header{{"t_start", std::chrono::duration<double>(since_epoch).count()},
                              {"env_id", loop.spec().id}};
  return "#" + header.dump() + "\nr,l,t\n";
}

}  // namespace

RunRecorder::RunRecorder(const std::filesystem::path& folder, const TrainLoop& loop, run::Writer& writer,
                         const RunOptions& options)
    : directory_(folder, writer, options.append),
      table_(names_of(loop.metrics(), loop.gauge_metrics()), names_of(loop.metrics(), loop.update_metrics())) {
  directory_.write_configuration(loop.hyperparameters());
  directory_.append(run::kJournalFile, run::journal_header(loop.learner().circumstances(), loop.hyperparameters()));
  if (!(loop.position() == protocol::Position{})) {
    record({loop.ticks(), loop.position(), protocol::Load{options.append ? folder.string() : "another run", "last"}});
  }
  next_row_ = loop.position().environment_steps + kStepsPerRow;
  for (const auto& name : options.sinks)
    set_sink(name, true);
  if (options.append) return;
  directory_.append(run::kMonitorFile, monitor_header(loop));
  directory_.append(run::kProgressFile, table_.header());
}

void RunRecorder::set_sink(std::string_view name, bool wanted) {
  const auto found = sinks_.find(name);
  if (wanted && found == sinks_.end()) sinks_.emplace(name, sink(name).make(folder(), directory_.writer()));
  if (wanted || found == sinks_.end()) return;
  found->second->flush();
  sinks_.erase(found);
}

double RunRecorder::seconds() const {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
}

void RunRecorder::reconfigured(const TrainLoop& loop) {
  directory_.write_configuration(loop.hyperparameters());
}

void RunRecorder::on_metrics(const TrainLoop& loop, std::span<const protocol::MetricValue> values) {
  for (const auto& [name, sink] : sinks_)
    sink->on_metrics(loop, values);
  if (values.empty() || loop.update_metrics().empty() || values.front().metric != loop.update_metrics().front()) return;
  measured_.clear();
  for (const auto& value : values)
    measured_.push_back(value.value);
  table_.add(measured_);
}

void RunRecorder::on_update(const TrainLoop& loop) {
  if (loop.position().environment_steps >= next_row_) progress_row(loop);
}

void RunRecorder::on_episode(const TrainLoop& loop, const protocol::EpisodeRecord& record) {
  char line[96];
  std::snprintf(line, sizeof line, "%.6g,%lld,%.6f\n", static_cast<double>(record.episode_return),
                static_cast<long long>(record.length), seconds());
  monitor_ += line;
  if (loop.position().environment_steps >= next_row_) progress_row(loop);
}

void RunRecorder::on_evaluation(TrainLoop& loop, const Evaluation& /*evaluation*/, bool best) {
  progress_row(loop);
  if (best) directory_.write_checkpoint("best", make_checkpoint(loop));
  for (const auto& [name, sink] : sinks_)
    sink->on_evaluation(loop);
  save(loop);
}

void RunRecorder::progress_row(const TrainLoop& loop) {
  next_row_ = loop.position().environment_steps + kStepsPerRow;
  const auto gauges = loop.learner().gauges(loop.position());
  const auto& evaluation = loop.last_evaluation();
  progress_ += table_.row({loop.position(), loop.episodes(), seconds(), gauges, loop.mean_return_100(),
                           evaluation ? evaluation->mean_return : std::numeric_limits<double>::quiet_NaN()});
  if (progress_.size() + monitor_.size() > kFlushBytes) flush();
}

void RunRecorder::flush() {
  directory_.append(run::kProgressFile, std::move(progress_));
  directory_.append(run::kMonitorFile, std::move(monitor_));
  progress_.clear();
  monitor_.clear();
  for (const auto& [name, sink] : sinks_)
    sink->flush();
}

void RunRecorder::record(const run::JournalEntry& entry) {
  directory_.append(run::kJournalFile, run::journal_line(entry));
}

void RunRecorder::save(TrainLoop& loop) {
  flush();
  directory_.write_checkpoint("last", make_checkpoint(loop));
}

void RunRecorder::close(TrainLoop& loop) {
  save(loop);
  directory_.append(run::kJournalFile,
                    run::journal_end(loop.ticks(), loop.position(), parameter_digest(loop.learner().policy())));
}

}  // namespace qarium::train
