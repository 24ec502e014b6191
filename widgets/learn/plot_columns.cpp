#include <algorithm>
#include <cmath>

#include "widgets/learn/curve_plot.hpp"

namespace qarium::widgets {

int plot_columns(float width, float height, int plots) {
  constexpr float kAspect = 2.6F;
  int best = 1;
  float least = 1e9F;
  for (int columns = 1; columns <= std::min(plots, 4); ++columns) {
    const int rows = (plots + columns - 1) / columns;
    const float plot_width = width / static_cast<float>(columns) - 56;
    const float plot_height = height / static_cast<float>(rows) - 38;
    if (plot_width < 100 && columns > 1) break;
    const float off =
        plot_height < 20 ? 3 + (20 - plot_height) / 20 : std::abs(std::log(plot_width / plot_height / kAspect));
    const float wasted = static_cast<float>(rows * columns - plots) / static_cast<float>(plots);
    if (off + wasted < least) {
      least = off + wasted;
      best = columns;
    }
  }
  return best;
}

}  // namespace qarium::widgets
