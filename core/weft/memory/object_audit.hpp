// object_audit.hpp - checked builds: guards, poison and notes of an object arena's blocks
// SPDX-License-Identifier: MIT
//
//   | header | 0xFD x 16 | object: 0xAB ... | 0xFD ... | BlockNote | 0xFD x 8 | next header ...
//
// Invariant: free memory is 0xCD but for a free block's notes, in its first two units and its last
// word. So a write after the end is found when the memory is taken again, however it was merged
// and cut since. Plain builds call nothing of this.
#pragma once
#include <weft/memory/object_block.hpp>

namespace weft {

// By whoever holds a reference. Panics at `site` unless the object lives and its guards are whole.
// A pointer from elsewhere is recognised by the bytes before it, without following any of them.
void audit_object(const void* object, Site site);
bool audit_object_intact(const void* object);
// By the core that dropped it.
void audit_object_end(ObjectHeader* header, Site site);
Bytes audit_block_of(const void* object);

// By the owner. A new block's guards and note; panics at `site` if the memory was written to.
void audit_object_begin(void* object, size_t bytes, Site site, uint32_t age);
// What stood between two free parts: a header and the word before it.
void audit_wipe_seam(ObjectHeader* seam);
// A free block's notes; `end` is null when the last word stays.
void audit_wipe_notes(ObjectHeader* from, ObjectHeader* end);
bool audit_free_intact(const ObjectHeader* from, const ObjectHeader* to, bool window);

}  // namespace weft
