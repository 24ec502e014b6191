#pragma once
#include "widgets/gallery/gallery.hpp"
#include "widgets/parts/draw.hpp"
#include "widgets/parts/rect.hpp"

namespace qarium::widgets {

/// At scale 1.
inline constexpr float kCardPicture = 108;
inline constexpr float kCardHeight = kCardPicture + 96;

/// Where an episode of the card's world begins; a tile with its name where that is not known.
void draw_card_picture(const PanelContext& context, const GalleryCard& card, std::string_view key, const Rect& area);
/// Picture, name, what it teaches, spaces; `chosen`: where the arrows are.
void draw_card(const PanelContext& context, const GalleryCard& card, const Rect& area, bool chosen, bool hovered);
/// All that is known of the card: what its world is, what its agent needs.
void draw_card_details(const PanelContext& context, const GalleryCard& card, Rect area);

}  // namespace qarium::widgets
