// frame_users.cpp - counts users by place, and prints what holds a frame
// SPDX-License-Identifier: MIT
#include <weft/base/text.hpp>
#include <weft/memory/frame_set.hpp>

namespace weft {

#if WEFT_CHECKED

namespace {

bool same(Site a, Site b) {
    return a.line == b.line && same_text(a.file, b.file);
}

const char* words_for(FrameUser::Kind kind) {
    if (kind == FrameUser::begun) return "not ended, begun at ";
    if (kind == FrameUser::entered) return "not left, entered at ";
    return kind == FrameUser::unknown ? "not left, entered elsewhere" : "left without saying where";
}

void print_user(void*, const FrameUser& user) {
    Text<240> line;
    line.add("weft: frame ").add_number(user.frame).add(", ").add_number(user.age);
    line.add(" frames old: ").add_number(user.count).add(" ").add(words_for(user.kind));
    if (user.site.line != 0)
        line.add(path_in_project(user.site.file)).add(":").add_number(user.site.line);
    line.add("\n").print();
}

}  // namespace

void FrameUsers::begin(uint32_t frame, Site site) {
    const SpinLock::Section section(lock_);
    table_ = {};
    table_.frame = frame;
    table_.open = true;
    table_.begun = site;
}

void FrameUsers::end() {
    const SpinLock::Section section(lock_);
    table_.open = false;
}

// The place's own row, or a free one; null when there is neither.
FrameUsers::Place* FrameUsers::find(Site site) {
    Place* free = nullptr;
    for (Place& place : table_.places) {
        if (place.count != 0 && same(place.site, site)) return &place;
        if (place.count == 0 && free == nullptr) free = &place;
    }
    return free;
}

void FrameUsers::enter(Site site) {
    const SpinLock::Section section(lock_);
    Place* place = find(site);
    if (place == nullptr) {
        table_.unknown++;
        return;
    }
    place->site = site;
    place->count++;
}

void FrameUsers::leave(Site entered) {
    const SpinLock::Section section(lock_);
    Place* place = entered.line == 0 ? nullptr : find(entered);
    if (place != nullptr && place->count != 0)
        place->count--;
    else if (entered.line != 0 && table_.unknown != 0)
        table_.unknown--;
    else
        table_.unnamed++;
}

void FrameUsers::for_each(uint32_t now, FrameUserVisitor visit, void* context) const {
    Table seen;
    {
        const SpinLock::Section section(lock_);
        seen = table_;
    }
    const uint32_t age = now - seen.frame - 1;
    if (seen.open) visit(context, {seen.frame, age, 1, seen.begun, FrameUser::begun});
    for (const Place& place : seen.places)
        if (place.count != 0)
            visit(context, {seen.frame, age, place.count, place.site, FrameUser::entered});
    if (seen.unknown != 0) visit(context, {seen.frame, age, seen.unknown, {}, FrameUser::unknown});
    if (seen.unnamed != 0) visit(context, {seen.frame, age, seen.unnamed, {}, FrameUser::unnamed});
}

void FrameSet::print_users() const {
    for_each_user(print_user, nullptr);
}

#else

void FrameSet::print_users() const {}

#endif

void FrameSet::for_each_user([[maybe_unused]] FrameUserVisitor visit,
                             [[maybe_unused]] void* context) const {
    if constexpr (!kChecked) return;
    // Relaxed: a count; a frame begun meanwhile may be missing.
    const uint32_t now = begun_.load_relaxed();
    for (const Slot& slot : slots_) {
        // Relaxed: only a look.
        if ((slot.epoch.load_relaxed() & 1) == 0) slot.who.for_each(now, visit, context);
    }
}

}  // namespace weft
