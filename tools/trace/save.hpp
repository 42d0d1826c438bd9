// save.hpp - a system's trace into a file, on a host
// SPDX-License-Identifier: MIT
#pragma once
#include <stdio.h>
#include <weft/weft.hpp>

namespace weft {

// False: the file cannot be written, or not whole.
inline bool save_trace(System& system, const char* path) {
    FILE* const file = fopen(path, "wb");
    if (file == nullptr) return false;
    write_trace(
        system,
        [](void* to, const void* bytes, size_t size) {
            (void)fwrite(bytes, 1, size, static_cast<FILE*>(to));
        },
        file);
    const bool whole = ferror(file) == 0;
    return fclose(file) == 0 && whole;
}

}  // namespace weft
