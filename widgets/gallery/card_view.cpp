#include "widgets/gallery/card_view.hpp"

#include <algorithm>

#include "widgets/parts/format.hpp"
#include "widgets/parts/scene_view.hpp"

namespace qarium::widgets {
namespace {

constexpr float kDetailsPicture = 168;
constexpr float kFactLabel = 92;
constexpr float kFactGap = 7;

bool in_python(const GalleryCard& card) {
  return card.environment.starts_with("gym:");
}

/// Whole words in at most this height; what is left out is three dots.
void draw_paragraph_in(ImDrawList& list, const ImFont* font, const Rect& area, ImU32 color, std::string_view text) {
  const auto fits = [&](std::string_view part) {
    return wrapped_height(font, area.width(), part) <= area.height() + 1;
  };
  if (fits(text)) {
    draw_wrapped(list, font, area.min, area.width(), color, text);
    return;
  }
  std::string part(text);
  while (part.find(' ') != std::string::npos && !fits(part + "..."))
    part.resize(part.rfind(' '));
  draw_wrapped(list, font, area.min, area.width(), color, part + "...");
}

void draw_pill(const PanelContext& context, Rect& rest, std::string_view text, ImU32 color) {
  auto& list = *ImGui::GetWindowDrawList();
  const float wide = text_width(context.fonts.quiet, text) + context.px(14);
  const Rect pill = rest.cut_right(wide, context.px(4));
  fill(list, pill, context.theme.panel, context.px(4));
  outline(list, pill, color, context.px(4));
  draw_text_in(list, context.fonts.quiet, pill, color, text, Align::Centre);
}

/// "grid_conv, multi_head, lstm": the blocks that there are.
ShortText network_words(const config::Hyperparameters& hyperparameters) {
  ShortText words(hyperparameters.encoder.kind);
  for (const auto& kind : {hyperparameters.attention.kind, hyperparameters.memory.kind}) {
    if (kind != "none") words.add(", ").add(kind);
  }
  return words;
}

/// A row of the table: what it is called, and what it is over as many lines as it takes.
void draw_fact(const PanelContext& context, Rect& rest, std::string_view label, std::string_view text,
               ImU32 color = 0) {
  if (text.empty() || rest.height() < context.px(16)) return;
  auto& list = *ImGui::GetWindowDrawList();
  const auto* font = context.fonts.quiet;
  Rect value = rest;
  const Rect name = value.cut_left(context.px(kFactLabel), context.px(8));
  draw_text(list, font, name.min, context.theme.quiet, label);
  const float height = std::min(wrapped_height(font, value.width(), text), rest.height());
  draw_paragraph_in(list, font, {value.min, {value.max.x, value.min.y + height}},
                    color != 0 ? color : context.theme.text, text);
  rest.cut_top(height, context.px(kFactGap));
}

std::string actions_words(const World& world) {
  std::string text = std::to_string(world.actions.size());
  for (std::size_t i = 0; i < world.actions.size(); ++i)
    text += (i == 0 ? ": " : ", ") + world.actions[i];
  return text;
}

void draw_spaces(const PanelContext& context, const GalleryCard& card, Rect& rest) {
  const auto* world = world_of(context, card);
  if (card.kind == GalleryCard::Kind::Task) {
    draw_fact(context, rest, "World", "none: bits, and a memory alone");
    return;
  }
  draw_fact(context, rest, "Environment", card.environment);
  if (world == nullptr || world->observation.empty()) {
    const auto noted = spaces_words(context, card);
    draw_fact(context, rest, "Spaces", noted.empty() ? std::string_view("told once it is opened") : noted.view());
    return;
  }
  draw_fact(context, rest, "Observation", observation_words(world->observation));
  draw_fact(context, rest, "Actions", actions_words(*world));
}

}  // namespace

void draw_card_picture(const PanelContext& context, const GalleryCard& card, std::string_view key, const Rect& area) {
  auto& list = *ImGui::GetWindowDrawList();
  const auto& theme = context.theme;
  const auto* world = world_of(context, card);
  if (world == nullptr || (world->scene.grid.cells.empty() && world->scene.shapes.empty())) {
    fill(list, area, theme.raised, context.px(4));
    const auto inside = area.shrunk(context.px(12), context.px(8));
    const auto name = card.environment.empty()
                          ? std::string_view(card.name)
                          : std::string_view(card.environment).substr(card.environment.find('/') + 1);
    Rect lower = inside;
    const Rect upper = lower.cut_top(inside.height() / 2 + context.px(8));
    draw_text_in(list, context.fonts.title, {{upper.min.x, upper.max.y - context.px(20)}, upper.max}, theme.text, name,
                 Align::Centre);
    if (in_python(card)) {
      draw_text_in(list, context.fonts.quiet, {lower.min, {lower.max.x, lower.min.y + context.px(18)}}, theme.quiet,
                   "its picture comes with the first visit", Align::Centre);
    }
    return;
  }
  fill(list, area, theme.scene_ground, context.px(4));
  const Rect picture = scene_area(world->scene, area.shrunk(context.px(6)));
  draw_scene(context, key, world->scene, picture, true);
  // Ground is as dark as what lies around it.
  if (!world->scene.grid.cells.empty()) outline(list, picture, kDarkTheme.line);
}

namespace {

/// What its network has beside an encoder and a head, in the stages' colours.
void draw_blocks(const PanelContext& context, const GalleryCard& card, Rect& rest) {
  if (card.kind != GalleryCard::Kind::Preset) return;
  const auto& hyperparameters = context.presets[card.index].hyperparameters;
  if (hyperparameters.memory.kind != "none")
    draw_pill(context, rest, "memory", context.theme.stage_text(core::Stage::Memory));
  if (hyperparameters.attention.kind != "none")
    draw_pill(context, rest, "attention", context.theme.stage_text(core::Stage::Attention));
}

}  // namespace

void draw_card(const PanelContext& context, const GalleryCard& card, const Rect& area, bool chosen, bool hovered) {
  auto& list = *ImGui::GetWindowDrawList();
  const auto& theme = context.theme;
  fill(list, area, chosen ? theme.raised_hover : hovered ? theme.raised : theme.panel, context.px(6));
  outline(list, area, chosen ? theme.accent : theme.line, context.px(6), chosen ? context.px(2) : 1);
  Rect rest = area.shrunk(context.px(8));
  const Rect picture = rest.cut_top(context.px(kCardPicture), context.px(8));
  draw_card_picture(context, card, ShortText("gallery.").add(card.id), picture);
  Rect marks = picture.shrunk(context.px(6));
  marks = marks.cut_top(context.px(20));
  if (card.trained) draw_pill(context, marks, "trained", theme.good);
  if (card.kind == GalleryCard::Kind::Preset && card.name == context.view.preset)
    draw_pill(context, marks, "now", theme.accent);
  rest = rest.shrunk(context.px(2), 0);
  draw_text_in(list, context.fonts.title, rest.cut_top(context.px(18), context.px(2)), theme.text, card.name);
  Rect spaces = rest.cut_bottom(context.px(18));
  draw_blocks(context, card, spaces);
  draw_paragraph_in(list, context.fonts.quiet, rest, theme.quiet, card.description);
  auto words = spaces_words(context, card);
  if (words.empty() && in_python(card)) words = ShortText("in Python");
  draw_text_in(list, context.fonts.quiet, spaces, theme.stage_text(core::Stage::Encoder), words);
}

void draw_card_details(const PanelContext& context, const GalleryCard& card, Rect rest) {
  auto& list = *ImGui::GetWindowDrawList();
  const auto& theme = context.theme;
  const float picture = std::min(context.px(kDetailsPicture), rest.height() * 0.34F);
  draw_card_picture(context, card, "gallery.details", rest.cut_top(picture, context.px(12)));
  draw_text_in(list, context.fonts.heading, rest.cut_top(context.px(24), context.px(4)), theme.text, card.name);
  const float height = wrapped_height(context.fonts.text, rest.width(), card.description);
  draw_wrapped(list, context.fonts.text, rest.min, rest.width(), theme.text, card.description);
  rest.cut_top(height, context.px(12));
  draw_spaces(context, card, rest);
  if (card.kind == GalleryCard::Kind::Preset) {
    const auto& hyperparameters = context.presets[card.index].hyperparameters;
    draw_fact(context, rest, "Network", network_words(hyperparameters));
    draw_fact(context, rest, "Learns for", count(hyperparameters.n_timesteps).add(" steps"));
  }
  draw_fact(context, rest, "Needs", in_python(card) ? "Python with Gymnasium: ./dev gym makes one" : "nothing more");
  if (card.trained) draw_fact(context, rest, "Trained", "an agent ships", theme.good);
}

}  // namespace qarium::widgets
