# What `cmake --install` and the Debian package hold. Presets and trained agents are built into the program: there are no
# files beside it that it would have to find.
set(CMAKE_INSTALL_DOCDIR share/doc/qarium CACHE PATH "Documents")
include(GNUInstallDirs)

set(QARIUM_RELEASE_DATE 2026-11-26)  # of PROJECT_VERSION, as in docs/CHANGELOG.md
install(TARGETS qarium RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
install(FILES ${CMAKE_SOURCE_DIR}/LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR} RENAME copyright)
install(FILES ${CMAKE_SOURCE_DIR}/README.md ${CMAKE_SOURCE_DIR}/docs/CHANGELOG.md ${CMAKE_SOURCE_DIR}/docs/EXPORT.md
  ${CMAKE_SOURCE_DIR}/docs/HYPERPARAMETERS.md
  ${CMAKE_SOURCE_DIR}/docs/METHODS.md DESTINATION ${CMAKE_INSTALL_DOCDIR})
if(QARIUM_GUI)
  set(package ${CMAKE_SOURCE_DIR}/assets/package)
  set(metainfo ${CMAKE_BINARY_DIR}/io.github.qarium.Qarium.metainfo.xml)
  configure_file(${package}/io.github.qarium.Qarium.metainfo.xml.in ${metainfo} @ONLY)
  install(FILES ${package}/qarium.desktop DESTINATION ${CMAKE_INSTALL_DATADIR}/applications)
  install(FILES ${package}/qarium.svg DESTINATION ${CMAKE_INSTALL_DATADIR}/icons/hicolor/scalable/apps)
  install(FILES ${metainfo} DESTINATION ${CMAKE_INSTALL_DATADIR}/metainfo)
endif()

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME qarium)
set(CPACK_PACKAGE_VENDOR "The Qarium authors")
set(CPACK_PACKAGE_CONTACT "The Qarium authors <qarium@localhost>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "workbench to watch deep Q-networks learn, attend and remember")
set(CPACK_PACKAGE_DESCRIPTION
"A deep Q-network learns in the background while one watches what it sees, what
each action is worth to it, what it attends to and what it remembers; time can
be stopped, any hyperparameter changed, and what follows be seen. Presets and
trained agents are part of the program.")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION science)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)  # libraries; what is opened by name at run time:
if(QARIUM_GUI)
  set(CPACK_DEBIAN_PACKAGE_DEPENDS "libgl1, fonts-inter, fonts-jetbrains-mono")
endif()
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS "libopenblas0-pthread")
if(QARIUM_GUI)
  string(APPEND CPACK_DEBIAN_PACKAGE_RECOMMENDS ", xclip | wl-clipboard")  # pictures on the clipboard
endif()
include(CPack)
