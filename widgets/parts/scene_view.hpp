#pragma once
#include <string_view>

#include "engine/protocol/scene.hpp"
#include "widgets/context.hpp"
#include "widgets/parts/rect.hpp"

namespace qarium::widgets {

/// The largest rectangle in the middle of `room` with the scene's aspect; whole pixels per cell where cells are large
/// enough for that to matter.
Rect scene_area(const protocol::Scene& scene, const Rect& room);

/// Draws the scene into `area` (as scene_area gives it), clipped to it. `key` names its texture (see Canvas).
void draw_scene(const PanelContext& context, std::string_view key, const protocol::Scene& scene, const Rect& area,
                bool cell_lines);
/// Where a point of the scene, in cells of its grid or without one in world coordinates, lies when it is drawn in
/// `area`.
ImVec2 scene_point(const protocol::Scene& scene, const Rect& area, const protocol::Point& point);
/// Its shapes only.
void draw_shapes(ImDrawList& list, const protocol::Scene& scene, const Rect& area);

}  // namespace qarium::widgets
