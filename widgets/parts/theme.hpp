#pragma once
#include <imgui.h>

#include <array>

#include "engine/config/hyperparameters.hpp"
#include "engine/protocol/snapshot.hpp"

namespace qarium::widgets {

/// 0xRRGGBB, opaque unless told otherwise, in the order of bytes that ImGui draws with.
constexpr ImU32 rgb(std::uint32_t hex, std::uint32_t alpha = 255) {
  return ((hex >> 16U & 255U) << IM_COL32_R_SHIFT) | ((hex >> 8U & 255U) << IM_COL32_G_SHIFT) |
         ((hex & 255U) << IM_COL32_B_SHIFT) | (alpha << IM_COL32_A_SHIFT);
}
/// The same colour with its alpha multiplied.
constexpr ImU32 faded(ImU32 color, float alpha) {
  const auto share = static_cast<ImU32>(256 * alpha);
  const ImU32 faded_alpha = ((color >> IM_COL32_A_SHIFT & 255U) * share) >> 8U;
  return (color & ~IM_COL32_A_MASK) | (faded_alpha << IM_COL32_A_SHIFT);
}
/// Between two colours, channel by channel; t in 0 .. 1.
ImU32 mixed(ImU32 from, ImU32 to, float t);

/// Every colour of the window. Panels name what a colour means and never write one themselves.
struct Theme {
  bool dark = true;
  ImU32 ground = 0;
  ImU32 panel = 0;
  ImU32 raised = 0;        ///< buttons, fields, blocks
  ImU32 raised_hover = 0;  ///< under the pointer
  ImU32 raised_active = 0;
  ImU32 line = 0;        ///< borders and grids
  ImU32 line_quiet = 0;  ///< grid lines inside plots
  ImU32 text = 0;
  ImU32 quiet = 0;
  ImU32 accent = 0;                    ///< what one may act on: sliders, selected, primary button's border
  ImU32 accent_fill = 0;               ///< primary button's ground; `text` stands on it
  ImU32 key_on_accent = 0;             ///< quiet text on it
  ImU32 good = 0;                      ///< as text too
  ImU32 attention = 0;                 ///< pending, changed, needs care; as text too
  ImU32 wrong = 0;                     ///< errors; as text too
  ImU32 bar = 0;                       ///< bars that are not the one looked at
  ImU32 scene_ground = 0;              ///< behind what the environment draws
  ImU32 shade = 0;                     ///< over the window while a dialog is open
  std::array<ImU32, 5> stages{};       ///< by core::Stage, as a mark or a line
  std::array<ImU32, 5> stage_texts{};  ///< the same five, readable as text on `panel`

  ImU32 stage(core::Stage stage) const { return stages[static_cast<std::size_t>(stage)]; }
  ImU32 stage_text(core::Stage stage) const { return stage_texts[static_cast<std::size_t>(stage)]; }
  /// The bar before a parameter group's heading: its stage's colour, or a plain one.
  ImU32 group(config::Group group) const;
};

inline constexpr Theme kDarkTheme{
    .dark = true,
    .ground = rgb(0x0e1116),
    .panel = rgb(0x151a21),
    .raised = rgb(0x1c232c),
    .raised_hover = rgb(0x263039),
    .raised_active = rgb(0x2e3a47),
    .line = rgb(0x28313c),
    .line_quiet = rgb(0x1f2630),
    .text = rgb(0xe6eaf0),
    .quiet = rgb(0x8a96a6),
    .accent = rgb(0x5aa9ff),
    .accent_fill = rgb(0x1d3a5c),
    .key_on_accent = rgb(0xa9b6c6),
    .good = rgb(0x4cc38a),
    .attention = rgb(0xf2a541),
    .wrong = rgb(0xff6b6b),
    .bar = rgb(0x2f4f6f),
    .scene_ground = rgb(0x08090c),
    .shade = rgb(0x05070a, 150),
    .stages = {rgb(0x37b5a5), rgb(0xf2a541), rgb(0xa78bfa), rgb(0x7d9cc0), rgb(0x5aa9ff)},
    .stage_texts = {rgb(0x37b5a5), rgb(0xf2a541), rgb(0xa78bfa), rgb(0x7d9cc0), rgb(0x5aa9ff)},
};

inline constexpr Theme kLightTheme{
    .dark = false,
    .ground = rgb(0xf4f6f8),
    .panel = rgb(0xffffff),
    .raised = rgb(0xf1f4f7),
    .raised_hover = rgb(0xe6ebf1),
    .raised_active = rgb(0xd9e1ea),
    .line = rgb(0xd9dfe6),
    .line_quiet = rgb(0xe9edf2),
    .text = rgb(0x18202a),
    .quiet = rgb(0x5b6775),
    .accent = rgb(0x2a7de1),
    .accent_fill = rgb(0xd6e7fb),
    .key_on_accent = rgb(0x4a5766),
    .good = rgb(0x14794a),
    .attention = rgb(0x985a00),
    .wrong = rgb(0xc22f2f),
    .bar = rgb(0xb9d0e8),
    .scene_ground = rgb(0x0b0d11),
    .shade = rgb(0x18202a, 90),
    .stages = {rgb(0x2a9d8f), rgb(0xdb8a1c), rgb(0x8b6cf0), rgb(0x5f80a6), rgb(0x2f86e8)},
    .stage_texts = {rgb(0x1a766b), rgb(0x985a00), rgb(0x6b48d8), rgb(0x46658a), rgb(0x1c66bd)},
};

/// The faces of the window, already scaled; the program builds them with at least `kGlyphRanges` (where a face lacks a
/// glyph, panels fall back to plain letters). None may be null; they may all be the same.
/// Sizes are those of the letters (the em), as a designer counts them; ImGui counts a line's height, which is
/// `kInterLine` or `kMonoLine` times as much.
struct Fonts {
  ImFont* text = nullptr;          ///< Inter 14
  ImFont* title = nullptr;         ///< Inter semi-bold 13
  ImFont* quiet = nullptr;         ///< Inter 12
  ImFont* number = nullptr;        ///< JetBrains Mono 12.5
  ImFont* number_large = nullptr;  ///< JetBrains Mono 20
  ImFont* heading = nullptr;       ///< Inter semi-bold 17
};

inline constexpr float kInterLine = 1.21F;
inline constexpr float kMonoLine = 1.32F;

/// Pairs of first and last code point, ending in 0: Latin, Greek, arrows, and a few marks of mathematics.
inline constexpr std::array<ImWchar, 13> kGlyphRanges{0x0020, 0x00ff, 0x0391, 0x03c9, 0x2010, 0x2026, 0x2190,
                                                      0x2193, 0x2207, 0x2207, 0x2212, 0x2265, 0};

/// Sets the whole of ImGui's style (sizes and colours) so that nothing of its own look remains.
void apply_style(const Theme& theme, float scale);

}  // namespace qarium::widgets
