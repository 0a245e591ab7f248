# SPDX-License-Identifier: Apache-2.0
# Every library from outside, named once. scripts/packages.txt lists the Debian package of each.
find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)

# Debian's libsystemc exports the C++17 API symbol only; the definition makes a C++20 build ask for
# that one. SystemC headers are SYSTEM includes: their warnings are not ours.
pkg_check_modules(SYSTEMC REQUIRED systemc)
add_library(cortile_systemc INTERFACE)
add_library(cortile::systemc ALIAS cortile_systemc)
target_compile_definitions(cortile_systemc INTERFACE SC_CPLUSPLUS=201703L
                           SC_INCLUDE_DYNAMIC_PROCESSES)
target_include_directories(cortile_systemc SYSTEM INTERFACE ${SYSTEMC_INCLUDE_DIRS})
target_link_libraries(cortile_systemc INTERFACE ${SYSTEMC_LINK_LIBRARIES} Threads::Threads)

find_package(fmt REQUIRED)
find_package(yaml-cpp REQUIRED)
if(NOT TARGET yaml-cpp::yaml-cpp)
    add_library(yaml-cpp::yaml-cpp ALIAS yaml-cpp)
endif()
find_package(nlohmann_json REQUIRED)
find_package(CLI11 REQUIRED)
find_package(TBB REQUIRED)
find_package(ZLIB REQUIRED)
find_library(METIS_LIBRARY metis REQUIRED)
add_library(cortile_metis INTERFACE)
add_library(cortile::metis ALIAS cortile_metis)
target_link_libraries(cortile_metis INTERFACE ${METIS_LIBRARY})

pkg_check_modules(HDF5 REQUIRED IMPORTED_TARGET hdf5)
add_library(cortile_hdf5 INTERFACE)
add_library(cortile::hdf5 ALIAS cortile_hdf5)
target_include_directories(cortile_hdf5 SYSTEM INTERFACE ${HDF5_INCLUDE_DIRS})
target_link_libraries(cortile_hdf5 INTERFACE ${HDF5_LINK_LIBRARIES})

if(CORTILE_TESTS)
    find_package(GTest REQUIRED)
    include(GoogleTest)
    # What processors are compared with.
    pkg_check_modules(UNICORN IMPORTED_TARGET unicorn>=2)
    if(NOT UNICORN_FOUND)
        message(STATUS "Unicorn 2 (libunicorn-dev) not found: no lockstep tests of the processor")
    endif()
endif()
if(CORTILE_BENCH)
    find_package(benchmark REQUIRED)
endif()
