#version 330 core
// A crisp cell's colour, and a thin line between cells.
uniform sampler2D cells;
uniform vec4 line_color;
uniform float line_width;       // in pixels
in vec2 cell;
flat in vec4 region;
flat in vec2 pixels_per_cell;
out vec4 color;

void main() {
  ivec2 place = clamp(ivec2(floor(cell)), ivec2(0), ivec2(region.zw) - 1);
  color = texelFetch(cells, ivec2(region.xy) + place, 0);
  // Distance, in pixels, to the nearest border between two cells; the picture's own border is not one.
  vec2 nearest = round(cell);
  vec2 distance = abs(cell - nearest) * pixels_per_cell;
  bvec2 inner = bvec2(nearest.x > 0.0 && nearest.x < region.z, nearest.y > 0.0 && nearest.y < region.w);
  float x = inner.x ? clamp(0.5 * line_width + 0.5 - distance.x, 0.0, 1.0) : 0.0;
  float y = inner.y ? clamp(0.5 * line_width + 0.5 - distance.y, 0.0, 1.0) : 0.0;
  color.rgb = mix(color.rgb, line_color.rgb, line_color.a * max(x, y));
}
