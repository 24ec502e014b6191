// The watched episode as bytes: whoever reads them sees what was seen, and goes on as it would have gone on.
#include <filesystem>

#include "engine/core/error.hpp"
#include "engine/inspect/episode_viewer.hpp"
#include "tests/catch.hpp"
#include "tests/engine/visit_counter.hpp"

namespace qarium::kept_stage_test {
namespace {

protocol::ParameterExchange::Version version_of(const char* environment, std::int64_t seed) {
  config::Hyperparameters h;
  h.environment.id = environment;
  h.seed = seed;
  return {1, {100, 20}, h, {1, 2}, {}};
}

/// Two hundred random actions, branches, looks back and new episodes.
void live_through(inspect::EpisodeViewer& viewer, std::uint64_t seed) {
  core::RandomStream random(seed, core::Purpose::Test, 0);
  const auto actions = static_cast<std::uint32_t>(viewer.spec().action_space.n());
  for (int i = 0; i < 200; ++i) {
    const auto what = random.below(20);
    const auto anywhere = viewer.first() + random.below(static_cast<std::uint32_t>(viewer.last() - viewer.first() + 1));
    if (what < 12) {
      viewer.forward();
    } else if (what < 14) {
      viewer.seek(anywhere);
    } else if (what < 15) {
      viewer.seek(anywhere);
      viewer.resume(true);
    } else if (what < 16) {
      viewer.seek(anywhere);
      viewer.resume(false);
    } else if (what < 18) {
      viewer.act_here(static_cast<int>(random.below(actions)));
    } else if (what < 19) {
      viewer.new_episode();
    } else {
      const auto lanes = viewer.past().lanes(100);
      viewer.return_to(lanes[random.below(static_cast<std::uint32_t>(lanes.size()))], anywhere);
    }
  }
}

std::vector<std::byte> written(const inspect::EpisodeViewer& viewer) {
  core::ByteWriter out;
  viewer.write(out);
  return out.take();
}

void read(inspect::EpisodeViewer& viewer, std::span<const std::byte> bytes) {
  core::ByteReader in(bytes, "the stage");
  viewer.read(in);
  in.expect_end();
}

void check_same_past(const inspect::EpisodeViewer& a, const inspect::EpisodeViewer& b) {
  const auto lanes = a.past().lanes(1'000);
  REQUIRE(lanes == b.past().lanes(1'000));
  for (const auto lane : lanes) {
    REQUIRE(a.past().first_of(lane) == b.past().first_of(lane));
    REQUIRE(a.past().last_of(lane) == b.past().last_of(lane));
    for (auto index = a.past().first_of(lane); index <= a.past().last_of(lane); ++index) {
      const auto& one = *a.past().find(lane, index);
      const auto& other = *b.past().find(lane, index);
      REQUIRE(one.observation == other.observation);
      REQUIRE(one.moment.action == other.moment.action);
      REQUIRE(one.moment.episode == other.moment.episode);
      REQUIRE(one.moment.return_so_far == other.moment.return_so_far);
      REQUIRE(one.moment.action_values == other.moment.action_values);
      REQUIRE(one.moment.chosen_by_user == other.moment.chosen_by_user);
    }
  }
  REQUIRE(a.place().lane == b.place().lane);
  REQUIRE(a.cursor() == b.cursor());
}

}  // namespace

TEST_CASE("a watched episode with its lanes is read back as it was, and goes on as it would have", "[inspect]") {
  const auto* environment = GENERATE("CartPole-v1", "MinAtar/Breakout-v0", "MinAtar/SpaceInvaders-v1");
  const auto seed = GENERATE(1, 2, 3, 4, 5);
  CAPTURE(environment, seed);
  const auto version = version_of(environment, seed);
  inspect::EpisodeViewer kept, opened;
  kept.adopt(version);
  live_through(kept, static_cast<std::uint64_t>(seed));
  opened.adopt(version);
  opened.forward();
  read(opened, written(kept));
  check_same_past(kept, opened);
  CHECK(opened.past().lane_count() > 3);
  for (auto* viewer : {&kept, &opened}) {
    viewer->resume(true);
    live_through(*viewer, 7);
  }
  check_same_past(kept, opened);
}

TEST_CASE("what was forgotten of the past is not needed to read the rest", "[inspect]") {
  const auto version = version_of("MinAtar/Breakout-v0", 1);
  inspect::EpisodeViewer kept(200'000), opened(200'000);
  kept.adopt(version);
  for (int i = 0; i < 2'000; ++i)
    kept.forward();
  REQUIRE(kept.first() > 0);
  opened.adopt(version);
  read(opened, written(kept));
  CHECK(opened.last() == kept.last());
  CHECK(opened.first() >= kept.first());
  CHECK(opened.past().at(opened.first()).moment.step == 0);
  CHECK(opened.past().at(opened.last()).observation == kept.past().at(kept.last()).observation);
}

TEST_CASE("bytes that are no stage of this run are refused, and nothing is lost", "[inspect]") {
  const auto version = version_of("CartPole-v1", 1);
  inspect::EpisodeViewer kept, opened;
  kept.adopt(version);
  live_through(kept, 1);
  const auto bytes = written(kept);
  opened.adopt(version);
  live_through(opened, 2);
  const auto before = written(opened);
  for (std::size_t size = 0; size < bytes.size(); size += 1 + bytes.size() / 300)
    REQUIRE_THROWS_AS(read(opened, std::span(bytes).first(size)), core::UserError);
  for (std::size_t i = 0; i < 300; ++i) {
    auto damaged = bytes;
    damaged[i * damaged.size() / 300] ^= std::byte{0x41};
    inspect::EpisodeViewer victim;
    victim.adopt(version);
    try {
      read(victim, damaged);
    } catch (const core::UserError& error) {
      REQUIRE_THAT(std::string(error.what()), !ContainsSubstring("std::"));
    }
    victim.seek(victim.last());
    victim.forward();
  }
  auto other = version;
  other.hyperparameters.seed = 9;
  inspect::EpisodeViewer elsewhere;
  elsewhere.adopt(other);
  CHECK_THROWS_WITH(read(elsewhere, bytes), ContainsSubstring("seed"));
  CHECK(written(opened) == before);
}

}  // namespace qarium::kept_stage_test
