#!/usr/bin/env python3
# mutants.py - breaks the library in many places, one at a time, and sees the suite notice each
# SPDX-License-Identifier: MIT
#
# `make mutants`; `mutants.py yield canary` runs those whose name holds a word. A mutant that builds
# and passes its tests is a hole in them. A new promise deserves a mutant: add a row.
#
# Only the tests that must notice are built and run, in one copy of the tree for each CPU.
import concurrent.futures
import os
import pathlib
import platform
import queue
import re
import shutil
import subprocess
import sys

import parallel_mutants
import sched_mutants
import trace_mutants

ROOT = pathlib.Path(__file__).resolve().parents[2]
COPIES = ROOT / "build" / "mutants"
RUN = {"aarch64": ["qemu-aarch64-static"], "aarch64-protected": ["qemu-aarch64-static", "-cpu", "max"]}
TRIES = 5  # some are noticed only when two cores meet in the right moment
GDB = ["gdb", "-batch", "-x", "tools/gdb/weft.py", "-x", "tests/gdb/backtraces.py",
       "build/native/parked"]

X86 = "port/arch/x86_64/arch_inline.hpp"
ARM = "port/arch/aarch64/arch_inline.hpp"
POOL = "core/weft/fiber/fiber_pool.cpp"
RING = "core/weft/fiber/fiber_ring_inline.hpp"
BLOCKS = "core/weft/memory/pool"
FRAMES = "core/weft/memory/frame_set.cpp"
FRAMES_INLINE = "core/weft/memory/frame_set_inline.hpp"
ARENA = "core/weft/memory/frame_arena.cpp"
HEAP = "core/weft/memory/chunk_heap.cpp"
OBJECTS = "core/weft/memory/object_"
LINUX = "port/env/linux/"

