// A kept moment as bytes, and back.
#include "engine/core/bytes.hpp"
#include "engine/inspect/stored_frame.hpp"

namespace qarium::inspect {
namespace {

void put(core::ByteWriter& out, const protocol::EpisodeFrame& moment) {
  out.put(moment.id);
  out.put(moment.index);
  out.put(moment.episode);
  out.put(moment.step);
  out.put(moment.return_so_far);
  out.put(moment.reward);
  out.put(moment.action);
  out.put(moment.exploratory);
  out.put(moment.chosen_by_user);
  out.put(moment.terminated);
  out.put(moment.truncated);
  out.put_all(moment.action_values);
  out.put(moment.state_value.has_value());
  out.put(moment.state_value.value_or(0));
  out.put(moment.returns.has_value());
  if (moment.returns) {
    out.put(moment.returns->categorical);
    out.put(moment.returns->actions);
    out.put(moment.returns->v_min);
    out.put(moment.returns->v_max);
    out.put_all(moment.returns->numbers);
  }
  out.put(moment.network);
  out.put(moment.parameters);
}

protocol::EpisodeFrame get_moment(core::ByteReader& in) {
  protocol::EpisodeFrame moment;
  moment.id = in.get<std::uint64_t>();
  moment.index = in.get<std::int64_t>();
  moment.episode = in.get<std::int64_t>();
  moment.step = in.get<std::int64_t>();
  moment.return_so_far = in.get<float>();
  moment.reward = in.get<float>();
  moment.action = in.get<int>();
  moment.exploratory = in.get_flag();
  moment.chosen_by_user = in.get_flag();
  moment.terminated = in.get_flag();
  moment.truncated = in.get_flag();
  moment.action_values = in.get_all<float>();
  const bool valued = in.get_flag();
  const auto state_value = in.get<float>();
  if (valued) moment.state_value = state_value;
  if (in.get_flag()) {
    auto& returns = moment.returns.emplace();
    returns.categorical = in.get_flag();
    returns.actions = in.get<std::int64_t>();
    returns.v_min = in.get<float>();
    returns.v_max = in.get<float>();
    returns.numbers = in.get_all<float>();
    in.require(returns.actions == static_cast<std::int64_t>(moment.action_values.size()) && returns.actions > 0 &&
                   returns.numbers.size() % moment.action_values.size() == 0,
               "holds a distribution of other actions");
  }
  moment.network = in.get<std::uint64_t>();
  moment.parameters = in.get<protocol::Position>();
  return moment;
}

void put(core::ByteWriter& out, const protocol::MemoryEpisode& episode) {
  out.put(episode.weights);
  out.put(episode.position);
  out.put(episode.first);
  out.put(episode.first_step);
  out.put(episode.columns);
  out.put(static_cast<std::uint64_t>(episode.traces.size()));
  for (const auto& trace : episode.traces) {
    out.put_text(trace.name);
    out.put(trace.role);
    out.put(trace.head);
    out.put(trace.rows);
    out.put(trace.is_signed);
    out.put_all(trace.values);
  }
}

protocol::MemoryEpisode get_memory(core::ByteReader& in) {
  protocol::MemoryEpisode episode;
  episode.weights = in.get<std::uint64_t>();
  episode.position = in.get<protocol::Position>();
  episode.first = in.get<std::int64_t>();
  episode.first_step = in.get<std::int64_t>();
  episode.columns = in.get<int>();
  in.require(episode.columns == 1, "holds more than one moment of a memory at once");
  for (auto left = in.get<std::uint64_t>(); left > 0; --left) {
    protocol::MemoryTrace trace;
    trace.name = in.get_text();
    trace.role = in.get<protocol::TraceRole>();
    trace.head = in.get<int>();
    trace.rows = in.get<int>();
    trace.is_signed = in.get_flag();
    trace.values = in.get_all<float>();
    in.require(trace.role >= protocol::TraceRole::Input && trace.role <= protocol::TraceRole::Error &&
                   trace.rows >= 0 && trace.values.size() == static_cast<std::size_t>(trace.rows),
               "holds a memory that was not looked at as one");
    episode.traces.push_back(std::move(trace));
  }
  return episode;
}

}  // namespace

void put(core::ByteWriter& out, const StoredFrame& frame) {
  put(out, frame.moment);
  out.put_all(frame.observation);
  out.put(frame.version);
  out.put(frame.exploration);
  out.put(frame.branch);
  out.put(frame.begun_in);
  out.put(frame.memory.has_value());
  if (frame.memory) put(out, *frame.memory);
}

StoredFrame get_frame(core::ByteReader& in, const env::EnvironmentSpec& spec) {
  StoredFrame frame;
  frame.moment = get_moment(in);
  frame.observation = in.get_all<std::byte>();
  const auto actions = spec.action_space.n();
  in.require(frame.observation.size() == spec.observation_space.bytes() &&
                 frame.moment.action_values.size() == static_cast<std::size_t>(actions) && frame.moment.action >= -1 &&
                 frame.moment.action < actions && frame.moment.step >= 0 && frame.moment.episode >= 0,
             "holds a moment of another environment");
  frame.version = in.get<std::uint64_t>();
  frame.exploration = in.get<core::RandomStream>();
  frame.branch = in.get<std::uint32_t>();
  frame.begun_in = in.get<std::uint32_t>();
  if (in.get_flag()) frame.memory = get_memory(in);
  return frame;
}

}  // namespace qarium::inspect
