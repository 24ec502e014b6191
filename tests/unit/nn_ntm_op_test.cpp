#include <torch/torch.h>

#include "tests/catch.hpp"
#include "tests/unit/ntm_samples.hpp"

namespace qarium::nn_ntm_op_test {

using namespace qarium::tests;
using nn::NtmOrder;
using nn::NtmShape;
using torch::Tensor;

namespace {

Row row_of(const Tensor& tensor) {
  const auto flat = tensor.detach().contiguous().view(-1);
  return {flat.data_ptr<double>(), flat.data_ptr<double>() + flat.numel()};
}
Rows rows_of(const Tensor& tensor) {
  Rows rows;
  for (std::int64_t i = 0; i < tensor.size(0); ++i)
    rows.push_back(row_of(tensor[i]));
  return rows;
}
Tensor tensor_of(const Row& row) {
  return torch::tensor(row, torch::kDouble);
}
Tensor tensor_of(const Rows& rows) {
  std::vector<Tensor> all;
  for (const auto& row : rows)
    all.push_back(tensor_of(row));
  return torch::stack(all);
}

/// The reference's outputs and final memory, sample by sample.
nn::NtmResult reference_sequence(const NtmSample& sample) {
  const ReferenceWeights weights{rows_of(sample.weights.controller_weight), row_of(sample.weights.controller_bias),
                                 rows_of(sample.weights.head_weight), row_of(sample.weights.head_bias)};
  std::vector<Tensor> outputs;
  std::vector<std::vector<Tensor>> finals(6);
  for (std::int64_t b = 0; b < sample.inputs.size(1); ++b) {
    const auto& from = sample.state;
    ReferenceState state{rows_of(from.memory[b]),
                         rows_of(from.read_weights[b]),
                         rows_of(from.write_weights[b]),
                         rows_of(from.reads[b]),
                         row_of(from.h[b]),
                         row_of(from.c[b])};
    Rows remembered;
    for (std::int64_t t = 0; t < sample.inputs.size(0); ++t)
      remembered.push_back(reference_step(sample.shape, row_of(sample.inputs[t][b]), weights, state));
    outputs.push_back(tensor_of(remembered));
    const std::vector<Tensor> final{tensor_of(state.memory),
                                    tensor_of(state.read_weights),
                                    tensor_of(state.write_weights),
                                    tensor_of(state.reads),
                                    tensor_of(state.h),
                                    tensor_of(state.c)};
    for (std::size_t i = 0; i < final.size(); ++i)
      finals[i].push_back(final[i]);
  }
  const auto stacked = [&](std::size_t i) { return torch::stack(finals[i]); };
  return {torch::stack(outputs, 1), {stacked(0), stacked(1), stacked(2), stacked(3), stacked(4), stacked(5)}};
}

void check_same(nn::NtmResult found, nn::NtmResult expected, double tolerance) {
  REQUIRE(found.outputs.sizes() == expected.outputs.sizes());
  CHECK(relative_error(found.outputs, expected.outputs) < tolerance);
  const auto a = tensors(found.state);
  const auto b = tensors(expected.state);
  for (std::size_t i = 0; i < a.size(); ++i) {
    CAPTURE(i);
    REQUIRE(a[i]->sizes() == b[i]->sizes());
    CHECK(relative_error(*a[i], *b[i]) < tolerance);
  }
}

/// A number that depends on the outputs and on all of the final state, with fixed weights.
struct Objective {
  std::vector<Tensor> directions;

  explicit Objective(nn::NtmResult result) {
    directions.push_back(torch::randn_like(result.outputs, torch::kDouble));
    for (auto* tensor : tensors(result.state))
      directions.push_back(torch::randn_like(*tensor, torch::kDouble));
  }
  Tensor operator()(nn::NtmResult result) const {
    auto sum = (result.outputs * directions[0].to(result.outputs.scalar_type())).sum();
    std::size_t i = 1;
    for (auto* tensor : tensors(result.state)) {
      sum = sum + (*tensor * directions[i].to(tensor->scalar_type())).sum();
      ++i;
    }
    return sum;
  }
};

nn::NtmResult plain(const NtmSample& s, const nn::NtmResets* resets = nullptr) {
  return nn::ntm_sequence_plain(s.shape, s.inputs, s.weights, s.state, resets);
}
nn::NtmResult fused(const NtmSample& s, const nn::NtmResets* resets = nullptr) {
  return nn::ntm_sequence(s.shape, s.inputs, s.weights, s.state, resets);
}

void check_gradients(NtmSample& found, NtmSample& expected) {
  const auto a = tensors(found);
  const auto b = tensors(expected);
  for (std::size_t i = 0; i < a.size(); ++i) {
    CAPTURE(i);
    const auto wanted = b[i]->grad().defined() ? b[i]->grad() : torch::zeros_like(*b[i]);
    const auto got = a[i]->grad().defined() ? a[i]->grad() : torch::zeros_like(*a[i]);
    // A single slot leaves some gradients nothing but rounding.
    if (wanted.norm().item<double>() < 1e-6) {
      CHECK(got.norm().item<double>() < 1e-4);
    } else {
      CHECK(relative_error(got, wanted) < 1e-4);
    }
  }
}

/// Resets of about a fifth of the steps, and what they lead to.
struct Resetting {
  nn::NtmResets wide, narrow;  ///< in double and in float

