#include "tests/panel/drawn_text.hpp"

#include <cmath>
#include <map>
#include <utility>

namespace qarium {
namespace {

using Place = std::pair<int, int>;

Place place_of(float u, float v) {
  return {static_cast<int>(std::lround(u * 65'536)), static_cast<int>(std::lround(v * 65'536))};
}

void append(std::string& text, unsigned int letter) {
  if (letter < 0x80) {
    text += static_cast<char>(letter);
  } else if (letter < 0x800) {
    text += static_cast<char>(0xc0U | (letter >> 6U));
    text += static_cast<char>(0x80U | (letter & 0x3fU));
  } else {
    text += '?';
  }
}

/// Puts letters that follow one another in a line together.
class Lines {
 public:
  explicit Lines(const ImFont& font) : font_(font) {
    for (const auto& glyph : font.Glyphs) {
      if (glyph.Visible) glyphs_.emplace(place_of(glyph.U0, glyph.V0), &glyph);
    }
  }

  void add(const ImDrawVert* corners, const ImVec4& clip) {
    const auto found = glyphs_.find(place_of(corners[0].uv.x, corners[0].uv.y));
    if (found == glyphs_.end()) return;
    const auto& glyph = *found->second;
    if (place_of(corners[2].uv.x, corners[2].uv.y) != place_of(glyph.U1, glyph.V1)) return;
    const float scale = (corners[2].pos.x - corners[0].pos.x) / (glyph.X1 - glyph.X0);
    const float advance = glyph.AdvanceX * scale;
    const float x = corners[0].pos.x - glyph.X0 * scale;
    const float y = corners[0].pos.y - glyph.Y0 * scale;
    const float gap = (x - end_) / advance;
    const bool goes_on = !lines_.empty() && lines_.back().color == corners[0].col && std::abs(y - line_) < 0.6F &&
                         gap > -0.2F && gap < 2.2F;
    if (!goes_on) {
      lines_.push_back(
          {{}, corners[0].col, {{x, y}, {x, y + font_.FontSize * scale}}, {{clip.x, clip.y}, {clip.z, clip.w}}});
    } else {
      lines_.back().text.append(static_cast<std::size_t>(std::lround(gap)), ' ');
    }
    auto& line = lines_.back();
    append(line.text, glyph.Codepoint);
    const widgets::Rect letter{corners[0].pos, corners[2].pos};
    line.cut |= !line.clip.shrunk(-0.6F).contains(letter);
    line_ = y;
    end_ = line.area.max.x = x + advance;
  }
  std::vector<DrawnText> take() && { return std::move(lines_); }

 private:
  const ImFont& font_;
  std::map<Place, const ImFontGlyph*> glyphs_;
  std::vector<DrawnText> lines_;
  float line_ = 0;
  float end_ = 0;
};

}  // namespace

std::vector<DrawnText> drawn_texts(const ImDrawData& data, const ImFont& font) {
  Lines lines(font);
  for (int n = 0; n < data.CmdListsCount; ++n) {
    const auto& list = *data.CmdLists[n];
    for (const auto& command : list.CmdBuffer) {
      if (command.UserCallback != nullptr) continue;
      const auto* index = list.IdxBuffer.Data + command.IdxOffset;
      const auto* vertices = list.VtxBuffer.Data + command.VtxOffset;
      for (unsigned int i = 0; i + 6 <= command.ElemCount;) {
        const auto first = index[i];
        const bool quad = index[i + 1] == first + 1 && index[i + 2] == first + 2 && index[i + 3] == first &&
                          index[i + 4] == first + 2 && index[i + 5] == first + 3;
        if (!quad) {
          i += 3;
          continue;
        }
        lines.add(vertices + first, command.ClipRect);
        i += 6;
      }
    }
  }
  return std::move(lines).take();
}

}  // namespace qarium
