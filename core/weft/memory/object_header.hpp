// object_header.hpp - counted objects: a header of 16 bytes before each, on every target
// SPDX-License-Identifier: MIT
//
//     -16  type        what it is: size, alignment, how it is dropped
//      -8  references  starts at 1; the decref that makes it 0 drops the object
//      -4  flags       the allocator's: where the block's chunk starts, and who its neighbours are
//       0  the object  at a multiple of its type's alignment
//
// Checked builds put 16 guard bytes between header and object: there the header is 32 before it.
//
// Any core may count; an object belongs to the arena it was made in (object_arena.hpp), which gets
// the memory back whoever drops the object last. Lock-free: one read-modify-write a call.
#pragma once
#include <weft/base/atomic.hpp>
#include <weft/base/bits.hpp>
#include <weft/base/checked.hpp>
#include <weft/base/place.hpp>

namespace weft {

struct TypeInfo {
    size_t size;
    size_t alignment;  // a power of two, kMostObjectAlign at most
    uint32_t type_id;  // the user's to choose; object_type_of() hashes the type's name
    // Ends the object, on the core that let the last reference go; null: nothing to do. May let
    // other objects go, and then nests as deep as they hang together.
    void (*drop)(void* object);
    // Moves the object to new memory and ends it in the old; null: it never moves.
    void (*relocate)(void* to, void* from, size_t size);
};

constexpr size_t kMostObjectAlign = 4096;

struct ObjectHeader {
    union {
        const TypeInfo* type;
        struct FreeBlock* previous_free;  // in a free block (object_block.hpp)
        uint64_t whole;                   // 8 bytes where a pointer has 4, too
    };
    Atomic<uint32_t> references;
    Atomic<uint32_t> flags;  // written by the owner only
};
static_assert(sizeof(ObjectHeader) == 16, "ObjectHeader: 16 bytes on every target");
static_assert(offsetof(ObjectHeader, references) == 8 && offsetof(ObjectHeader, flags) == 12,
              "ObjectHeader: the same places on every target");

constexpr size_t kHeaderUnits = kChecked ? 2 : 1;  // from header to object, in headers

inline ObjectHeader* object_header(void* object) {
    return static_cast<ObjectHeader*>(object) - kHeaderUnits;
}
inline const ObjectHeader* object_header(const void* object) {
    return static_cast<const ObjectHeader*>(object) - kHeaderUnits;
}
inline void* object_of(ObjectHeader* header) {
    return header + kHeaderUnits;
}
inline const TypeInfo& object_type(const void* object) {
    return *object_header(object)->type;
}

// More references than this are a leak in a loop: object_incref() panics there. A quarter of what
// the counter holds, so that cores which pass the limit at once cannot reach the wrap: each takes
// its own count back before it panics.
constexpr uint32_t kMostReferences = uint32_t(1) << 30;

// Any core, by whoever holds a reference; null is a no-op. Panic: an object that is dropped, and
// more than kMostReferences. Checked builds: also what is no object of an arena, and damaged
// guards, at the place of the call.
void object_incref(void* object, Site site = Site::here());
// Any core; null is a no-op. The reference is gone afterwards, and the object if it was the last.
// Panics when there was no reference (caught as long as the memory is not in use again); checked
// builds as above.
void object_decref(void* object, Site site = Site::here());
// Any core; 0 for null. What another core may have changed by the time the caller looks.
uint32_t object_refcount(const void* object);

// FNV-1a over the compiler's spelling of the function, which holds the type's name.
template <class T>
constexpr uint32_t object_type_id() {
    uint32_t hash = 2166136261u;
    for (const char* at = __PRETTY_FUNCTION__; *at != 0; at++)
        hash = (hash ^ uint32_t(static_cast<unsigned char>(*at))) * 16777619u;
    return hash;
}

void relocate_plain(void* to, void* from, size_t size);

template <class T>
void drop_object(void* object) {
    destroy_at(static_cast<T*>(object));
}

template <class T>
void relocate_object(void* to, void* from, size_t) {
    construct_at<T>(to, move(*static_cast<T*>(from)));
    drop_object<T>(from);
}

template <class T>
constexpr TypeInfo describe_object() {
    static_assert(alignof(T) <= kMostObjectAlign, "alignof(T): kMostObjectAlign at most");
    TypeInfo info = {sizeof(T), alignof(T), object_type_id<T>(), nullptr, nullptr};
    if constexpr (kPlainBytes<T>) {
        info.relocate = relocate_plain;
    } else {
        info.drop = drop_object<T>;
        if constexpr (__is_constructible(T, T &&)) info.relocate = relocate_object<T>;
    }
    return info;
}

template <class T>
inline constexpr TypeInfo kObjectType = describe_object<T>();

// The one TypeInfo of T in this program: a constant, so comparing addresses compares types.
template <class T>
constexpr const TypeInfo& object_type_of() {
    return kObjectType<T>;
}

}  // namespace weft
