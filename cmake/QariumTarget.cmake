# qarium_library(NAME SOURCES...): a static library of the house with its warnings and sanitizers.
# qarium_options(TARGET): the same for any target.
find_package(Threads REQUIRED)

function(qarium_options target)
  target_compile_features(${target} PUBLIC cxx_std_20)
  target_compile_options(${target} PRIVATE -Wall -Wextra -Wshadow -Wno-missing-field-initializers)
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    # GCC 12 sees overflows in the concatenation of short texts that are not there.
    target_compile_options(${target} PRIVATE -Wno-stringop-overflow -Wno-restrict -Wno-array-bounds)
  endif()
  if(QARIUM_SANITIZE)
    target_compile_options(${target} PUBLIC -fsanitize=${QARIUM_SANITIZE} -fno-omit-frame-pointer -g1)
    target_link_options(${target} PUBLIC -fsanitize=${QARIUM_SANITIZE})
  endif()
endfunction()

# qarium_library(NAME FOLDERS folders... SOURCES files...): a static library of every .cpp in these folders and of these
# files. With QARIUM_UNITY several are compiled as one: names in anonymous namespaces must differ within a target, unless
# it is SEPARATE.
function(qarium_library name)
  cmake_parse_arguments(ARG "SEPARATE" "" "FOLDERS;SOURCES" ${ARGN})
  set(sources ${ARG_SOURCES})
  foreach(folder ${ARG_FOLDERS})
    file(GLOB found CONFIGURE_DEPENDS ${folder}/*.cpp)
    list(APPEND sources ${found})
  endforeach()
  add_library(${name} STATIC ${sources})
  target_include_directories(${name} PUBLIC ${CMAKE_SOURCE_DIR})
  target_link_libraries(${name} PUBLIC Threads::Threads)
  qarium_options(${name})
  if(NOT ARG_SEPARATE)
    qarium_unity(${name})
  endif()
endfunction()

# qarium_unity(TARGET): compiles its sources in batches where the whole is built at once.
function(qarium_unity target)
  set_target_properties(${target} PROPERTIES UNITY_BUILD ${QARIUM_UNITY} UNITY_BUILD_BATCH_SIZE ${QARIUM_UNITY_BATCH})
endfunction()

# qarium_embed_binaries(OUT ROOT): makes OUT, an assembler file with the bytes of every file in the folders of ROOT.
function(qarium_embed_binaries out root)
  file(GLOB files CONFIGURE_DEPENDS ${root}/*/*)
  add_custom_command(
    OUTPUT ${out}
    COMMAND ${CMAKE_COMMAND} -DOUT=${out} -DROOT=${root} -P ${CMAKE_SOURCE_DIR}/cmake/EmbedBinaries.cmake
    DEPENDS ${files} ${CMAKE_SOURCE_DIR}/cmake/EmbedBinaries.cmake)
  set_source_files_properties(${out} PROPERTIES OBJECT_DEPENDS "${files}")
endfunction()

# All embedded text, for tools that read the sources without building.
add_custom_target(embedded)

# qarium_embed(OUT GLOB [ROOT]): makes OUT, an include file with the text of every file that matches GLOB. With ROOT, a
# folder, those in its folders too, by their paths within it.
function(qarium_embed out pattern)
  set(root "${ARGN}")
  if(root)
    file(GLOB_RECURSE files CONFIGURE_DEPENDS ${pattern})
  else()
    file(GLOB files CONFIGURE_DEPENDS ${pattern})
  endif()
  add_custom_command(
    OUTPUT ${out}
    COMMAND ${CMAKE_COMMAND} -DOUT=${out} "-DPATTERN=${pattern}" "-DROOT=${root}" -P ${CMAKE_SOURCE_DIR}/cmake/EmbedFiles.cmake
    DEPENDS ${files} ${CMAKE_SOURCE_DIR}/cmake/EmbedFiles.cmake)
  get_filename_component(name ${out} NAME_WE)
  add_custom_target(${name} DEPENDS ${out})
  add_dependencies(embedded ${name})
endfunction()