  explicit Resetting(const NtmSample& s) {
    wide.at = (torch::rand({s.inputs.size(0), s.inputs.size(1)}) < 0.2).to(torch::kByte);
    narrow.at = wide.at;
    wide.initial = s.random_state(s.inputs.size(1));
    narrow.initial = wide.initial;
    for (auto* tensor : tensors(wide.initial))
      tensor->requires_grad_();
    for (auto* tensor : tensors(narrow.initial))
      *tensor = tensor->detach().to(torch::kFloat).requires_grad_();
  }
};

}  // namespace

TEST_CASE("one step and a sequence of the NTM are the paper's equations", "[nn]") {
  torch::manual_seed(11);
  for (const auto order : {NtmOrder::ReadWrite, NtmOrder::WriteRead}) {
    for (auto c : ntm_cases()) {
      c.shape.order = order;
      for (const std::int64_t steps : {std::int64_t{1}, c.steps}) {
        INFO(describe(c.shape, steps, c.batch));
        const torch::NoGradGuard no_grad;
        // Gentle weights: with sharper ones some sequences amplify float rounding beyond the bar, in any
        // implementation.
        const NtmSample sample(c.shape, steps, c.batch, 0.5);
        const auto expected = reference_sequence(sample);
        check_same(plain(sample), expected, 1e-10);
        check_same(fused(leaves(sample, torch::kFloat)), expected, 1e-5);
      }
    }
  }
}

TEST_CASE("the fused NTM has the plain twin's gradients", "[nn]") {
  torch::manual_seed(12);
  for (const auto& c : ntm_cases()) {
    for (const bool with_resets : {false, true}) {
      INFO(describe(c.shape, c.steps, c.batch) << (with_resets ? " with resets" : ""));
      const NtmSample sample(c.shape, c.steps, c.batch);
      auto narrow = leaves(sample, torch::kFloat);
      auto wide = leaves(narrow, torch::kDouble);
      Resetting resetting(wide);
      const auto expected = plain(wide, with_resets ? &resetting.wide : nullptr);
      const auto found = fused(narrow, with_resets ? &resetting.narrow : nullptr);
      check_same(found, expected, 1e-5);
      const Objective objective(expected);
      objective(expected).backward();
      objective(found).backward();
      check_gradients(narrow, wide);
      if (!with_resets || resetting.wide.at.sum().item<int>() == 0) continue;
      const auto a = tensors(resetting.narrow.initial);
      const auto b = tensors(resetting.wide.initial);
      for (std::size_t i = 0; i < a.size(); ++i) {
        CAPTURE(i);
        if (!b[i]->grad().defined() || b[i]->grad().norm().item<double>() < 1e-6) continue;
        CHECK(relative_error(a[i]->grad(), b[i]->grad()) < 1e-4);
      }
    }
  }
}

TEST_CASE("the plain NTM's gradients are the differences through whole sequences", "[nn]") {
  torch::manual_seed(13);
  for (const auto& c :
       {NtmCase{NtmShape{2, 4, 5, 3}, 6, 2}, NtmCase{NtmShape{2, 3, 4, 2, 2, 2, 2}, 5, 1},
        NtmCase{NtmShape{1, 3, 1, 2, 1, 1, 1, false}, 4, 1}, NtmCase{NtmShape{2, 4, 6, 3, 1, 2, 1, false}, 5, 2}}) {
    for (const auto order : {NtmOrder::ReadWrite, NtmOrder::WriteRead}) {
      auto shape = c.shape;
      shape.order = order;
      INFO(describe(shape, c.steps, c.batch));
      auto sample = leaves(NtmSample(shape, c.steps, c.batch), torch::kDouble);
      const Objective objective(plain(sample));
      objective(plain(sample)).backward();
      const torch::NoGradGuard no_grad;
      constexpr double kStep = 1e-6;
      for (auto* tensor : tensors(sample)) {
        const auto gradient = tensor->grad().defined() ? tensor->grad().clone() : torch::zeros_like(*tensor);
        auto differences = torch::zeros_like(*tensor);
        const std::int64_t stride = std::max<std::int64_t>(1, tensor->numel() / 12);
        auto compared = torch::zeros_like(*tensor);
        for (std::int64_t i = 0; i < tensor->numel(); i += stride) {
          auto entry = tensor->view(-1)[i];
          const double value = entry.item<double>();
          entry.fill_(value + kStep);
          const double up = objective(plain(sample)).item<double>();
          entry.fill_(value - kStep);
          const double down = objective(plain(sample)).item<double>();
          entry.fill_(value);
          differences.view(-1)[i] = (up - down) / (2 * kStep);
          compared.view(-1)[i] = gradient.view(-1)[i];
        }
        CHECK((compared - differences).norm().item<double>() < 1e-6 * (1 + differences.norm().item<double>()));
      }
    }
  }
}

TEST_CASE("a batch of the NTM is its samples, and the same twice", "[nn]") {
  torch::manual_seed(14);
  const NtmShape shape{4, 24, 20, 6, 2, 1};
  const auto sample = leaves(NtmSample(shape, 12, 9), torch::kFloat);
  const auto whole = fused(sample);
  for (std::int64_t b = 0; b < 9; ++b) {
    auto one = sample;
    one.inputs = sample.inputs.narrow(1, b, 1);
    for (auto* tensor : tensors(one.state))
      *tensor = tensor->narrow(0, b, 1);
    const auto alone = fused(one);
    CHECK(relative_error(alone.outputs.select(1, 0), whole.outputs.select(1, b)) < 1e-5);
    CHECK(relative_error(alone.state.memory[0], whole.state.memory[b]) < 1e-5);
  }

  const auto gradients = [&](const nn::NtmResult& result) {
    const auto direction = torch::arange(result.outputs.numel()).to(torch::kFloat).sin().view_as(result.outputs);
    return torch::autograd::grad({(result.outputs * direction).sum() + result.state.memory.sum()},
                                 {sample.inputs, sample.weights.controller_weight, sample.weights.head_weight,
                                  sample.state.memory, sample.state.read_weights});
  };
  const auto again = fused(sample);
  CHECK(again.outputs.equal(whole.outputs));
  CHECK(again.state.memory.equal(whole.state.memory));
  const auto a = gradients(whole);
  const auto b = gradients(again);
  for (std::size_t i = 0; i < a.size(); ++i)
    CHECK(a[i].equal(b[i]));
}

TEST_CASE("steps of the NTM that follow one another have the gradients of the plain sequence", "[nn]") {
  torch::manual_seed(19);
  nn::ScratchPool pool;
  for (const bool lstm : {true, false}) {
    const NtmShape shape{4, 24, 20, 6, 2, 1, 1, lstm, NtmOrder::ReadWrite};
    const NtmSample sample(shape, 12, 3);
    auto found = leaves(sample, torch::kFloat);
    auto expected = leaves(sample, torch::kDouble);
    const auto whole = plain(expected);
    const Objective objective(whole);
    objective(whole).backward();
    for (int round = 0; round < 2; ++round) {  // the second on memory that was used before
      for (auto* tensor : tensors(found))
        tensor->mutable_grad() = Tensor();
      auto state = found.state;
      std::vector<Tensor> outputs;
      for (std::int64_t t = 0; t < 12; ++t) {
        auto step = nn::ntm_sequence(shape, found.inputs.narrow(0, t, 1), found.weights, state, nullptr, &pool);
        outputs.push_back(step.outputs[0]);
        state = step.state;
      }
      objective({torch::stack(outputs), state}).backward();
      check_gradients(found, expected);
    }
  }
}

TEST_CASE("steps of the NTM follow one another as a sequence does", "[nn]") {
  torch::manual_seed(15);
  const torch::NoGradGuard no_grad;
  for (const auto order : {NtmOrder::ReadWrite, NtmOrder::WriteRead}) {
    for (const bool lstm : {true, false}) {
      const NtmShape shape{4, 24, 20, 6, 2, 1, 1, lstm, order};
      const auto sample = leaves(NtmSample(shape, 100, 2), torch::kFloat);
      auto state = sample.state;
      std::vector<Tensor> outputs;
      for (std::int64_t t = 0; t < 100; ++t) {
        const auto step = nn::ntm_step(shape, sample.inputs[t], sample.weights, state);
        outputs.push_back(step.outputs);
        state = step.state;
      }
      const auto whole = fused(sample);
      CHECK(relative_error(torch::stack(outputs), whole.outputs) < 1e-4);
      CHECK(relative_error(state.memory, whole.state.memory) < 1e-4);
      CHECK(state.c.sizes() == whole.state.c.sizes());
    }
  }
}

}  // namespace qarium::nn_ntm_op_test
