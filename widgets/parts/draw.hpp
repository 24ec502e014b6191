#pragma once
#include <imgui.h>

#include <string>
#include <string_view>

#include "widgets/context.hpp"
#include "widgets/parts/rect.hpp"

namespace qarium::widgets {

/// Marks drawn as shapes, so that no font need have them.
enum class Icon {
  None,
  Play,
  Pause,
  StepForward,
  StepBack,
  Diamond,
  Triangle,
  Reset,
  ChevronDown,
  Theme,
  Warning,
  Dot,
  Enlarge,
  Reduce,
  Arrow,
  Cross,
  Fold,    ///< a mark that folds what is below it
  Unfold,  ///< and one that brings it back
};

void draw_icon(ImDrawList& list, Icon icon, ImVec2 centre, float size, ImU32 color);

enum class Align { Left, Centre, Right };

float text_width(const ImFont* font, std::string_view text);
void draw_text(ImDrawList& list, const ImFont* font, ImVec2 position, ImU32 color, std::string_view text);
/// The words, or as much of their beginning as is no wider together with "...".
std::string shortened(const ImFont* font, std::string_view text, float width);
/// One line in the middle of the area's height, shortened with "..." where it does not fit. Returns the width drawn.
float draw_text_in(ImDrawList& list, const ImFont* font, const Rect& area, ImU32 color, std::string_view text,
                   Align align = Align::Left);
/// Several lines, broken at words. Returns the height.
float draw_wrapped(ImDrawList& list, const ImFont* font, ImVec2 position, float width, ImU32 color,
                   std::string_view text);
float wrapped_height(const ImFont* font, float width, std::string_view text);

void fill(ImDrawList& list, const Rect& area, ImU32 color, float rounding = 0);
void outline(ImDrawList& list, const Rect& area, ImU32 color, float rounding = 0, float thickness = 1);

/// The glyph where the font has it, plain letters otherwise: "→" or "->".
struct Glyphs {
  const char* arrow;
  const char* delta;
  const char* gamma;
  const char* minus;
  const char* times;
};
Glyphs glyphs(const ImFont* font);

}  // namespace qarium::widgets
