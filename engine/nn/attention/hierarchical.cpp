#include "engine/nn/attention/hierarchical.hpp"

#include <cmath>

#include "engine/nn/attention/masked_softmax.hpp"
#include "engine/nn/attention/regions.hpp"

namespace qarium::nn {
namespace {

using torch::Tensor;

class Hierarchical final : public AttentionPooling {
 public:
  Hierarchical(std::int64_t query_width, std::int64_t width, const TokenGrid& grid, std::int64_t side)
      : scale_(1 / std::sqrt(static_cast<double>(width))),
        cell_query_(register_module("cell_query", torch::nn::Linear(query_width, width))),
        region_query_(register_module("region_query", torch::nn::Linear(query_width, width))),
        key_(register_module("key", torch::nn::Linear(torch::nn::LinearOptions(width, width).bias(false)))),
        value_(register_module("value", torch::nn::Linear(width, width))),
        region_key_(register_module("region_key", torch::nn::Linear(width, width))) {
    regions_ = cut_into_regions(grid, side);
  }

  KeysAndValues prepare(const Tensor& tokens) override { return {tokens, tokens}; }

  Attended attend(const Tensor& queries, const KeysAndValues& tokens, const Tensor& seen,
                  const Intervention* intervention) override {
    if (regions_.place.device() != tokens.keys.device()) regions_ = regions_.to(tokens.keys.device());
    const auto& [members, filled, place] = regions_;
    const auto batch = tokens.keys.size(0);
    const auto queries_count = queries.size(1);
    // Level 1: [B, Q, R, S] inside the regions.
    const auto q1 = (cell_query_(queries) * scale_).expand({batch, queries_count, -1});
    const auto scores =
        torch::matmul(torch::matmul(q1, key_->weight), tokens.keys.transpose(1, 2)).index_select(2, members.flatten());
    // Of the regions' places those that are filled, and by a token that may be seen: [R, S] or [B, 1, R, S].
    auto mask = filled;
    if (seen.defined()) {
      const auto of_places = seen.index_select(-1, members.flatten());
      mask = mask.logical_and(of_places.view({seen.size(0), seen.size(1), members.size(0), members.size(1)}));
    }
    auto cells = masked_softmax(scores.view({batch, queries_count, members.size(0), members.size(1)}), mask);
    const auto values =
        tokens.values.index_select(1, members.flatten()).view({batch, members.size(0), members.size(1), -1});
    const auto summaries =
        project_pooled(torch::einsum("bqrs,brse->bqre", {cells, values}), cells, value_->weight, value_->bias);
    // Level 2: [B, Q, R] over the summaries.
    const auto q2 = (region_query_(queries) * scale_).unsqueeze(2);
    const auto regions = masked_softmax((q2 * region_key_(summaries)).sum(3), seen.defined() ? mask.any(-1) : Tensor());
    auto weights = (cells * regions.unsqueeze(3)).flatten(2).index_select(2, place).unsqueeze(1);
    if (intervention == nullptr || intervention->leaves_attention()) {
      return {(regions.unsqueeze(3) * summaries).sum(2), weights};
    }
    weights = intervened(weights, seen, intervention);
    const auto shares = weights.squeeze(1);
    return {project_pooled(torch::matmul(shares, tokens.values), shares, value_->weight, value_->bias), weights};
  }

 private:
  double scale_;
  torch::nn::Linear cell_query_;
  torch::nn::Linear region_query_;
  torch::nn::Linear key_;
  torch::nn::Linear value_;
  torch::nn::Linear region_key_;
  Regions regions_;
};

}  // namespace

std::shared_ptr<AttentionPooling> make_hierarchical(std::int64_t query_width, std::int64_t width, const TokenGrid& grid,
                                                    std::int64_t side) {
  return std::make_shared<Hierarchical>(query_width, width, grid, side);
}

}  // namespace qarium::nn
