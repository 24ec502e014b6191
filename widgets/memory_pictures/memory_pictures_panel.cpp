#include <algorithm>
#include <array>

#include "widgets/memory_pictures/memory_pictures.hpp"
#include "widgets/memory_pictures/trace_picture.hpp"
#include "widgets/parts/controls.hpp"
#include "widgets/parts/panel.hpp"

namespace qarium::widgets {
namespace {

constexpr float kPicturesGap = 10;
constexpr float kPicturesLeastPicture = 44;
constexpr float kPicturesTwoColumns = 440;  ///< from this width on pictures stand side by side
constexpr float kPicturesTools = 210;

/// Which head's strips are shown; the addressing chain is that of the one chosen last.
void draw_pictures_head_choice(const PanelContext& context, const ShownMemory& shown, const Rect& area) {
  constexpr int kMost = 32;
  const auto& view = *shown.view;
  const int reads = std::max(view.read_heads, 0);
  const int heads = std::min(reads + std::max(view.write_heads, 0), kMost);
  if (heads < 1 || (view.read_heads < 2 && view.write_heads < 2 && view.heads.empty())) return;
  std::array<ShortText, kMost> texts;
  std::array<std::string_view, kMost> items;
  for (int head = 0; head < heads; ++head) {
    const auto at = static_cast<std::size_t>(head);
    texts[at] = chain_head_name(view, head);
    items[at] = texts[at];
  }
  auto& look = context.view.of<MemoryLook>();
  const auto chosen = static_cast<std::size_t>(std::clamp(chain_head(shown, look), 0, heads - 1));
  const auto picked = draw_choice(context, ShortText(shown.place).add(".head"), area, items[chosen],
                                  {items.data(), static_cast<std::size_t>(heads)}, chosen, ButtonLook::Quiet);
  if (!picked) return;
  const int head = static_cast<int>(*picked);
  look.chain_writes = head >= reads;
  (look.chain_writes ? look.write_head : look.read_head) = look.chain_writes ? head - reads : head;
}

void draw_pictures_order_choice(const PanelContext& context, const ShownMemory& shown, const Rect& area) {
  constexpr std::array<std::string_view, 3> kOrders{"by number", "by activation", "by change"};
  auto& order = context.view.of<MemoryLook>().order;
  const auto now = static_cast<std::size_t>(order);
  const auto picked =
      draw_choice(context, ShortText(shown.place).add(".order"), area, kOrders[now], kOrders, now, ButtonLook::Quiet);
  if (picked) order = static_cast<UnitOrder>(*picked);
}

ShortText range_words(const PanelContext& context, const ShownMemory& shown) {
  ShortText text("time →");
  if (shown.episode == nullptr) return text;
  // Those in sight.
  const auto& strips = shown.kept->strips;
  const int span = strips.span > 0 ? strips.span : shown.episode->columns;
  const auto first = shown.episode->first_step + strips.from;
  const int columns = std::min(span, shown.episode->columns - strips.from);
  text.add(" · steps ").add(count(first)).add(" to ").add(count(first + columns - 1));
  if (columns < shown.episode->columns) text.add(" of ").add(count(shown.episode->columns));
  if (shown.can_intervene && context.stage.moment.network != context.stage.basis.network) {
    return text.add(" · another network has played this: each step begins with an empty memory");
  }
  // The laboratory's sequence is answered as a whole, by one network.
  if (!shown.can_intervene || shown.episode->weights == context.stage.basis.weights) return text;
  return text.add(" · as seen since the network of step ").add(count(shown.episode->position.environment_steps));
}

}  // namespace

TimePointing draw_memory_pictures(const PanelContext& context, const ShownMemory& shown, const Rect& area) {
  TimePointing pointing;
  Panel panel(context, "Episode", range_words(context, shown), context.theme.stage(core::Stage::Memory), area,
              context.px(std::min(kPicturesTools, 0.4F * area.width() / context.scale)));
  if (panel.folded()) return pointing;
  const auto list = pictures_of(shown);
  if (!shown || list.size == 0) {
    draw_text_in(*ImGui::GetWindowDrawList(), context.fonts.text, panel.begin_body(), context.theme.quiet,
                 "what is remembered will stand here, step by step", Align::Centre);
    return pointing;
  }
  Rect tools = panel.tools();
  tools = tools.cut_right(std::min(tools.width(), context.px(118)));
  if (shown.view->units) {
    draw_pictures_order_choice(context, shown, tools);
  } else {
    draw_pictures_head_choice(context, shown, tools);
  }
  const bool beside = area.width() >= context.px(kPicturesTwoColumns);
  const auto rows = static_cast<int>(beside ? (list.size + 1) / 2 : list.size);
  const float least = context.px(kPictureTitle + kPicturesLeastPicture + kPictureSteps + kPicturesGap);
  Rect body = panel.begin_body(static_cast<float>(rows) * least);
  const float high = (body.height() + context.px(kPicturesGap)) / static_cast<float>(rows);
  const float wide = beside ? (body.width() - context.px(16)) / 2 : body.width();
  for (std::size_t i = 0; i < list.size; ++i) {
    const int place = static_cast<int>(i);
    const int column = place / rows;
    const ImVec2 corner{body.min.x + static_cast<float>(column) * (wide + context.px(16)),
                        body.min.y + static_cast<float>(place - column * rows) * high};
    const bool alone = beside && list.size % 2 == 1 && place == rows - 1;
    const ImVec2 size{alone ? body.width() : wide, high - context.px(kPicturesGap)};
    draw_trace_picture(context, shown, list.traces[i], {corner, corner + size}, pointing);
  }
  return pointing;
}

}  // namespace qarium::widgets
