#version 330 core
// One quad for each picture: a grid of cells that lies in a region of the texture.
uniform vec4 display;           // left, top, width, height of the display, in pixels
uniform vec4 areas[64];         // left, top, right, bottom of each picture
uniform vec4 regions[64];       // column, row, columns, rows of its cells in the texture
out vec2 cell;                  // in cells, from the picture's left top
flat out vec4 region;
flat out vec2 pixels_per_cell;

void main() {
  vec4 area = areas[gl_InstanceID];
  region = regions[gl_InstanceID];
  vec2 corner = vec2(gl_VertexID & 1, gl_VertexID >> 1);
  vec2 pixel = mix(area.xy, area.zw, corner);
  cell = corner * region.zw;
  pixels_per_cell = (area.zw - area.xy) / region.zw;
  vec2 unit = (pixel - display.xy) / display.zw;
  gl_Position = vec4(2.0 * unit.x - 1.0, 1.0 - 2.0 * unit.y, 0.0, 1.0);
}
