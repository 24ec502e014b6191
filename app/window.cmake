# The window: GLFW and OpenGL around the widgets.
set(embedded_vertex_shaders ${CMAKE_CURRENT_BINARY_DIR}/embedded_vertex_shaders.inc)
set(embedded_fragment_shaders ${CMAKE_CURRENT_BINARY_DIR}/embedded_fragment_shaders.inc)
qarium_embed(${embedded_vertex_shaders} "${CMAKE_SOURCE_DIR}/shaders/*.vert")
qarium_embed(${embedded_fragment_shaders} "${CMAKE_SOURCE_DIR}/shaders/*.frag")

qarium_library(qarium_window SOURCES
  window/cell_canvas.cpp
  window/clipboard_picture.cpp
  window/fonts.cpp
  window/frame_timer.cpp
  window/glfw_window.cpp
  window/held_input.cpp
  window/kept_window.cpp
  window/heat_maps.cpp
  window/kept_texture.cpp
  window/panel_pictures.cpp
  window/placement.cpp
  window/screenshot.cpp
  window/settings.cpp
  window/shader_program.cpp
  ${embedded_vertex_shaders}
  ${embedded_fragment_shaders}
)
target_include_directories(qarium_window PRIVATE ${CMAKE_CURRENT_BINARY_DIR})
target_link_libraries(qarium_window PUBLIC qarium_widgets glfw PkgConfig::EPOXY PkgConfig::STB)

target_sources(qarium PRIVATE
  window/application.cpp
  window/past_curves.cpp
  window/state_report.cpp
  window/window_command.cpp
  window/world_pictures.cpp
  window/worlds.cpp
)
target_compile_definitions(qarium PRIVATE QARIUM_GUI)
target_link_libraries(qarium PRIVATE qarium_window)
