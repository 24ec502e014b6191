#include <algorithm>
#include <cctype>
#include <cmath>
#include <limits>
#include <utility>

#include "widgets/dialogs/dialog.hpp"
#include "widgets/dialogs/dialogs.hpp"
#include "widgets/gallery/card_view.hpp"
#include "widgets/gallery/gallery.hpp"
#include "widgets/parts/controls.hpp"
#include "widgets/parts/imgui_compat.hpp"

namespace qarium::widgets {
namespace {

constexpr float kGalleryWidth = 1240;
constexpr float kGalleryHeight = 820;
constexpr float kGalleryMargin = 48;  ///< of the display, around it
constexpr float kDetailsWidth = 312;
constexpr float kLeastCard = 216;
constexpr float kCardGap = 12;
constexpr float kGroupHead = 28;

/// Where each card stands, from the top left of all of them.
struct CardGrid {
  struct Head {
    std::string_view group;
    float y;
  };
  std::vector<Head> heads;
  std::vector<Rect> cards;
  float height = 0;
};

CardGrid grid_of(const PanelContext& context, const std::vector<GalleryCard>& cards, float width) {
  const float gap = context.px(kCardGap);
  const int columns = std::max(1, static_cast<int>((width + gap) / (context.px(kLeastCard) + gap)));
  const float wide = std::floor((width + gap) / static_cast<float>(columns) - gap);
  const float high = context.px(kCardHeight);
  CardGrid grid;
  int column = 0;
  for (std::size_t i = 0; i < cards.size(); ++i) {
    if (i == 0 || cards[i].group != cards[i - 1].group) {
      if (column > 0) grid.height += high + gap;
      column = 0;
      grid.heads.push_back({cards[i].group, grid.height});
      grid.height += context.px(kGroupHead);
    }
    const ImVec2 corner{static_cast<float>(column) * (wide + gap), grid.height};
    grid.cards.push_back({corner, {corner.x + wide, corner.y + high}});
    if (++column == columns) {
      column = 0;
      grid.height += high + gap;
    }
  }
  if (column > 0) grid.height += high + gap;
  return grid;
}

std::size_t place_of(const std::vector<GalleryCard>& cards, const std::string& id) {
  const auto found = std::ranges::find(cards, id, &GalleryCard::id);
  return found == cards.end() ? 0 : static_cast<std::size_t>(found - cards.begin());
}

/// What fits best, of equals the one with the shortest name: "tmaze" before "tmaze-ntm".
const GalleryCard& best_of(const std::vector<GalleryCard>& cards) {
  return *std::ranges::max_element(
      cards, {}, [](const auto& card) { return std::pair(card.fit, -static_cast<std::ptrdiff_t>(card.name.size())); });
}

/// The nearest card in the row above or below.
std::size_t vertical_neighbour(const CardGrid& grid, std::size_t at, bool down) {
  const auto here = grid.cards[at].centre();
  std::size_t best = at;
  float least = 0;
  for (std::size_t i = 0; i < grid.cards.size(); ++i) {
    const auto there = grid.cards[i].centre();
    const float rows = down ? there.y - here.y : here.y - there.y;
    if (rows < 1) continue;
    const float distance = 100 * rows + std::abs(there.x - here.x);  // the row first
    if (best == at || distance < least) {
      best = i;
      least = distance;
    }
  }
  return best;
}

void choose_by_arrows(GalleryState& state, const std::vector<GalleryCard>& cards, const CardGrid& grid) {
  if (cards.empty()) return;
  auto at = place_of(cards, state.chosen);
  const auto before = at;
  if (key_pressed(Key::Down, true)) at = vertical_neighbour(grid, at, true);
  if (key_pressed(Key::Up, true)) at = vertical_neighbour(grid, at, false);
  // In an id that is typed they move along the letters.
  if (typed_environment(state.query).empty()) {
    if (key_pressed(Key::Right, true)) at = std::min(at + 1, cards.size() - 1);
    if (key_pressed(Key::Left, true) && at > 0) --at;
  }
  if (at != before || state.chosen.empty()) state.brings_into_view = true;
  state.chosen = cards[at].id;
}

std::string with_capital(std::string_view text) {
  std::string word(text);
  if (!word.empty()) word[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(word[0])));
  return word;
}

/// The field takes the keyboard again once a second click could have come: until then the pointer would be lost to it.
constexpr double kSecondClick = 0.4;
struct TypingLater {
  double at = std::numeric_limits<double>::infinity();
};

void type_later(const PanelContext& context) {
  context.view.of<TypingLater>().at = ImGui::GetTime() + kSecondClick;
  context.view.transient.wake_at = ImGui::GetTime();
}

bool typing_again(const PanelContext& context) {
  auto& later = context.view.of<TypingLater>();
  auto& wake = context.view.transient.wake_at;
  wake = std::min(wake, later.at);
  if (ImGui::GetTime() < later.at) return false;
  later = {};
  return true;
}

/// All groups in a row; one alone is shown when it is chosen.
void draw_groups(const PanelContext& context, Rect row) {
  auto& state = context.view.of<GalleryState>();
  const auto draw = [&](std::string_view group, std::string_view label) {
    const Button button{.label = label, .look = ButtonLook::Tab, .on = state.group == group};
    const Rect area = row.cut_left(button_width(context, button), context.px(4));
    if (!draw_button(context, ShortText("gallery.group.").add(label), area, button)) return;
    state.group = group;
    state.chosen.clear();
    state.typing = true;
    context.view.transient.wake_at = ImGui::GetTime();
  };
  draw("", "All");
  for (const auto group : gallery_groups())
    draw(group, with_capital(group));
}

/// Returns the card that was double-clicked, or nullptr.
const GalleryCard* draw_cards(const PanelContext& context, const Rect& area, const std::vector<GalleryCard>& cards,
                              const CardGrid& grid) {
  auto& state = context.view.of<GalleryState>();
  const GalleryCard* opened = nullptr;
  ImGui::SetCursorScreenPos(area.min);
  ImGui::BeginChild("cards", area.size(), false);
  const ImVec2 origin = ImGui::GetCursorScreenPos();
  auto& list = *ImGui::GetWindowDrawList();
  for (const auto& head : grid.heads) {
    const ImVec2 corner{origin.x, origin.y + head.y};
    draw_text_in(list, context.fonts.title, {corner, {area.max.x, corner.y + context.px(kGroupHead - 6)}},
                 context.theme.text, with_capital(head.group));
  }
  for (std::size_t i = 0; i < cards.size(); ++i) {
    const Rect card{origin + grid.cards[i].min, origin + grid.cards[i].max};
    const bool chosen = cards[i].id == state.chosen;
    if (chosen && std::exchange(state.brings_into_view, false)) {
      const bool first_row = !grid.heads.empty() && grid.cards[i].min.y <= grid.heads[0].y + context.px(kGroupHead) + 1;
      const float above = first_row ? 0 : grid.cards[i].min.y - context.px(kGroupHead);
      const float below = grid.cards[i].max.y + context.px(kCardGap) - area.height();
      ImGui::SetScrollY(std::clamp(ImGui::GetScrollY(), std::min(below, above), above));
      context.view.transient.wake_at = ImGui::GetTime();
    }
    if (!card.overlaps(area)) continue;
    const auto its = press(context, ShortText("gallery.").add(cards[i].id), card);
    if (its.clicked) {
      state.chosen = cards[i].id;
      type_later(context);
    }
    if (its.hovered && ImGui::IsMouseDoubleClicked(0)) opened = &cards[i];
    draw_card(context, cards[i], card, chosen, its.hovered);
  }
  ImGui::SetCursorScreenPos({origin.x, origin.y + std::max(grid.height, 1.0F) - 1});
  ImGui::Dummy({1, 1});
  ImGui::EndChild();
  return opened;
}

enum class Opening { None, Plain, Trained };

/// The details of the chosen card, what became of the last trial, and the buttons.
Opening draw_side(const PanelContext& context, Rect side, const GalleryCard& card) {
  auto& list = *ImGui::GetWindowDrawList();
  const auto& state = context.view.of<GalleryState>();
  const auto& theme = context.theme;
  const bool trying = state.trial.command != 0;
  const bool task = card.kind == GalleryCard::Kind::Task;
  auto opening = Opening::None;
  const Button open{.label = task           ? "Open laboratory"
                             : card.trained ? "Begin from nothing"
                                            : "Open",
                    .look = ButtonLook::Primary,
                    .enabled = !trying,
                    .waiting = trying,
                    .key = "Enter"};
  if (draw_button(context, "gallery.open", side.cut_bottom(context.px(32), context.px(8)), open))
    opening = Opening::Plain;
  if (card.trained) {
    const Button trained{.label = "Open trained", .enabled = !trying, .key = "Ctrl Enter"};
    if (draw_button(context, "gallery.trained", side.cut_bottom(context.px(32), context.px(8)), trained))
      opening = Opening::Trained;
  }
  std::string_view words = task           ? "Learning goes on beside it."
                           : card.trained ? "From nothing, learning begins again; the trained agent is seen playing."
                                          : "Learning begins again from nothing, with the present seed.";
  ImU32 color = theme.quiet;
  if (state.error_of == card.id && !state.error.empty()) {
    words = state.error;
    color = theme.wrong;
  } else if (trying) {
    words = "It is being made. In Python that takes some seconds.";
    color = theme.attention;
  }
  const auto* font = color == theme.wrong ? context.fonts.text : context.fonts.quiet;
  const float height = std::min(wrapped_height(font, side.width(), words), side.height() * 0.5F);
  const Rect told = side.cut_bottom(height, context.px(12));
  list.PushClipRect(told.min, told.max, true);
  draw_wrapped(list, font, told.min, told.width(), color, words);
  list.PopClipRect();
  draw_card_details(context, card, side);
  return opening;
}

ImVec2 gallery_size(const PanelContext& context) {
  const ImVec2 display = ImGui::GetIO().DisplaySize;
  return {std::min(kGalleryWidth, display.x / context.scale - kGalleryMargin),
          std::min(kGalleryHeight, display.y / context.scale - kGalleryMargin)};
}

void draw_gallery_head(const PanelContext& context, DialogScope& dialog, const Rect& inside) {
  draw_dialog_title(context, inside, "Gallery", context.theme.accent);
  Rect head = inside;
  head = head.cut_top(context.px(26));
  const Button close{.label = "Close", .look = ButtonLook::Quiet, .key = "Esc"};
  if (draw_button(context, "gallery.close", head.cut_right(button_width(context, close), context.px(16)), close))
    dialog.close();
  draw_text_in(*ImGui::GetWindowDrawList(), context.fonts.quiet, head, context.theme.quiet,
               "type to find, arrows choose, Enter opens", Align::Right);
}

}  // namespace

