// object_audit.cpp - looks at objects' blocks, and keeps free memory looking freed
// SPDX-License-Identifier: MIT
#include <weft/memory/object_arena.hpp>
#include <weft/memory/object_audit.hpp>

namespace weft {

#if WEFT_CHECKED

namespace {

constexpr size_t kFrontGuard = kBlockUnit;

// How many bytes of the guard between header and object are as they were written.
size_t front_guard_bytes(const void* object) {
    const unsigned char* guard = static_cast<const unsigned char*>(object) - kFrontGuard;
    size_t whole = 0;
    for (size_t i = 0; i < kFrontGuard; i++)
        whole += guard[i] == kGuardByte;
    return whole;
}

}  // namespace

Bytes audit_block_of(const void* object) {
    unsigned char* data = static_cast<unsigned char*>(const_cast<void*>(object));
    return {data, (live_units(object_header(object)) - kHeaderUnits) * kBlockUnit};
}

// Without a single guard byte it is no object, or one whose memory is free again.
void audit_object(const void* object, Site site) {
    const size_t whole = front_guard_bytes(object);
    if (whole == 0) audit_fail("an object that lives in an arena", object, nullptr, site);
    if (whole != kFrontGuard) audit_fail("nothing written before the start", object, nullptr, site);
    const Bytes block = audit_block_of(object);
    const char* damage = audit_damage(block);
    if (damage != nullptr) audit_fail(damage, object, &note_of(block), site);
}

bool audit_object_intact(const void* object) {
    return front_guard_bytes(object) == kFrontGuard &&
           audit_damage(audit_block_of(object)) == nullptr;
}

void audit_object_end(ObjectHeader* header, Site site) {
    const void* object = object_of(header);
    audit_object(object, site);  // what its drop function wrote
    audit_end(audit_block_of(object), site);
}

void audit_object_begin(void* object, size_t bytes, Site site, uint32_t age) {
    audit_cut(audit_block_of(object), bytes, site, age);
    for (size_t end = 0; end < kFrontGuard; end += kGuardBytes)
        audit_guard_before(static_cast<unsigned char*>(object) - end);
}

void audit_wipe_seam(ObjectHeader* seam) {
    audit_wipe(&last_word(seam), seam + 1);
}

void audit_wipe_notes(ObjectHeader* from, ObjectHeader* end) {
    audit_wipe(from, from + kLeastUnits);
    if (end != nullptr) audit_wipe(&last_word(end), end);
}

bool audit_free_intact(const ObjectHeader* from, const ObjectHeader* to, bool window) {
    if (window) return audit_wiped(from, to);
    const unsigned char* end = reinterpret_cast<const unsigned char*>(to) - sizeof(uint64_t);
    return audit_wiped(from + kLeastUnits, end);
}

void ObjectArena::note_begun(void* object, size_t bytes, Site site) {
    audit_object_begin(object, bytes, site, ++age_);
    trace_.add(AllocationKind::allocated, object, bytes, site);
}

// A move is a block taken and one freed, but the same allocation.
void ObjectArena::note_moved(void* to, const void* from) {
    const BlockNote& note = note_of(audit_block_of(from));
    audit_object_begin(to, note.bytes, note.site, note.age);
    trace_.add(AllocationKind::allocated, to, note.bytes, note.site);
}

// The note is the last to know who ended the object: from now on the memory is like any free one.
void ObjectArena::note_ended(ObjectHeader* header) {
    void* const object = object_of(header);
    const Bytes block = audit_block_of(object);
    const BlockNote& note = note_of(block);
    trace_.add(AllocationKind::freed, object, note.bytes, note.site);
    audit_wipe(header + 1, block.data + block.size);
}

// What was dropped elsewhere and did not come back yet is neither in use nor free.
bool ObjectArena::block_intact(ObjectHeader* at, bool free) const {
    if (free) return audit_free_intact(at, after(at), is_window(at));
    return object_refcount(object_of(at)) == 0 || audit_object_intact(object_of(at));
}

void ObjectArena::for_each_leak(LeakVisitor visit, void* context) const {
    for (ObjectChunk* chunk = chunks_.front(); chunk != nullptr; chunk = ChunkList::after(chunk))
        for (ObjectHeader* at = first_block(chunk); at != chunk_end(chunk); at = after(at)) {
            if (is_window(at) || (flags_of(at) & kBlockFree) != 0) continue;
            if (object_refcount(object_of(at)) == 0) continue;
            const BlockNote& note = note_of(audit_block_of(object_of(at)));
            visit(context, {object_of(at), note.bytes, note.site, note.age});
        }
}

#else

void ObjectArena::for_each_leak(LeakVisitor, void*) const {}

#endif

}  // namespace weft