# name, target, file, what stands there, what the mutant says instead, parts of the names of tests
# that must notice ("died" where the suite may not survive it, or may hang; alone: run all tests)
MUTANTS = [
    ("switch loses rbp", "native", X86, '"mov " WEFT_TEXT(WEFT_CONTEXT_BP) "(%%rsi), %%rbp\\n\\t"',
     '""', "kept_registers|died"),
    ("switch loses rbx", "native", X86, '"mov " WEFT_TEXT(WEFT_CONTEXT_BX) "(%%rsi), %%rbx\\n\\t"',
     '""', "kept_registers|died"),
    ("switch forgets to clobber r12", "native", X86, '"r11", "r12", "r13"', '"r11", "r13"',
     "kept_registers|live_across|died"),
    ("switch forgets to clobber xmm9", "native", X86, '"xmm8", "xmm9", ', '"xmm8", ',
     "live_across"),
    ("switch drops what is passed", "native", X86, "return {to, pass};", "return {to, nullptr};",
     "passed"),
    ("a new stack is misaligned", "native", X86, "static_cast<char*>(stack_top) - kStackAlign",
     "static_cast<char*>(stack_top) - 8", "aligned_stack|died"),
    ("shadow stacks are allowed", "native", X86, "return shadow_stack_pointer == 0;",
     "return true || shadow_stack_pointer;", "shadow_stack"),
    ("FP control is not restored", "fp", X86, '"ldmxcsr " WEFT_TEXT(WEFT_CONTEXT_MXCSR)',
     '"stmxcsr " WEFT_TEXT(WEFT_CONTEXT_MXCSR)', "fp_control"),
    ("the worker is cached over a switch", "native", "port/arch/x86_64/elf_tls.hpp",
     'asm volatile("movq %%fs:', 'asm("movq %%fs:', "migrates"),
    ("backtraces do not end", "gdb", "port/arch/x86_64/fiber_start.S", ".cfi_undefined rip", "",
     "backtrace"),
    ("AArch64: switch loses x19", "aarch64", ARM,
     '"ldp x29, x19, [x1, #" WEFT_TEXT(WEFT_CONTEXT_X29) "]\\n\\t"', '""', "kept_registers|died"),
    ("AArch64: switch forgets to clobber x28", "aarch64", ARM, '"x27", "x28", "x30"',
     '"x27", "x30"', "kept_registers|live_across|died"),
    ("AArch64: switch forgets to clobber d14", "aarch64", ARM, '"v13", "v14", ', '"v13", ',
     "kept_registers|live_across"),
    ("AArch64: switch forgets to clobber v0", "aarch64", ARM, '"v0", "v1", ', '"v1", ',
     "live_across"),
    ("AArch64: a signed address is jumped to as it is", "aarch64-protected", ARM,
     '#define WEFT_AUTHENTICATE_X17 "hint #12\\n\\t"', '#define WEFT_AUTHENTICATE_X17 ""', "died"),
    ("AArch64: FP control is not restored", "aarch64-protected", ARM, '"msr fpcr, x3\\n\\t"', '""',
     "fp_control"),
    ("a yield runs itself again", "native", RING, "Fiber* next = self->next;\n    behind_ = self;",
     "Fiber* next = self;\n    behind_ = self;", "yield_goes_behind|died"),
    ("a woken fiber jumps the queue", "native", RING, "list.waiting_.push_back(self);",
     "list.waiting_.push_front(self);", "oldest_first"),
    ("waking ignores the ring", "native", RING,
     "WEFT_REQUIRE(fiber->info->owner == this);", "", "another_ring|died"),
    ("yield outside a fiber goes unnoticed", "native", RING,
     "WEFT_ALWAYS_INLINE void yield() {\n    FiberRing* ring = FiberRing::current();\n"
     "    WEFT_REQUIRE(ring != nullptr);",
     "WEFT_ALWAYS_INLINE void yield() {\n    FiberRing* ring = FiberRing::current();", "died"),
    ("the pool forgets who is in use", "native", POOL, "lane.figures.in_use--;", "", "exhausted|died"),
    ("exhaustion is not counted", "native", POOL,
     "figures.exhausted += status == Status::exhausted;", "", "counts_it"),
    ("a fiber is taken dirty", "native", POOL,
     "local = nullptr;", "(void)local;", "empty_locals|own_locals"),
    ("a fiber may be released twice", "native", POOL,
     "WEFT_REQUIRE(fiber->state == FiberState::runnable);", "", "releasing_twice|died"),
    ("stack tops are not coloured", "native", POOL, "return {low, low + lane.place.stack_bytes + colour};",
     "return {low, low + lane.place.stack_bytes + 0 * colour};", "coloured"),
    ("guards stay after shutdown", "native", POOL,
     "if (lane.place.guard_bytes != 0) port::unguard(slot.data, lane.place.guard_bytes);\n    if (is",
     "if (is", "free_of_guards|died"),
    ("trimming trims fibers that must stay", "native", POOL, "lane.figures.in_use > keep)",
     "lane.figures.in_use + 1 > keep)", "trimming|died"),
    ("canaries are not looked at", "native", "core/weft/fiber/fiber.hpp",
     "!canary_intact(from->info->stack)", "false", "dead_canary|died"),
    ("an overflow is nobody's", "native", POOL, "return guard != 0 && low - address - 1 < guard;",
     "return guard != 0 && low - address - 1 < guard && address == 0;", "died"),
    ("high-water marks miss the paint", "native", "core/weft/fiber/stack.cpp",
     "*at == kPaint", "*at != kPaint",
     "high_water"),
    ("a frame is reset while it is used", "native", FRAMES_INLINE, "if (slot.users.load_acquire() != 1) {",
     "if (slot.users.load_acquire() > 2) {", "with_users|keeps_its_frame|died"),
    ("a frame's destructors do not run", "native", FRAMES, "at->arena.run_endings();", "",
     "only_once|destructors"),
    ("a done frame can be used", "native", FRAMES_INLINE,
     "WEFT_REQUIRE(slot.epoch.load_relaxed() == frame.epoch);", "", "after_it_is_done|died"),
    ("idle slots keep their chunks", "native", FRAMES, "other.arena.reset();",
     "if (i == frame.slot) other.arena.reset();", "sixteen_kilobyte|died"),
    ("frame blocks overlap", "native", "core/weft/memory/frame_arena.hpp",
     "set_cursor(start + ((bytes + kFrameGranule - 1) & ~(kFrameGranule - 1)));",
     "set_cursor(start + (bytes & ~(kFrameGranule - 1)));", "oracle|died"),
    ("an array's size wraps", "native", "core/weft/memory/frame_arena.hpp",
     "if (count > kHuge / sizeof(T)) return refuse_size();", "", "huge_frame|without_memory"),
    ("a rollback skips destructors", "native", ARENA, "run_endings(to.ending);", "",
     "rollback_frees|scope"),
    ("an arena keeps what it should give back", "native", ARENA,
     "if (config_.retention == FrameRetention::keep_all) return;", "return;", "retention"),
    ("buddies do not merge", "native", HEAP, "for (; buddy_is_free(index, order);",
     "for (; false && buddy_is_free(index, order);", "full_round|merge|oracle"),
    ("a chunk may be given twice", "native", HEAP, "if (!is_out(chunk)) return false;", "",
     "whole_taken|died"),
    ("a map leaves holes", "native", "core/weft/memory/frame_map.hpp",
     "if (from_home < ((at - hole) & mask_)) continue;", "if (from_home < ~0u) continue;", "map"),
    ("chunks spill against the policy", "native", "core/weft/memory/chunk_provider.cpp",
     "policy_ == NodePolicy::spill", "true", "policy_allows"),
    ("sums wrap", "native", "core/weft/base/bits.hpp", "return b > kHuge - a ? kHuge : a + b;",
     "return a + b;", "stick|rule"),
    ("unaligned storage passes", "native", "core/weft/config/storage.cpp",
     "return is_aligned(bytes.address(), storage_align(config)) ? Status::ok",
     "return true ? Status::ok", "unaligned_storage|died"),
    ("small storage passes", "native", "core/weft/config/storage.cpp",
     "bytes.size < needed", "bytes.size < needed / 2",
     "too_small|left_as_it_was|died"),
    ("emulated exchange forgets the value", "native", "core/weft/base/atomic_ops.hpp",
     "return change(at, [value](T) { return value; });",
     "return change(at, [value](T seen) { return value == seen ? value : seen; });", "emulated"),
    ("the panic hook is skipped", "native", "core/weft/base/require.cpp",
     "if (hook != nullptr) hook(file_tag, line);", "(void)hook;",
     "died"),
    ("a token given early is lost", "native", LINUX + "park.cpp",
     "__atomic_exchange_n(&parker.state, uint32_t(empty), __ATOMIC_ACQUIRE);\n            return true;",
     "__atomic_exchange_n(&parker.state, uint32_t(empty), __ATOMIC_ACQUIRE);\n            return false;",
     "token_given_early|died"),
    ("a sleeper is not woken", "native", LINUX + "park.cpp", "__ATOMIC_RELEASE) == asleep)",
     "__ATOMIC_RELEASE) > asleep)", "died"),
    ("frame memory is not prefaulted", "native", "core/weft/fiber/fiber_ring.cpp",
     "if (config.prefault() && !prefault(frame_memory_)) {",
     "if (false && !prefault(frame_memory_)) {", "frame_memory_is_prefaulted|died"),
    ("prefault loses contents", "native", LINUX + "memory.cpp",
     "if (bytes == 0 || madvise(start, bytes, MADV_POPULATE_WRITE) == 0) return true;",
     "madvise(start, bytes, MADV_DONTNEED); return true;", "keeps_what_is_written|died"),
    ("blocks: a batch sends only its first block", "native", BLOCKS + "_remote.cpp",
     "set_link(batch.last, seen);", "set_link(batch.first, seen);", "nothing_is_lost|died"),
    ("blocks: a batch that makes room is not sent", "native", BLOCKS + "_remote.cpp",
     "send(*empty);", "*empty = {};", "more_owners_than_batches"),
    ("blocks: another's block joins the own list", "native", BLOCKS + "_inline.hpp",
     "slab->owner != this", "slab->owner == nullptr", "goes_back_to_its_owner|died"),
    ("blocks: the inbox is not taken", "native", BLOCKS + ".cpp",
     "    collect();\n    if (lane.first != nullptr) return true;", "    (void)lane;",
     "empty_list_takes_the_inbox|died"),
    ("blocks: the header's place is handed out", "native", BLOCKS + "_slab.hpp",
     "sizeof(PoolSlab) + (kChecked ? kGuardBytes : 0), block_bytes)",
     "sizeof(PoolSlab) / 2, block_bytes)", "model|died"),
    ("blocks: an aligned request gets its size's class", "native", BLOCKS + "_inline.hpp",
     "need < alignment ? alignment : need;", "need < alignment ? need : need;",
     "aligned_to_its_size"),
    ("blocks: trimming takes slabs that are in use", "native", BLOCKS + ".cpp",
     "if (slab->free_seen == slab->carved()) {", "if (slab->free_seen != 0) {",
     "trimming_gives_wholly_free|died"),
    ("blocks: what is in no slab is believed", "native", BLOCKS + "_remote.cpp",
     "PoolBlock* block) {\n    WEFT_REQUIRE(slab->mark == slab->right_mark());",
     "PoolBlock* block) {", "foreign_free|died"),
    ("blocks: a wrong size is believed", "native", BLOCKS + "_remote.cpp",
     "WEFT_REQUIRE(size_class >= kLargestClass &&\n                 slab->block_bytes == class_bytes(size_class));",
     "(void)size_class;", "wrong_class|died"),
    ("blocks: a misaligned chunk is used", "native", BLOCKS + ".cpp",
     "const bool aligned = is_aligned(chunk.address(), slab_bytes());",
     "const bool aligned = is_aligned(chunk.address(), 8);", "not_aligned_to_the_slab|died"),
    ("blocks: a free of another class joins the list", "native", BLOCKS + "_inline.hpp",
     "slab_of(memory)->lane != &lane", "slab_of(memory)->owner != this", "wrong_class|died"),
    ("blocks: a free is not counted", "native", BLOCKS + "_inline.hpp", "    frees_.add(1);\n", "",
     "counts_blocks|died"),
    ("blocks: an exhausted pool does not trim itself", "native", BLOCKS + ".cpp",
     "return trim() != 0 ?", "return false ?", "trims_itself|died"),
    ("blocks: a refused pool trims at every request", "native", BLOCKS + ".cpp",
     " || frees_.value() == frees_at_trim_", "", "trims_itself|says_no"),
    ("blocks: memory of no provider is read", "checked", BLOCKS + "_inspect.cpp",
     "WEFT_REQUIRE(provider_ != nullptr && provider_->has(slab));", "", "not_the_providers|died"),
    ("blocks: a custom source's memory is nobody's", "native",
     "core/weft/memory/chunk_provider.cpp",
     "return source_ != nullptr && source_->owns(source_->self, address);", "return false;",
     "custom_sources_memory"),
    ("blocks: create_at forgets the place", "checked", "core/weft/memory/typed_pool.hpp",
     "pool_.allocate(sizeof(T), alignof(T), site);",
     "pool_.allocate(sizeof(T), alignof(T), (static_cast<void>(site), site_));",
     "created_at_a_place"),
    ("a word added to alone takes only half of it", "native", X86, '"addq %1, %0"', '"addl %k1, %k0"',
     "one_core_adds_to|died"),
    ("blocks: guards are not looked at", "checked", "core/weft/memory/audit.cpp",
     "WEFT_REQUIRE(filled(block.data + note.bytes, note_bytes(block), kGuardByte));", "",
     "past_the_end"),
    ("blocks: poison is not looked at", "checked", "core/weft/memory/audit.cpp",
     "WEFT_REQUIRE(filled(block.data, note_bytes(block), kFreedByte));", "", "after_the_free"),
    ("a taken core is started again", "native", LINUX + "cores.cpp",
     "if (!__atomic_compare_exchange_n(&slot.state,",
     "if (false && !__atomic_compare_exchange_n(&slot.state,", "taken_or_impossible|died"),
    ("objects: a count of zero reclaims nothing", "native", OBJECTS + "arena.cpp",
     "if (!arena->resetting_) arena->reclaim(header);", "", "leaves_its_memory|died"),
    ("objects: another core merges blocks itself", "native", OBJECTS + "arena.cpp",
     "if (!arena->is_owner()) return arena->push_released(header);", "", "comes_back|died"),
    ("objects: a window's rest is lost", "native", OBJECTS + "arena.cpp",
     "put_free(window_chunk_, from, size_t(window_end_ - from));", "(void)from;",
     "no_unit|died"),
    ("objects: freed neighbours do not merge", "native", OBJECTS + "arena.cpp",
     "if (!below_window && (flags_of(to) & kBlockFree) != 0) {", "if (false) {",
     "random_objects|go_back_when_empty|died"),
    ("objects: huge sizes are let through", "native", OBJECTS + "arena.cpp",
     "type.size > kMostObjectBytes || ", "", "near_the_largest|died"),
    ("objects: the header is aligned, not the object", "native", OBJECTS + "block.hpp",
     "reinterpret_cast<uintptr_t>(header + kHeaderUnits);", "reinterpret_cast<uintptr_t>(header);",
     "aligned_as_asked|died"),
    ("objects: a decref too many goes unnoticed", "native", OBJECTS + "header.cpp",
     "WEFT_REQUIRE(seen != 0);  // no reference was left", "// no reference was left",
     "below_zero|died"),
    ("objects: counts may rise to their wrap", "native", OBJECTS + "header.cpp",
     "WEFT_REQUIRE(seen < kMostReferences);", "", "far_from_its_wrap|died"),
    ("objects: a refused incref stays counted", "native", OBJECTS + "header.cpp",
     "header->references.fetch_sub_relaxed(1);", "", "far_from_its_wrap|died"),
    ("objects: reset forgets what it dropped", "native", OBJECTS + "chunks.cpp",
     "set_flags(at, flags_of(at) | kBlockDropped);", "", "whoever_refers|died"),
    ("objects: pressure calls itself", "native", OBJECTS + "chunks.cpp",
     " || pressing_) return false;", ") return false;", "relieved_once|died"),
    ("objects: an empty chunk is kept for ever", "native", OBJECTS + "chunks.cpp",
     "        give_back(chunk);\n}", "        (void)chunk;\n}", "go_back_when_empty|died"),
    ("objects: closed chunks take objects", "native", OBJECTS + "moves.cpp",
     "if (closed)\n            bins_.take_out(as_free(at));\n        else", "if (!closed)",
     "compaction|died"),
    ("objects: pins are a flag", "native", OBJECTS + "handles.cpp", "slot->pins++;",
     "slot->pins = 1;", "nested_pins|died"),
    ("objects: a stale handle still works", "native", OBJECTS + "handles.cpp",
     "&& slot.generation == handle.generation", "", "stale_handle|died"),
    ("objects: compaction ignores other references", "native", OBJECTS + "handles.cpp",
     "slot.pins == 0 && object_refcount(from) == 1", "slot.pins == 0", "others_refer|died"),
    ("objects: what is no object is believed", "checked", OBJECTS + "audit.cpp",
     'if (whole == 0) audit_fail("an object that lives in an arena", object, nullptr, site);',
     "if (whole == 0) return;", "no_object|too_many|died"),
    ("objects: the guard before one is not looked at", "checked", OBJECTS + "audit.cpp",
     "if (whole != kFrontGuard)", "if (false)", "before_an_object|died"),
    ("objects: the guards behind one are not looked at", "checked", OBJECTS + "audit.cpp",
     "if (damage != nullptr) audit_fail(damage, object, &note_of(block), site);", "(void)damage;",
     "past_an_object|died"),
    ("objects: what a drop function wrote is not looked at", "checked", OBJECTS + "audit.cpp",
     "    audit_object(object, site);  // what", "    // what", "drop_function|died"),
    ("objects: free memory is not looked at", "checked", "core/weft/memory/audit.cpp",
     "if (!audit_wiped(block.data, end_of(block) - kGuardBytes))", "if (false)",
     "its_memory_is_taken|died"),
    ("objects: merged blocks keep their notes", "checked", OBJECTS + "arena.cpp",
     "if constexpr (kChecked) audit_wipe_seam(seam);", "(void)seam;", "died"),
    ("objects: a move forgets the place of allocation", "checked", OBJECTS + "audit.cpp",
     "audit_object_begin(to, note.bytes, note.site, note.age);",
     "audit_object_begin(to, note.bytes, Site::here(), note.age);", "keeps_its_place"),
    ("objects: the trace names who made what another let go", "checked", "core/weft/memory/audit.cpp",
     "note_of(block).site = site;", "(void)site;", "who_let_go"),
    ("frame alignment stops at 16", "native", ARENA,
     "const size_t padding = size_t(0 - cursor()) & (alignment - 1);",
     "const size_t padding = size_t(0 - cursor()) & 15;", "aligned_up_to_4096"),
    ("an exhausted heap is not counted", "native", ARENA, "counters_.exhausted.add(1);", "",
     "exhausted_heap"),
    ("a bad chunk panics inside the lock", "native", HEAP, "if (!is_out(chunk)) return false;",
     "WEFT_REQUIRE(is_out(chunk));", "died"),
    ("a scope does not roll back", "native", "core/weft/memory/frame_arena.hpp",
     "~FrameScope() { arena_.rollback(start_); }", "~FrameScope() {}", "scope_rolls"),
    ("figures wait for the next chunk", "native", ARENA, "figures.used = live_used();",
     "figures.used = counters_.used.value();", "figures_of_a_frame"),
    ("frames: guards are not looked at", "checked", "core/weft/memory/frame_guard.cpp",
     "if (!all(block + note->bytes, kFrameGranule, kGuardByte))", "if (false)", "past_a_frame_block|died"),
    ("frames: a panic names no place", "checked", "core/weft/memory/frame_guard.cpp",
     "*note = {guarded_, bytes, site, ++age_, 0};", "*note = {guarded_, bytes, Site::here(), ++age_, 0};",
     "past_a_frame_block"),
    ("frames: boxes are listed without their place", "checked", "core/weft/memory/frame_set.cpp",
     "memory.site_ = site;", "(void)site;", "boxes_that"),
    ("frames: users are not noted", "checked", FRAMES,
     "if constexpr (kChecked) slots_[frame.slot].who.enter(site);", "", "keeps_a_frame|more_places"),
    ("frames: those who leave stay listed", "checked", "core/weft/memory/frame_users.cpp",
     "place->count--;", "(void)place;", "keeps_a_frame|named_by"),
    ("frames: a trace notes no reset", "checked", "core/weft/memory/frame_guard.cpp",
     "trace_ != nullptr && latest != nullptr", "false && latest != nullptr", "frames_trace"),
    ("idle chunks are not asked for", "native", "core/weft/memory/chunk_provider.cpp",
     "if (!refused && empty_caches())", "if (false)", "neighbours_cache|died"),
    ("a cache keeps what it gave", "native", "core/weft/memory/chunk_cache.cpp",
     "slot.exchange_acquire(nullptr)", "slot.load_acquire()", "cache|died"),
    ("a cache keeps more than its bytes", "native", "core/weft/memory/chunk_cache.cpp",
     "row_bytes <= most_bytes", "true", "no_more_than"),
    ("a cache takes a chunk twice", "native", "core/weft/memory/chunk_cache.cpp",
     "WEFT_REQUIRE(here != chunk.data);", "", "given_twice|died"),
    ("a cache takes another node's chunks", "native", "core/weft/memory/chunk_provider.cpp",
     "cache_ != nullptr && node == cached_node_", "cache_ != nullptr", "own_node"),
]


