# SPDX-License-Identifier: Apache-2.0
# Every library from outside, named once: those of our libraries in CortileLibraries.cmake, those
# that only the program and the tests need here.
include(CortileLibraries)
foreach(package IN LISTS cortile_packages)
    find_package(${package} REQUIRED)
endforeach()
cortile_import_libraries()

find_package(CLI11 REQUIRED)

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
