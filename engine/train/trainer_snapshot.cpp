// What the trainer tells: its status, and the parts that visible panels want.
#include "engine/core/openblas.hpp"
#include "engine/train/tensorboard_sink.hpp"
#include "engine/train/trainer.hpp"

namespace qarium::train {
namespace {

using namespace std::chrono_literals;

constexpr auto kTrainerPublishInterval = 16ms;
constexpr auto kReplayInterval = 200ms;
constexpr auto kFindingsInterval = 500ms;
constexpr int kUpdateShare = 20;  ///< learning has this much of the time for each look at an update
constexpr auto kLayersInterval = 2s;
constexpr int kLayersShare = 100;  ///< learning has this much of the time for each look into the layers

}  // namespace

protocol::Activity Trainer::activity() const {
  if (!error_.empty() && !running_) return protocol::Activity::Failed;
  if (loop_->finished()) return protocol::Activity::Finished;
  if (!running_) return protocol::Activity::Paused;
  if (loop_->evaluating()) return protocol::Activity::Evaluating;
  return loop_->learner_status().filling ? protocol::Activity::Filling : protocol::Activity::Learning;
}

void Trainer::collect_writer_errors() {
  for (auto& message : writer_.errors()) {
    error_ = std::move(message);
    dirty_ = true;
  }
}

void Trainer::fill_status(protocol::Status& status) {
  const auto& h = loop_->hyperparameters();
  status.activity = activity();
  status.position = loop_->position();
  status.episodes = loop_->episodes();
  status.n_envs = h.n_envs;
  const auto learner = loop_->learner_status();
  status.epsilon = learner.epsilon;
  status.steps_per_second = running_ ? steps_per_second_ : 0;
  status.mean_return_100 = loop_->mean_return_100();
  // Rescaled values stand on another scale.
  status.value_bound = h.memory.kind != "none" && h.value_rescaling ? std::numeric_limits<double>::infinity()
                                                                    : loop_->spec().value_bound(h.gamma);
  status.best_evaluation = loop_->best_evaluation();
  status.last_evaluation.reset();
  if (loop_->last_evaluation()) status.last_evaluation = loop_->last_evaluation()->mean_return;
  status.replay_size = learner.replay_size;
  status.replay_capacity = learner.replay_capacity;
  status.updates_due = learner.updates_due;
  status.steps_to_update = learner.steps_to_update;
  status.rollout_steps = learner.rollout_steps;
  status.rollout_length = learner.rollout_length;
  status.stepped = stepped_;
  const auto circumstances = loop_->learner().circumstances();
  status.device = circumstances.device;
  status.blas = circumstances.blas + ". " + core::openblas_restart();
  status.tensorboard = run_ && run_->writes_to(kTensorboard);
  status.run = run_ ? run_->folder().string() : std::string();
  status.error = error_;
}

void Trainer::look_for_findings() {
  const auto now = Clock::now();
  if (looked_into_ != loop_->rebuilds()) {
    looked_into_ = loop_->rebuilds();
    layers_.clear();
    norms_.clear();
    next_layers_ = now;
  }
  const bool learning = running_ && loop_->position().updates > 0;
  // A loop that begun learning again has episodes of its own, from others it cannot know the first returns.
  if (learning && now >= next_layers_) {
    layers_ = loop_->learner().layer_activity();
    norms_ = loop_->learner().block_norms();
    const auto end = Clock::now();
    next_layers_ = end + std::max<Clock::duration>(kLayersInterval, kLayersShare * (end - now));
  }
  auto health = std::make_shared<protocol::LearnerHealth>(loop_->learner().health());
  health->layers = layers_;
  health->norms = norms_;
  protocol::Status status;
  fill_status(status);
  finding_log_.update(std::chrono::duration<double>(now.time_since_epoch()).count(),
                      findings({loop_->hyperparameters(), status, *health, first_returns_}));
  health_ = std::move(health);
  auto shown = finding_log_.shown();
  if (!findings_ || *findings_ != shown)
    findings_ = std::make_shared<const std::vector<protocol::Finding>>(std::move(shown));
  next_findings_ = now + kFindingsInterval;
}

void Trainer::copy_parts(protocol::TrainerSnapshot& snapshot, protocol::Needs needs) {
  if (protocol::wants(needs, protocol::Part::Network)) {
    if (network_.version != loop_->rebuilds()) {
      network_ = loop_->learner().policy().describe();
      network_.version = loop_->rebuilds();
    }
    copy_part(network_, snapshot.network);
  } else {
    snapshot.network.reset();
  }
  if (protocol::wants(needs, protocol::Part::Replay)) {
    const auto now = Clock::now();
    if (!running_ || now - last_replay_ >= kReplayInterval) {
      loop_->learner().describe_replay(loop_->environments()[0], loop_->position(), replay_);
      replay_.basis.network = loop_->rebuilds();
      ++replay_.version;
      last_replay_ = now;
    }
    copy_part(replay_, snapshot.replay);
  } else {
    snapshot.replay.reset();
  }
  if (protocol::wants(needs, protocol::Part::Update)) {
    look_at_update();
    if (snapshot.update != update_) parts_copied_.fetch_add(1, std::memory_order_relaxed);
    snapshot.update = update_;
  } else {
    snapshot.update.reset();
  }
  if (protocol::wants(needs, protocol::Part::LearnerStage)) {
    loop_->describe_environment(learner_stage_);
    ++learner_stage_.version;
    copy_part(learner_stage_, snapshot.learner);
  } else {
    snapshot.learner.reset();
  }
}

void Trainer::look_at_update() {
  const std::pair made{loop_->rebuilds(), loop_->position().updates};
  const auto now = Clock::now();
  if (update_ && (made == update_of_ || (running_ && now < next_update_look_))) return;
  auto view = std::make_shared<protocol::UpdateView>();
  if (!loop_->learner().describe_update(loop_->environments()[0], loop_->position(), *view)) *view = {};
  view->basis.network = made.first;
  update_ = std::move(view);
  update_of_ = made;
  next_update_look_ = now + std::max<Clock::duration>(kReplayInterval, kUpdateShare * (Clock::now() - now));
}

template <class View>
void Trainer::copy_part(const View& view, std::optional<View>& place) {
  if (place && place->version == view.version) return;
  place = view;
  parts_copied_.fetch_add(1, std::memory_order_relaxed);
}

void Trainer::publish_if_due() {
  const auto now = Clock::now();
  if (now - last_publish_ < kTrainerPublishInterval || !dirty_) return;
  publish();
}

void Trainer::publish() {
  const auto now = Clock::now();
  collect_writer_errors();
  const auto needs = needs_.load();
  auto& snapshot = snapshots_.back();
  snapshot.sequence = ++sequence_;
  fill_status(snapshot.status);
  if (now >= next_findings_ || (findings_ && !error_.empty() && findings_->empty())) look_for_findings();
  snapshot.findings = findings_;
  snapshot.health = health_;
  snapshot.hyperparameters = loop_->hyperparameters();
  snapshot.action_names = loop_->spec().action_space.names;
  if (!metrics_ || metrics_->size() != loop_->metrics().size())
    metrics_ = std::make_shared<const std::vector<protocol::Metric>>(loop_->metrics().all());
  snapshot.metrics = metrics_;
  copy_parts(snapshot, needs);
  snapshots_.publish();
  published_.fetch_add(1, std::memory_order_relaxed);
  history_.flush();
  seen_needs_ = needs;
  last_publish_ = now;
  dirty_ = false;
}

}  // namespace qarium::train
