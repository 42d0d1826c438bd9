// frame_users.hpp - checked builds: who keeps a frame from its reset, by the place that entered it
// SPDX-License-Identifier: MIT
//
// A table of places for each frame in flight. leave() is told where its enter() stood, as FrameUse
// does; those that do not say so are counted apart. Any core; a short lock, and visitors run
// outside of it. Plain builds have none of it.
#pragma once
#include <weft/base/checked.hpp>
#include <weft/base/spin_lock.hpp>

namespace weft {

// What may stand between a frame and its reset.
struct FrameUser {
    uint32_t frame;  // its number
    uint32_t age;    // frames begun since
    uint32_t count;  // users from this place
    Site site;
    enum Kind : uint8_t {
        begun,    // not ended yet; the place that began it
        entered,  // not left yet
        unknown,  // entered from more places than are kept
        unnamed,  // leaves that did not say of whom: so many of the users above are gone
    } kind;
};
using FrameUserVisitor = void (*)(void* context, const FrameUser& user);

#if WEFT_CHECKED

class FrameUsers {
 public:
    void begin(uint32_t frame, Site site);
    void end();
    void enter(Site site);
    void leave(Site entered);
    // `now`: the number of the next frame.
    void for_each(uint32_t now, FrameUserVisitor visit, void* context) const;

 private:
    static constexpr uint32_t kPlaces = 16;
    struct Place {
        Site site;
        uint32_t count = 0;
    };
    struct Table {
        uint32_t frame = 0;
        bool open = false;
        Site begun;
        Place places[kPlaces];
        uint32_t unknown = 0;
        uint32_t unnamed = 0;
    };
    Place* find(Site site);

    mutable SpinLock lock_;
    Table table_;
};

#else

class FrameUsers {
 public:
    void begin(uint32_t, Site) {}
    void end() {}
    void enter(Site) {}
    void leave(Site) {}
    void for_each(uint32_t, FrameUserVisitor, void*) const {}
};

#endif

}  // namespace weft
