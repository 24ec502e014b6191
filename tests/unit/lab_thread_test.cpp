// The laboratory's thread: commands are answered once, samples are made where they are wanted, closing never hangs.
#include <sys/resource.h>

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <thread>
#include <vector>

#include "engine/lab/laboratory_thread.hpp"
#include "engine/lab/settings.hpp"
#include "tests/catch.hpp"
#include "tests/unit/client.hpp"

namespace qarium::lab_thread_test {

using namespace std::chrono_literals;

namespace {

protocol::LaboratoryOptions small_copy() {
  auto options = lab::options_of({});
  options.bits = 4;
  options.max_length = 5;
  options.sequences = 1'000'000;
  auto& h = options.hyperparameters;
  h.memory.hidden = 16;
  h.memory.slots = 8;
  h.memory.width = 4;
  return options;
}

/// A laboratory as a window holds it.
class Visitor {
 public:
  lab::LaboratoryThread& thread() { return thread_; }

  protocol::Acknowledgement ask(protocol::LaboratoryCommand command) {
    const auto id = ++last_id_;
    thread_.send(id, std::move(command));
    protocol::Acknowledgement found;
    tests::Client::wait("an acknowledgement", [&] {
      acknowledgements_.take(batch_);
      for (const auto& answer : batch_) {
        if (answer.id != id) throw std::runtime_error("an answer to something else");
        found = answer;
      }
      return found.id == id;
    });
    return found;
  }
  template <class Condition>
  const protocol::LaboratorySnapshot& when(const std::string& what, Condition condition) {
    tests::Client::wait(what, [&] {
      thread_.update_snapshot();
      return thread_.snapshot().sequence > 0 && condition(thread_.snapshot());
    });
    return thread_.snapshot();
  }
  const protocol::LaboratorySnapshot& when_sequences(std::int64_t sequences) {
    return when("sequences", [&](const auto& s) { return s.sequences >= sequences; });
  }

 private:
  protocol::Mailbox<protocol::Acknowledgement> acknowledgements_;
  lab::LaboratoryThread thread_{acknowledgements_};
  std::vector<protocol::Acknowledgement> batch_;
  std::uint64_t last_id_ = 0;
};

constexpr auto kLaboratory = static_cast<protocol::Needs>(protocol::Part::Laboratory);

double processor_seconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) * 1e-6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

}  // namespace

TEST_CASE("a laboratory starts, pauses, goes on and starts anew") {
  Visitor visitor;
  CHECK(visitor.ask(protocol::StartLaboratory{small_copy()}).accepted);
  visitor.when_sequences(300);
  const auto paused = visitor.ask(protocol::PauseLaboratory{});
  CHECK(paused.accepted);
  CHECK(paused.position.environment_steps >= 300);
  const auto& still = visitor.when("the pause", [](const auto& s) { return !s.running; });
  CHECK(still.sequences == paused.position.environment_steps);
  CHECK(still.run == 1);
  CHECK(still.seconds > 0);
  CHECK(still.options == small_copy());
  std::this_thread::sleep_for(50ms);
  CHECK(visitor.ask(protocol::ContinueLaboratory{}).position == paused.position);
  visitor.when_sequences(paused.position.environment_steps + 100);

  std::vector<protocol::LaboratoryPoint> points;
  visitor.thread().points(points);
  REQUIRE(points.size() >= 3);
  CHECK(points[2].sequences == 300);
  CHECK(points[2].run == 1);

  auto other = small_copy();
  other.task = "associative_recall";
  other.min_length = 2;
  CHECK(visitor.ask(protocol::StartLaboratory{other}).accepted);
  const auto& anew = visitor.when("the new start", [](const auto& s) { return s.run == 2; });
  CHECK(anew.options.task == "associative_recall");
  CHECK(anew.sequences < paused.position.environment_steps);
}

