#include <algorithm>

#include "engine/core/error.hpp"
#include "engine/nn/encoder/encoder.hpp"
#include "engine/nn/fused/fused_layers.hpp"

namespace qarium::nn {
namespace {

/// Rows of the table by number, and back.
class FusedSymbols final : public FusedStage {
 public:
  FusedSymbols(const torch::Tensor& table, std::int64_t components)
      : table_(table), symbols_(table.size(0)), width_(table.size(1)), components_(components) {}

  float* forward(float* in, std::int64_t rows, bool /*learn*/, Arena& arena) override {
    in_ = in;
    rows_ = rows;
    float* out = arena.take(rows * components_ * width_);
    for (std::int64_t i = 0; i < rows * components_; ++i)
      std::copy_n(table_.value + row_of(in[i]), width_, out + i * width_);
    return out;
  }

  float* backward(float* out_gradient, bool wanted, Arena& arena) override {
    for (std::int64_t i = 0; i < rows_ * components_; ++i)
      kernels::add(out_gradient + i * width_, table_.gradient + row_of(in_[i]), width_);
    if (!wanted) return nullptr;
    float* in_gradient = arena.take(rows_ * components_);
    std::fill_n(in_gradient, rows_ * components_, 0.0F);
    return in_gradient;
  }

 private:
  std::int64_t row_of(float symbol) const {
    return std::clamp(static_cast<std::int64_t>(symbol), std::int64_t{0}, symbols_ - 1) * width_;
  }

  FusedParameter table_;
  std::int64_t symbols_;
  std::int64_t width_;
  std::int64_t components_;
  const float* in_ = nullptr;
  std::int64_t rows_ = 0;
};

/// Discrete observations [rows, columns] or [columns]: each component is the number of a symbol, which a learned table
/// turns into `width` numbers. With attention one token for each component [B, rows * columns, width], else all of them
/// side by side [B, 1, rows * columns * width]. A number beyond the table is its last symbol.
class Symbol final : public Encoder {
 public:
  Symbol(std::int64_t width, const env::Box& space, bool attended)
      : symbols_(space.symbols()),
        rows_(space.shape.size() == 2 ? space.shape.front() : 1),
        columns_(space.shape.back()),
        width_(width),
        attended_(attended),
        table_(register_module("table", torch::nn::Embedding(symbols_, width))) {}

  torch::Tensor forward(const torch::Tensor& observation) override {
    const auto tokens = table_(observation.flatten(1).to(torch::kLong).clamp(0, symbols_ - 1));
    return attended_ ? tokens : tokens.reshape({tokens.size(0), 1, -1});
  }

  std::unique_ptr<FusedStage> fused() override {
    return std::make_unique<FusedSymbols>(table_->weight, rows_ * columns_);
  }

  TokenGrid grid() const override {
    return attended_ ? TokenGrid{1, static_cast<int>(rows_), static_cast<int>(columns_), 0, 0, 1} : TokenGrid{};
  }
  std::vector<std::int64_t> output_shape() const override {
    return attended_ ? std::vector{rows_ * columns_, width_} : std::vector<std::int64_t>{1, rows_ * columns_ * width_};
  }
  std::vector<std::string> layers() const override {
    return {"table of " + std::to_string(symbols_) + " symbols -> " + std::to_string(width_)};
  }

 private:
  std::int64_t symbols_;
  std::int64_t rows_;
  std::int64_t columns_;
  std::int64_t width_;
  bool attended_;
  torch::nn::Embedding table_;
};

}  // namespace

std::shared_ptr<Encoder> make_symbol(const config::EncoderOptions& options, const EncoderInputs& inputs) {
  const auto& space = inputs.space;
  const auto dimensions = space.shape.size();
  if (dimensions < 1 || dimensions > 2 || space.size() < 1 || space.symbols() < 1) {
    throw core::UserError(
        "encoder.kind = symbol reads symbols, bytes of [rows, columns] or [columns] whose highest number is stated, "
        "which this environment does not give: use grid_conv for small grids or mlp for vectors");
  }
  return std::make_shared<Symbol>(options.width, space, inputs.attended);
}

}  // namespace qarium::nn
