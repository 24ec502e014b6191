# cmake -DOUT=FILE -DPATTERN=GLOB -P EmbedFiles.cmake
# Writes every file that matches as one initialiser {"name without extension", R"(text)"}, in the order of their names.
file(GLOB files ${PATTERN})
list(SORT files)
set(text "")
foreach(file ${files})
  get_filename_component(name ${file} NAME_WE)
  file(READ ${file} content)
  string(APPEND text "{\"${name}\", R\"embedded(${content})embedded\"},\n")
endforeach()
file(WRITE ${OUT} "${text}")
