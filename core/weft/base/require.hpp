// require.hpp - the caller's bugs: a failed requirement panics with file tag and line
// SPDX-License-Identifier: MIT
//
// The tag is a hash of the file's path, computed by the compiler: no strings reach flash.
// tools/where turns a tag back into a path. Builds with WEFT_PANIC_NAMES=1 (ours on hosts) also
// print the path and the requirement in clear.
#pragma once
#include <stdint.h>

#ifndef WEFT_PANIC_NAMES
#define WEFT_PANIC_NAMES 0
#endif

namespace weft {

// The path from the last "weft/" on, so that a tag does not depend on where the tree lies.
constexpr const char* path_in_project(const char* path) {
    const char* from = path;
    for (const char* at = path; *at != 0; at++) {
        const bool starts = at == path || at[-1] == '/';
        const bool weft =
            at[0] == 'w' && at[1] == 'e' && at[2] == 'f' && at[3] == 't' && at[4] == '/';
        if (starts && weft) from = at;
    }
    return from;
}

// FNV-1a, 32 bits. tools/check/tags.py sees to it that no two files share a tag.
constexpr uint32_t file_tag(const char* path) {
    uint32_t hash = 2166136261u;
    for (const char* at = path_in_project(path); *at != 0; at++)
        hash = (hash ^ uint32_t(static_cast<unsigned char>(*at))) * 16777619u;
    return hash;
}

// Runs the panic hook, if there is one, and then the port's panic. The second one prints first; it
// is linked where names are wanted.
[[noreturn]] void fail(uint32_t file_tag, uint32_t line);
[[noreturn]] void fail(uint32_t file_tag, uint32_t line, const char* file, const char* text);

// Called with the place of a panic before the port ends the program: to log, to reset, or to leave
// by a context switch. One per program; null for none. Returns the earlier one.
using PanicHook = void (*)(uint32_t file_tag, uint32_t line);
PanicHook set_panic_hook(PanicHook hook);

}  // namespace weft

#if WEFT_PANIC_NAMES
#define WEFT_PANIC_TEXT(text) , __FILE__, text
#else
#define WEFT_PANIC_TEXT(text)
#endif

#define WEFT_PANIC(text)                                           \
    do {                                                           \
        constexpr uint32_t weft_tag_ = ::weft::file_tag(__FILE__); \
        ::weft::fail(weft_tag_, __LINE__ WEFT_PANIC_TEXT(text));   \
    } while (0)

#define WEFT_REQUIRE(condition)                                        \
    do {                                                               \
        if (__builtin_expect(!(condition), 0)) WEFT_PANIC(#condition); \
    } while (0)
