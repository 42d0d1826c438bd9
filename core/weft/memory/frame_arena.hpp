// frame_arena.hpp - one worker's memory in one frame: a bump through chunks that double
// SPDX-License-Identifier: MIT
//
//   first_ -> [ chunk | used ......... ] -> [ chunk | used ... cursor_ | free limit_ ] -> spare ...
//
// Owner only. Addresses from allocate() are multiples of kFrameGranule; more is asked for by name.
// Nothing is freed but by rollback or reset, which run the destructors registered since, latest
// first. A request that fails changes nothing and is counted. Checked builds guard each block, look
// at the guards at rollback and reset, and poison what is freed (frame_guard.cpp).
#pragma once
#include <weft/base/bits.hpp>
#include <weft/base/checked.hpp>
#include <weft/base/meta.hpp>
#include <weft/base/place.hpp>
#include <weft/memory/audit.hpp>
#include <weft/memory/chunk_provider.hpp>
#include <weft/memory/owner_counter.hpp>

namespace weft {

// Every address and size is a multiple of this, so that one comparison decides a request.
constexpr size_t kFrameGranule = 2 * sizeof(void*);

// What a reset does with the chunks.
enum class FrameRetention : uint32_t { keep_all, keep_first, return_all };

struct FrameArenaConfig {
    size_t first_chunk = 64 * 1024;
    size_t largest_chunk = 1024 * 1024;
    FrameRetention retention = FrameRetention::keep_all;
};

struct FrameArenaFigures {
    size_t used;         // bytes given out in this frame, padding included
    size_t peak;         // most in any frame so far: the high-water mark
    size_t held;         // bytes of chunks, spare ones included
    size_t wasted;       // tails left behind in full chunks, in this frame
    uint32_t refills;    // chunks entered beyond the first
    uint32_t exhausted;  // requests refused: nobody had a chunk
    uint32_t too_large;  // requests refused: no chunk could be that large
};

// Where an arena stood; good for a rollback in the same frame.
struct FrameCheckpoint {
    void* chunk;
    uintptr_t cursor;
    void* ending;
    uint32_t resets;
    void* guarded;  // the latest block, in checked builds
};

// A destructor that a frame will run.
struct FrameBox {
    const void* object;
    const char* type;  // the compiler's words for the function that made it, with its T
    Site site;
};
using FrameBoxVisitor = void (*)(void* context, const FrameBox& box);

class FrameArena {
 public:
    FrameArena() = default;
    ~FrameArena() { shutdown(); }
    FrameArena(const FrameArena&) = delete;
    FrameArena& operator=(const FrameArena&) = delete;

    // Takes no memory yet. Sizes are powers of two; the first at least 128 bytes. Status:
    // bad_config.
    Status init(ChunkProvider& provider, uint32_t node, const FrameArenaConfig& config);
    // The same for a fresh arena, by who knows that the sizes are right.
    void init_checked(ChunkProvider& provider, uint32_t node, const FrameArenaConfig& config);
    // Runs what is registered and gives all chunks back.
    void shutdown();

    // Zero bytes give an address that later requests may share.
    WEFT_ALWAYS_INLINE void* allocate(size_t bytes, [[maybe_unused]] Site site = Site::here()) {
        return kChecked ? allocate_guarded(bytes, kFrameGranule, site) : bump(bytes);
    }

    // `alignment`: a power of two.
    WEFT_ALWAYS_INLINE void* allocate(size_t bytes, size_t alignment,
                                      [[maybe_unused]] Site site = Site::here()) {
        if (kChecked) return allocate_guarded(bytes, alignment, site);
        return alignment <= kFrameGranule ? bump(bytes) : bump_aligned(bytes, alignment);
    }

    // Room for `count` of T, not constructed; null when it does not fit, or count * size overflows.
    template <class T>
    T* allocate_array(size_t count, Site site = Site::here()) {
        if (count > kHuge / sizeof(T)) return refuse_size();
        return static_cast<T*>(allocate(count * sizeof(T), alignof(T), site));
    }

    // All of `count` blocks or none: addresses go to `blocks`.
    bool allocate_batch(void** blocks, size_t count, size_t bytes, size_t alignment = 1,
                        Site site = Site::here());

    // Two, four, eight at once: one bump, constructed by default, no destructor.
    template <class T, size_t kCount>
    T* create_several() {
        static_assert(__has_trivial_destructor(T), "create_several: nobody would run destructors");
        T* first = static_cast<T*>(allocate(kCount * sizeof(T), alignof(T)));
        for (size_t i = 0; first != nullptr && i < kCount; i++)
            construct_at<T>(first + i);
        return first;
    }

    // Constructs a T whose destructor runs at rollback or reset. Null when memory is out: then
    // nothing was constructed.
    template <class T, class... Arguments>
    T* create(Arguments&&... arguments) {
        return create_at<T>(Site{}, forward<Arguments>(arguments)...);
    }
    // The same, with its place for checked builds.
    template <class T, class... Arguments>
    T* create_at(Site site, Arguments&&... arguments) {
        if constexpr (__has_trivial_destructor(T)) {
            void* memory = allocate(sizeof(T), alignof(T), site);
            return memory ? construct_at<T>(memory, forward<Arguments>(arguments)...) : nullptr;
        } else {
            Ending* ending = static_cast<Ending*>(allocate(sizeof(Ending), site));
            void* memory = ending ? allocate(sizeof(T), alignof(T), site) : nullptr;
            if (memory == nullptr) return nullptr;
            T* object = construct_at<T>(memory, forward<Arguments>(arguments)...);
            *ending = {[](void* at) { destroy_at(static_cast<T*>(at)); }, object, ending_};
            if constexpr (kChecked) note_ending(*ending, __PRETTY_FUNCTION__, site);
            ending_ = ending;
            return object;
        }
    }

