// Part::Update: the trainer shows the update that was made, all of it, and only to who looks.
#include <torch/torch.h>

#include <string>

#include "tests/catch.hpp"
#include "tests/unit/client.hpp"
#include "tests/unit/learning.hpp"

namespace qarium::train_update_part_test {

using protocol::Part;
using protocol::Unit;
using tests::Client;
using tests::options_for;

namespace {

constexpr auto kUpdate = static_cast<protocol::Needs>(Part::Update);

/// The update of this number, as soon as the snapshot has it.
std::shared_ptr<const protocol::UpdateView> update_of(Client& client, std::int64_t number) {
  return client
      .when("update " + std::to_string(number),
            [&](const auto& s) { return s.update && s.update->basis.position.updates == number; })
      .update;
}

}  // namespace

TEST_CASE("an update that is made by hand is shown whole, also where one looks only after it") {
  auto h = tests::small_cartpole();
  h.double_q = false;
  h.batch_size = 64;
  Client client(options_for(h, true));
  client.step(Unit::Update, 1);
  CHECK_FALSE(client.trainer().snapshot().update);
  client.session().set_needs(kUpdate);
  const auto first = update_of(client, 1);
  REQUIRE(first->samples.size() == 64);
  for (const auto& sample : first->samples) {
    CHECK(sample.next_online.size() == 2);
    CHECK(sample.next_target.size() == 2);
    CHECK(sample.values_after.size() == 2);
  }
  // It stays the same until the next is made, whatever else is asked and published.
  client.ask(protocol::Set{"learning_rate", 0.002});
  client.when("another snapshot", [](const auto& s) { return s.hyperparameters.learning_rate == 0.002; });
  CHECK(client.trainer().snapshot().update == first);
  const auto at = client.step(Unit::EnvironmentStep, 1);
  if (at.updates == 1) CHECK(client.trainer().snapshot().update == first);
  const auto now = client.step(Unit::Update, 1);
  const auto second = update_of(client, now.updates);
  CHECK(second != first);
  CHECK(second->basis.position.environment_steps > first->basis.position.environment_steps);
  client.session().set_needs(protocol::kNothing);
  client.when("no update", [](const auto& s) { return !s.update; });
}

TEST_CASE("what was learned anew has no update yet") {
  Client client(options_for(tests::small_cartpole(), true));
  client.session().set_needs(kUpdate);
  client.step(Unit::Update, 2);
  CHECK(update_of(client, 2)->samples.size() == 16);
  client.ask(protocol::Reset{7});
  const auto& bare = client.when("nothing known", [](const auto& s) { return s.update && s.update->samples.empty(); });
  CHECK(bare.status.position.updates == 0);
  client.step(Unit::Update, 1);
  CHECK(update_of(client, 1)->samples.size() == 16);
}

TEST_CASE("of a learner that runs the updates are shown some times a second") {
  for (const auto& h : {tests::small_cartpole(), tests::small_maze("lstm")}) {
    Client client(options_for(h, false));
    client.session().set_needs(kUpdate);
    const auto first =
        client.when("an update", [](const auto& s) { return s.update && !s.update->samples.empty(); }).update;
    const auto later = client
                           .when("a later one",
                                 [&](const auto& s) {
                                   return s.update && s.update->basis.position.updates > first->basis.position.updates;
                                 })
                           .update;
    REQUIRE_FALSE(later->samples.empty());
    CHECK(later->samples[0].values.size() == later->samples[0].next_target.size());
  }
}

}  // namespace qarium::train_update_part_test
