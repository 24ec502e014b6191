#include "engine/train/run_recorder.hpp"

#include <charconv>
#include <cstdio>
#include <fstream>
#include <limits>
#include <nlohmann/json.hpp>

#include "engine/core/files.hpp"
#include "engine/run/manifest.hpp"
#include "engine/train/checkpoint.hpp"

namespace qarium::train {
namespace {

constexpr std::int64_t kStepsPerRow = 1'000;
constexpr std::size_t kFlushBytes = 1 << 14;
constexpr std::size_t kStepsKept = 3;
constexpr std::string_view kStep = "step-";  // and the environment steps: a checkpoint of an evaluation
constexpr const char* kRowSection = "rows";  // of a checkpoint: the row of progress.csv that has begun

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

/// Those that evaluations left, by their steps.
std::deque<std::string> kept_steps(const std::vector<std::string>& checkpoints) {
  std::map<std::int64_t, std::string> by_steps;
  for (const auto& name : checkpoints) {
    std::int64_t steps = 0;
    const auto* const end = name.data() + name.size();
    if (!name.starts_with(kStep)) continue;
    if (std::from_chars(name.data() + kStep.size(), end, steps).ptr == end) by_steps[steps] = name;
  }
  std::deque<std::string> kept;
  for (auto& [steps, name] : by_steps)
    kept.push_back(std::move(name));
  return kept;
}

}  // namespace

RunRecorder::RunRecorder(const std::filesystem::path& folder, TrainLoop& loop, run::Writer& writer,
                         const RunOptions& options)
    : options_(options),
      directory_(folder, writer, options.opening),
      table_(names_of(loop.metrics(), loop.gauge_metrics()), names_of(loop.metrics(), loop.update_metrics())) {
  run::Manifest manifest;
  if (options.continued != nullptr) manifest = run::Manifest::read(*options.continued, core::shown(folder));
  seconds_before_ = manifest.seconds;
  open_rows(loop, manifest);
  open_journal(loop, manifest, options.continued != nullptr);
  experience_ = ExperienceLog(std::move(manifest.parts));
  steps_kept_ = kept_steps(directory_.checkpoints());
  next_row_ = loop.position().environment_steps + kStepsPerRow;
  if (options.continued != nullptr) continue_row(*options.continued);
  options_.continued = nullptr;
  for (const auto& name : options.sinks)
    set_sink(name, true);
  // A run can be gone on with from its first moment on: the configuration, by which a folder is known to hold a run,
  // comes after the first checkpoint.
  save(loop);
  std::vector<std::string> files;
  for (const auto& part : experience_.parts())
    files.push_back(part.file);
  directory_.keep_experience(std::move(files));
  directory_.finish();
  directory_.write_configuration(loop.hyperparameters());
}

void RunRecorder::open_rows(const TrainLoop& loop, const run::Manifest& manifest) {
  const auto open = [&](const char* file, const std::string& header, const auto& is_its_header) {
    const auto length = manifest.lengths.find(file);
    if (directory_.cut(file, length == manifest.lengths.end() ? -1 : length->second)) {
      std::ifstream stream(directory_.folder() / file);
      std::string first;
      std::getline(stream, first);
      if (is_its_header(first + "\n")) return;
      directory_.set_aside(file);  // rows of another table
    }
    directory_.append(file, header);
  };
  open(run::kProgressFile, table_.header(), [&](const std::string& first) { return first == table_.header(); });
  open(run::kMonitorFile, monitor_header(loop), [](const std::string& first) { return first.starts_with("#"); });
}

void RunRecorder::continue_row(const core::Archive& checkpoint) {
  const auto found = checkpoint.sections.find(kRowSection);
  if (found == checkpoint.sections.end()) return;
  core::ByteReader in(found->second, "the checkpoint's section 'rows'");
  next_row_ = in.get<std::int64_t>();
  table_.restore(in);
}

void RunRecorder::open_journal(const TrainLoop& loop, const run::Manifest& manifest, bool continued) {
  const auto circumstances = loop.learner().circumstances();
  const auto found = manifest.lengths.find(run::kJournalFile);
  const auto length = found == manifest.lengths.end() ? -1 : found->second;
  if (directory_.cut(run::kJournalFile, length) && continued && manifest.exact && length > 0) {
    directory_.append(run::kJournalFile, run::journal_continued(loop.ticks(), loop.position(), circumstances));
    return;
  }
  directory_.append(run::kJournalFile, run::journal_header(circumstances, loop.hyperparameters()));
  if (loop.position() == protocol::Position{}) return;
  record({loop.ticks(), loop.position(), protocol::Load{continued ? folder().string() : "another run", "last"}});
}

void RunRecorder::set_sink(std::string_view name, bool wanted) {
  const auto found = sinks_.find(name);
  if (wanted && found == sinks_.end()) sinks_.emplace(name, sink(name).make(folder(), directory_.writer()));
  if (wanted || found == sinks_.end()) return;
  found->second->flush();
  sinks_.erase(found);
}

double RunRecorder::seconds() const {
  return seconds_before_ + std::chrono::duration<double>(Clock::now() - start_).count();
}

void RunRecorder::reconfigured(const TrainLoop& loop) {
  directory_.enqueue_configuration(loop.hyperparameters());
}

void RunRecorder::begun_anew(TrainLoop& loop) {
  directory_.finish();
  for (const char* checkpoint : {"checkpoints/best.safetensors", "checkpoints/last.safetensors"})
    directory_.set_aside(checkpoint);
  experience_.begin_anew();
  next_row_ = loop.position().environment_steps + kStepsPerRow;
  reconfigured(loop);
  save(loop);
}

void RunRecorder::autosave(TrainLoop& loop) {
  if (options_.autosave_seconds <= 0) return;
  if (std::chrono::duration<double>(Clock::now() - saved_).count() >= options_.autosave_seconds) save(loop);
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
  flush();
  auto checkpoint = make_checkpoint(loop);
  checkpoint.sections.clear();
  standing(loop).write_metadata(checkpoint);
  if (best) directory_.write_checkpoint("best", checkpoint);
  keep_step(loop, std::move(checkpoint));
  for (const auto& [name, sink] : sinks_)
    sink->on_evaluation(loop);
  save(loop);
}

run::Manifest RunRecorder::standing(const TrainLoop& loop) const {
  return {.parts = experience_.parts(),
          .exact = options_.experience && loop.spec().capabilities.deterministic,
          .lengths = directory_.lengths(),
          .seconds = seconds()};
}

void RunRecorder::keep_step(const TrainLoop& loop, core::Archive checkpoint) {
  const auto name = std::string(kStep) + std::to_string(loop.position().environment_steps);
  directory_.write_checkpoint(name, std::move(checkpoint));
  std::erase(steps_kept_, name);
  steps_kept_.push_back(name);
  while (steps_kept_.size() > kStepsKept) {
    directory_.remove("checkpoints/" + steps_kept_.front() + ".safetensors");
    steps_kept_.pop_front();
  }
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
  saved_ = Clock::now();
  flush();
  auto checkpoint = make_checkpoint(loop);
  if (options_.experience) experience_.write(loop.learner(), directory_);
  const auto manifest = standing(loop);
  manifest.write_metadata(checkpoint);
  manifest.write_section(checkpoint);
  core::ByteWriter row;
  row.put(next_row_);
  table_.save(row);
  checkpoint.sections[kRowSection] = row.take();
  directory_.write_checkpoint("last", std::move(checkpoint));
  experience_.remove_old(directory_);
}

void RunRecorder::close(TrainLoop& loop) {
  save(loop);
  end(last_line(loop));
}

std::string RunRecorder::last_line(TrainLoop& loop) {
  return run::journal_end(loop.ticks(), loop.position(), parameter_digest(loop.learner().policy()));
}

void RunRecorder::end(std::string line) {
  directory_.append(run::kJournalFile, std::move(line));
}

}  // namespace qarium::train
