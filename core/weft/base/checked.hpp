// checked.hpp - builds that look for the caller's bugs in memory, and where in the source they ask
// SPDX-License-Identifier: MIT
//
// WEFT_CHECKED=1 for the whole program: guards, poison, leak lists and traces (memory/audit.hpp).
// Plain builds have none of it, and a Site is then empty: passing one costs nothing.
#pragma once
#include <weft/base/require.hpp>

#ifndef WEFT_CHECKED
#define WEFT_CHECKED 0
#endif

namespace weft {

constexpr bool kChecked = WEFT_CHECKED != 0;

// Where a call stands: as the last argument's default, `Site site = Site::here()`. Keeps the path
// and hashes it when asked, since a compiler need not do so beforehand.
#if WEFT_CHECKED
struct Site {
    const char* file = "";
    uint32_t line = 0;

    static constexpr Site here(const char* file = __builtin_FILE(),
                               uint32_t line = __builtin_LINE()) {
        return {file, line};
    }
    uint32_t tag() const { return file_tag(file); }
    uint32_t line_number() const { return line; }
};
#else
struct Site {
    static constexpr Site here() { return {}; }
    uint32_t tag() const { return 0; }
    uint32_t line_number() const { return 0; }
};
#endif

}  // namespace weft
