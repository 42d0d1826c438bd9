// test_sixteen_kib.cpp - fibers, frames, pool, objects and handles in 16 KiB, all of it used
// SPDX-License-Identifier: MIT
#include <core/memory/sixteen_kib.hpp>
#include <unit/unit.hpp>

using namespace sixteen_kib;

namespace {

constexpr size_t kSmallestChunk = 256;
constexpr ObjectArenaConfig kObjects = {512, 1024};

struct Note {
    explicit Note(uint32_t number) : number(number) {}
    Note(Note&& other) : number(other.number) {}
    ~Note() {}
    uint32_t number;
};

struct SmallJob {
    SmallSystem* system;
    Frame frame;
    uint32_t rounds, objects, blocks, frame_blocks;
};

void* pop(void** list) {
    void* const top = *list;
    if (top != nullptr) *list = *static_cast<void**>(top);
    return top;
}

// As many blocks as there are, then all of them back.
uint32_t fill_pool(Pool& pool) {
    uint32_t count = 0;
    void* list = nullptr;
    while (void* block = pool.allocate(24)) {
        *static_cast<void**>(block) = list;
        list = block;
        count++;
    }
    while (void* block = pop(&list))
        pool.free(block);
    pool.trim();
    return count;
}

// As many objects as handles or memory allow; every third stays for compaction, then none.
uint32_t fill_objects(SmallSystem& system) {
    Handle handles[kHandles];
    uint32_t count = 0;
    while (count < kHandles) {
        Note* note = system.objects.create<Note>(count);
        if (note == nullptr) break;
        handles[count++] = system.table.add(note).value();
    }
    for (uint32_t i = 0; i < count; i++)
        if (i % 3 != 0) EXPECT(system.table.remove(handles[i]));
    while (!system.table.compact(system.objects, 8).finished) {
    }
    for (uint32_t i = 0; i < count; i += 3) {
        EXPECT_EQ(static_cast<Note*>(system.table.get(handles[i]))->number, i);
        EXPECT(system.table.remove(handles[i]));
    }
    system.objects.trim();
    return count;
}

void work(SmallJob& job) {
    FrameUse use(job.system->frames, job.frame);
    while (job.system->frames.memory_here(job.frame).allocate(64) != nullptr)
        job.frame_blocks++;
    ring::yield();
    job.blocks = fill_pool(job.system->pool);
    ring::yield();
    job.objects = fill_objects(*job.system);
    job.rounds++;
}

void print_sizes() {
    Text<240> line;
    line.add("# system:");
    for (const Part& part : kParts)
        line.add(" ").add(part.name).add(" ").add_number(part.bytes);
    line.add(", in all ").add_number(kTotal).add(" bytes\n").print();
}

}  // namespace

TEST(fibers_frames_pool_objects_and_handles_fit_in_sixteen_kilobytes) {
    static Storage<kConfig> storage;
    static SmallSystem system;
    print_sizes();
    EXPECT_OK(system.ring.init(kConfig, storage.bytes()));
    EXPECT_OK(system.frames.init(kConfig, storage.bytes()));
    EXPECT_OK(system.heap.init(Bytes{system.chunks, sizeof system.chunks}, kSmallestChunk, kSlab));
    system.provider.init({&system.heap, 1}, NodePolicy::own_only);
    EXPECT_OK(system.pool.init(system.provider, 0, kSlab));
    system.table.init(system.slots);
    // On a fiber, since the ring's worker is to be the owner.
    EXPECT(system.ring.spawn("start", [] {
        EXPECT_OK(system.objects.init(system.provider, 0, kObjects));
    }) != nullptr);
    EXPECT_EQ(system.ring.run(), 0u);
    for (uint32_t round = 0; round < 20; round++) {
        SmallJob jobs[kFibers];
        const Frame frame = system.frames.begin().value();
        for (SmallJob& job : jobs) {
            job = {&system, frame, 0, 0, 0, 0};
            EXPECT(system.ring.spawn("job", [&job] { work(job); }) != nullptr);
        }
        EXPECT_EQ(system.ring.run(), 0u);
        EXPECT(system.frames.end(frame));
        EXPECT(jobs[0].frame_blocks >= (kChecked ? 4 : 16));  // the first takes it all
        for (const SmallJob& job : jobs) {
            EXPECT_EQ(job.rounds, 1u);
            EXPECT(job.blocks >= (kChecked ? 8u : 64u) && job.objects >= (kChecked ? 16u : 32u));
        }
        EXPECT_EQ(system.heap.figures().taken, 0u);  // nothing is lost
        EXPECT(system.heap.invariants_hold());
    }
    system.objects.reset();
    EXPECT_EQ(system.pool.shutdown(), 0u);
    system.frames.shutdown();
    system.ring.shutdown();
}
