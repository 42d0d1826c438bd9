// audit.cpp - writes and looks at guards, poison and notes
// SPDX-License-Identifier: MIT
#include <weft/base/bits.hpp>
#include <weft/base/text.hpp>
#include <weft/memory/audit.hpp>

namespace weft {
namespace {

// Unlikely as contents, so that a note overwritten as a whole is noticed as well.
constexpr uint32_t kInUse = 0x1ee71ee7;
constexpr uint32_t kFreed = 0x0ff10ff1;

void fill(unsigned char* from, const unsigned char* to, unsigned char value) {
    while (from < to)
        *from++ = value;
}

bool filled(const unsigned char* from, const unsigned char* to, unsigned char value) {
    while (from < to)
        if (*from++ != value) return false;
    return true;
}

unsigned char* end_of(Bytes block) {
    return block.data + block.size;
}

unsigned char* note_bytes(Bytes block) {
    return end_of(block) - kGuardBytes - sizeof(BlockNote);
}

bool last_guard_intact(Bytes block) {
    return filled(end_of(block) - kGuardBytes, end_of(block), kGuardByte);
}

}  // namespace

BlockNote& note_of(Bytes block) {
    return *reinterpret_cast<BlockNote*>(note_bytes(block));
}

void audit_guard_before(unsigned char* end) {
    fill(end - kGuardBytes, end, kGuardByte);
}

void audit_carve(Bytes block) {
    fill(block.data, note_bytes(block), kFreedByte);
    note_of(block) = {};
    note_of(block).state = kFreed;
    audit_guard_before(end_of(block));
}

void audit_allocate(Bytes block, size_t bytes, Site site, uint32_t age) {
    BlockNote& note = note_of(block);
    WEFT_REQUIRE(note.state == kFreed);  // on the free list, but not free: its note was overwritten
    WEFT_REQUIRE(filled(block.data, note_bytes(block), kFreedByte));  // written to after its free
    WEFT_REQUIRE(last_guard_intact(block));
    note = {nullptr, bytes, site, age, kInUse};
    fill(block.data, block.data + bytes, kFreshByte);
    fill(block.data + bytes, note_bytes(block), kGuardByte);
}

void audit_free(Bytes block, size_t bytes) {
    BlockNote& note = note_of(block);
    WEFT_REQUIRE(note.state != kFreed);  // freed twice
    WEFT_REQUIRE(note.state == kInUse);  // the note was overwritten: a write far past the end
    WEFT_REQUIRE(bytes == kHuge || bytes == note.bytes);  // freed with another size
    WEFT_REQUIRE(filled(block.data + note.bytes, note_bytes(block), kGuardByte));  // past the end
    WEFT_REQUIRE(last_guard_intact(block));
    WEFT_REQUIRE(filled(block.data - kGuardBytes, block.data, kGuardByte));  // before the start
    note.state = kFreed;
    fill(block.data, note_bytes(block), kFreedByte);
}

bool audit_freed_intact(Bytes block) {
    return note_of(block).state == kFreed && filled(block.data, note_bytes(block), kFreedByte) &&
           last_guard_intact(block);
}

bool audit_in_use(Bytes block) {
    return note_of(block).state == kInUse;
}

#if WEFT_CHECKED

void audit_wipe(void* from, const void* to) {
    fill(static_cast<unsigned char*>(from), static_cast<const unsigned char*>(to), kFreedByte);
}

bool audit_wiped(const void* from, const void* to) {
    return filled(static_cast<const unsigned char*>(from), static_cast<const unsigned char*>(to),
                  kFreedByte);
}

void audit_cut(Bytes block, size_t bytes, Site site, uint32_t age) {
    if (!audit_wiped(block.data, end_of(block) - kGuardBytes))
        audit_fail("free memory that nobody wrote to", block.data, nullptr, site);
    note_of(block) = {nullptr, bytes, site, age, kInUse};
    fill(block.data, block.data + bytes, kFreshByte);
    fill(block.data + bytes, note_bytes(block), kGuardByte);
    audit_guard_before(end_of(block));
}

const char* audit_damage(Bytes block) {
    const BlockNote& note = note_of(block);
    const size_t most = size_t(note_bytes(block) - block.data);
    if (note.state == kFreed) return "a block that is not freed yet";
    if (note.state != kInUse || note.bytes > most) return "nothing written far past the end";
    if (!filled(block.data - kGuardBytes, block.data, kGuardByte))
        return "nothing written before the start";
    if (!filled(block.data + note.bytes, note_bytes(block), kGuardByte) ||
        !last_guard_intact(block))
        return "nothing written past the end";
    return nullptr;
}

void audit_end(Bytes block, Site site) {
    note_of(block).state = kFreed;
    note_of(block).site = site;
}

void audit_fail(const char* required, const void* block, const BlockNote* note, Site site) {
    Text<240> text;
    text.add("weft: block ").add_address(block);
    if (note != nullptr) {
        const bool known = note->state == kInUse || note->state == kFreed;
        text.add(!known                  ? ", its note overwritten"
                 : note->state == kFreed ? ", freed at "
                                         : ", allocated at ");
        if (known) text.add(path_in_project(note->site.file)).add(":").add_number(note->site.line);
        if (known) text.add(", number ").add_number(note->age);
    }
    text.add("\n").print();
    fail(site.tag(), site.line_number(), site.file, required);
}

void AllocationTrace::add(AllocationKind kind, const void* block, size_t bytes, Site site) {
    events_[count_ & (kTraceEvents - 1)] = {block, bytes, site, count_ + 1, kind};
    count_++;
}

void AllocationTrace::for_each(EventVisitor visit, void* context) const {
    const uint32_t kept = count_ < kTraceEvents ? count_ : kTraceEvents;
    for (uint32_t i = count_ - kept; i != count_; i++)
        visit(context, events_[i & (kTraceEvents - 1)]);
}

#endif

}  // namespace weft
