// object_header.cpp - counting references
// SPDX-License-Identifier: MIT
#include <weft/memory/object_arena.hpp>
#include <weft/memory/object_audit.hpp>

namespace weft {

void object_incref(void* object, [[maybe_unused]] Site site) {
    if (object == nullptr) return;
    if constexpr (kChecked) audit_object(object, site);
    ObjectHeader* header = object_header(object);
    // Relaxed: the caller holds a reference, so nothing that it may see is published by this one.
    const uint32_t seen = header->references.fetch_add_relaxed(1);
    // One comparison for both bounds: 0 wraps to the largest number.
    if (__builtin_expect(seen - 1 < kMostReferences - 1, 1)) return;
    // Relaxed: takes back what was one too many; the program is about to end.
    header->references.fetch_sub_relaxed(1);
    WEFT_REQUIRE(seen != 0);               // a reference to an object that is dropped
    WEFT_REQUIRE(seen < kMostReferences);  // somebody counts up in a loop
}

void object_decref(void* object, Site site) {
    if (object == nullptr) return;
    if constexpr (kChecked) audit_object(object, site);
    ObjectHeader* header = object_header(object);
    // Acquire and release: publishes what this core did with the object, and lets the last one see
    // what all others did before it drops. Pairs with the same operation on the other cores. Only
    // one core can see 1, so drop runs once.
    const uint32_t seen = header->references.fetch_sub_acq_rel(1);
    if (seen == 1) return ObjectArena::end_object(header, site);
    if (__builtin_expect(seen != 0, 1)) return;
    // Relaxed: undoes the wrap, so that further calls panic too.
    header->references.fetch_add_relaxed(1);
    WEFT_REQUIRE(seen != 0);  // no reference was left: one decref too many
}

uint32_t object_refcount(const void* object) {
    if (object == nullptr) return 0;
    // Acquire: whoever finds itself alone sees what the others did. Pairs with the release half in
    // object_decref().
    return object_header(object)->references.load_acquire();
}

void relocate_plain(void* to, void* from, size_t size) {
    __builtin_memcpy(to, from, size);
}

}  // namespace weft
