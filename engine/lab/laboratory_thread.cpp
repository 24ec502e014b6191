#include "engine/lab/laboratory_thread.hpp"

#include <algorithm>
#include <utility>

#include "engine/core/error.hpp"
#include "engine/core/overloaded.hpp"
#include "engine/nn/runtime.hpp"

namespace qarium::lab {
namespace {

using namespace std::chrono_literals;

constexpr auto kLaboratoryPublishInterval = 16ms;
constexpr auto kSampleInterval = 100ms;
constexpr int kSampleShare = 10;                  // learning has this much of the time for each sample's
constexpr double kLaboratorySpeedInterval = 0.5;  // seconds of learning

}  // namespace

LaboratoryThread::LaboratoryThread(protocol::Mailbox<protocol::Acknowledgement>& acknowledgements)
    : acknowledgements_(acknowledgements), thread_([this] { work(); }) {}

LaboratoryThread::~LaboratoryThread() {
  stop_.store(true);
  commands_.wake();
  thread_.join();
}

void LaboratoryThread::send(std::uint64_t id, protocol::LaboratoryCommand command) {
  commands_.send({id, std::move(command)});
}

void LaboratoryThread::set_needs(protocol::Needs needs) {
  if (needs_.exchange(needs) != needs) commands_.wake();
}

void LaboratoryThread::work() {
  nn::prepare_thread(1);
  while (!stop_.load()) {
    commands_.take(batch_);
    for (const auto& command : batch_)
      apply(command);
    if (running_) guarded([&] { learn(); });
    if (sample_due()) guarded([&] { make_sample(); });
    if (dirty_ && (!running_ || Clock::now() - last_publish_ >= kLaboratoryPublishInterval)) publish();
    if (!running_) commands_.wait();
  }
}

void LaboratoryThread::guarded(const auto& what) {
  try {
    what();
  } catch (const std::exception& error) {
    error_ = error.what();
    running_ = false;
    sample_stale_ = false;
    dirty_ = true;
  }
}

void LaboratoryThread::apply(const protocol::Numbered<protocol::LaboratoryCommand>& numbered) {
  protocol::Acknowledgement answer;
  answer.id = numbered.id;
  answer.command = protocol::Command{numbered.command};
  try {
    answer.message = carry_out(numbered.command);
    answer.accepted = true;
  } catch (const std::exception& error) {
    answer.message = error.what();
  }
  if (laboratory_) answer.position = {laboratory_->sequences(), laboratory_->updates()};
  acknowledgements_.send(std::move(answer));
  dirty_ = true;
}

std::string LaboratoryThread::carry_out(const protocol::LaboratoryCommand& command) {
  if (const auto* begin = std::get_if<protocol::StartLaboratory>(&command)) return start(begin->options);
  if (!laboratory_) throw core::UserError("the laboratory has nothing to go on with: start a task first");
  return std::visit(core::Overloaded{
                        [&](const protocol::StartLaboratory&) { return std::string(); },
                        [&](const protocol::PauseLaboratory&) {
                          stop_learning();
                          return "paused after " + std::to_string(laboratory_->sequences()) + " sequences";
                        },
                        [&](const protocol::ContinueLaboratory&) {
                          go_on();
                          return std::string("learning went on");
                        },
                        [&](const protocol::SampleLaboratory& sample) {
                          laboratory_->require_length(sample.length);
                          sample_length_ = sample.length;
                          sample_number_ = sample.number;
                          sample_stale_ = true;
                          return "a sequence of length " + std::to_string(sample.length);
                        },
                    },
                    command);
}

std::string LaboratoryThread::start(const protocol::LaboratoryOptions& options) {
  auto fresh = std::make_unique<Laboratory>(options);
  nn::prepare_thread(options.hyperparameters.threads);
  laboratory_ = std::move(fresh);
  ++run_;
  points_sent_ = 0;
  sample_.reset();
  sample_length_ = options.max_length;
  seconds_ = speed_seconds_ = sequences_per_second_ = 0;
  speed_sequences_ = 0;
  go_on();
  return "began to learn " + options.task + " with " + options.hyperparameters.memory.kind;
}

void LaboratoryThread::go_on() {
  if (laboratory_->finished()) {
    throw core::UserError("all " + std::to_string(laboratory_->options().sequences) +
                          " sequences are learned from: start anew with more of them");
  }
  error_.clear();
  running_ = true;
  sample_stale_ = true;
}

void LaboratoryThread::stop_learning() {
  running_ = false;
  sample_stale_ = true;  // as it is where it stops
}

void LaboratoryThread::learn() {
  const auto start = Clock::now();
  laboratory_->tick();
  seconds_ += std::chrono::duration<double>(Clock::now() - start).count();
  dirty_ = true;
  send_points();
  measure_speed();
  if (laboratory_->finished()) stop_learning();
}

void LaboratoryThread::send_points() {
  const auto& points = laboratory_->points();
  for (; points_sent_ < points.size(); ++points_sent_) {
    auto point = points[points_sent_];
    point.run = run_;
    points_.send(point);
  }
}

void LaboratoryThread::measure_speed() {
  const double elapsed = seconds_ - speed_seconds_;
  if (elapsed < kLaboratorySpeedInterval) return;
  sequences_per_second_ = static_cast<double>(laboratory_->sequences() - speed_sequences_) / elapsed;
  speed_sequences_ = laboratory_->sequences();
  speed_seconds_ = seconds_;
}

bool LaboratoryThread::sample_due() const {
  if (!laboratory_ || !protocol::wants(needs_.load(), protocol::Part::Laboratory)) return false;
  return sample_stale_ || (running_ && Clock::now() >= next_sample_);
}

void LaboratoryThread::make_sample() {
  const auto start = Clock::now();
  auto sample = std::make_shared<protocol::LaboratorySample>(laboratory_->sample(sample_length_, sample_number_));
  sample->version = ++versions_;
  sample->episode.version = sample->version;
  for (auto& view : sample->memory)
    view.version = ++versions_;
  sample_ = std::move(sample);
  sample_stale_ = false;
  const auto end = Clock::now();
  next_sample_ = end + std::max<Clock::duration>(kSampleInterval, kSampleShare * (end - start));
  samples_.fetch_add(1, std::memory_order_relaxed);
  dirty_ = true;
}

void LaboratoryThread::publish() {
  auto& snapshot = snapshots_.back();
  snapshot.sequence = ++sequence_;
  snapshot.run = run_;
  snapshot.running = running_;
  snapshot.seconds = seconds_;
  snapshot.sequences_per_second = running_ ? sequences_per_second_ : 0;
  snapshot.error = error_;
  snapshot.sample = sample_;
  if (laboratory_) {
    snapshot.options = laboratory_->options();
    snapshot.sequences = laboratory_->sequences();
    snapshot.bits_per_sequence = laboratory_->bits_per_sequence();
    snapshot.solved = laboratory_->solved();
  }
  snapshots_.publish();
  last_publish_ = Clock::now();
  dirty_ = false;
}

}  // namespace qarium::lab
