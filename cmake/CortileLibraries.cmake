# SPDX-License-Identifier: Apache-2.0
# The libraries from outside that ours link, for the build of this project and, installed with it,
# for projects that use it. scripts/packages.txt lists the Debian package of each.
set(cortile_packages PkgConfig Threads fmt yaml-cpp nlohmann_json TBB ZLIB)

# Makes a target for each library that has no CMake package. They are imported ones, so that an
# installed cortile names them instead of this machine's files, and looks for them where it is used.
macro(cortile_import_libraries)
    # Debian's libsystemc exports the C++17 API symbol only; the definition makes a C++20 build ask
    # for that one. The headers of imported targets are SYSTEM includes: their warnings are not ours.
    pkg_check_modules(CORTILE_SYSTEMC REQUIRED QUIET systemc)
    add_library(cortile::systemc INTERFACE IMPORTED)
    target_compile_definitions(cortile::systemc INTERFACE SC_CPLUSPLUS=201703L
                               SC_INCLUDE_DYNAMIC_PROCESSES)
    target_include_directories(cortile::systemc INTERFACE ${CORTILE_SYSTEMC_INCLUDE_DIRS})
    target_link_libraries(cortile::systemc INTERFACE ${CORTILE_SYSTEMC_LINK_LIBRARIES}
                          Threads::Threads)

    pkg_check_modules(CORTILE_HDF5 REQUIRED QUIET hdf5)
    add_library(cortile::hdf5 INTERFACE IMPORTED)
    target_include_directories(cortile::hdf5 INTERFACE ${CORTILE_HDF5_INCLUDE_DIRS})
    target_link_libraries(cortile::hdf5 INTERFACE ${CORTILE_HDF5_LINK_LIBRARIES})

    pkg_check_modules(CORTILE_LZ4 REQUIRED QUIET liblz4)
    add_library(cortile::lz4 INTERFACE IMPORTED)
    target_include_directories(cortile::lz4 INTERFACE ${CORTILE_LZ4_INCLUDE_DIRS})
    target_link_libraries(cortile::lz4 INTERFACE ${CORTILE_LZ4_LINK_LIBRARIES})

    pkg_check_modules(CORTILE_ZSTD REQUIRED QUIET libzstd)
    add_library(cortile::zstd INTERFACE IMPORTED)
    target_include_directories(cortile::zstd INTERFACE ${CORTILE_ZSTD_INCLUDE_DIRS})
    target_link_libraries(cortile::zstd INTERFACE ${CORTILE_ZSTD_LINK_LIBRARIES})

    find_library(CORTILE_METIS_LIBRARY metis REQUIRED)
    add_library(cortile::metis INTERFACE IMPORTED)
    target_link_libraries(cortile::metis INTERFACE ${CORTILE_METIS_LIBRARY})

    # Its name before version 0.8 and since.
    add_library(cortile::yaml_cpp INTERFACE IMPORTED)
    if(TARGET yaml-cpp::yaml-cpp)
        target_link_libraries(cortile::yaml_cpp INTERFACE yaml-cpp::yaml-cpp)
    else()
        target_link_libraries(cortile::yaml_cpp INTERFACE yaml-cpp)
    endif()
endmacro()
