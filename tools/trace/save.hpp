// save.hpp - a system's trace into a file, on a host
// SPDX-License-Identifier: MIT
#pragma once
#include <stdio.h>
#include <weft/weft.hpp>

namespace weft {

// After run(). With the places that took frame memory, if they were counted. False: the file cannot
// be written, or not whole.
inline bool save_trace(System& system, const char* path, Span<const HotSites> sites = {}) {
    FILE* const file = fopen(path, "wb");
    if (file == nullptr) return false;
    const TraceSink sink = [](void* to, const void* bytes, size_t size) {
        (void)fwrite(bytes, 1, size, static_cast<FILE*>(to));
    };
    write_trace(system, sink, file);
    for (const HotSites& some : sites)
        write_sites(some, sink, file);
    const bool whole = ferror(file) == 0;
    return fclose(file) == 0 && whole;
}

}  // namespace weft
