#version 330 core
// A number's colour, crisp or interpolated, and lines where it passes a level. A software renderer walks through every
// branch for every pixel, so what is not needed is left out when it is compiled: PLAIN are crisp cells of a pixel or more
// without lines, SMOOTH is interpolated.
uniform sampler2D values;
uniform vec3 stops[9];          // the colour map at equal distances
uniform vec2 range;             // the values at its ends
uniform float rest;             // the value that says nothing: the low end, or the middle of a signed map
uniform float opacity;
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

vec3 mapped(float share) {
  float at = 8.0 * share;
  int first = min(int(at), 7);
  return mix(stops[first], stops[first + 1], at - float(first));
}

vec4 colored(float value) {
  float share = clamp((value - range.x) / max(range.y - range.x, 1e-12), 0.0, 1.0);
  return vec4(mapped(share), opacity * (veil ? pow(share, 0.6) : 1.0));
}

#if defined(PLAIN)

void main() {
  color = colored(value_at(ivec2(floor(cell))));
}

#else
#if defined(SMOOTH)

float interpolated(vec2 at) {
  ivec2 corner = ivec2(floor(at - 0.5));
  vec2 part = fract(at - 0.5);
  float above = mix(value_at(corner), value_at(corner + ivec2(1, 0)), part.x);
  float below = mix(value_at(corner + ivec2(0, 1)), value_at(corner + ivec2(1, 1)), part.x);
  return mix(above, below, part.y);
}

float line_at(float between, float slope, float level) {
  return clamp(0.5 * line_width + 0.5 - abs(between - level) / slope, 0.0, 1.0);
}

#else

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

#endif

void main() {
  float line = 0.0;
#if defined(SMOOTH)
  float value = interpolated(cell);
  float slope = max(fwidth(value), 1e-12);
  for (int i = 0; i < level_count; ++i) line = max(line, line_at(value, slope, levels[i]));
#else
  float value = crisp();
  for (int i = 0; i < level_count; ++i) line = max(line, crisp_line(levels[i]));
#endif
  color = colored(value);
  float strength = line * line_color.a;
  color.a = mix(color.a, 1.0, strength);
  color.rgb = mix(color.rgb, line_color.rgb, strength / max(color.a, 1e-6));
}

#endif
