// sites.hpp - which places in the source take most frame memory: a table of fixed size
// SPDX-License-Identifier: MIT
//
//     sites.add_blocks(memory.arena());   // checked builds, by the worker, before the frame ends
//     sites.add({__FILE__, __LINE__}, n);  // any build: by who asks for memory
//
// Checked builds know the place of each block; plain ones keep none, and count what they are told.
// One thread at a time: a table for each worker. When it is full, further places are counted
// together.
#pragma once
#include <weft/memory/frame_arena.hpp>
#include <weft/trace/ring.hpp>

namespace weft {

// As the default of a last argument: `NamedSite site = NamedSite::here()`.
struct NamedSite {
    const char* file = "";
    uint32_t line = 0;

    static constexpr NamedSite here(const char* file = __builtin_FILE(),
                                    uint32_t line = __builtin_LINE()) {
        return {file, line};
    }
};

struct HotSite {
    NamedSite site;
    uint32_t count;
    size_t bytes;
};
using HotSiteVisitor = void (*)(void* context, const HotSite& site);

class HotSites {
 public:
    static constexpr uint32_t kSites = 32;

    void add(NamedSite site, size_t bytes);
    // All that lies in the arena now.
    void add_blocks(const FrameArena& arena);

    void for_each(HotSiteVisitor visit, void* context) const;
    // Of places that the table had no room for.
    HotSite others() const { return others_; }

 private:
    HotSite& entry_of(NamedSite site);

    HotSite sites_[kSites] = {};
    HotSite others_ = {};
    uint32_t used_ = 0;
};

}  // namespace weft
