// sites.cpp - counts blocks by place
// SPDX-License-Identifier: MIT
#include <weft/base/text.hpp>
#include <weft/trace/sites.hpp>

namespace weft {

#if WEFT_CHECKED

HotSite& HotSites::entry_of(Site site) {
    for (uint32_t i = 0; i < used_; i++)
        if (sites_[i].site.line == site.line && same_text(sites_[i].site.file, site.file))
            return sites_[i];
    if (used_ == kSites) return others_;
    sites_[used_].site = site;
    return sites_[used_++];
}

void HotSites::add(Site site, size_t bytes) {
    HotSite& entry = entry_of(site);
    entry.count++;
    entry.bytes += bytes;
}

void HotSites::add_blocks(const FrameArena& arena) {
    const auto add_one = [](void* to, const Leak& block) {
        static_cast<HotSites*>(to)->add(block.site, block.bytes);
    };
    arena.for_each_block(add_one, this);
}

#else

void HotSites::add(Site, size_t) {}
void HotSites::add_blocks(const FrameArena&) {}

#endif

void HotSites::for_each(HotSiteVisitor visit, void* context) const {
    for (uint32_t i = 0; i < used_; i++)
        visit(context, sites_[i]);
}

}  // namespace weft
