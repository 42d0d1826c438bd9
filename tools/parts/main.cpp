// main.cpp - the least firmware: jobs, counters, frame memory and a pool, for tools/size to weigh
// SPDX-License-Identifier: MIT
#include <weft/weft.hpp>

using namespace weft;

namespace {

constexpr Config kConfig = Config::preset(Preset::tiny).small_fibers(2, 4).frame_bytes(512);
Storage<kConfig> storage;
Lasting<System> controller;

constexpr size_t kPoolBytes = 2048;
alignas(8) unsigned char pool_memory[kPoolBytes];
ChunkHeap heap;
ChunkProvider provider;
Pool pool;

Status open_pool() {
    const Status status = heap.init({pool_memory, kPoolBytes}, kLeastSlabBytes, kPoolBytes);
    if (status != Status::ok) return status;
    provider.init({&heap, 1}, NodePolicy::spill);
    return pool.init(provider, 0, kLeastSlabBytes);
}

// Jobs that count down a counter; each leaves a word in frame memory and one in a pool's block.
Status work(const Frame& frame) {
    Counter done;
    for (uint32_t i = 0; i < 4; i++)
        run(done, [&frame, i] {
            FrameUse use(controller.object.frames(), frame);
            uint32_t* const kept =
                controller.object.frames().memory_here(frame).allocate_array<uint32_t>(1);
            void* const block = pool.allocate(16, 4);
            if (kept == nullptr || block == nullptr) return Status::exhausted;
            *kept = i;
            pool.free(block, 16, 4);
            return Status::ok;
        });
    return wait(done);
}

}  // namespace

int main() {
    if (open_pool() != Status::ok) return 1;
    if (controller.object.init(storage) != Status::ok) return 1;
    return controller.object.run([] {
        const Result<Frame> frame = controller.object.frames().begin();
        if (!frame.ok()) return frame.status();
        const Status status = work(frame.value());
        (void)controller.object.frames().end(frame.value());
        return status;
    }) == Status::ok
               ? 0
               : 1;
}
