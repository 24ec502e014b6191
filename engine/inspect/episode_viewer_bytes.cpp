// The watched episode as bytes, and back.
#include "engine/config/configuration.hpp"
#include "engine/core/error.hpp"
#include "engine/inspect/episode_viewer.hpp"

namespace qarium::inspect {
namespace {

void put(core::ByteWriter& out, const agent::RecurrentState& state) {
  out.put_all(state.values);
  out.put_all(state.actions);
  out.put_all(state.rewards);
}

/// A state of that network, of which `like` is one.
agent::RecurrentState get_recurrent_state(core::ByteReader& in, const agent::RecurrentState& like) {
  agent::RecurrentState state{like.layout, in.get_all<float>(), in.get_all<std::int64_t>(), in.get_all<float>()};
  in.require(state.values.size() == like.values.size() && state.actions.size() == like.actions.size() &&
                 state.rewards.size() == like.rewards.size(),
             "holds what another network remembered");
  return state;
}

}  // namespace

void EpisodeViewer::write(core::ByteWriter& out) const {
  if (!can_go_back()) {
    throw core::UserError(spec().id + " cannot go back to an earlier state: its watched episode is not kept");
  }
  out.put_text(config::to_toml(hyperparameters_));
  out.put(parameters_);
  out.put(version_);
  out.put(frames_);
  out.put(branches_);
  out.put(epsilon_);
  out.put(cursor_);
  out.put(compared_);
  past_.write(out, [&](const StoredFrame& frame) {
    put(out, frame);
    const bool present = frame.moment.network == networks_;
    out.put(present);
    if (present) put(out, frame.before);
  });
}

void EpisodeViewer::read(core::ByteReader& in) {
  const auto written = config::from_toml(in.get_text(), "the kept stage").hyperparameters;
  if (!can_go_back() || !(written.environment == hyperparameters_.environment) ||
      written.seed != hyperparameters_.seed || written.algorithm != hyperparameters_.algorithm ||
      !same_network(written, hyperparameters_)) {
    throw core::UserError("the kept stage is of another environment, seed or network");
  }
  const bool same_weights = in.get<protocol::Position>() == parameters_;
  const auto version = in.get<std::uint64_t>();
  const auto frames = in.get<std::uint64_t>();
  const auto branches = in.get<std::uint32_t>();
  const auto epsilon = in.get<double>();
  const auto cursor = in.get<std::int64_t>();
  const auto compared = in.get<std::uint64_t>();
  in.require(epsilon >= 0 && epsilon <= 1, "holds a probability that is none");
  const auto beginning = policy_->begin(1);
  const auto get = [&] {
    auto frame = get_frame(in, spec());
    const bool present = in.get_flag();
    if (present) frame.before = get_recurrent_state(in, beginning);
    frame.moment.id += frames_;
    frame.moment.network = present ? networks_ : 0;
    const auto now = [&](std::uint64_t then) { return present && same_weights && then == version ? version_ : 0; };
    frame.version = now(frame.version);
    if (frame.memory) frame.memory->weights = now(frame.memory->weights);
    return frame;
  };
  past_.read(in, get, [this](StoredFrame& frame, const StoredFrame* before) { return retrace(frame, before); });
  frames_ += frames;
  branches_ = branches;
  epsilon_ = epsilon;
  undo_points_.clear();
  compared_ = past_.has(compared) && compared != past_.current() ? compared : 0;
  lane_changed();
  seek(cursor);
}

bool EpisodeViewer::retrace(StoredFrame& frame, const StoredFrame* before) {
  auto drawn_in = frame.begun_in;
  if (frame.moment.step == 0) {
    viewer_->reset(stream_of_episode(drawn_in, frame.moment.episode));
  } else {
    if (before == nullptr) return false;
    if (before->moment.action < 0) throw core::UserError("the kept stage holds a step without an action");
    drawn_in = before->branch;
    viewer_->restore_state(before->state);
    viewer_->step(before->moment.action);
  }
  if (frame.branch != drawn_in) viewer_->reseed(stream_of_branch(frame.branch));
  std::vector<std::byte> observation(frame.observation.size());
  viewer_->observe(observation);
  if (observation != frame.observation) {
    throw core::UserError("the kept stage is of an environment that went otherwise");
  }
  frame.state = viewer_->save_state();
  return true;
}

}  // namespace qarium::inspect
