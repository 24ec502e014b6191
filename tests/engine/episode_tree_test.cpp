// The watched past as a tree, held to a plain model of it.
#include "engine/inspect/episode_tree.hpp"

#include <array>
#include <string>

#include "engine/core/error.hpp"
#include "engine/inspect/episode_viewer.hpp"
#include "tests/catch.hpp"
#include "tests/engine/episode_tree_model.hpp"
#include "tests/engine/visit_counter.hpp"

namespace qarium::episode_tree_test {
namespace {

using inspect::EpisodeTree;
using inspect::EpisodeViewer;
using inspect::StoredFrame;
using protocol::LaneOrigin;

StoredFrame frame_of(std::uint64_t id, std::size_t size) {
  StoredFrame frame;
  frame.moment.id = id;
  frame.observation.resize(size);
  return frame;
}

std::vector<double> id_of(const StoredFrame& frame) {
  return {static_cast<double>(frame.moment.id)};
}

/// All of a moment that can be compared, bit for bit, but for its place and identity.
std::vector<double> all_of(const StoredFrame& frame) {
  const auto& moment = frame.moment;
  std::vector<double> facts{static_cast<double>(moment.episode),    static_cast<double>(moment.step),
                            static_cast<double>(moment.reward),     static_cast<double>(moment.return_so_far),
                            static_cast<double>(moment.terminated), static_cast<double>(moment.truncated)};
  facts.insert(facts.end(), moment.action_values.begin(), moment.action_values.end());
  for (const auto* bytes : {&frame.state, &frame.observation}) {
    for (const auto byte : *bytes)
      facts.push_back(static_cast<double>(byte));
  }
  return facts;
}

/// The same with its identity.
std::vector<double> facts_of(const StoredFrame& frame) {
  auto facts = all_of(frame);
  facts.push_back(static_cast<double>(frame.moment.id));
  return facts;
}

constexpr std::array kSeeds{1U, 2U, 3U, 4U, 5U};

/// The stage and the model of it: what is done to one is done to the other.
struct Watched {
  Watched(const std::string& environment, std::size_t limit) : viewer(limit), model(limit) {
    protocol::ParameterExchange::Version version;
    version.number = version.network = 1;
    version.hyperparameters.environment.id = environment;
    if (environment != "CartPole-v1") version.hyperparameters.environment.sticky_action_prob = 0.3;
    version.values.assign(
        static_cast<std::size_t>(env::make(version.hyperparameters.environment)->spec().action_space.n()), 1);
    viewer.adopt(version);
    viewer.set_epsilon(0.5);
    append();
  }
  const StoredFrame& newest() { return viewer.past().at(viewer.last()); }
  void append() {
    model.append(facts_of(newest()), newest().counted);
    if (model.current != 0) cursor = model.last();
  }
  void fork(const EpisodeViewer::Place& from) {
    model.fork(from.index, facts_of(newest()), newest().counted);
    remembered.push_back(from);
  }

  void forward() {
    const bool acts = cursor == model.last();
    viewer.forward();
    if (acts) {
      append();
    } else {
      ++cursor;
    }
  }
  void act(int action) {
    const EpisodeViewer::Place from{model.current, cursor};
    viewer.add_undo_point(++command, viewer.place());
    viewer.act_here(action);
    if (cursor == model.last()) {
      remembered.push_back(from);
    } else {
      // The copy of the moment that it left, and what came of it.
      const auto& copy = viewer.past().at(from.index);
      model.fork(from.index, facts_of(copy), copy.counted);
      remembered.push_back(from);
    }
    append();
  }
  void go_on(bool fresh_draws) {
    const EpisodeViewer::Place from{model.current, cursor};
    const bool forks = fresh_draws || cursor < model.last();
    if (forks) viewer.add_undo_point(++command, viewer.place());
    viewer.resume(fresh_draws);
    if (forks) fork(from);
  }
  void seek(std::int64_t index) {
    viewer.seek(index);
    cursor = std::clamp(index, model.first(model.current), model.last());
  }
  void return_to(std::uint64_t lane, std::int64_t index) {
    viewer.return_to(lane, index);
    model.current = lane;
    seek(index);
  }
  void take_back() {
    std::erase_if(remembered, [&](const auto& place) { return !model.lanes.contains(place.lane); });
    if (remembered.empty()) {
      CHECK_THROWS_AS(viewer.take_back(), core::UserError);
      return;
    }
    viewer.take_back();
    model.current = remembered.back().lane;
    seek(remembered.back().index);
    remembered.pop_back();
  }
  void check() {
    cursor = std::max(cursor, model.first(model.current));
    REQUIRE(tests::difference(viewer.past(), model, facts_of) == "");
    REQUIRE(viewer.cursor() == cursor);
    const bool alone = viewer.first() == viewer.last() && model.lanes.size() == 1;
    REQUIRE((alone || viewer.bytes() <= viewer.past().limit()));
  }

