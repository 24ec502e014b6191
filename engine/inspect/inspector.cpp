#include "engine/inspect/inspector.hpp"

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>

#include "engine/core/error.hpp"
#include "engine/core/overloaded.hpp"
#include "engine/inspect/landmarks.hpp"

namespace qarium::inspect {
namespace {

using namespace std::chrono_literals;

constexpr auto kStagePublishInterval = 16ms;
constexpr auto kAfterError = 500ms;
constexpr auto kRequestInterval = 100ms;
constexpr auto kStageSpeedInterval = 500ms;
constexpr auto kPointInterval = 200ms;
constexpr auto kFaithfulnessInterval = 100ms;
constexpr auto kCounterfactualPiece = 30ms;
constexpr std::int64_t kMostCounterfactualSteps = 100'000;
constexpr std::int64_t kMostEpisodes = 10'000;
constexpr std::int64_t kMostOrders = 100'000;
constexpr auto kIdle = 1h;
/// How long a command waits for the stage that it is for.
constexpr auto kPatience = 10s;
constexpr int kNiceness = 10;

}  // namespace

Inspector::Inspector(protocol::ParameterExchange& parameters,
                     protocol::Mailbox<protocol::Acknowledgement>& acknowledgements, agent::Families families)
    : parameters_(parameters), acknowledgements_(acknowledgements), stage_(EpisodeViewer::kMemoryLimit, families) {
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

void Inspector::send(std::uint64_t id, protocol::StageCommand command) {
  commands_.send({id, std::move(command)});
}

void Inspector::set_needs(protocol::Needs needs) {
  if (needs_.exchange(needs) != needs) commands_.wake();
}

bool Inspector::looked_at() const {
  const auto needs = needs_.load();
  return protocol::wants(needs, protocol::Part::Stage) || protocol::wants(needs, protocol::Part::ActionValues) ||
         protocol::wants(needs, protocol::Part::Attention) || protocol::wants(needs, protocol::Part::Memory);
}

void Inspector::work() {
  // On Linux a thread has a niceness of its own: what one watches takes the time that learning leaves.
  setpriority(PRIO_PROCESS, static_cast<id_t>(gettid()), kNiceness);
  while (!stop_.load()) {
    try {
      work_once();
    } catch (const std::exception& error) {
      // What threw is given up, so that it does not throw for ever; the stage halts and the window says why.
      error_ = error.what();
      playing_ = false;
      faithfulness_test_.reset();
      counterfactual_player_.reset();
      waiting_.clear();
      dirty_ = true;
      commands_.wait_for(kAfterError);
    }
  }
}

void Inspector::work_once() {
  take_commands();
  refresh_parameters();
  enter_opened_stage();
  if (stage_.ready() && playing_ && looked_at()) play();
  test_faithfulness();
  play_counterfactual();
  if (seen_needs_ != needs_.load()) dirty_ = true;
  if (dirty_ && stage_.ready() && Clock::now() - last_publish_ >= kStagePublishInterval) publish();
  commands_.wait_for(wait_limit());
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
  if (faithfulness_test_ || counterfactual_player_ || (stage_.ready() && !waiting_.empty())) return 0ms;
  if (dirty_) limit = std::min<Clock::duration>(limit, last_publish_ + kStagePublishInterval - now);
  if (looked_at()) limit = std::min<Clock::duration>(limit, kRequestInterval);
  if (looked_at() && playing_) limit = std::min<Clock::duration>(limit, next_step_ - now);
  return std::max<Clock::duration>(limit, 0ms);
}

void Inspector::refresh_parameters() {
  if (!looked_at() && stage_.ready()) return;
  if (parameters_.take(version_)) {
    const auto before = stage_.environments_begun();
    stage_.adopt(version_);
    if (stage_.environments_begun() != before) error_.clear();  // it was about another one
    dirty_ = true;
    measure_attention();
  }
  const auto now = Clock::now();
  if (now - last_request_ < kRequestInterval) return;
  last_request_ = now;
  parameters_.request();
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
  attention_inspections_.fetch_add(1, std::memory_order_relaxed);
}

void Inspector::begin_faithfulness_test(const protocol::TestFaithfulness& examine) {
  if (examine.episodes < 0 || examine.episodes > kMostEpisodes) {
    throw core::UserError("a faithfulness test takes 0 to " + std::to_string(kMostEpisodes) + " episodes");
  }
  if (examine.orders < 1 || examine.orders > kMostOrders) {
    throw core::UserError("a faithfulness test takes 1 to " + std::to_string(kMostOrders) + " random orders a state");
  }
  const auto& h = stage_.hyperparameters();
  auto basis = stage_.basis();
  basis.attention = {};  // what is measured is the agent as it is
  basis.memory = {};
  if (examine.episodes > 0) basis.frame = 0;
  faithfulness_test_ = std::make_unique<inspect::FaithfulnessTest>(
      h, stage_.policy(),
      inspect::FaithfulnessRequest{examine.episodes, examine.orders, stage_.observation(), std::move(basis),
                                   static_cast<std::uint64_t>(h.seed)});
}

void Inspector::test_faithfulness() {
  if (!faithfulness_test_) return;
  const bool more = faithfulness_test_->tick();
  const auto now = Clock::now();
  if (more && now - last_faithfulness_ < kFaithfulnessInterval) return;
  last_faithfulness_ = now;
  auto faithfulness = std::make_shared<protocol::Faithfulness>(faithfulness_test_->result());
  faithfulness->version = ++faithfulness_version_;
  faithfulness_ = std::move(faithfulness);
  dirty_ = true;
  if (!more) faithfulness_test_.reset();
}

void Inspector::begin_counterfactual(const protocol::PlayCounterfactual& command) {
  if (command.steps < 1 || command.steps > kMostCounterfactualSteps) {
    throw core::UserError("an episode is played on for 1 to " + std::to_string(kMostCounterfactualSteps) + " steps");
  }
  counterfactual_player_ = std::make_unique<inspect::CounterfactualPlayer>(
      stage_.hyperparameters(), stage_.policy(), stage_.counterfactual_start(), command.steps);
}

void Inspector::play_counterfactual() {
  if (!counterfactual_player_) return;
  const auto until = Clock::now() + kCounterfactualPiece;
  bool more = true;
  while (more && Clock::now() < until)
    more = counterfactual_player_->tick();
  auto rollout = std::make_shared<protocol::CounterfactualRollout>(counterfactual_player_->result());
  rollout->version = ++rollout_version_;
  rollout_ = std::move(rollout);
  dirty_ = true;
  if (!more) counterfactual_player_.reset();
}

void Inspector::play() {
  const auto now = Clock::now();
  if (speed_ == protocol::kUnlimitedSpeed) {
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

void Inspector::apply(const protocol::Numbered<protocol::StageCommand>& numbered) {
  protocol::Acknowledgement answer;
  answer.id = numbered.id;
  answer.command = protocol::Command{numbered.command};
  try {
    if (!stage_.ready()) throw core::UserError("there is no stage: learning has not begun (the status line tells why)");
    answer.message = carry_out(numbered.id, numbered.command);
    answer.accepted = true;
    // The window asks for frames by itself: that is nobody's answer to an error.
    if (!std::holds_alternative<protocol::Recall>(numbered.command)) error_.clear();
  } catch (const std::exception& error) {
    answer.message = error.what();
  }
  answer.position = version_.position;
  acknowledgements_.send(std::move(answer));
  answered_ = numbered.id;
  dirty_ = true;
}

std::string Inspector::carry_out(std::uint64_t id, const protocol::StageCommand& command) {
  const auto before = stage_.place();
  const auto play_from_here = [&](bool fresh_draws) {
    stage_.resume(fresh_draws);
    if (stage_.place().lane != before.lane) stage_.add_undo_point(id, before);
    playing_ = true;
    next_step_ = Clock::now();
  };
  return std::visit(core::Overloaded{
                        [&](const protocol::Play&) {
                          playing_ = true;
                          next_step_ = Clock::now();
                          return std::string("stage playing");
                        },
                        [&](const protocol::Halt&) {
                          playing_ = false;
                          return std::string("stage halted");
                        },
                        [&](const protocol::StageStep& step) {
                          playing_ = false;
                          if (step.n < 0) stage_.seek(stage_.cursor() + step.n);
                          for (std::int64_t i = 0; i < step.n; ++i)
                            stage_.forward();
                          return "stage at step " + std::to_string(stage_.moment().step);
                        },
                        [&](const protocol::Speed& speed) {
                          if (!(speed.factor >= 0) || speed.factor > kMostSpeed) {
                            throw core::UserError("the stage's speed must lie between 0 and 1000");
                          }
                          speed_ = speed.factor;
                          next_step_ = Clock::now();
                          return std::string("stage speed changed");
                        },
                        [&](const protocol::Seek& seek) {
                          playing_ = false;
                          stage_.seek(seek.index);
                          return "stage at step " + std::to_string(stage_.moment().step);
                        },
                        [&](const protocol::Resume&) {
                          play_from_here(false);
                          return "resumed from step " + std::to_string(stage_.moment().step);
                        },
                        [&](const protocol::Branch&) {
                          play_from_here(true);
                          return "branched from step " + std::to_string(stage_.moment().step);
                        },
                        [&](const protocol::Act& act) {
                          if (act.action < 0 || act.action >= stage_.spec().action_space.n()) {
                            throw core::UserError("action " + std::to_string(act.action) + " does not exist here");
                          }
                          playing_ = false;
                          stage_.act_here(act.action);
                          stage_.add_undo_point(id, before);
                          return "you chose " + stage_.spec().action_space.names[static_cast<std::size_t>(act.action)];
                        },
                        [&](const protocol::ReturnTo& to) {
                          playing_ = false;
                          stage_.return_to(to.lane, to.index);
                          return "lane " + std::to_string(to.lane) + ", step " + std::to_string(stage_.moment().step);
                        },
                        [&](const protocol::TakeBack&) {
                          playing_ = false;
                          stage_.take_back();
                          return "taken back: lane " + std::to_string(stage_.place().lane) + ", step " +
                                 std::to_string(stage_.moment().step);
                        },
                        [&](const protocol::CompareLane& compared) {
                          stage_.compare_lane(compared.lane);
                          if (compared.lane == 0) return std::string("one lane alone");
                          return "lane " + std::to_string(compared.lane) + " compared";
                        },
                        [&](const protocol::NewEpisode&) {
                          stage_.new_episode();
                          return std::string("new watched episode");
                        },
                        [&](const protocol::StageEpsilon& epsilon) {
                          if (!(epsilon.epsilon >= 0 && epsilon.epsilon <= 1)) {
                            throw core::UserError("the stage's epsilon must lie between 0 and 1");
                          }
                          stage_.set_epsilon(epsilon.epsilon);
                          return std::string("stage epsilon changed");
                        },
                        [&](const protocol::Intervene& intervene) {
                          stage_.intervene(intervene.change, intervene.memory);
                          const bool none = intervene.change.empty() && intervene.memory.empty();
                          return std::string(none ? "no intervention" : "intervention in force");
                        },
                        [&](const protocol::PlayCounterfactual& rollout) {
                          begin_counterfactual(rollout);
                          return std::string("both rollouts begun");
                        },
                        [&](const protocol::Recall& recall) {
                          stage_.recall(recall.indices);
                          return std::string("moments recalled");
                        },
                        [&](const protocol::TestFaithfulness& test) {
                          begin_faithfulness_test(test);
                          return std::string("faithfulness test begun");
                        },
                        [&](const protocol::StopFaithfulnessTest&) {
                          if (faithfulness_test_) {
                            auto faithfulness = std::make_shared<protocol::Faithfulness>(faithfulness_test_->result());
                            faithfulness->running = false;
                            faithfulness->version = ++faithfulness_version_;
                            faithfulness_ = std::move(faithfulness);
                            faithfulness_test_.reset();
                          }
                          return std::string("faithfulness test stopped");
                        },
                        [&](const protocol::KeepStage& keep) {
                          keep_stage(keep.run);
                          return std::string();
                        },
                        [&](const protocol::OpenStage& open) {
                          open_stage(open.run);
                          return std::string();
                        },
                    },
                    command);
}

void Inspector::publish() {
  const auto needs = needs_.load();
  auto& snapshot = snapshots_.back();
  snapshot.sequence = ++sequence_;
  stage_.describe(snapshot, needs);
  snapshot.faithfulness = protocol::wants(needs, protocol::Part::Attention) ? faithfulness_ : nullptr;
  snapshot.counterfactual_rollout = protocol::wants(needs, protocol::Part::Memory) ? rollout_ : nullptr;
  if (protocol::wants(needs, protocol::Part::Memory)) memory_inspections_.fetch_add(1, std::memory_order_relaxed);
  if (protocol::wants(needs, protocol::Part::Attention)) attention_inspections_.fetch_add(1, std::memory_order_relaxed);
  snapshot.playing = playing_;
  snapshot.speed = speed_;
  snapshot.steps_per_second = playing_ ? steps_per_second_ : 0;
  snapshot.error = error_;
  snapshot.answered = answered_;
  snapshots_.publish();
  published_.fetch_add(1, std::memory_order_relaxed);
  seen_needs_ = needs;
  last_publish_ = Clock::now();
  dirty_ = false;
}

}  // namespace qarium::inspect
