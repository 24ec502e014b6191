#include "widgets/attention/attention_lines.hpp"

#include <algorithm>
#include <cmath>
#include <optional>

#include "widgets/parts/draw.hpp"
#include "widgets/parts/scene_view.hpp"

namespace qarium::widgets {
namespace {

constexpr float kThinnest = 1;
constexpr float kWidest = 6;
constexpr float kFaintest = 0.12F;
constexpr float kRingRadius = 9;
constexpr float kEndRadius = 2;
constexpr ImU32 kHalo = IM_COL32(0, 0, 0, 110);

/// The shares of the way between which it lies within the rectangle, after Liang and Barsky; nothing where it misses
/// it.
std::optional<std::pair<float, float>> within(const Rect& area, ImVec2 from, ImVec2 to) {
  float enters = 0;
  float leaves = 1;
  const auto cut = [&](float step, float room) {
    if (step == 0) return room >= 0;
    const float share = room / step;
    if (step < 0) {
      enters = std::max(enters, share);
    } else {
      leaves = std::min(leaves, share);
    }
    return enters <= leaves;
  };
  const ImVec2 way = to - from;
  const bool crosses = cut(-way.x, from.x - area.min.x) && cut(way.x, area.max.x - from.x) &&
                       cut(-way.y, from.y - area.min.y) && cut(way.y, area.max.y - from.y);
  if (!crosses) return std::nullopt;
  return std::pair{enters, leaves};
}

/// An arrow's head at `to`, where the way goes on beyond the picture.
void draw_beyond(ImDrawList& list, const AttentionLine& line, float size, ImU32 color) {
  const ImVec2 way = line.to - line.from;
  const float length = std::hypot(way.x, way.y);
  if (!(length > 0)) return;
  const ImVec2 along = way * (size / length);
  const ImVec2 across{-along.y * 0.7F, along.x * 0.7F};
  list.AddTriangleFilled(line.to, line.to - along + across, line.to - along - across, color);
}

}  // namespace

bool stands_in_picture(const protocol::StageSnapshot& stage, const protocol::AttentionView& view) {
  if (!stage.scene || view.frames != 1 || std::cmp_not_equal(stage.scene->places.size(), view.tokens())) return false;
  return std::ranges::any_of(stage.scene->places, [](const auto& place) { return place.has_value(); });
}

int asking_token(const PanelContext& context, const ShownAttention& shown) {
  if (const int pinned = pinned_token(context, shown); pinned >= 0) return pinned;
  return context.trainer.hyperparameters.attention.query == "first" ? 0 : -1;
}

ImU32 shown_color(const Theme& theme, int head) {
  return head >= 0 ? head_color(theme, head) : theme.stage(core::Stage::Attention);
}

std::vector<AttentionLine> attention_lines(const protocol::Scene& scene, std::span<const float> weights, int asks,
                                           float most, const Rect& frame) {
  std::vector<AttentionLine> lines;
  const auto& places = scene.places;
  const auto tokens = std::min(places.size(), weights.size());
  const auto asker = static_cast<std::size_t>(std::max(asks, 0));
  const bool stands = asks >= 0 && asker < tokens && places[asker];
  const ImVec2 from = stands ? scene_point(scene, frame, *places[asker]) : ImVec2();
  for (std::size_t token = 0; token < tokens; ++token) {
    const float weight = weights[token];
    if (!places[token] || !(weight > 0) || !std::isfinite(weight) || !(most > 0)) continue;
    AttentionLine line{.token = static_cast<int>(token),
                       .from = from,
                       .to = scene_point(scene, frame, *places[token]),
                       .strength = std::min(weight / most, 1.0F),
                       .ring = !stands || token == asker,
                       .beyond = false};
    line.beyond = !frame.contains(line.to);
    if (line.ring) {
      if (line.beyond) continue;
    } else {
      const auto seen = within(frame, line.from, line.to);
      if (!seen) continue;
      const ImVec2 way = line.to - line.from;
      line.to = line.from + way * seen->second;
      line.from = line.from + way * seen->first;
    }
    lines.push_back(line);
  }
  std::ranges::stable_sort(lines, {}, &AttentionLine::strength);
  return lines;
}

float line_width(const PanelContext& context, float strength) {
  return context.px(kThinnest + (kWidest - kThinnest) * strength);
}

ImU32 line_color(ImU32 color, float strength) {
  return faded(color, kFaintest + (1 - kFaintest) * strength);
}

void draw_attention_lines(const PanelContext& context, std::span<const AttentionLine> lines, ImU32 color) {
  auto& list = *ImGui::GetWindowDrawList();
  const float rim = std::max(1.0F, context.px(1));
  for (const auto& line : lines) {
    const float width = line_width(context, line.strength);
    const ImU32 ink = line_color(color, line.strength);
    const ImU32 halo = faded(kHalo, line.strength);
    if (line.ring) {
      const float radius = context.px(kRingRadius);
      list.AddCircle(line.to, radius, halo, 0, width + 2 * rim);
      list.AddCircle(line.to, radius, ink, 0, width);
      continue;
    }
    list.AddLine(line.from, line.to, halo, width + 2 * rim);
    list.AddLine(line.from, line.to, ink, width);
    if (line.beyond) {
      draw_beyond(list, line, width + context.px(5), ink);
    } else {
      list.AddCircleFilled(line.to, width / 2 + context.px(kEndRadius), ink);
    }
  }
}

}  // namespace qarium::widgets
