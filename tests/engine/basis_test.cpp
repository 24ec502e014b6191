// What the stage says that it shows: docs/VALIDITY.md.
#include "engine/protocol/basis.hpp"

#include "engine/inspect/episode_viewer.hpp"
#include "tests/catch.hpp"
#include "tests/engine/visit_counter.hpp"

namespace qarium::basis_test {
namespace {

using protocol::Outdated;

struct Watched {
  Watched() {
    version.number = 1;
    version.hyperparameters.environment.id = "CartPole-v1";
    version.values = {1, 2};
    version.network = 1;
    viewer.adopt(version);
  }
  protocol::StageSnapshot snapshot() {
    protocol::StageSnapshot taken;
    viewer.describe(taken, protocol::kEverything);
    return taken;
  }
  protocol::Basis basis() { return snapshot().basis; }
  void adopt() {
    ++version.number;
    viewer.adopt(version);
  }

  protocol::ParameterExchange::Version version;
  inspect::EpisodeViewer viewer;
};

}  // namespace

TEST_CASE("the basis of what is shown changes with what is shown, and with nothing else", "[inspect]") {
  Watched watched;
  for (int i = 0; i < 5; ++i)
    watched.viewer.forward();
  const auto before = watched.basis();
  CHECK(before.environment_id == "CartPole-v1");
  CHECK(before.frame == watched.viewer.moment().id);
  CHECK(before.step == 5);

  // The same values once more, later in learning.
  watched.version.position = {900, 0};
  watched.adopt();
  CHECK_FALSE(protocol::outdated(before, watched.basis()).any());
  CHECK(watched.basis().position.environment_steps == 900);

  watched.version.values = {3, 2};
  watched.adopt();
  CHECK(protocol::outdated(before, watched.basis()) == Outdated{.weights = true});

  // Another agent of the same structure.
  ++watched.version.network;
  watched.adopt();
  auto outdated = protocol::outdated(before, watched.basis());
  CHECK(outdated.network);
  CHECK_FALSE(outdated.moment);
  CHECK_FALSE(outdated.environment);

  watched.viewer.back();
  CHECK(protocol::outdated(before, watched.basis()).moment);
  watched.viewer.forward();
  CHECK_FALSE(protocol::outdated(before, watched.basis()).moment);

  watched.version.hyperparameters.seed = 77;
  watched.adopt();
  outdated = protocol::outdated(before, watched.basis());
  CHECK(outdated.environment);
  CHECK(outdated.moment);
}

TEST_CASE("a moment keeps its identity, and no other has it", "[inspect]") {
  Watched watched;
  auto& viewer = watched.viewer;
  for (int i = 0; i < 8; ++i)
    viewer.forward();
  std::vector<std::uint64_t> ids;
  for (auto index = viewer.first(); index <= viewer.last(); ++index) {
    viewer.seek(index);
    ids.push_back(viewer.moment().id);
  }
  for (std::size_t i = 1; i < ids.size(); ++i)
    CHECK(ids[i] > ids[i - 1]);
  const auto before = watched.snapshot();

  // The same index is another moment after one has gone back and acted otherwise.
  viewer.seek(3);
  viewer.resume(false);
  CHECK(viewer.moment().id == ids[3]);
  viewer.forward();
  CHECK(viewer.moment().index == 4);
  CHECK(viewer.moment().id > ids.back());
  CHECK(watched.snapshot().time_line != before.time_line);

  // With fresh draws what follows from it is not what would have followed.
  viewer.seek(3);
  viewer.resume(true);
  CHECK(viewer.moment().id > ids.back());
}

TEST_CASE("a moment's values are of the network that gave them until it acts from there", "[inspect]") {
  Watched watched;
  watched.viewer.forward();
  const auto network = watched.basis().network;
  CHECK(watched.snapshot().moment.network == network);
  CHECK(watched.snapshot().values_now.empty());
  ++watched.version.network;
  watched.version.values = {5, 1};
  watched.adopt();
  const auto still = watched.snapshot();
  CHECK(still.moment.network == network);
  CHECK(still.basis.network == network + 1);
  CHECK(still.values_now == std::vector<float>{5, 1});
  watched.viewer.forward();
  watched.viewer.back();
  CHECK(watched.snapshot().moment.network == network + 1);
}

}  // namespace qarium::basis_test
