// sites.cpp - counts blocks by place
// SPDX-License-Identifier: MIT
#include <weft/base/text.hpp>
#include <weft/trace/sites.hpp>

namespace weft {

HotSite& HotSites::entry_of(NamedSite site) {
    for (uint32_t i = 0; i < used_; i++)
        if (sites_[i].site.line == site.line && same_text(sites_[i].site.file, site.file))
            return sites_[i];
    if (used_ == kSites) return others_;
    sites_[used_].site = site;
    return sites_[used_++];
}

void HotSites::add(NamedSite site, size_t bytes) {
    HotSite& entry = entry_of(site);
    entry.count++;
    entry.bytes += bytes;
}

#if WEFT_CHECKED

void HotSites::add_blocks(const FrameArena& arena) {
    const auto add_one = [](void* to, const Leak& block) {
        static_cast<HotSites*>(to)->add({block.site.file, block.site.line}, block.bytes);
    };
    arena.for_each_block(add_one, this);
}

#else

void HotSites::add_blocks(const FrameArena&) {}

#endif

void HotSites::for_each(HotSiteVisitor visit, void* context) const {
    for (uint32_t i = 0; i < used_; i++)
        visit(context, sites_[i]);
}

}  // namespace weft
