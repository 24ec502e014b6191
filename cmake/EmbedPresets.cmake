# cmake -DOUT=FILE -DDIR=FOLDER -P EmbedPresets.cmake
# Writes every preset in FOLDER as one initialiser {"name", R"(toml)"}, in the order of their names.
file(GLOB presets ${DIR}/*.toml)
list(SORT presets)
set(text "")
foreach(preset ${presets})
  get_filename_component(name ${preset} NAME_WE)
  file(READ ${preset} toml)
  string(APPEND text "{\"${name}\", R\"preset(${toml})preset\"},\n")
endforeach()
file(WRITE ${OUT} "${text}")
