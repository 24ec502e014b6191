#include "tests/panel/rig.hpp"

namespace qarium::pending_test {

using widgets::Pending;

namespace {

protocol::Command set(std::string name, config::Value value) {
  return protocol::TrainerCommand{protocol::Set{std::move(name), std::move(value)}};
}

}  // namespace

TEST_CASE("a value is pending until its own answer comes") {
  Pending pending;
  pending.sent(1, set("gamma", 0.9), "0.99");
  pending.sent(2, set("gamma", 0.95), "0.99");
  REQUIRE(*pending.pending("gamma") == config::Value(0.95));
  REQUIRE(pending.pending("tau") == nullptr);
  pending.acknowledged({2, true, "", {10, 1}, set("gamma", 0.95)});
  REQUIRE(*pending.pending("gamma") == config::Value(0.9));
  pending.acknowledged({1, true, "", {10, 1}, set("gamma", 0.9)});
  REQUIRE(pending.pending("gamma") == nullptr);
  REQUIRE_FALSE(pending.waiting());
}

TEST_CASE("a confirmation tells both values and the step") {
  Pending pending;
  REQUIRE(pending.last() == nullptr);
  pending.sent(1, set("learning_rate", 1e-4), "2.5e-4");
  pending.acknowledged({1, true, "", {398'112, 9}, set("learning_rate", 1e-4)});
  REQUIRE(pending.last()->accepted);
  REQUIRE(pending.last()->text == "learning_rate 2.5e-4 → 1.0e-4 applied at step 398,112");
}

TEST_CASE("a refusal is kept per hyperparameter until a value is accepted") {
  Pending pending;
  pending.sent(1, set("batch_size", std::int64_t{9}), "32");
  pending.acknowledged({1, false, "too small", {}, set("batch_size", std::int64_t{9})});
  REQUIRE(*pending.refusal("batch_size") == "too small");
  REQUIRE_FALSE(pending.last()->accepted);
  REQUIRE(pending.refusal("gamma") == nullptr);
  pending.acknowledged({2, true, "", {}, set("batch_size", std::int64_t{64})});
  REQUIRE(pending.refusal("batch_size") == nullptr);
}

TEST_CASE("moves along the stage's past are not told, unless they are refused") {
  Pending pending;
  const protocol::Command seek = protocol::StageCommand{protocol::Seek{3}};
  pending.sent(1, seek);
  pending.acknowledged({1, true, "looking at moment 3", {}, seek});
  REQUIRE(pending.last() == nullptr);
  pending.acknowledged({2, false, "moment 3 is no longer kept", {}, seek});
  REQUIRE(pending.last()->text == "moment 3 is no longer kept");
  REQUIRE_FALSE(pending.last()->accepted);
}

TEST_CASE("unanswered commands are known by their kind") {
  Pending pending;
  pending.sent(1, protocol::Command{protocol::TrainerCommand{protocol::Save{}}});
  pending.sent(2, protocol::Command{protocol::StageCommand{protocol::Play{}}});
  REQUIRE(pending.waiting_for<protocol::Save>());
  REQUIRE(pending.waiting_for<protocol::Play>());
  REQUIRE_FALSE(pending.waiting_for<protocol::Halt>());
  REQUIRE_FALSE(pending.waiting_for<protocol::Run>());
}

TEST_CASE("the answers stamp the curves and clear them when learning begins again") {
  Pending pending;
  widgets::Models models;
  auto& curves = models.of<widgets::Curves>();
  auto& attention_curves = models.of<widgets::AttentionCurves>();
  curves = fakes::curves();
  attention_curves = fakes::attention_curves();
  const auto stamps = curves.stamps().size();
  widgets::take({1, true, "", {400'000, 7}, set("gamma", 0.9)}, pending, models);
  REQUIRE(curves.stamps().size() == stamps + 1);
  REQUIRE(curves.stamps().back().step == 400'000);
  REQUIRE(curves.stamps().back().name == "gamma");
  REQUIRE(curves.stamps().back().value == "0.9");
  widgets::take({2, false, "no", {400'000, 7}, set("gamma", 2.0)}, pending, models);
  REQUIRE(curves.stamps().size() == stamps + 1);
  widgets::take({3, false, "no", {}, protocol::Command{protocol::TrainerCommand{protocol::Reset{1}}}}, pending, models);
  REQUIRE_FALSE(curves.empty());
  widgets::take({4, true, "begun again", {}, protocol::Command{protocol::TrainerCommand{protocol::Reset{1}}}}, pending,
                models);
  REQUIRE(curves.empty());
  REQUIRE(curves.stamps().empty());
  REQUIRE(attention_curves.empty());
}

TEST_CASE("a trained agent that takes the place of the present one clears the curves, a refused one does not") {
  const protocol::Command load = protocol::TrainerCommand{protocol::LoadTrained{"catch-attention"}};
  Pending pending;
  widgets::Models models;
  auto& curves = models.of<widgets::Curves>();
  auto& attention_curves = models.of<widgets::AttentionCurves>();
  curves = fakes::curves();
  attention_curves = fakes::attention_curves();
  pending.sent(1, load);
  REQUIRE(pending.waiting_for<protocol::LoadTrained>());
  widgets::take({1, false, "no trained agent ships for it", {}, load}, pending, models);
  REQUIRE_FALSE(curves.empty());
  REQUIRE_FALSE(attention_curves.empty());
  REQUIRE_FALSE(pending.last()->accepted);
  pending.sent(2, load);
  widgets::take({2, true, "the trained agent of catch-attention", {30'000, 7'250}, load}, pending, models);
  REQUIRE(curves.empty());
  REQUIRE(curves.stamps().empty());
  REQUIRE(attention_curves.empty());
  REQUIRE(pending.last()->accepted);
  REQUIRE_FALSE(pending.waiting());
}

TEST_CASE("a laboratory that begins anew begins its curve anew, and leaves the others alone") {
  const protocol::Command start = protocol::LaboratoryCommand{protocol::StartLaboratory{}};
  Pending pending;
  widgets::Models models;
  models.of<widgets::Curves>() = fakes::curves();
  models.of<widgets::LaboratoryCurve>().add({100, 3, 0.5});
  widgets::take({1, false, "no such task", {}, start}, pending, models);
  REQUIRE_FALSE(models.of<widgets::LaboratoryCurve>().empty());
  widgets::take({2, true, "begun", {}, start}, pending, models);
  REQUIRE(models.of<widgets::LaboratoryCurve>().empty());
  REQUIRE_FALSE(models.of<widgets::Curves>().empty());
}

}  // namespace qarium::pending_test
