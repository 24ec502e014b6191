#include "engine/train/inspector.hpp"

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>

#include "engine/core/error.hpp"
#include "engine/core/overloaded.hpp"
#include "engine/inspect/attention_look.hpp"
#include "engine/nn/runtime.hpp"

namespace qarium::train {
namespace {

using namespace std::chrono_literals;

constexpr auto kStagePublishInterval = 16ms;
constexpr auto kRequestInterval = 100ms;
constexpr auto kStageSpeedInterval = 500ms;
constexpr auto kPointInterval = 200ms;
constexpr auto kTruthInterval = 100ms;
constexpr auto kBesidePiece = 30ms;
constexpr std::int64_t kMostBesideSteps = 100'000;
constexpr std::int64_t kMostEpisodes = 10'000;
constexpr std::int64_t kMostOrders = 100'000;
constexpr auto kIdle = 1h;
/// How long a command waits for the stage that it is for.
constexpr auto kPatience = 10s;
constexpr int kNiceness = 10;

}  // namespace

Inspector::Inspector(Trainer& trainer, core::Mailbox<core::Acknowledgement>& acknowledgements)
    : trainer_(trainer), acknowledgements_(acknowledgements) {
  // What a key toggles is known before there is anything to show.
  snapshots_.back().playing = playing_;
  snapshots_.publish();
  thread_ = std::thread([this] { work(); });
}

Inspector::~Inspector() {
  stop_.store(true);
  commands_.wake();
  thread_.join();
}

void Inspector::send(std::uint64_t id, core::StageCommand command) {
  commands_.send({id, std::move(command)});
}

void Inspector::set_needs(core::Needs needs) {
  if (needs_.exchange(needs) != needs) commands_.wake();
}

bool Inspector::looked_at() const {
  const auto needs = needs_.load();
  return core::wants(needs, core::Part::Stage) || core::wants(needs, core::Part::ActionValues) ||
         core::wants(needs, core::Part::Attention) || core::wants(needs, core::Part::Memory);
}

void Inspector::work() {
  nn::prepare_thread(1);
  // On Linux a thread has a niceness of its own: what one watches takes the time that learning leaves.
  setpriority(PRIO_PROCESS, static_cast<id_t>(gettid()), kNiceness);
  while (!stop_.load()) {
    take_commands();
    try {
      refresh_parameters();
      if (stage_.ready() && playing_ && looked_at()) play();
      examine();
      play_beside();
    } catch (const std::exception& error) {
      error_ = error.what();
      playing_ = false;
      dirty_ = true;
    }
    if (seen_needs_ != needs_.load()) dirty_ = true;
    if (dirty_ && stage_.ready() && Clock::now() - last_publish_ >= kStagePublishInterval) publish();
    commands_.wait_for(wait_limit());
  }
}

void Inspector::take_commands() {
  if (waiting_.empty()) waiting_since_ = Clock::now();
  commands_.take(batch_);
  waiting_.insert(waiting_.end(), batch_.begin(), batch_.end());
  // The first seconds' keys count too; where learning has failed to begin, they are refused in the end.
  if (!stage_.ready() && Clock::now() - waiting_since_ < kPatience) return;
  for (const auto& command : waiting_)
    apply(command);
  waiting_.clear();
}

Inspector::Clock::duration Inspector::wait_limit() const {
  const auto now = Clock::now();
  Clock::duration limit = kIdle;
  if (!stage_.ready()) limit = 5ms;
  if (examination_ || played_beside_ || (stage_.ready() && !waiting_.empty())) return 0ms;
  if (dirty_) limit = std::min<Clock::duration>(limit, last_publish_ + kStagePublishInterval - now);
  if (looked_at()) limit = std::min<Clock::duration>(limit, kRequestInterval);
  if (looked_at() && playing_) limit = std::min<Clock::duration>(limit, next_step_ - now);
  return std::max<Clock::duration>(limit, 0ms);
}

void Inspector::refresh_parameters() {
  if (!looked_at() && stage_.ready()) return;
  if (trainer_.parameters().take(version_)) {
    stage_.adopt(version_);
    dirty_ = true;
    measure_attention();
  }
  const auto now = Clock::now();
  if (now - last_request_ < kRequestInterval) return;
  last_request_ = now;
  trainer_.request_parameters();
}

void Inspector::measure_attention() {
  const auto now = Clock::now();
  if (version_.states.empty() || version_.hyperparameters.attention.kind == "none") return;
  if (now - last_point_ < kPointInterval) return;
  last_point_ = now;
  const std::vector<std::span<const std::byte>> states(version_.states.begin(), version_.states.end());
  auto point = inspect::attention_point(stage_.policy(), states, stage_.environment());
  point.step = version_.position.environment_steps;
  points_.send(point);
  attention_looks_.fetch_add(1, std::memory_order_relaxed);
}

void Inspector::begin_examination(const core::Examine& examine) {
  if (examine.episodes < 0 || examine.episodes > kMostEpisodes) {
    throw core::UserError("an examination takes 0 to " + std::to_string(kMostEpisodes) + " episodes");
  }
  if (examine.orders < 1 || examine.orders > kMostOrders) {
    throw core::UserError("an examination takes 1 to " + std::to_string(kMostOrders) + " random orders a state");
  }
  const auto& h = stage_.hyperparameters();
  examination_ = std::make_unique<inspect::Examination>(
      h, stage_.policy(),
      inspect::ExaminationRequest{examine.episodes, examine.orders, stage_.observation(), stage_.parameters(),
                                  static_cast<std::uint64_t>(h.seed)});
}

void Inspector::examine() {
  if (!examination_) return;
  const bool more = examination_->tick();
  const auto now = Clock::now();
  if (more && now - last_truth_ < kTruthInterval) return;
  last_truth_ = now;
  auto truth = std::make_shared<core::Truth>(examination_->result());
  truth->version = ++truth_version_;
  truth_ = std::move(truth);
  dirty_ = true;
  if (!more) examination_.reset();
}

void Inspector::begin_beside(const core::PlayBeside& command) {
  if (command.steps < 1 || command.steps > kMostBesideSteps) {
    throw core::UserError("an episode is played on for 1 to " + std::to_string(kMostBesideSteps) + " steps");
  }
  played_beside_ = std::make_unique<inspect::PlayedBeside>(stage_.hyperparameters(), stage_.policy(),
                                                           stage_.beside_start(), command.steps);
}

void Inspector::play_beside() {
  if (!played_beside_) return;
  const auto until = Clock::now() + kBesidePiece;
  bool more = true;
  while (more && Clock::now() < until)
    more = played_beside_->tick();
  auto beside = std::make_shared<core::Beside>(played_beside_->result());
  beside->version = ++beside_version_;
  beside_ = std::move(beside);
  dirty_ = true;
  if (!more) played_beside_.reset();
}

void Inspector::play() {
  const auto now = Clock::now();
  if (speed_ == core::kUnlimitedSpeed) {
    stage_.forward();
    next_step_ = now;
    dirty_ = true;
  } else if (now >= next_step_) {
    const std::chrono::duration<double> period(1.0 / (stage_.spec().render_fps * speed_));
    // At most a few steps at once: where time was lost the stage goes on from now and does not hurry after it.
    for (int steps = 0; next_step_ <= now && steps < 8; ++steps) {
      stage_.forward();
      next_step_ += std::chrono::duration_cast<Clock::duration>(period);
    }
    next_step_ = std::max(next_step_, now);
    dirty_ = true;
  }
  measure_speed();
}

void Inspector::measure_speed() {
  const auto now = Clock::now();
  const auto elapsed = now - speed_since_;
  if (elapsed < kStageSpeedInterval) return;
  steps_per_second_ = static_cast<double>(std::max<std::int64_t>(0, stage_.cursor() - speed_steps_)) /
                      std::chrono::duration<double>(elapsed).count();
  speed_since_ = now;
  speed_steps_ = stage_.cursor();
}

void Inspector::apply(const core::Numbered<core::StageCommand>& numbered) {
  core::Acknowledgement answer;
  answer.id = numbered.id;
  answer.command = core::Command{numbered.command};
  try {
    if (!stage_.ready()) throw core::UserError("there is no stage: learning has not begun (the status line tells why)");
    answer.message = carry_out(numbered.command);
    answer.accepted = true;
  } catch (const std::exception& error) {
    answer.message = error.what();
  }
  answer.position = version_.position;
  acknowledgements_.send(std::move(answer));
  dirty_ = true;
}

std::string Inspector::carry_out(const core::StageCommand& command) {
  const auto play_from_here = [&](bool fresh_draws) {
    stage_.resume(fresh_draws);
    playing_ = true;
    next_step_ = Clock::now();
  };
  return std::visit(
      core::Overloaded{
          [&](const core::Play&) {
            playing_ = true;
            error_.clear();
            next_step_ = Clock::now();
            return std::string("stage playing");
          },
          [&](const core::Halt&) {
            playing_ = false;
            return std::string("stage halted");
          },
          [&](const core::StageStep& step) {
            playing_ = false;
            if (step.n < 0) stage_.seek(stage_.cursor() + step.n);
            for (std::int64_t i = 0; i < step.n; ++i)
              stage_.forward();
            return "stage at step " + std::to_string(stage_.moment().step);
          },
          [&](const core::Speed& speed) {
            if (!(speed.factor >= 0) || speed.factor > 1000) {
              throw core::UserError("the stage's speed must lie between 0 and 1000");
            }
            speed_ = speed.factor;
            next_step_ = Clock::now();
            return std::string("stage speed changed");
          },
          [&](const core::Seek& seek) {
            playing_ = false;
            stage_.seek(seek.index);
            return "stage at step " + std::to_string(stage_.moment().step);
          },
          [&](const core::Resume&) {
            play_from_here(false);
            return "resumed from step " + std::to_string(stage_.moment().step);
          },
          [&](const core::Branch&) {
            play_from_here(true);
            return "branched from step " + std::to_string(stage_.moment().step);
          },
          [&](const core::Act& act) {
            if (act.action < 0 || act.action >= stage_.spec().action_space.n()) {
              throw core::UserError("action " + std::to_string(act.action) + " does not exist here");
            }
            playing_ = false;
            if (!stage_.live()) stage_.resume(false);
            stage_.forward(act.action);
            return "you chose " + stage_.spec().action_space.names[static_cast<std::size_t>(act.action)];
          },
          [&](const core::NewEpisode&) {
            stage_.new_episode();
            return std::string("new watched episode");
          },
          [&](const core::StageEpsilon& epsilon) {
            if (!(epsilon.epsilon >= 0 && epsilon.epsilon <= 1)) {
              throw core::UserError("the stage's epsilon must lie between 0 and 1");
            }
            stage_.set_epsilon(epsilon.epsilon);
            return std::string("stage epsilon changed");
          },
          [&](const core::Suppose& suppose) {
            stage_.suppose(suppose.change, suppose.memory);
            return std::string(suppose.change.empty() && suppose.memory.empty() ? "as it is" : "supposed");
          },
          [&](const core::PlayBeside& beside) {
            begin_beside(beside);
            return std::string("playing on beside the untouched episode");
          },
          [&](const core::Recall& recall) {
            stage_.recall(recall.indices);
            return std::string("moments recalled");
          },
          [&](const core::Examine& examine) {
            begin_examination(examine);
            return std::string("examining attention");
          },
          [&](const core::StopExamining&) {
            if (examination_) {
              auto truth = std::make_shared<core::Truth>(examination_->result());
              truth->running = false;
              truth->version = ++truth_version_;
              truth_ = std::move(truth);
              examination_.reset();
            }
            return std::string("examination stopped");
          },
      },
      command);
}

void Inspector::publish() {
  const auto needs = needs_.load();
  auto& snapshot = snapshots_.back();
  snapshot.sequence = ++sequence_;
  stage_.describe(snapshot, needs);
  snapshot.truth = core::wants(needs, core::Part::Attention) ? truth_ : nullptr;
  snapshot.beside = core::wants(needs, core::Part::Memory) ? beside_ : nullptr;
  if (core::wants(needs, core::Part::Memory)) memory_looks_.fetch_add(1, std::memory_order_relaxed);
  if (core::wants(needs, core::Part::Attention)) attention_looks_.fetch_add(1, std::memory_order_relaxed);
  snapshot.playing = playing_;
  snapshot.speed = speed_;
  snapshot.steps_per_second = playing_ ? steps_per_second_ : 0;
  snapshot.error = error_;
  snapshots_.publish();
  published_.fetch_add(1, std::memory_order_relaxed);
  seen_needs_ = needs;
  last_publish_ = Clock::now();
  dirty_ = false;
}

}  // namespace qarium::train
