// Tasks of the laboratory: what is told and what is asked for, worked out anew from the batch alone.
#include <torch/torch.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "engine/core/error.hpp"
#include "engine/lab/settings.hpp"
#include "engine/lab/task.hpp"
#include "tests/catch.hpp"

namespace qarium::lab_task_test {
namespace {

using Vector = std::vector<float>;
using Sequence = std::vector<Vector>;  ///< [T][channels]

/// Sequence `b` of a tensor [T, B, channels].
Sequence sequence_of(const torch::Tensor& tensor, std::int64_t b) {
  Sequence sequence;
  for (std::int64_t t = 0; t < tensor.size(0); ++t) {
    const auto row = tensor[t][b].contiguous();
    sequence.emplace_back(row.data_ptr<float>(), row.data_ptr<float>() + row.numel());
  }
  return sequence;
}

protocol::LaboratoryOptions options_for(const std::string& task) {
  auto options = lab::options_of({.task = task});
  options.bits = 5;
  options.min_length = std::min<std::int64_t>(options.min_length, 2);
  return options;
}

bool is_bit(float value) {
  return value == 0 || value == 1;
}

Vector bits_of(const Vector& channels, std::size_t bits) {
  return {channels.begin(), channels.begin() + static_cast<std::ptrdiff_t>(bits)};
}

/// Calls `check(input, target, answer, length)` for sequences of many lengths and batches.
template <class Check>
void for_many(const protocol::LaboratoryOptions& options, Check check) {
  const auto task = lab::make_task(options);
  core::RandomStream stream(3, core::Purpose::Test, 0);
  for (std::int64_t length = task->shortest(); length <= 12; ++length) {
    for (const std::int64_t size : {1, 3}) {
      const auto batch = task->draw(length, size, stream);
      CAPTURE(options.task, length, size);
      REQUIRE(batch.size() == size);
      REQUIRE(batch.input.size(2) == task->inputs());
      REQUIRE(batch.target.sizes() == at::IntArrayRef({batch.steps(), size, task->outputs()}));
      for (std::int64_t b = 0; b < size; ++b) {
        const auto target = sequence_of(batch.target, b);
        for (std::int64_t t = 0; t < batch.answer; ++t)
          CHECK(target[static_cast<std::size_t>(t)] == Vector(target[0].size(), 0.0F));
        check(sequence_of(batch.input, b), Sequence(target.begin() + batch.answer, target.end()),
              static_cast<std::size_t>(batch.answer), static_cast<std::size_t>(length));
      }
    }
  }
}

/// Nothing is told while the answer is given.
void check_silent(const Sequence& input, std::size_t answer) {
  for (std::size_t t = answer; t < input.size(); ++t)
    CHECK(input[t] == Vector(input[t].size(), 0.0F));
}

}  // namespace

TEST_CASE("copy asks for the vectors before its delimiter") {
  for_many(options_for("copy"), [](const auto& input, const auto& target, auto answer, auto length) {
    REQUIRE(input.size() == 2 * length + 1);
    REQUIRE(answer == length + 1);
    CHECK(input[length] == Vector{0, 0, 0, 0, 0, 1});
    check_silent(input, answer);
    for (std::size_t t = 0; t < length; ++t) {
      CHECK(input[t][5] == 0);
      CHECK(target[t] == bits_of(input[t], 5));
    }
  });
}

TEST_CASE("repeat copy asks for the vectors as many times as it says, and for the end") {
  auto options = options_for("repeat_copy");
  options.max_repeats = 4;
  std::set<std::size_t> seen;
  for_many(options, [&](const auto& input, const auto& target, auto answer, auto length) {
    REQUIRE(answer == length + 1);
    // Mean 2.5 and standard deviation sqrt(1.25) of 1 .. 4.
    const auto repeats = static_cast<std::size_t>(std::lround(2.5 + input[length][6] * std::sqrt(1.25)));
    seen.insert(repeats);
    CHECK(std::abs(input[length][6] - (static_cast<double>(repeats) - 2.5) / std::sqrt(1.25)) < 1e-6);
    CHECK(input[length][5] == 1);
    check_silent(input, answer);
    REQUIRE(target.size() == length * repeats + 1);
    for (std::size_t t = 0; t + 1 < target.size(); ++t) {
      CHECK(bits_of(target[t], 5) == bits_of(input[t % length], 5));
      CHECK(target[t][5] == 0);
    }
    CHECK(target.back() == Vector{0, 0, 0, 0, 0, 1});
  });
  CHECK(seen == std::set<std::size_t>{1, 2, 3, 4});
  options.max_repeats = 1;
  for_many(options, [](const auto& input, const auto& target, auto, auto length) {
    CHECK(input[length][6] == 0);
    CHECK(target.size() == length + 1);
  });
}

TEST_CASE("associative recall asks for the item after the one that is shown again") {
  std::set<std::int64_t> asked;
  auto options = options_for("associative_recall");
  options.bits = 12;  // 36 bits an item: no two are the same by chance
  for_many(options, [&](const auto& input, const auto& target, auto answer, auto length) {
    std::vector<Sequence> items;
    std::size_t t = 0;
    for (; input[t][12] == 1; t += 4) {
      CHECK(input[t][13] == 0);
      Sequence item;
      for (std::size_t k = 1; k <= 3; ++k) {
        CHECK(input[t + k][12] == 0);
        item.push_back(bits_of(input[t + k], 12));
      }
      items.push_back(item);
    }
    REQUIRE(items.size() == length);
    CHECK(input[t][13] == 1);
    CHECK(input[t + 4][13] == 1);
    CHECK(answer == t + 5);
    const Sequence query = {bits_of(input[t + 1], 12), bits_of(input[t + 2], 12), bits_of(input[t + 3], 12)};
    const auto found = std::find(items.begin(), items.end(), query);
    REQUIRE(items.end() - found > 1);
    CHECK(target == *(found + 1));
    check_silent(input, answer);
    REQUIRE(target.size() == 3);
    asked.insert(found - items.begin());
  });
  CHECK(asked.size() > 5);
}

TEST_CASE("priority sort asks for four fifths of the vectors, the highest priority first") {
  for_many(options_for("priority_sort"), [](const auto& input, const auto& target, auto answer, auto length) {
    REQUIRE(answer == length + 1);
    CHECK(input[length] == Vector{0, 0, 0, 0, 0, 0, 1});
    check_silent(input, answer);
    REQUIRE(target.size() == static_cast<std::size_t>(std::ceil(0.8 * static_cast<double>(length))));
    std::multimap<float, Vector, std::greater<>> by_priority;
    for (std::size_t t = 0; t < length; ++t) {
      CHECK(std::abs(input[t][5]) <= 1);
      by_priority.emplace(input[t][5], bits_of(input[t], 5));
    }
    auto next = by_priority.begin();
    for (const auto& wanted : target)
      CHECK(wanted == (next++)->second);
  });
}

TEST_CASE("bits of every task are fair and the same stream draws the same batch") {
  for (const std::string name : {"copy", "repeat_copy", "associative_recall", "priority_sort"}) {
    CAPTURE(name);
    const auto options = options_for(name);
    const auto task = lab::make_task(options);
    core::RandomStream one(5, core::Purpose::Test, 1);
    auto other = one;
    const auto batch = task->draw(20, 200, one);
    const auto again = task->draw(20, 200, other);
    CHECK(torch::equal(batch.input, again.input));
    CHECK(torch::equal(batch.target, again.target));
    CHECK_FALSE(torch::equal(batch.input.narrow(0, 0, 20), task->draw(20, 200, one).input.narrow(0, 0, 20)));

    const auto wanted = batch.target.narrow(0, batch.answer, batch.steps() - batch.answer).narrow(2, 0, 5);
    const auto flat = wanted.contiguous();
    CHECK(std::all_of(flat.data_ptr<float>(), flat.data_ptr<float>() + flat.numel(), is_bit));
    // 600 vectors at least: the mean of a channel lies within five standard deviations of a half.
    const auto means = wanted.mean(at::IntArrayRef{0, 1});
    CHECK((means - 0.5).abs().max().item<double>() < 5 * 0.5 / std::sqrt(600.0) + (name == "repeat_copy" ? 0.01 : 0));
  }
}

TEST_CASE("the paper's sizes") {
  const auto steps_of = [](const std::string& name, std::int64_t length) {
    core::RandomStream stream(1, core::Purpose::Test, 2);
    const auto batch = lab::make_task(lab::options_of({.task = name}))->draw(length, 1, stream);
    return batch.steps() - batch.answer;
  };
  CHECK(steps_of("copy", 20) == 20);
  CHECK(steps_of("associative_recall", 6) == 3);
  CHECK(steps_of("priority_sort", 20) == 16);
  const auto recall = lab::options_of({.task = "associative_recall"});
  CHECK(recall.bits == 6);
  CHECK(recall.min_length == 2);
  CHECK(recall.max_length == 6);
}

TEST_CASE("sizes that a task cannot have are refused by name") {
  const auto refused = [](auto change, const std::string& why) {
    auto options = lab::options_of({.task = "associative_recall"});
    change(options);
    CHECK_THROWS_WITH(lab::make_task(options), ContainsSubstring(why));
    CHECK_THROWS_AS(lab::make_task(options), core::UserError);
  };
  refused([](auto& o) { o.task = "sort"; }, "priority_sort");
  refused([](auto& o) { o.bits = 0; }, "bits = 0");
  refused([](auto& o) { o.min_length = 1; }, "min_length = 1");
  refused([](auto& o) { o.max_length = 1; }, "max_length = 1");
  refused([](auto& o) { o.max_length = 1'000'000; }, "max_length = 1000000");
  refused([](auto& o) { o.max_repeats = 0; }, "max_repeats = 0");
  const auto task = lab::make_task(lab::options_of({.task = "associative_recall"}));
  CHECK_THROWS_WITH(task->require_length(1), ContainsSubstring("length = 1"));
  CHECK_NOTHROW(task->require_length(2));
}

}  // namespace qarium::lab_task_test