TEST_CASE("samples are made only while they are wanted") {
  Visitor visitor;
  visitor.ask(protocol::StartLaboratory{small_copy()});
  visitor.when_sequences(200);
  visitor.ask(protocol::SampleLaboratory{3, 1});
  CHECK(visitor.thread().samples_made() == 0);

  visitor.thread().set_needs(kLaboratory);
  const auto has_sample = [](const auto& s) { return s.sample != nullptr; };
  const auto first = visitor.when("a sample", has_sample).sample;
  CHECK(first->length == 3);
  CHECK(first->steps == 7);
  CHECK(first->version > 0);
  CHECK(first->episode.version == first->version);
  const auto later = visitor.when("a later sample", [&](const auto& s) { return s.sample->version != first->version; });
  CHECK(later.sample->sequences > first->sequences);

  visitor.ask(protocol::PauseLaboratory{});
  CHECK(visitor.ask(protocol::SampleLaboratory{5, 2}).accepted);
  const auto wanted = visitor.when("the sample asked for", [](const auto& s) { return s.sample->length == 5; });
  CHECK(wanted.sample->number == 2);
  CHECK(wanted.sample->sequences == wanted.sequences);

  visitor.thread().set_needs(protocol::kNothing);
  const auto made = visitor.thread().samples_made();
  visitor.ask(protocol::ContinueLaboratory{});
  visitor.when_sequences(wanted.sequences + 200);
  CHECK(visitor.thread().samples_made() == made);
}

TEST_CASE("what the laboratory cannot do is refused with its reason") {
  Visitor visitor;
  const auto refused = [&](protocol::LaboratoryCommand command, const std::string& why) {
    const auto answer = visitor.ask(std::move(command));
    INFO(answer.message);
    CHECK_FALSE(answer.accepted);
    CHECK_THAT(answer.message, ContainsSubstring(why));
  };
  refused(protocol::ContinueLaboratory{}, "start a task");
  refused(protocol::PauseLaboratory{}, "start a task");
  refused(protocol::SampleLaboratory{}, "start a task");
  auto bad = small_copy();
  bad.task = "copi";
  refused(protocol::StartLaboratory{bad}, "copi");

  auto brief = small_copy();
  brief.sequences = 100;
  visitor.ask(protocol::StartLaboratory{brief});
  visitor.when("the end", [](const auto& s) { return s.sequences == 100 && !s.running; });
  refused(protocol::ContinueLaboratory{}, "100");
  refused(protocol::SampleLaboratory{0, 0}, "length = 0");
  refused(protocol::StartLaboratory{bad}, "copi");
  CHECK(visitor.when("what was there", [](const auto& s) { return s.run == 1; }).sequences == 100);
}

TEST_CASE("learning that diverges stops and says so") {
  Visitor visitor;
  auto wild = small_copy();
  wild.hyperparameters.learning_rate = 1e30;
  visitor.ask(protocol::StartLaboratory{wild});
  const auto& stopped = visitor.when("the error", [](const auto& s) { return !s.error.empty(); });
  CHECK_FALSE(stopped.running);
  CHECK_THAT(stopped.error, ContainsSubstring("diverged"));
  CHECK(visitor.ask(protocol::PauseLaboratory{}).accepted);
  CHECK(visitor.ask(protocol::StartLaboratory{small_copy()}).accepted);
  CHECK(visitor.when("learning", [](const auto& s) { return s.run == 2 && s.sequences > 0; }).error.empty());
}

TEST_CASE("a laboratory without work takes no processor time", "[slow]") {
  Visitor visitor;
  visitor.thread().set_needs(kLaboratory);
  visitor.ask(protocol::StartLaboratory{small_copy()});
  visitor.when("a sample", [](const auto& s) { return s.sample != nullptr; });
  visitor.ask(protocol::PauseLaboratory{});
  std::this_thread::sleep_for(200ms);
  const auto before = processor_seconds();
  std::this_thread::sleep_for(1s);
  CHECK(processor_seconds() - before < 0.02);
}

TEST_CASE("closing does not hang whatever the laboratory does") {
  for (int round = 0; round < 3; ++round) {
    Visitor never_started;
    Visitor learning;
    learning.thread().set_needs(kLaboratory);
    learning.ask(protocol::StartLaboratory{small_copy()});
    Visitor paused;
    paused.ask(protocol::StartLaboratory{small_copy()});
    paused.ask(protocol::PauseLaboratory{});
  }
}

}  // namespace qarium::lab_thread_test
