#include <algorithm>

#include "widgets/attention/attention_panels.hpp"
#include "widgets/parts/controls.hpp"
#include "widgets/parts/heat_legend.hpp"
#include "widgets/parts/panel.hpp"

namespace qarium::widgets {
namespace {

constexpr float kWordLine = 16;
constexpr float kWordGap = 6;
constexpr float kMostWordWidth = 90;  ///< of the column of written words
constexpr float kAlignmentCaption = 34;

/// Where the matrix lies: rows are words of the target, columns those of the source.
struct AlignmentGrid {
  Rect area = {};
  int rows = 0;
  int columns = 0;

  ImVec2 cell() const { return {area.width() / static_cast<float>(columns), area.height() / static_cast<float>(rows)}; }
  Rect at(int row, int column) const {
    const ImVec2 size = cell();
    const ImVec2 corner = area.min + ImVec2(size.x * static_cast<float>(column), size.y * static_cast<float>(row));
    return {corner, corner + size};
  }
  int row_at(float y) const { return std::clamp(static_cast<int>((y - area.min.y) / cell().y), 0, rows - 1); }
  int column_at(float x) const { return std::clamp(static_cast<int>((x - area.min.x) / cell().x), 0, columns - 1); }
};

/// The word of the target in this row; dots where it is not written yet.
std::string_view target_word(const protocol::AlignmentView& view, int row) {
  const auto at = static_cast<std::size_t>(row);
  return at < view.known.written.size() ? std::string_view(view.known.written[at]) : std::string_view("...");
}

float widest(const PanelContext& context, const std::vector<std::string>& words) {
  float most = 0;
  for (const auto& word : words)
    most = std::max(most, text_width(context.fonts.quiet, word));
  return most;
}

void draw_source_words(const PanelContext& context, const protocol::AlignmentView& view, const AlignmentGrid& grid,
                       const Rect& above, int pointed) {
  auto& list = *ImGui::GetWindowDrawList();
  // Where cells are narrower than words, every other word stands a line higher.
  const float line = context.px(kWordLine);
  const bool two = widest(context, view.known.source) > grid.cell().x - context.px(4);
  for (int column = 0; column < grid.columns; ++column) {
    const Rect cell = grid.at(0, column);
    const float spare = two ? cell.width() / 2 : 0;
    const float bottom = above.max.y - (two && column % 2 == 1 ? line : 0);
    draw_text_in(list, context.fonts.quiet,
                 {{std::max(cell.min.x - spare, grid.area.min.x - spare), bottom - line}, {cell.max.x + spare, bottom}},
                 column == pointed ? context.theme.text : context.theme.quiet,
                 view.known.source[static_cast<std::size_t>(column)], Align::Centre);
  }
}

void draw_target_words(const PanelContext& context, const protocol::AlignmentView& view, const AlignmentGrid& grid,
                       const Rect& beside, int pointed) {
  auto& list = *ImGui::GetWindowDrawList();
  for (int row = 0; row < grid.rows; ++row) {
    const Rect cell = grid.at(row, 0);
    draw_text_in(list, context.fonts.quiet,
                 {{beside.min.x, cell.min.y}, {beside.max.x - context.px(kWordGap), cell.max.y}},
                 row == pointed || row + 1 == view.rows ? context.theme.text : context.theme.quiet,
                 target_word(view, row), Align::Right);
  }
}

/// Around the cell of each word that is said: the known alignment.
void draw_truth(const PanelContext& context, const protocol::AlignmentView& view, const AlignmentGrid& grid) {
  auto& list = *ImGui::GetWindowDrawList();
  for (int row = 0; row < grid.rows && row < static_cast<int>(view.known.truth.size()); ++row) {
    const int column = view.known.truth[static_cast<std::size_t>(row)];
    if (column < 0 || column >= grid.columns) continue;
    outline(list, grid.at(row, column).shrunk(context.px(1)), context.theme.stage(core::Stage::Encoder), 0,
            context.px(2));
  }
}

void draw_alignment_caption(const PanelContext& context, const protocol::AlignmentView& view, int row, int column,
                            Rect area) {
  auto& list = *ImGui::GetWindowDrawList();
  Rect first = area.cut_top(area.height() / 2);
  if (row < 0 || row >= view.rows) {
    draw_text_in(list, context.fonts.quiet, first, context.theme.quiet, "framed: the word that is said");
    draw_text_in(list, context.fonts.quiet, area, context.theme.quiet, "click a row to go to that word");
    return;
  }
  const auto width = view.known.source.size();
  const auto value = fixed(view.weights[static_cast<std::size_t>(row) * width + static_cast<std::size_t>(column)], 3);
  draw_text_in(list, context.fonts.number, first.cut_right(text_width(context.fonts.number, value) + 1, context.px(6)),
               context.theme.text, value);
  draw_text_in(
      list, context.fonts.quiet, first, context.theme.text,
      ShortText(target_word(view, row)).add(" looks at ").add(view.known.source[static_cast<std::size_t>(column)]));
  const bool known = row < static_cast<int>(view.known.truth.size());
  if (!known) {
    draw_text_in(list, context.fonts.quiet, area, context.theme.quiet, "the sentence was over before");
    return;
  }
  const auto said = static_cast<std::size_t>(view.known.truth[static_cast<std::size_t>(row)]);
  draw_text_in(list, context.fonts.quiet, area, context.theme.stage_text(core::Stage::Encoder),
               ShortText("to be said here: ").add(view.known.source[said]));
}

}  // namespace

bool sound_alignment(const protocol::AlignmentView& view) {
  const auto columns = view.known.source.size();
  return columns > 0 && view.rows > 0 && view.weights.size() == static_cast<std::size_t>(view.rows) * columns &&
         view.known.truth.size() <= columns &&
         std::ranges::all_of(view.known.truth, [&](int said) { return said >= 0 && said < static_cast<int>(columns); });
}

const protocol::AlignmentView* shown_alignment(const PanelContext& context) {
  const auto* view = context.stage.alignment.get();
  return view != nullptr && sound_alignment(*view) ? view : nullptr;
}

void draw_alignment(const PanelContext& context, const Rect& area) {
  const auto* view = shown_alignment(context);
  ShortText quiet;
  if (view != nullptr) quiet.print("%d of %d words", view->rows, static_cast<int>(view->known.truth.size()));
  Panel panel(context, "Alignment", quiet, context.theme.stage(core::Stage::Attention), area);
  if (panel.folded()) return;
  Rect body = panel.begin_body();
  auto& list = *ImGui::GetWindowDrawList();
  if (view == nullptr) {
    draw_wrapped(list, context.fonts.quiet, body.min, body.width(), context.theme.quiet,
                 "Where words are translated: which word of the source each written word looks at.");
    return;
  }
  const auto& state = context.view.of<AttentionState>();
  const Rect whole = body;
  body.cut_bottom(context.px(kAlignmentCaption), context.px(kWordGap));
  const Rect above = body.cut_top(context.px(2 * kWordLine), context.px(2));
  const float words =
      std::min(widest(context, view->known.written) + context.px(kWordGap + 12), context.px(kMostWordWidth));
  const Rect beside = body.cut_left(words);
  const Rect legend = body.cut_right(context.px(kLegendWidth), context.px(8));
  AlignmentGrid grid{.rows = std::max(view->rows, static_cast<int>(view->known.truth.size())),
                     .columns = static_cast<int>(view->known.source.size())};
  const float cell =
      std::min(body.width() / static_cast<float>(grid.columns), body.height() / static_cast<float>(grid.rows));
  if (cell < 3) return;
  grid.area = {body.min,
               body.min + ImVec2(cell * static_cast<float>(grid.columns), cell * static_cast<float>(grid.rows))};

  const auto interaction = interact(context, "alignment.map", grid.area);
  const ImVec2 mouse = ImGui::GetIO().MousePos;
  const int row = interaction.hovered ? grid.row_at(mouse.y) : -1;
  const int column = interaction.hovered ? grid.column_at(mouse.x) : -1;
  HeatStyle style;
  style.colors = state.colors;
  const Rect known{grid.area.min, grid.at(view->rows - 1, grid.columns - 1).max};
  const HeatPicture picture{view->weights, view->rows, grid.columns, known};
  context.canvas.draw_heat(list, "attention.alignment", {&picture, 1}, style);
  outline(list, grid.area, context.theme.line);
  draw_truth(context, *view, grid);
  draw_source_words(context, *view, grid, above, column);
  draw_target_words(context, *view, grid, beside, row);
  draw_heat_legend(context, "attention.alignment.legend", {legend.min, {legend.max.x, grid.area.max.y}}, style);
  const float below = grid.area.max.y + context.px(kWordGap);
  draw_alignment_caption(context, *view, row, column,
                         {{whole.min.x, below}, {whole.max.x, below + context.px(kAlignmentCaption)}});
  if (interaction.clicked && row >= 0) {
    const auto index = view->first + std::min(row, view->rows - 1);
    send(context, protocol::Seek{std::clamp(index, context.stage.first, context.stage.last)});
  }
}

}  // namespace qarium::widgets
