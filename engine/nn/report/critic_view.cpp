#include "engine/nn/report/critic_view.hpp"

#include "engine/nn/report/numbers.hpp"

namespace qarium::nn {

protocol::CriticView critic_view(const CriticReport& report, std::int64_t row) {
  protocol::CriticView view;
  view.window = static_cast<int>(report.known.size(1));
  const auto known = report.known[row].sum().item<std::int64_t>();
  const auto last = [&](const torch::Tensor& all) { return numbers(all[row].narrow(0, view.window - known, known)); };
  view.weights = last(report.weights);
  view.state_values = last(report.state_values);
  return view;
}

}  // namespace qarium::nn