def execute(copy, command, limit):
    try:
        done = subprocess.run(command, cwd=copy, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              timeout=limit, check=False)
        return done.returncode, done.stdout.decode(errors="replace")
    except subprocess.TimeoutExpired as late:
        return "hung", (late.stdout or b"").decode(errors="replace")


# The test files with a test whose name holds one of the parts; all of them for no part.
def files_with(copy, parts):
    found = []
    for file in sorted([*copy.glob("tests/core/*/*.cpp"), *copy.glob("tests/port/*.cpp")]):
        names = re.findall(r"TEST\((\w+)\)", file.read_text(encoding="utf-8"))
        if not parts or any(part in name for name in names for part in parts):
            found.append(str(file.relative_to(copy)))
    return found


def build(copy, target, parts):
    out = "build/" + ("native" if target == "gdb" else target)
    program = out + ("/parked" if target == "gdb" else "/suite")
    (copy / program).unlink(missing_ok=True)  # it may have been made of other tests
    return execute(copy, ["make", "--no-print-directory", program, "TARGET=" + out[6:],
                          "TESTED=" + " ".join(files_with(copy, parts))], 300)


# What noticed: the tests that failed, and "died" when the suite did not come to its end.
def noticed_by(copy, target, parts):
    command = GDB if target == "gdb" else RUN.get(target, []) + ["build/%s/suite" % target, "1"] + parts
    _, output = execute(copy, command, 20)
    failed = re.findall(r"^not ok (?:\d+ )?- (\w.*)$", output, re.M)
    passed = re.findall(r"^ok (?:\d+ )?- ", output, re.M)
    ended = re.search(r"^# \d+ passed, \d+ failed$", output, re.M)
    return failed + ([] if ended else ["died"]), len(passed)