void draw_gallery_dialog(const PanelContext& context) {
  auto& state = context.view.of<GalleryState>();
  if (context.view.transient.dialog_opens) {
    state.query.clear();
    state.group.clear();
    state.error.clear();
    state.chosen = context.view.preset.empty() ? std::string() : "preset." + context.view.preset;
    state.typing = state.brings_into_view = true;
    state.opened = false;
  }
  DialogScope dialog(context, "gallery", gallery_size(context), true);
  if (!dialog.open()) return;
  if (std::exchange(state.opened, false)) {
    dialog.close();
    context.view.transient.wake_at = ImGui::GetTime();
  }
  Rect rest = dialog.inside();
  draw_gallery_head(context, dialog, rest.cut_top(context.px(26), context.px(10)));
  Rect side = rest.cut_right(context.px(kDetailsWidth), context.px(20));
  const auto before = state.query;
  if (typing_again(context)) state.typing = true;
  const auto field = draw_field(context, "gallery.query", rest.cut_top(context.px(34), context.px(8)), state.query,
                                {.hint = "a world, a preset, or any environment of Gymnasium: gym:ALE/Freeway-v5",
                                 .focus = std::exchange(state.typing, false)});
  draw_groups(context, rest.cut_top(context.px(28), context.px(8)));
  if (state.query != before) state.chosen.clear();
  const auto cards = gallery_matches(context, state.query, state.group);
  if (state.chosen.empty() && !cards.empty()) {
    state.chosen = state.query.empty() ? cards.front().id : best_of(cards).id;
    state.brings_into_view = true;
  }
  const auto grid = grid_of(context, cards, rest.width() - context.px(14));
  choose_by_arrows(state, cards, grid);
  if (cards.empty()) {
    draw_text_in(*ImGui::GetWindowDrawList(), context.fonts.text, rest.cut_top(context.px(40)), context.theme.quiet,
                 state.query.empty() ? "Nothing is here yet: an environment of Gymnasium that was opened is kept here"
                                     : "Nothing of that name. Any environment of Gymnasium opens by its id");
    if (field.entered) state.typing = true;
    return;
  }
  const auto* clicked = draw_cards(context, rest, cards, grid);
  const auto& card = clicked != nullptr ? *clicked : cards[place_of(cards, state.chosen)];
  auto opening = draw_side(context, side, card);
  if (clicked != nullptr) opening = Opening::Plain;
  if (field.entered) opening = ImGui::GetIO().KeyCtrl && card.trained ? Opening::Trained : Opening::Plain;
  if (field.entered || opening != Opening::None) state.typing = true;
  if (opening != Opening::None) open_card(context, card, opening == Opening::Trained);
}

}  // namespace qarium::widgets
