#version 330 core
// A number's colour, crisp or interpolated, and lines where it passes a level.
uniform sampler2D values;
uniform vec3 stops[9];          // the colour map at equal distances
uniform vec2 range;             // the values at its ends
uniform float rest;             // the value that says nothing: the low end, or the middle of a signed map
uniform float opacity;
uniform bool smoothed;
uniform bool veil;              // alpha grows with the value
uniform float levels[3];
uniform int level_count;
uniform vec4 line_color;
uniform float line_width;       // in pixels
in vec2 cell;
flat in vec4 region;
flat in vec2 pixels_per_cell;
out vec4 color;

float value_at(ivec2 place) {
  return texelFetch(values, ivec2(region.xy) + clamp(place, ivec2(0), ivec2(region.zw) - 1), 0).r;
}

float interpolated(vec2 at) {
  ivec2 corner = ivec2(floor(at - 0.5));
  vec2 part = fract(at - 0.5);
  float above = mix(value_at(corner), value_at(corner + ivec2(1, 0)), part.x);
  float below = mix(value_at(corner + ivec2(0, 1)), value_at(corner + ivec2(1, 1)), part.x);
  return mix(above, below, part.y);
}

// The most telling of the cells under this pixel: where cells are smaller than pixels none is lost.
float crisp() {
  ivec2 first = ivec2(floor(cell));
  ivec2 covered = clamp(ivec2(ceil(1.0 / pixels_per_cell)), ivec2(1), ivec2(4));
  float most = value_at(first);
  for (int y = 0; y < covered.y; ++y) {
    for (int x = 0; x < covered.x; ++x) {
      float value = value_at(first + ivec2(x, y));
      if (abs(value - rest) > abs(most - rest)) most = value;
    }
  }
  return most;
}

vec3 mapped(float share) {
  float at = 8.0 * share;
  int first = min(int(at), 7);
  return mix(stops[first], stops[first + 1], at - float(first));
}

// How much of a line at this border of the cell covers the pixel: the border parts cells on two sides of the level.
float border(ivec2 place, ivec2 beside, float distance, float level) {
  if ((value_at(place) >= level) == (value_at(place + beside) >= level)) return 0.0;
  return clamp(0.5 * line_width + 0.5 - distance, 0.0, 1.0);
}

float crisp_line(float level) {
  ivec2 place = ivec2(floor(cell));
  vec2 low = fract(cell) * pixels_per_cell;
  vec2 high = pixels_per_cell - low;
  float x = max(border(place, ivec2(-1, 0), low.x, level), border(place, ivec2(1, 0), high.x, level));
  float y = max(border(place, ivec2(0, -1), low.y, level), border(place, ivec2(0, 1), high.y, level));
  return max(x, y);
}

void main() {
  float between = 0.0;
  float slope = 1.0;
  if (smoothed) {  // the same for all pixels, and dear to a software renderer
    between = interpolated(cell);
    slope = max(fwidth(between), 1e-12);
  }
  float value = smoothed ? between : crisp();
  float share = clamp((value - range.x) / max(range.y - range.x, 1e-12), 0.0, 1.0);
  color = vec4(mapped(share), opacity * (veil ? pow(share, 0.6) : 1.0));
  float line = 0.0;
  for (int i = 0; i < level_count; ++i) {
    float away = abs(between - levels[i]) / slope;
    line = max(line, smoothed ? clamp(0.5 * line_width + 0.5 - away, 0.0, 1.0) : crisp_line(levels[i]));
  }
  float strength = line * line_color.a;
  color.a = mix(color.a, 1.0, strength);
  color.rgb = mix(color.rgb, line_color.rgb, strength / max(color.a, 1e-6));
}
