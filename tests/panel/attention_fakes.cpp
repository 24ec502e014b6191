#include "tests/panel/attention_fakes.hpp"

#include <algorithm>
#include <cmath>

#include "tests/panel/fakes.hpp"

namespace qarium::fakes {

protocol::AttentionView attention(int heads, int queries, int side, bool matrix) {
  protocol::AttentionView view;
  view.version = 1;
  view.heads = heads;
  view.queries = queries;
  view.rows = view.columns = side;
  view.cells_per_token = 10.0F / static_cast<float>(side);
  view.landmarks = {{"ball", 4, 3}, {"paddle", 9, 6}};
  view.area = 0.15F;
  const auto bump = [&](float row, float column, float width, std::vector<float>& out) {
    const auto first = out.size();
    float sum = 0;
    for (int i = 0; i < side * side; ++i) {
      const float down = static_cast<float>(i / side) - row;
      const float right = static_cast<float>(i % side) - column;
      out.push_back(std::exp(-(down * down + right * right) / (2 * width * width)));
      sum += out.back();
    }
    for (auto at = first; at < out.size(); ++at)
      out[at] /= sum;
  };
  const auto size = static_cast<float>(side);
  for (int head = 0; head < heads; ++head) {
    for (int query = 0; query < queries; ++query) {
      const float phase = static_cast<float>(head * 3 + query);
      bump(size * (0.5F + 0.35F * std::sin(phase)), size * (0.5F + 0.35F * std::cos(phase)),
           size * (0.06F + 0.04F * static_cast<float>(head % 4)), view.weights);
      view.entropy.push_back(1.42F + 0.4F * static_cast<float>(head));
      view.mass.push_back(0.61F / static_cast<float>(1 + head));
    }
  }
  if (!matrix) return view;
  for (int head = 0; head < heads; ++head) {
    for (int token = 0; token < side * side; ++token) {
      bump(static_cast<float>(token / side), static_cast<float>((token + 2 * head) % side),
           0.5F + static_cast<float>(head), view.matrix);
    }
  }
  return view;
}

protocol::StageSnapshot attentive_stage(const protocol::AttentionView& view) {
  auto stage = fakes::stage();
  stage.attention = view;
  return stage;
}

protocol::Counterfactual counterfactual(const protocol::AttentionView& view, protocol::AttentionChange change) {
  protocol::Counterfactual answer;
  answer.basis = basis(stage().moment);
  answer.basis.attention = std::move(change);
  answer.before = stage().moment.action_values;
  answer.after = answer.before;
  std::rotate(answer.after.begin(), answer.after.begin() + 2, answer.after.end());
  answer.attention = view;
  answer.attention.matrix.clear();
  return answer;
}

protocol::Faithfulness faithfulness() {
  protocol::Faithfulness faithfulness;
  faithfulness.version = 3;
  faithfulness.episodes = 3;
  faithfulness.orders = 8;
  faithfulness.states = 214;
  faithfulness.skipped = 3;
  faithfulness.rows = faithfulness.columns = 10;
  faithfulness.attention = attention(1).weights;
  faithfulness.saliency = attention(1, 1).weights;
  std::reverse(faithfulness.saliency.begin(), faithfulness.saliency.end());
  faithfulness.saliency_correlation = 0.62F;
  faithfulness.redrawn_attention_correlation = 0.12F;
  faithfulness.redrawn_encoder_correlation = 0.58F;
  faithfulness.mass = 0.61F;
  faithfulness.area = 0.15F;
  faithfulness.basis = basis({});
  const auto fill = [](protocol::FaithfulnessCurve& curve, float map, float random) {
    for (int i = 0; i <= 20; ++i) {
      const float x = static_cast<float>(i) / 20;
      curve.map.push_back(std::pow(1 - x, map));
      curve.random.push_back(std::pow(1 - x, random));
      curve.random_low.push_back(curve.random.back() - 0.1F * x * (1 - x));
      curve.random_high.push_back(curve.random.back() + 0.1F * x * (1 - x));
      curve.uniform.push_back(1 - x);
    }
    curve.map_area = 1 / (1 + map);
    curve.random_area = 1 / (1 + random);
    curve.uniform_area = 0.5F;
    curve.gain = curve.random_area - curve.map_area;
    curve.gain_low = curve.gain - 0.04F;
    curve.gain_high = curve.gain + 0.04F;
  };
  fill(faithfulness.deletion, 5, 1);
  fill(faithfulness.insertion, 1.05F, 1);
  std::reverse(faithfulness.insertion.map.begin(), faithfulness.insertion.map.end());
  return faithfulness;
}

}  // namespace qarium::fakes