  EpisodeViewer viewer;
  tests::TreeModel model;
  std::int64_t cursor = 0;
  std::uint64_t command = 0;
  std::vector<EpisodeViewer::Place> remembered;
};

/// One of 200 random things to do.
void do_anything(Watched& watched, core::RandomStream& random) {
  const auto below = [&](std::int64_t n) {
    return static_cast<std::int64_t>(random.below(static_cast<std::uint32_t>(n)));
  };
  const auto first = watched.model.first(watched.model.current);
  const auto span = watched.model.last() - first + 1;
  switch (below(8)) {
    case 0:
      watched.act(static_cast<int>(below(watched.viewer.spec().action_space.n())));
      break;
    case 1:
      watched.go_on(true);
      break;
    case 2:
      watched.go_on(false);
      break;
    case 3:
      watched.seek(first + below(span + 4) - 2);
      break;
    case 4:
      watched.take_back();
      break;
    case 5: {
      auto lane = watched.model.lanes.begin();
      std::advance(lane, below(static_cast<std::int64_t>(watched.model.lanes.size())));
      watched.return_to(lane->first, below(static_cast<std::int64_t>(lane->second.size())));
      break;
    }
    default:
      for (auto steps = 1 + below(12); steps > 0; --steps)
        watched.forward();
  }
}

}  // namespace

TEST_CASE("the tree keeps what a plain model of it keeps, under any limit", "[inspect]") {
  for (const auto seed : kSeeds) {
    for (const std::size_t limit :
         {std::size_t{3'000}, std::size_t{20'000}, std::size_t{60'000}, EpisodeViewer::kMemoryLimit}) {
      core::RandomStream random(seed, core::Purpose::Test, 7);
      EpisodeTree tree(limit);
      tests::TreeModel model(limit);
      std::uint64_t id = 0;
      bool forgot = false;
      for (int i = 0; i < 400; ++i) {
        const auto choice = random.below(8);
        if (tree.empty() || choice < 5) {
          auto frame = frame_of(++id, random.below(900));
          const auto size = bytes_of(frame);
          tree.append(std::move(frame));
          model.append({static_cast<double>(id)}, size);
        } else if (choice < 7) {
          const auto index = tree.first() + random.below(static_cast<std::uint32_t>(tree.last() - tree.first() + 1));
          tree.fork(index, LaneOrigin::Branched);
          const auto& copy = tree.at(index);
          model.fork(index, id_of(copy), bytes_of(copy));
        } else {
          auto lane = model.lanes.begin();
          std::advance(lane, random.below(static_cast<std::uint32_t>(model.lanes.size())));
          model.current = lane->first;
          tree.return_to(lane->first);
        }
        INFO("seed " << seed << ", limit " << limit << ", action " << i);
        REQUIRE(tests::difference(tree, model, id_of) == "");
        REQUIRE((tree.bytes() <= limit || (tree.first() == tree.last() && tree.lane_count() == 1)));
        forgot = forgot || tree.first() > 0;
      }
      CHECK(forgot == (limit < 50'000 || tree.first() > 0));
    }
  }
}

TEST_CASE("lanes say where they began and how the episode went on there", "[inspect]") {
  EpisodeTree tree(EpisodeViewer::kMemoryLimit);
  const auto play = [&](std::int64_t episode, std::int64_t step, float return_so_far, bool ends = false) {
    StoredFrame frame;
    frame.moment.episode = episode;
    frame.moment.step = step;
    frame.moment.return_so_far = return_so_far;
    frame.moment.terminated = ends;
    tree.append(std::move(frame));
  };
  play(0, 0, 0);
  play(0, 1, 2);
  play(0, 2, 4, true);
  play(1, 0, 0);
  CHECK(tree.lane(1).episode == 1);
  CHECK_FALSE(tree.lane(1).ended);
  tree.fork(1, LaneOrigin::Acted);
  CHECK(tree.current() == 2);
  play(0, 2, 7, true);
  play(1, 0, 0);
  play(1, 1, 1);
  CHECK(tree.lane(2).parent == 1);
  CHECK(tree.lane(2).start == 1);
  CHECK(tree.lane(2).step == 1);
  CHECK(tree.lane(2).return_so_far == 7);
  CHECK(tree.lane(2).ended);
  CHECK(tree.lane(1).return_so_far == 0);
  CHECK(tree.last_of(1) == 3);
  CHECK(tree.diverged_at(1) == 1);
  CHECK(tree.diverged_at(2) == tree.last() + 1);
  // The current one is always told of.
  for (int i = 0; i < 5; ++i)
    tree.fork(2, LaneOrigin::Branched);
  tree.return_to(1);
  CHECK(tree.lanes(3) == std::vector<std::uint64_t>{1, 6, 7});
  CHECK(tree.lane_count() == 7);
  CHECK_THROWS_AS(tree.return_to(8), std::logic_error);
  tree.clear();
  CHECK(tree.empty());
  CHECK(tree.bytes() == 0);
  CHECK(tree.lanes(3).empty());
}

TEST_CASE("200 random actions, branches, seeks and undos leave the past that a plain model says", "[inspect]") {
  for (const auto* environment : {"CartPole-v1", "MinAtar/Breakout-v1"}) {
    for (const std::size_t limit : {std::size_t{30'000}, std::size_t{120'000}, EpisodeViewer::kMemoryLimit}) {
      for (const auto seed : kSeeds) {
        Watched watched(environment, limit);
        core::RandomStream random(seed, core::Purpose::Test, 8);
        for (int i = 0; i < 200; ++i) {
          INFO(environment << ", limit " << limit << ", seed " << seed << ", action " << i);
          do_anything(watched, random);
          watched.check();
        }
        CHECK(watched.model.begun > 20);
      }
    }
  }
}

TEST_CASE("a lane played again gives the same frames, bit for bit", "[inspect]") {
  for (const auto* environment : {"CartPole-v1", "MinAtar/Breakout-v1", "MinAtar/SpaceInvaders-v1"}) {
    for (const auto seed : kSeeds) {
      Watched watched(environment, EpisodeViewer::kMemoryLimit);
      auto& viewer = watched.viewer;
      core::RandomStream random(seed, core::Purpose::Test, 9);
      for (int i = 0; i < 150; ++i)
        do_anything(watched, random);
      const auto lanes = viewer.past().lanes(1'000);
      std::int64_t again = 0;
      for (const auto id : lanes) {
        const auto start = viewer.past().lane(id).start;
        const auto last = viewer.past().last_of(id);
        viewer.return_to(id, start);
        viewer.resume(false);
        for (auto index = start; index < last; ++index) {
          const auto& then = viewer.past().find(id, index)->moment;
          viewer.forward(then.chosen_by_user ? std::optional<int>(then.action) : std::nullopt);
          INFO(environment << ", seed " << seed << ", lane " << id << ", moment " << index);
          REQUIRE(all_of(*viewer.past().find(id, index + 1)) == all_of(viewer.past().at(index + 1)));
          ++again;
        }
      }
      CHECK(again > 100);
    }
  }
}

TEST_CASE("a lane beside is seen at the same moment, and changes places with the one returned to", "[inspect]") {
  Watched watched("CartPole-v1", EpisodeViewer::kMemoryLimit);
  auto& viewer = watched.viewer;
  const auto taken = [&] {
    protocol::StageSnapshot snapshot;
    viewer.describe(snapshot, protocol::kEverything);
    return snapshot;
  };
  for (int i = 0; i < 9; ++i)
    viewer.forward(i % 2);
  CHECK(taken().lanes.size() == 1);
  CHECK(taken().lanes[0].label == "from the start");
  CHECK(taken().undoable == 0);
  viewer.seek(4);
  viewer.add_undo_point(31, viewer.place());
  viewer.act_here(1);
  viewer.forward(0);
  auto seen = taken();
  REQUIRE(seen.lanes.size() == 2);
  CHECK(seen.lanes[1].current);
  CHECK(seen.lanes[1].parent == 1);
  CHECK(seen.lanes[1].start == 4);
  CHECK(seen.lanes[1].last == 6);
  CHECK(seen.lanes[1].label == "you: " + seen.action_names[1]);
  CHECK(seen.lanes[0].last == 9);
  CHECK(seen.undoable == 31);
  CHECK_FALSE(seen.compared);

  viewer.compare_lane(1);
  viewer.seek(5);
  seen = taken();
  REQUIRE(seen.compared);
  CHECK(seen.compared->lane == 1);
  CHECK(seen.compared->diverged_at == 4);
  CHECK(seen.compared->moment.index == 5);
  CHECK(seen.compared->moment.id != seen.moment.id);
  CHECK_FALSE(seen.compared->over);
  REQUIRE(seen.compared->scene);
  viewer.return_to(1, 8);
  seen = taken();
  REQUIRE(seen.compared);
  CHECK(seen.compared->lane == 2);
  CHECK(seen.compared->over);
  CHECK(seen.compared->moment.index == 6);
  viewer.take_back();
  CHECK(viewer.place().lane == 1);
  CHECK(viewer.cursor() == 4);
  CHECK(viewer.last() == 9);
  CHECK(taken().undoable == 0);
  viewer.compare_lane(0);
  CHECK_FALSE(taken().compared);
  CHECK_THROWS_AS(viewer.compare_lane(1), core::UserError);
  CHECK_THROWS_AS(viewer.compare_lane(77), core::UserError);
  CHECK_THROWS_AS(viewer.return_to(77, 0), core::UserError);
}

}  // namespace qarium::episode_tree_test
