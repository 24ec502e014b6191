# cmake -DOUT=FILE -DSOURCE=FOLDER -DVERSION=x.y.z -P WriteVersion.cmake
# Writes the one source file that knows version and commit, where they have changed. The commit is 'unknown' where there is
# no git, or where the sources lie in a repository that is not theirs.
set(commit unknown)
find_program(GIT git)
if(GIT)
  execute_process(COMMAND ${GIT} -C ${SOURCE} rev-parse --show-toplevel
    OUTPUT_VARIABLE top OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
  get_filename_component(source ${SOURCE} REALPATH)
  if(top AND top STREQUAL source)
    execute_process(COMMAND ${GIT} --no-optional-locks -C ${SOURCE} describe --always --dirty --abbrev=12 --exclude=*
      OUTPUT_VARIABLE described OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
    if(described)
      set(commit ${described})
    endif()
  endif()
endif()
set(text "#include \"engine/core/version.hpp\"

namespace qarium::core {

const char* version() {
  return \"${VERSION}\";
}
const char* commit() {
  return \"${commit}\";
}
std::string build() {
  return \"${VERSION} (${commit})\";
}

}  // namespace qarium::core
")
set(old "")
if(EXISTS ${OUT})
  file(READ ${OUT} old)
endif()
if(NOT old STREQUAL text)
  file(WRITE ${OUT} "${text}")
endif()
