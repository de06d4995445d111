# stagepost_room(NAME [PUBLIC lib...] [PRIVATE lib...] [EXCLUDE file...]):
# one library of all sources in the folder NAME, with the project's warnings.

add_library(stagepost_options INTERFACE)
target_compile_options(stagepost_options INTERFACE
  -Wall -Wextra -Wpedantic -Wconversion -Werror -fno-omit-frame-pointer
  # Where sources are united, names of one file would hide those of another.
  $<$<NOT:$<BOOL:$<TARGET_PROPERTY:UNITY_BUILD>>>:-Wshadow>)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # GCC 12 warns about its own library here (bugs 105329, 105651) and that TSan
  # can't see Asio's fences; both are noise that hides what is ours.
  target_compile_options(stagepost_options INTERFACE -Wno-restrict -Wno-tsan)
  # Lets ccache see through precompiled headers.
  target_compile_options(stagepost_options INTERFACE -fpch-preprocess)
endif()
target_compile_definitions(stagepost_options INTERFACE
  BOOST_ASIO_NO_DEPRECATED BOOST_ASIO_DISABLE_BOOST_COROUTINE)
if(STAGEPOST_SANITIZE)
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    # The like of bug 105329: with sanitizers it sees overflows in std::string.
    target_compile_options(stagepost_options INTERFACE
      -Wno-array-bounds -Wno-stringop-overflow)
  endif()
  target_compile_options(stagepost_options INTERFACE -fsanitize=${STAGEPOST_SANITIZE})
  target_link_options(stagepost_options INTERFACE -fsanitize=${STAGEPOST_SANITIZE})
endif()
find_program(MOLD mold)
if(MOLD)
  target_link_options(stagepost_options INTERFACE -fuse-ld=mold)
endif()
# The libraries' headers are not ours to warn about.
function(stagepost_quiet_headers)
  foreach(lib IN LISTS ARGN)
    if(TARGET ${lib})
      get_target_property(imported ${lib} IMPORTED)
      if(imported)
        get_target_property(dirs ${lib} INTERFACE_INCLUDE_DIRECTORIES)
        if(dirs)
          set_target_properties(${lib} PROPERTIES
            INTERFACE_SYSTEM_INCLUDE_DIRECTORIES "${dirs}")
        endif()
      endif()
    endif()
  endforeach()
endfunction()

function(stagepost_room name)
  cmake_parse_arguments(ARG "" "" "PUBLIC;PRIVATE;EXCLUDE" ${ARGN})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/${name}/*.cpp)
  foreach(file IN LISTS ARG_EXCLUDE)
    list(REMOVE_ITEM sources ${CMAKE_SOURCE_DIR}/${file})
  endforeach()
  stagepost_quiet_headers(${ARG_PUBLIC} ${ARG_PRIVATE})
  if(NOT sources)
    add_library(stagepost_${name} INTERFACE)
    target_include_directories(stagepost_${name} INTERFACE ${CMAKE_SOURCE_DIR})
    target_link_libraries(stagepost_${name} INTERFACE stagepost_options ${ARG_PUBLIC})
    return()
  endif()
  add_library(stagepost_${name} STATIC ${sources})
  target_include_directories(stagepost_${name} PUBLIC ${CMAKE_SOURCE_DIR})
  target_link_libraries(stagepost_${name}
    PUBLIC stagepost_options ${ARG_PUBLIC} PRIVATE ${ARG_PRIVATE})
endfunction()

# stagepost_precompile(NAME header...): what most sources of a room include.
# Does nothing for a room that has no sources yet.
function(stagepost_precompile name)
  get_target_property(type stagepost_${name} TYPE)
  if(NOT type STREQUAL "INTERFACE_LIBRARY")
    target_precompile_headers(stagepost_${name} PRIVATE ${ARGN})
  endif()
endfunction()

# What nearly every source includes; to be precompiled.
set(STAGEPOST_STANDARD <algorithm> <array> <charconv> <chrono> <cstdint> <functional>
  <map> <memory> <optional> <string> <string_view> <utility> <variant> <vector>)

# stagepost_unite(TARGET GROUP pattern... [EXCEPT name...]): compiles these
# sources of a target as one, for their templates are the same, and take most of
# the time: a third of it is left. Names without linkage must differ among them;
# what is under EXCEPT (files' names without .cpp) goes alone.
function(stagepost_unite target group)
  cmake_parse_arguments(ARG "" "" "EXCEPT" ${ARGN})
  if(NOT STAGEPOST_UNITE)
    return()
  endif()
  list(TRANSFORM ARG_UNPARSED_ARGUMENTS PREPEND ${CMAKE_CURRENT_SOURCE_DIR}/)
  file(GLOB sources CONFIGURE_DEPENDS ${ARG_UNPARSED_ARGUMENTS})
  foreach(file IN LISTS sources)
    get_filename_component(stem ${file} NAME_WE)
    if(NOT stem IN_LIST ARG_EXCEPT)
      set_source_files_properties(${file} PROPERTIES UNITY_GROUP ${group})
    endif()
  endforeach()
  set_target_properties(${target} PROPERTIES UNITY_BUILD ON UNITY_BUILD_MODE GROUP)
  # None of them is a header, whatever it looks like.
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    target_compile_options(${target} PRIVATE -Wno-subobject-linkage)
  endif()
endfunction()
