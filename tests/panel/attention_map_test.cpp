#include "widgets/attention/attention_map.hpp"

#include <numeric>

#include "tests/panel/attention_fakes.hpp"
#include "tests/panel/rig.hpp"

namespace qarium::attention_map_test {
namespace {

std::size_t count_above(const std::vector<float>& weights, float level) {
  return static_cast<std::size_t>(
      std::count_if(weights.begin(), weights.end(), [&](float weight) { return weight >= level; }));
}

}  // namespace

TEST_CASE("contour levels hold 50, 80 and 95 % of the weight in as few tokens as can be") {
  const std::vector<float> weights{0.05F, 0.4F, 0.02F, 0.3F, 0.2F, 0.03F};
  const auto levels = widgets::contour_levels(weights);
  REQUIRE(count_above(weights, levels[0]) == 2);
  REQUIRE(count_above(weights, levels[1]) == 3);
  REQUIRE(count_above(weights, levels[2]) == 4);
  for (const int heads : {1, 4}) {
    const auto map = fakes::attention(heads).weights;
    const auto found = widgets::contour_levels(map);
    const double total = std::accumulate(map.begin(), map.end(), 0.0);
    std::size_t i = 0;
    for (const double share : {0.5, 0.8, 0.95}) {
      double held = 0;
      float least = 1;
      for (const float weight : map) {
        if (weight < found[i]) continue;
        held += weight;
        least = std::min(least, weight);
      }
      REQUIRE(held >= (share - 1e-5) * total);
      const auto ties = static_cast<double>(std::count(map.begin(), map.end(), least));
      REQUIRE(held - ties * static_cast<double>(least) < share * total);
      ++i;
    }
  }
}

TEST_CASE("equal weights are never parted by a contour, and no weight has none") {
  const std::vector<float> uniform(100, 0.01F);
  for (const float level : widgets::contour_levels(uniform)) {
    REQUIRE(level > 0);
    REQUIRE(count_above(uniform, level) == 100);
  }
  const std::vector<float> nothing(100, 0.0F);
  REQUIRE(widgets::contour_levels(nothing) == std::array<float, 3>{});
  REQUIRE(widgets::contour_levels({}) == std::array<float, 3>{});
  const std::vector<float> one{0, NAN, 1, INFINITY, -3};
  for (const float level : widgets::contour_levels(one))
    REQUIRE(level == 0.5F);
}

TEST_CASE("a head, the mean and the maximum of all are what they say") {
  protocol::AttentionView view;
  view.heads = 2;
  view.queries = 2;
  view.rows = 1;
  view.columns = 2;
  view.weights = {0.9F, 0.1F, 0.5F, 0.5F, 0.3F, 0.7F, 0.2F, 0.8F};
  REQUIRE(widgets::sound(view));
  std::vector<float> map;
  widgets::weights_of(view, 1, 0, map);
  REQUIRE(map == std::vector<float>{0.3F, 0.7F});
  widgets::weights_of(view, widgets::kMeanHead, 0, map);
  REQUIRE(map[0] == Approx(0.6));
  widgets::weights_of(view, widgets::kMaximumHead, 1, map);
  REQUIRE(map == std::vector<float>{0.5F, 0.8F});
  view.weights.pop_back();
  REQUIRE_FALSE(widgets::sound(view));
}

TEST_CASE("a row of the matrix is what one token takes from each") {
  const auto view = fakes::attention(3, 1, 5, true);
  REQUIRE(widgets::sound_matrix(view));
  std::vector<float> whole;
  std::vector<float> row;
  for (const int head : {0, 2, widgets::kMeanHead, widgets::kMaximumHead}) {
    widgets::matrix_of(view, head, whole);
    widgets::row_of(view, head, 7, row);
    REQUIRE(whole.size() == 625);
    REQUIRE(std::equal(row.begin(), row.end(), whole.begin() + 7 * 25));
  }
}

TEST_CASE("frames of tokens are added up or shown one by one") {
  protocol::AttentionView view;
  view.heads = view.queries = 1;
  view.frames = 2;
  view.rows = 1;
  view.columns = 2;
  view.weights = {0.1F, 0.2F, 0.3F, 0.4F};
  std::vector<float> picture;
  widgets::picture_of(view, view.weights, -1, picture);
  REQUIRE(picture[0] == Approx(0.4));
  widgets::picture_of(view, view.weights, 1, picture);
  REQUIRE(picture == std::vector<float>{0.3F, 0.4F});
}

TEST_CASE("entropy is that of the shares") {
  REQUIRE(widgets::entropy_of(std::vector<float>(64, 0.5F)) == Approx(std::log(64.0)));
  REQUIRE(widgets::entropy_of(std::vector<float>{0, 1, 0}) == 0);
  REQUIRE(widgets::entropy_of(std::vector<float>{0, NAN}) == 0);
}

TEST_CASE("cells and tokens are found under the pointer") {
  protocol::AttentionView view;
  view.rows = view.columns = 4;
  view.cells_per_token = 3;
  view.top = view.left = -1;
  const widgets::TokenGrid grid(view, {{100, 100}, {200, 200}}, 10, 10);
  REQUIRE(grid.cell_at({101, 199}) == 90);
  REQUIRE_FALSE(grid.cell_at({201, 150}).has_value());
  REQUIRE(grid.token_at({101, 101}) == 0);
  REQUIRE(grid.token_at({121, 101}) == 1);
  REQUIRE(grid.token_at({199, 199}) == 15);
  REQUIRE(grid.token(0, 0).min.x == Approx(90));
  REQUIRE(grid.area().max.x == Approx(210));
}

TEST_CASE("tokens lie over a scene whose cells are not the observation's, with its aspect") {
  // Atari: seven tokens of 8 x 8 from pixel 14 of 84 on, over a picture of 210 x 160.
  protocol::AttentionView view;
  view.rows = view.columns = 7;
  view.cells_per_token = 8;
  view.field = 36;
  view.top = view.left = 14;
  view.cell_rows = view.cell_columns = 84;
  const widgets::TokenGrid grid(view, {{100, 100}, {420, 520}}, 210, 160);
  REQUIRE(grid.rows() == 84);
  REQUIRE(grid.area().min.x == Approx(100 + 320 * 14.0 / 84));
  REQUIRE(grid.area().max.y == Approx(100 + 420 * 70.0 / 84));
  REQUIRE(grid.field(0, 0).min.x == Approx(100));
  REQUIRE(grid.field(6, 6).max.y == Approx(520));
  REQUIRE(grid.cell_at({419, 519}) == 84 * 84 - 1);
  REQUIRE(widgets::cell_aspect(view, 210, 160) == Approx(160.0 / 210));
  const auto frame = widgets::frame_beneath(view, grid.area(), 210, 160);
  REQUIRE(frame.min.x == Approx(100));
  REQUIRE(frame.max.y == Approx(520));
}

TEST_CASE("attention curves keep a line for each head and leave out objects where there are none") {
  widgets::AttentionCurves curves;
  protocol::AttentionPoint point;
  point.step = 100;
  point.heads = 3;
  point.entropy = {1, 2, 3};
  curves.add(point);
  REQUIRE(curves.heads() == 3);
  REQUIRE(curves.entropy(2).nearest(0).mean == 3);
  REQUIRE(curves.mass(0).empty());
  point.step = 200;
  point.area = 0.1F;
  point.mass[1] = 0.7F;
  curves.add(point);
  REQUIRE(curves.mass(1).nearest(0).mean == 0.7F);
  REQUIRE(curves.last_x() == 200);
  const auto version = curves.version();
  curves.clear();
  REQUIRE(curves.empty());
  REQUIRE(curves.entropy(0).empty());
  REQUIRE(curves.version() > version);
  point.heads = 99;
  curves.add(point);
  REQUIRE(curves.heads() == protocol::AttentionPoint::kMostHeads);
}

}  // namespace qarium::attention_map_test
