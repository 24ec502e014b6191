#include "engine/run/run_directory.hpp"

#include <cmath>
#include <cstdio>
#include <fstream>
#include <nlohmann/json.hpp>

#include "engine/config/configuration.hpp"
#include "engine/core/error.hpp"
#include "engine/nn/runtime.hpp"
#include "engine/run/checkpoint.hpp"

namespace qarium::run {
namespace {

constexpr std::int64_t kStepsPerRow = 1'000;
constexpr std::size_t kFlushBytes = 1 << 14;

template <class... Values>
std::string formatted(const char* format, Values... values) {
  char text[512];
  std::snprintf(text, sizeof text, format, values...);
  return text;
}

/// An empty cell where there is no number.
std::string cell(double value) {
  return std::isfinite(value) ? formatted("%.6g", value) : std::string();
}

}  // namespace

bool RunDirectory::holds_run(const std::filesystem::path& folder) {
  std::error_code ignored;
  return std::filesystem::exists(folder / "config.toml", ignored);
}

std::filesystem::path RunDirectory::checkpoint_path(const std::filesystem::path& folder,
                                                    const std::string& checkpoint) {
  return folder / "checkpoints" / (checkpoint + ".safetensors");
}

RunDirectory::RunDirectory(std::filesystem::path folder, const train::TrainLoop& loop, Writer& writer, bool append)
    : folder_(std::move(folder)), writer_(writer) {
  if (holds_run(folder_) && !append) {
    throw core::UserError("'" + folder_.string() +
                          "' holds a run already: choose another folder, or go on with it by "
                          "--resume");
  }
  std::error_code error;
  std::filesystem::create_directories(folder_ / "checkpoints", error);
  std::ofstream probe(folder_ / "config.toml", std::ios::app);
  if (error || !probe) {
    throw core::UserError("the run directory '" + folder_.string() + "' cannot be written: choose another with --run");
  }
  probe.close();
  write_configuration(loop);
  const auto& h = loop.hyperparameters();
  writer_.append(folder_ / "journal.jsonl",
                 journal_header(present_circumstances(nn::describe_device(loop.device(), h.threads), h.threads), h));
  if (!(loop.position() == protocol::Position{})) {
    record({loop.ticks(), loop.position(), protocol::Load{append ? folder_.string() : "another run", "last"}});
  }
  next_row_ = loop.position().environment_steps + kStepsPerRow;
  if (append) return;
  const auto since_epoch = std::chrono::system_clock::now().time_since_epoch();
  const nlohmann::json header{{"t_start", std::chrono::duration<double>(since_epoch).count()},
                              {"env_id", loop.spec().id}};
  writer_.append(folder_ / "monitor.csv", "#" + header.dump() + "\nr,l,t\n");
  const std::string columns =
      "environment_steps,updates,episodes,seconds,epsilon,mean_return_100,loss,mean_q,td_error_p50,td_error_p95,"
      "gradient_norm,evaluation_return";
  writer_.append(folder_ / "progress.csv", columns + "\n");
}

double RunDirectory::seconds() const {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
}

void RunDirectory::write_configuration(const train::TrainLoop& loop) {
  writer_.enqueue([file = folder_ / "config.toml", text = config::to_toml(loop.hyperparameters())] {
    std::ofstream stream(file, std::ios::binary);
    stream << text;
    stream.flush();
    if (!stream) throw core::UserError("cannot write '" + file.string() + "': is the disk full?");
  });
}

void RunDirectory::reconfigured(const train::TrainLoop& loop) {
  write_configuration(loop);
}

void RunDirectory::on_update(const train::TrainLoop& loop, const agent::UpdateReport& report) {
  ++updates_;
  const std::array<float, 5> values = {report.loss, report.mean_q, report.td_error_p50, report.td_error_p95,
                                       report.gradient_norm};
  for (std::size_t i = 0; i < values.size(); ++i)
    sums_[i] += values[i];
  if (loop.position().environment_steps >= next_row_) progress_row(loop);
}

void RunDirectory::on_episode(const train::TrainLoop& loop, const protocol::EpisodeRecord& record) {
  monitor_ += formatted("%.6g,%lld,%.6f\n", static_cast<double>(record.episode_return),
                        static_cast<long long>(record.length), seconds());
  if (loop.position().environment_steps >= next_row_) progress_row(loop);
}

void RunDirectory::on_evaluation(train::TrainLoop& loop, const train::Evaluation& /*evaluation*/, bool best) {
  progress_row(loop);
  if (best) write_checkpoint(loop, "best");
  save(loop);
}

void RunDirectory::progress_row(const train::TrainLoop& loop) {
  next_row_ = loop.position().environment_steps + kStepsPerRow;
  progress_ += formatted("%lld,%lld,%lld,%.3f,%.6g,", static_cast<long long>(loop.position().environment_steps),
                         static_cast<long long>(loop.position().updates), static_cast<long long>(loop.episodes()),
                         seconds(), loop.epsilon()) +
               cell(loop.mean_return_100());
  for (const double sum : sums_)
    progress_ += "," + cell(sum / static_cast<double>(updates_));
  progress_ += "," + (loop.last_evaluation() ? cell(loop.last_evaluation()->mean_return) : std::string()) + "\n";
  sums_ = {};
  updates_ = 0;
  if (progress_.size() + monitor_.size() > kFlushBytes) flush();
}

void RunDirectory::flush() {
  if (!progress_.empty()) writer_.append(folder_ / "progress.csv", std::move(progress_));
  if (!monitor_.empty()) writer_.append(folder_ / "monitor.csv", std::move(monitor_));
  progress_.clear();
  monitor_.clear();
}

void RunDirectory::write_checkpoint(train::TrainLoop& loop, const std::string& name) {
  writer_.enqueue([file = checkpoint_path(folder_, name), checkpoint = make_checkpoint(loop)] {
    write_safetensors(file, checkpoint);
  });
}

void RunDirectory::record(const JournalEntry& entry) {
  writer_.append(folder_ / "journal.jsonl", journal_line(entry));
}

void RunDirectory::save(train::TrainLoop& loop) {
  flush();
  write_checkpoint(loop, "last");
}

void RunDirectory::close(train::TrainLoop& loop) {
  save(loop);
  writer_.append(folder_ / "journal.jsonl",
                 journal_end(loop.ticks(), loop.position(), parameter_digest(loop.learner().online().parameters())));
}

}  // namespace qarium::run