    FrameCheckpoint checkpoint() const;
    // Panics on a checkpoint of another frame or arena position that was rolled back already.
    void rollback(const FrameCheckpoint& checkpoint);

    // Runs the destructors and forgets everything: O(destructors + chunks given back).
    void reset();
    // The destructors only. For whoever ends a frame on behalf of its workers.
    void run_endings(void* down_to = nullptr);
    bool has_endings() const { return ending_ != nullptr; }

    // Checked builds, owner only: what is allocated in this frame, latest first; the destructors
    // that are still to run, likewise; and a ring, the caller's, that notes each allocation and,
    // as one event, each rollback or reset that freed any. Plain builds visit and note nothing.
    void for_each_block(LeakVisitor visit, void* context) const;
    void for_each_box(FrameBoxVisitor visit, void* context) const;
    void set_trace(AllocationTrace* trace);

    // Bytes given out in this frame, padding included. Owner only, exact.
    size_t used() const;
    // Any core, at any time: exact for a moment during the call (unless the arena changes its chunk
    // again and again meanwhile: then `used` is as of one of these changes).
    FrameArenaFigures figures() const;
    bool invariants_hold() const;

 private:
    struct Ending {
        void (*run)(void*);
        void* object;
        Ending* next;
#if WEFT_CHECKED
        const char* type = "";
        Site site = {};
#endif
    };
    struct Chunk {
        Chunk* next;
        size_t bytes;
        size_t used_before;  // in the chunks entered before this one

        uintptr_t start() const { return reinterpret_cast<uintptr_t>(this) + kChunkHead; }
        uintptr_t end() const { return reinterpret_cast<uintptr_t>(this) + bytes; }
    };
    static constexpr size_t kChunkHead = 2 * kFrameGranule;
    static_assert(sizeof(Chunk) <= kChunkHead, "a chunk's head keeps the granule");

    uintptr_t cursor() const {
        // Relaxed: the owner's own word. Others read it between two looks at changes_.
        return cursor_.load_relaxed();
    }
    void set_cursor(uintptr_t cursor) {
        // Relaxed: what others read of it is a figure, which publishes nothing.
        cursor_.store_relaxed(cursor);
    }
    WEFT_ALWAYS_INLINE void* bump(size_t bytes) {
        const uintptr_t start = cursor();
        // limit_ and start are multiples of the granule, so what fits fits rounded up as well.
        if (__builtin_expect(bytes > limit_ - start, 0)) return bump_aligned(bytes, kFrameGranule);
        return bump_from(start, bytes);
    }
    WEFT_ALWAYS_INLINE void* bump_from(uintptr_t start, size_t bytes) {
        set_cursor(start + ((bytes + kFrameGranule - 1) & ~(kFrameGranule - 1)));
        return reinterpret_cast<void*>(start);
    }
    void* bump_aligned(size_t bytes, size_t alignment);
    void* allocate_guarded(size_t bytes, size_t alignment, Site site);
    static void note_ending(Ending& ending, const char* type, Site site);
    void check_guards(const void* down_to);
    bool refill(size_t bytes, size_t alignment);
    Bytes take_bytes(size_t needed);
    size_t chunk_after(size_t bytes) const;
    Chunk* take_chunk(Chunk*& link, size_t needed);
    void enter(Chunk* chunk);
    void stand_in(Chunk* chunk, uintptr_t cursor);
    void leave_all();
    void give_after(Chunk* kept);
    decltype(nullptr) refuse_size();
    bool is_behind(const FrameCheckpoint& to) const;
    void note_peak();
    void move_to(uintptr_t cursor, uintptr_t origin);
    size_t live_used() const;

    Atomic<uintptr_t> cursor_{nothing()};
    uintptr_t limit_ = nothing();
    Ending* ending_ = nullptr;
    Chunk* current_ = nullptr;
    Chunk* first_ = nullptr;
    ChunkProvider* provider_ = nullptr;
    FrameArenaConfig config_ = {0, 0, FrameRetention::keep_all};
    void* guarded_ = nullptr;
    uint32_t node_ = 0;
    uint32_t resets_ = 0;
#if WEFT_CHECKED
    uint32_t age_ = 0;  // blocks so far
    AllocationTrace* trace_ = nullptr;
#endif
    size_t next_chunk_ = 0;
    struct Counters {
        OwnerCounter used, peak, held, wasted, refills, exhausted, too_large;
    };
    Counters counters_;
    // Where the cursor would have started, had all of this frame been one chunk: cursor - origin is
    // what is used. Both change together between two steps of changes_, which is odd meanwhile.
    Atomic<uintptr_t> origin_{nothing()};
    Atomic<uint32_t> changes_;

    // Where an arena without a chunk stands, so that zero bytes have an address there too.
    uintptr_t nothing() const {
        return align_down(reinterpret_cast<uintptr_t>(this), kFrameGranule);
    }
};

// Everything that happens in its life is rolled back at its end.
class FrameScope {
 public:
    explicit FrameScope(FrameArena& arena) : arena_(arena), start_(arena.checkpoint()) {}
    ~FrameScope() { arena_.rollback(start_); }
    FrameScope(const FrameScope&) = delete;
    FrameScope& operator=(const FrameScope&) = delete;

 private:
    FrameArena& arena_;
    const FrameCheckpoint start_;
};

}  // namespace weft
