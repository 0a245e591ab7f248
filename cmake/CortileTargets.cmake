# SPDX-License-Identifier: Apache-2.0
# How every target of the project is made: one place for language level, warnings and sanitizers.
include(GNUInstallDirs)

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
if(NOT CMAKE_BUILD_TYPE)
    set(CMAKE_BUILD_TYPE Release CACHE STRING "Build type" FORCE)
endif()

find_program(CCACHE_PROGRAM ccache)
if(CCACHE_PROGRAM)
    set(CMAKE_CXX_COMPILER_LAUNCHER ${CCACHE_PROGRAM})
endif()

add_library(cortile_options INTERFACE)
target_compile_options(cortile_options INTERFACE -Wall -Wextra -Wshadow -Wconversion)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
    # GCC 12 sees overlap in plain string concatenation (GCC bug 105329).
    target_compile_options(cortile_options INTERFACE -Wno-restrict)
endif()
target_include_directories(cortile_options INTERFACE ${CMAKE_SOURCE_DIR})
if(CORTILE_SANITIZE)
    target_compile_options(cortile_options INTERFACE -fsanitize=${CORTILE_SANITIZE}
                           -fno-omit-frame-pointer -fno-sanitize-recover=all)
    target_link_options(cortile_options INTERFACE -fsanitize=${CORTILE_SANITIZE})
endif()
if(CORTILE_COVERAGE)
    target_compile_options(cortile_options INTERFACE --coverage -O0)
    target_link_options(cortile_options INTERFACE --coverage)
endif()

# cortile_library(<name> SOURCES a.cpp b.cpp DEPENDS base config PkgConfig::yaml ...)
# makes target cortile_<name>; a name in DEPENDS that is one of ours goes without its prefix. The
# library and the headers of its folder are installed, with target cortile::<name> for others, but
# for one that is INTERNAL: to the program, or to the tests.
function(cortile_library name)
    cmake_parse_arguments(ARG "INTERNAL" "" "SOURCES;DEPENDS" ${ARGN})
    if(ARG_SOURCES)
        add_library(cortile_${name} STATIC ${ARG_SOURCES})
        set_property(GLOBAL APPEND PROPERTY cortile_archives $<TARGET_FILE:cortile_${name}>)
        set(scope PUBLIC)
    else()
        add_library(cortile_${name} INTERFACE)
        set(scope INTERFACE)
    endif()
    # Warnings and sanitizers are ours; who uses an installed library chooses their own.
    target_link_libraries(cortile_${name} ${scope} $<BUILD_INTERFACE:cortile_options>)
    foreach(dep ${ARG_DEPENDS})
        if(dep MATCHES "::" OR dep MATCHES "^/" OR dep MATCHES "^-")
            target_link_libraries(cortile_${name} ${scope} ${dep})
        else()
            target_link_libraries(cortile_${name} ${scope} cortile_${dep})
        endif()
    endforeach()
    if(NOT ARG_INTERNAL)
        cortile_install_library(${name} ${scope})
    endif()
endfunction()

# Includes are rooted at the repository, so installed headers keep their folders. Users write
# <cortile/noc/api/packet.h>.
function(cortile_install_library name scope)
    target_compile_features(cortile_${name} ${scope} cxx_std_20)
    set_target_properties(cortile_${name} PROPERTIES EXPORT_NAME ${name})
    set(headers ${CMAKE_INSTALL_INCLUDEDIR}/cortile)
    install(TARGETS cortile_${name} EXPORT cortile ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR}
            INCLUDES DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} ${headers})
    file(RELATIVE_PATH folder ${CMAKE_SOURCE_DIR} ${CMAKE_CURRENT_SOURCE_DIR})
    file(GLOB files CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.h)
    install(FILES ${files} DESTINATION ${headers}/${folder})
endfunction()

# cortile_test(<name> LABEL unit SOURCES a_test.cpp DEPENDS base ...)
# makes one GoogleTest executable; each TEST becomes a CTest case in a process of its own. Target
# tests_<label> builds all of a label. LOCK name: one at a time of those with that name.
function(cortile_test name)
    if(NOT CORTILE_TESTS)
        return()
    endif()
    cmake_parse_arguments(ARG "" "LABEL;TIMEOUT;LOCK" "SOURCES;DEPENDS" ${ARGN})
    if(NOT ARG_TIMEOUT)
        set(ARG_TIMEOUT 120)
    endif()
    set(lock)
    if(ARG_LOCK)
        set(lock RESOURCE_LOCK ${ARG_LOCK})
    endif()
    add_executable(${name} ${ARG_SOURCES})
    # Tests are compiled once and run for a second, most of it in the libraries: a third less to
    # compile than with -O3, 40 % less than with -O1 under sanitizers.
    target_compile_options(${name} PRIVATE $<$<CONFIG:Release,Debug>:-O0>)
    if(NOT TARGET tests_${ARG_LABEL})
        add_custom_target(tests_${ARG_LABEL})
    endif()
    add_dependencies(tests_${ARG_LABEL} ${name})
    target_link_libraries(${name} PRIVATE cortile_options cortile_test_support GTest::gmock
                          GTest::gtest_main)
    foreach(dep ${ARG_DEPENDS})
        if(dep MATCHES "::")
            target_link_libraries(${name} PRIVATE ${dep})
        else()
            target_link_libraries(${name} PRIVATE cortile_${dep})
        endif()
    endforeach()
    gtest_discover_tests(${name} TEST_PREFIX "${ARG_LABEL}." DISCOVERY_TIMEOUT 60
                         PROPERTIES LABELS ${ARG_LABEL} TIMEOUT ${ARG_TIMEOUT}
                                    ${lock})
endfunction()
