# Libraries that are headers alone: target qarium_headers. They are looked for where the system has them, and in the
# folders of QARIUM_HEADERS, for machines without packages.
set(QARIUM_HEADERS "" CACHE STRING
  "Folders that hold CLI/CLI.hpp, nlohmann/json.hpp, toml++/toml.h, readerwriterqueue/readerwriterqueue.h")

add_library(qarium_headers INTERFACE)
# qarium_header(HEADER NAME PACKAGE)
function(qarium_header header name package)
  find_path(QARIUM_${name}_INCLUDE ${header} HINTS ${QARIUM_HEADERS} DOC "Folder that holds ${header}")
  if(NOT QARIUM_${name}_INCLUDE)
    message(FATAL_ERROR "<${header}> is missing: install ${package} (Debian), or name the folder that holds it by "
      "-DQARIUM_HEADERS=FOLDER (several are separated by ';')")
  endif()
  target_include_directories(qarium_headers SYSTEM INTERFACE ${QARIUM_${name}_INCLUDE})
endfunction()
qarium_header(toml++/toml.h TOMLPLUSPLUS libtomlplusplus-dev)
qarium_header(readerwriterqueue/readerwriterqueue.h READERWRITERQUEUE libreaderwriterqueue-dev)
qarium_header(nlohmann/json.hpp JSON nlohmann-json3-dev)
if(QARIUM_TORCH)
  qarium_header(CLI/CLI.hpp CLI11 libcli11-dev)
endif()
