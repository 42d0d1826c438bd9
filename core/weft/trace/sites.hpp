// sites.hpp - which places in the source take most frame memory: a table of fixed size
// SPDX-License-Identifier: MIT
//
//     sites.add_blocks(memory.arena());   // by the worker, before the frame ends
//
// Checked builds know the place of each block; others count nothing. One thread at a time. When the
// table is full, further places are counted together.
#pragma once
#include <weft/memory/frame_arena.hpp>
#include <weft/trace/ring.hpp>

namespace weft {

struct HotSite {
    Site site;
    uint32_t count;
    size_t bytes;
};
using HotSiteVisitor = void (*)(void* context, const HotSite& site);

class HotSites {
 public:
    static constexpr uint32_t kSites = 32;

    void add(Site site, size_t bytes);
    // All that lies in the arena now.
    void add_blocks(const FrameArena& arena);

    void for_each(HotSiteVisitor visit, void* context) const;
    // Of places that the table had no room for.
    HotSite others() const { return others_; }

 private:
    HotSite& entry_of(Site site);

    HotSite sites_[kSites] = {};
    HotSite others_ = {};
    uint32_t used_ = 0;
};

}  // namespace weft
