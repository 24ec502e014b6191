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
    text += static_cast<char>(0xe0U | (letter >> 12U));
    text += static_cast<char>(0x80U | (letter >> 6U & 0x3fU));
    text += static_cast<char>(0x80U | (letter & 0x3fU));
  }
}

struct Letter {
  const ImFont* font = nullptr;
  const ImFontGlyph* glyph = nullptr;
};

/// Puts letters that follow one another in a line together.
class Lines {
 public:
  explicit Lines(const ImFontAtlas& fonts) {
    for (const auto* font : fonts.Fonts) {
      for (const auto& glyph : font->Glyphs) {
        if (glyph.Visible) letters_.emplace(place_of(glyph.U0, glyph.V0), Letter{font, &glyph});
      }
    }
  }

  void add(const ImDrawVert* corners, const ImVec4& clip) {
    const auto found = letters_.find(place_of(corners[0].uv.x, corners[0].uv.y));
    if (found == letters_.end()) return;
    const auto& [font, letter] = found->second;
    const auto& glyph = *letter;
    if (place_of(corners[2].uv.x, corners[2].uv.y) != place_of(glyph.U1, glyph.V1)) return;
    const float scale = (corners[2].pos.x - corners[0].pos.x) / (glyph.X1 - glyph.X0);
    const float x = corners[0].pos.x - glyph.X0 * scale;
    const float y = corners[0].pos.y - glyph.Y0 * scale;
    const auto* space = font->FindGlyph(' ');
    const float gap = (x - end_) / (space->AdvanceX * scale);
    const bool goes_on = !lines_.empty() && lines_.back().font == font && lines_.back().color == corners[0].col &&
                         std::abs(y - line_) < 0.6F && gap > -0.2F && gap < 2.2F;
    if (!goes_on) {
      lines_.push_back(
          {{}, corners[0].col, {{x, y}, {x, y + font->FontSize * scale}}, {{clip.x, clip.y}, {clip.z, clip.w}}, font});
    } else {
      lines_.back().text.append(static_cast<std::size_t>(std::lround(gap)), ' ');
    }
    auto& line = lines_.back();
    append(line.text, glyph.Codepoint);
    line.cut |= corners[0].pos.x < line.clip.min.x - 1 || corners[2].pos.x > line.clip.max.x + 1;
    line_ = y;
    end_ = line.area.max.x = x + glyph.AdvanceX * scale;
  }
  std::vector<DrawnText> take() && { return std::move(lines_); }

 private:
  std::map<Place, Letter> letters_;
  std::vector<DrawnText> lines_;
  float line_ = 0;
  float end_ = 0;
};

}  // namespace

std::vector<DrawnText> drawn_texts(const ImDrawData& data, const ImFontAtlas& fonts) {
  Lines lines(fonts);
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
