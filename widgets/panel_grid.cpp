#include "widgets/panel_grid.hpp"

#include <algorithm>
#include <numeric>
#include <vector>

#include "widgets/folding.hpp"
#include "widgets/parts/panel.hpp"
#include "widgets/parts/splitter.hpp"
#include "widgets/workspace_scope.hpp"

namespace qarium::widgets {
namespace {

constexpr float kGridGap = 8;
constexpr float kGridScrollBar = 12;
constexpr std::size_t kFewestOpen = 2;  ///< panels that are left where others fold for want of room
constexpr float kMostGrowth = 1.1F;     ///< of a column on a page that scrolls, beyond what its panels ask for

using Columns = std::span<const GridColumn>;

/// A panel or a column on the axis along which an area is divided.
struct Slot {
  float least = 0;  ///< at scale 1
  bool folded = false;
  Divider after = {};
};

bool all_folded(std::span<const Slot> slots) {
  return std::all_of(slots.begin(), slots.end(), [](const Slot& slot) { return slot.folded; });
}

float least_of(const Slot& slot) {
  return slot.folded ? kPanelHead : slot.least;
}

/// Of all of them with the gaps between, at scale 1.
float least_of(std::span<const Slot> slots) {
  const float gaps = kGridGap * static_cast<float>(std::max<std::size_t>(slots.size(), 1) - 1);
  return std::accumulate(slots.begin(), slots.end(), gaps,
                         [](float sum, const Slot& slot) { return sum + least_of(slot); });
}

/// Takes the first slot's part off `area`, which is left to the others.
Rect take_first(const PanelContext& context, Rect& area, std::span<const Slot> slots, bool abreast) {
  const auto others = slots.subspan(1);
  const float gap = context.px(kGridGap);
  const auto& first = slots.front();
  if (first.folded) {
    const float size = context.px(kPanelHead);
    return abreast ? area.cut_left(size, gap) : area.cut_top(size, gap);
  }
  if (all_folded(others)) {
    const float rest = context.px(least_of(others));
    const Rect whole = area;
    area = abreast ? area.cut_right(rest, gap) : area.cut_bottom(rest, gap);
    return abreast ? Rect{whole.min, {area.min.x - gap, whole.max.y}}
                   : Rect{whole.min, {whole.max.x, area.min.y - gap}};
  }
  const Split split{first.after.name, first.after.fraction, first.after.standard, context.px(first.least),
                    context.px(least_of(others))};
  const auto [taken, rest] = abreast ? split_columns(context, area, split) : split_rows(context, area, split);
  area = rest;
  return taken;
}

using Places = std::array<Rect, GridColumn::kMost>;

/// A rectangle for each slot, with splitters between those that are open.
Places divide(const PanelContext& context, Rect area, std::span<const Slot> slots, bool abreast) {
  Places places;
  for (std::size_t i = 0; i + 1 < slots.size(); ++i)
    places[i] = take_first(context, area, slots.subspan(i), abreast);
  if (const auto& last = slots.back(); last.folded) {
    (abreast ? area.max.x : area.max.y) = (abreast ? area.min.x : area.min.y) + context.px(kPanelHead);
  }
  places[slots.size() - 1] = area;
  return places;
}

/// The grid in one frame: what is folded, and what each panel needs.
class Grid {
 public:
  Grid(const PanelContext& context, Columns columns) : context_(context), columns_(columns) {}

  void draw(const Rect& area) {
    const float width = area.width() / context_.scale;
    const float height = area.height() / context_.scale;
    scrolls_ = false;
    make_room(width, height);
    abreast_ = how_many_abreast(width);
    if (page_height() > height + 1) abreast_ = how_many_abreast(width - kGridScrollBar);
    const float least = page_height();
    scrolls_ = least > height + 1;
    const WorkspaceScope scope(context_, area, least, page_height());
    draw_page(scope.inside());
  }

 private:
  /// Folds as few panels as it takes for the rest to fit; none where that would leave too few.
  void make_room(float width, float height) {
    unfold_for_room(context_);
    const auto fits = [&] {
      abreast_ = how_many_abreast(width);
      return page_height() <= height + 1;
    };
    if (context_.view.present.on() || fits()) return;
    const auto open = foldable();
    if (open.empty()) return;
    const bool chosen = opened_at(context_, open.back()) > 0;  // that one may stand alone
    const std::size_t most = open.size() - std::min(open.size(), chosen ? 1 : kFewestOpen);
    std::size_t folded = 0;
    while (folded < most && !fits())
      fold_for_room(context_, open[folded++], true);
    if (!fits()) {
      if (!chosen) unfold_for_room(context_);
      return;
    }
    while (folded-- > 0) {
      fold_for_room(context_, open[folded], false);
      if (!fits()) fold_for_room(context_, open[folded], true);
    }
  }
  /// The open panels: lower rows before upper ones, in a row the right before the left, and those that the user has
  /// opened at the end.
  std::vector<std::string_view> foldable() const {
    std::vector<std::string_view> titles;
    for (std::size_t row = GridColumn::kMost; row-- > 0;) {
      std::for_each(columns_.rbegin(), columns_.rend(), [&](const GridColumn& column) {
        if (row < column.size && !is_folded(context_, column.panels[row].title))
          titles.push_back(column.panels[row].title);
      });
    }
    std::stable_sort(titles.begin(), titles.end(), [&](std::string_view left, std::string_view right) {
      return opened_at(context_, left) < opened_at(context_, right);
    });
    return titles;
  }