def verdict(copy, target, expected):
    parts = [] if target == "gdb" else [part for part in expected.split("|") if part != "died"]
    code, output = build(copy, target, parts)
    if code != 0:
        return "does not build: " + "; ".join(re.findall(r"error: .*", output)[:2])
    for _ in range(TRIES):
        noticed, passed = noticed_by(copy, target, parts)
        if noticed:
            break
    if not noticed:
        return "none of %d tests noticed" % passed
    if not any(part in name.replace(" ", "_") for name in noticed for part in expected.split("|")):
        return "noticed only by " + ", ".join(noticed)
    return None


def try_mutant(copy, name, target, path, before, after, expected):
    file = copy / path
    text = file.read_text(encoding="utf-8")
    if text.count(before) != 1:
        return "its place is not there once, but %d times" % text.count(before)
    file.write_text(text.replace(before, after), encoding="utf-8")
    try:
        return verdict(copy, target, expected)
    finally:
        file.write_text(text, encoding="utf-8")


def fresh_copy(number):
    copy = COPIES / str(number)
    copy.mkdir(parents=True, exist_ok=True)
    for top in ("core", "port", "tests", "tools", "Makefile"):
        if (ROOT / top).is_dir():
            shutil.rmtree(copy / top, ignore_errors=True)
            shutil.copytree(ROOT / top, copy / top)
        else:
            shutil.copy(ROOT / top, copy / top)
    return copy


def runs_here(target):
    return target.startswith("aarch64") or platform.machine() == "x86_64"


def main(words):
    every = (MUTANTS + parallel_mutants.MUTANTS + sched_mutants.MUTANTS +
             trace_mutants.MUTANTS)
    chosen = [m for m in every if runs_here(m[1]) and (not words or any(w in m[0] for w in words))]
    free = queue.SimpleQueue()
    lanes = os.cpu_count() or 1
    for number in range(lanes):
        free.put(fresh_copy(number))

    def try_in_a_copy(mutant):
        copy = free.get()
        try:
            return mutant[0], try_mutant(copy, *mutant)
        finally:
            free.put(copy)

    passed = failed = 0
    with concurrent.futures.ThreadPoolExecutor(lanes) as pool:
        for name, fault in pool.map(try_in_a_copy, chosen):
            passed, failed = passed + (fault is None), failed + (fault is not None)
            print("%s - %s%s" % ("ok" if fault is None else "not ok", name,
                                 "" if fault is None else ": " + fault), flush=True)
    print("# %d passed, %d failed" % (passed, failed))
    return 0 if failed == 0 and passed > 0 else 1


os.chdir(ROOT)
sys.exit(main(sys.argv[1:]))
