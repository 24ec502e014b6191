// The watched episode in an environment that cannot go back.
#include "engine/inspect/episode_viewer.hpp"

#include "engine/core/error.hpp"
#include "engine/env/observation_wrapper.hpp"
#include "tests/catch.hpp"
#include "tests/engine/visit_counter.hpp"

namespace qarium::episode_viewer_test {
namespace {

/// An environment of which nothing can be saved.
class OneWay final : public env::ObservationWrapper {
 public:
  explicit OneWay(std::unique_ptr<env::Environment> inner) : ObservationWrapper(std::move(inner)) {
    spec_.capabilities.save_state = false;
  }
  std::vector<std::byte> save_state() const override { throw std::logic_error("asked for what it cannot do"); }
  void restore_state(std::span<const std::byte> /*state*/) override {
    throw std::logic_error("asked for what it cannot do");
  }
};

std::unique_ptr<env::Environment> make_one_way(const config::EnvironmentOptions& options) {
  return std::make_unique<OneWay>(env::make(options));
}

protocol::StageSnapshot described(inspect::EpisodeViewer& viewer) {
  protocol::StageSnapshot snapshot;
  viewer.describe(snapshot, protocol::kEverything);
  return snapshot;
}

}  // namespace

TEST_CASE("where an environment cannot go back, the past is looked at and nothing more", "[inspect]") {
  config::Hyperparameters h;
  h.environment.id = "CartPole-v1";
  protocol::ParameterExchange::Version version{1, {}, h, {1, 2}, {}};
  inspect::EpisodeViewer one_way(inspect::EpisodeViewer::kMemoryLimit, agent::families(), make_one_way);
  inspect::EpisodeViewer free(inspect::EpisodeViewer::kMemoryLimit, agent::families());
  for (auto* viewer : {&one_way, &free}) {
    viewer->adopt(version);
    for (int i = 0; i < 5; ++i)
      viewer->forward();
    viewer->seek(2);
  }
  const auto past = described(one_way);
  CHECK_FALSE(past.can_resume);
  CHECK(described(free).can_resume);
  CHECK(past.moment.step == 2);
  // What is drawn of the past is what the observation tells.
  REQUIRE(past.scene);
  CHECK(past.scene->shapes.size() == described(free).scene->shapes.size());
  CHECK_THROWS_WITH(one_way.resume(false), ContainsSubstring("CartPole-v1"));
  CHECK_THROWS_AS(one_way.resume(true), core::UserError);
  // Nothing of it is lost, and the episode goes on from its end.
  CHECK(one_way.last() == 5);
  one_way.seek(one_way.last());
  CHECK_NOTHROW(one_way.forward());
  CHECK_NOTHROW(one_way.new_episode());
}

}  // namespace qarium::episode_viewer_test
