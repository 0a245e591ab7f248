# SPDX-License-Identifier: Apache-2.0
# What `cmake --install` writes besides the libraries and headers (cortile_library): the program,
# its data, and the package that find_package(cortile) reads.
include(CMakePackageConfigHelpers)

# rtl_folder() looks for share/cortile/rtl beside the program: so it is in the build tree, too.
file(MAKE_DIRECTORY ${CMAKE_BINARY_DIR}/share/cortile)
file(CREATE_LINK ${CMAKE_SOURCE_DIR}/rtl ${CMAKE_BINARY_DIR}/share/cortile/rtl SYMBOLIC)

function(cortile_install)
    set(package ${CMAKE_INSTALL_LIBDIR}/cmake/cortile)
    install(TARGETS cortile RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
    install(DIRECTORY rtl/contract rtl/neuron_datapath
            DESTINATION ${CMAKE_INSTALL_DATADIR}/cortile/rtl)
    install(DIRECTORY rtl/regress/lists rtl/regress/recordings
            DESTINATION ${CMAKE_INSTALL_DATADIR}/cortile/rtl/regress)
    install(DIRECTORY firmware/hal firmware/link firmware/apps
            DESTINATION ${CMAKE_INSTALL_DATADIR}/cortile/firmware)
    install(DIRECTORY examples DESTINATION ${CMAKE_INSTALL_DATADIR}/cortile
            PATTERN ".gitignore" EXCLUDE PATTERN "__pycache__" EXCLUDE PATTERN "build" EXCLUDE
            PATTERN "results" EXCLUDE)
    install(FILES LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR})

    install(EXPORT cortile NAMESPACE cortile:: FILE cortileTargets.cmake DESTINATION ${package})
    configure_package_config_file(cmake/cortileConfig.cmake.in
                                  ${CMAKE_BINARY_DIR}/cortileConfig.cmake
                                  INSTALL_DESTINATION ${package})
    write_basic_package_version_file(${CMAKE_BINARY_DIR}/cortileConfigVersion.cmake
                                     COMPATIBILITY SameMinorVersion)
    install(FILES ${CMAKE_BINARY_DIR}/cortileConfig.cmake
                  ${CMAKE_BINARY_DIR}/cortileConfigVersion.cmake cmake/CortileLibraries.cmake
            DESTINATION ${package})
endfunction()