  Slot row_slot(const GridPanel& panel) const {
    const float comfort = std::max(panel.comfort, comfort_of(context_, panel.title));
    return {scrolls_ ? std::max(panel.least, comfort) : panel.least, is_folded(context_, panel.title), panel.below};
  }
  std::array<Slot, GridColumn::kMost> row_slots(const GridColumn& column) const {
    std::array<Slot, GridColumn::kMost> slots;
    for (std::size_t i = 0; i < column.size; ++i)
      slots[i] = row_slot(column.panels[i]);
    return slots;
  }
  Slot column_slot(const GridColumn& column) const {
    const auto rows = row_slots(column);
    return {column.least_width, all_folded({rows.data(), column.size}), column.right};
  }
  std::array<Slot, GridColumn::kMost> column_slots(Columns columns) const {
    std::array<Slot, GridColumn::kMost> slots;
    for (std::size_t i = 0; i < columns.size(); ++i)
      slots[i] = column_slot(columns[i]);
    return slots;
  }

  std::size_t how_many_abreast(float width) const {
    const auto slots = column_slots(columns_);
    for (std::size_t size = columns_.size(); size > 1; --size) {
      if (width + 1 >= least_of({slots.data(), size})) return size;  // 1 pixel of grace: sizes are rounded
    }
    return 1;
  }

  float column_height(const GridColumn& column) const {
    const auto rows = row_slots(column);
    return least_of({rows.data(), column.size});
  }
  /// Of the columns that stand beside each other.
  float upper_height() const {
    float height = 0;
    for (const auto& column : columns_.first(abreast_)) {
      const bool strip = abreast_ > 1 && column_slot(column).folded;
      height = std::max(height, strip ? 0 : column_height(column));
    }
    return std::max(height, kPanelHead);
  }
  float page_height() const {
    float height = upper_height();
    for (const auto& column : columns_.subspan(abreast_))
      height += kGridGap + column_height(column);
    return height;
  }

  void draw_page(Rect rest) const {
    // What the page has beyond its need goes to all in proportion.
    const float spare = std::max(1.0F, rest.height() / context_.scale / page_height());
    const Columns below = columns_.subspan(abreast_);
    const auto height_of = [&](const GridColumn& column) {
      return context_.px(column_height(column) * (column_slot(column).folded ? 1 : spare));
    };
    const float gap = context_.px(kGridGap);
    const float lower = std::accumulate(below.begin(), below.end(), 0.0F, [&](float sum, const GridColumn& column) {
      return sum + gap + height_of(column);
    });
    draw_abreast(rest.cut_top(rest.height() - lower, gap));
    for (const auto& column : below)
      draw_column(column, rest.cut_top(height_of(column), gap), false);
  }

  void draw_abreast(const Rect& area) const {
    const Columns upper = columns_.first(abreast_);
    if (upper.size() == 1) {
      draw_column(upper.front(), area, false);
      return;
    }
    const auto slots = column_slots(upper);
    const auto places = divide(context_, area, {slots.data(), upper.size()}, true);
    for (std::size_t i = 0; i < upper.size(); ++i)
      draw_column(upper[i], places[i], slots[i].folded);
  }

  void draw_column(const GridColumn& column, Rect area, bool strip) const {
    // On a long page what is beside a long column does not grow along with it.
    if (scrolls_ && !strip)
      area.max.y = std::min(area.max.y, area.min.y + context_.px(kMostGrowth * column_height(column)));
    const auto rows = row_slots(column);
    const auto places =
        strip ? strip_places(column.size, area) : divide(context_, area, {rows.data(), column.size}, false);
    for (std::size_t i = 0; i < column.size; ++i)
      column.panels[i].draw(places[i]);
  }

  /// Turned heads, equally high.
  Places strip_places(std::size_t size, Rect area) const {
    Places places;
    const float gap = context_.px(kGridGap);
    const float high = (area.height() + gap) / static_cast<float>(size) - gap;
    for (std::size_t i = 0; i < size; ++i)
      places[i] = area.cut_top(high, gap);
    return places;
  }

  const PanelContext& context_;
  Columns columns_;
  std::size_t abreast_ = 1;
  bool scrolls_ = false;
};

}  // namespace

void draw_panel_grid(const PanelContext& context, const Rect& area, std::span<const GridColumn> columns) {
  Grid(context, columns).draw(area);
}

}  // namespace qarium::widgets
