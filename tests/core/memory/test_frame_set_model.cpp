// test_frame_set_model.cpp - a million random steps of frames in flight, beside a model of them
// SPDX-License-Identifier: MIT
#include <unit/unit.hpp>
#include <weft/memory/frame_set.hpp>

using namespace weft;

namespace {

constexpr uint32_t kWorkers = 2;
constexpr uint32_t kInFlight = 4;
constexpr uint32_t kMostBlocks = 24;
alignas(4096) unsigned char heap_memory[256 * 1024];

uint32_t ended;

struct Box {
    explicit Box(uint32_t* count) : count(count) {}
    ~Box() {
        ended++;
        ++*count;
    }
    uint32_t* count;
};

struct Block {
    unsigned char* at;
    uint32_t bytes;
    unsigned char mark;

    bool intact() const {
        for (uint32_t i = 0; i < bytes; i++)
            if (at[i] != mark) return false;
        return true;
    }
};

// What should be true of one frame in flight.
struct Expected {
    Frame frame = {};
    uint32_t users = 0;  // the frame itself included
    bool open = false;
    Block blocks[kMostBlocks];
    uint32_t block_count = 0;
    uint32_t boxes = 0;
    uint32_t boxes_ended = 0;
};

class Model {
 public:
    Model() {
        EXPECT_OK(heap_.init(Bytes{heap_memory, sizeof heap_memory}, 256, 4096));
        provider_.init(Span<ChunkHeap>(&heap_, 1), NodePolicy::own_only);
        for (WorkerFrame& frame : worker_frames_)
            EXPECT_OK(frame.arena.init(provider_, 0, {512, 4096, FrameRetention::keep_first}));
        EXPECT_OK(set_.init(worker_frames_, sizeof(WorkerFrame) * kInFlight, kWorkers, kInFlight));
    }

    void step() {
        Expected& any = expected_[random_.below(kInFlight)];
        const uint32_t dice = random_.below(16);
        if (dice < 2) return begin();
        if (any.users == 0) {
            wrong_ += set_.is_live(any.frame);
            return;
        }
        wrong_ += !set_.is_live(any.frame) || set_.users(any.frame) != any.users;
        if (dice < 9) return allocate(any);
        if (dice < 11) return enter(any);
        if (dice < 14) return leave(any);
        if (any.open) end(any);
    }

    void finish() {
        for (Expected& each : expected_) {
            while (each.users > (each.open ? 1u : 0u))
                leave(each);
            if (each.open) end(each);
        }
        set_.shutdown();
        EXPECT_EQ(set_.figures().begun, begun_);
        EXPECT_EQ(set_.figures().completed, begun_);
        EXPECT_EQ(set_.figures().refused, refused_);
        EXPECT(refused_ != 0 && begun_ > unit::kModelSteps / 100);
        EXPECT_EQ(ended, boxes_);
        for (WorkerFrame& frame : worker_frames_)
            frame.arena.shutdown();
        EXPECT_EQ(heap_.figures().taken, 0u);
        EXPECT_EQ(wrong_, 0u);
    }

 private:
    void begin() {
        Expected& next = expected_[begun_ % kInFlight];
        Frame frame = {};
        const Status status = set_.begin(&frame);
        const bool busy = next.users != 0;
        wrong_ += status != (busy ? Status::frame_busy : Status::ok);
        refused_ += busy;
        if (busy) return;
        wrong_ += frame.number != begun_++;
        next.frame = frame;
        next.users = 1;
        next.open = true;
        next.block_count = next.boxes = next.boxes_ended = 0;
    }

    void allocate(Expected& in) {
        FrameMemory memory = set_.memory(in.frame, random_.below(kWorkers));
        if (random_.below(4) == 0) {
            const bool made = memory.create<Box>(&in.boxes_ended) != nullptr;
            in.boxes += made;
            boxes_ += made;
        }
        if (in.block_count == kMostBlocks) return;
        const uint32_t bytes = random_.below(1u << random_.below(10));
        const size_t alignment = size_t(1) << random_.below(8);
        void* at = memory.allocate(bytes, alignment);
        wrong_ += at == nullptr || !is_aligned(uintptr_t(at), alignment);
        if (at == nullptr) return;
        Block& block = in.blocks[in.block_count++];
        block = {static_cast<unsigned char*>(at), bytes, (unsigned char)random_.next()};
        for (uint32_t i = 0; i < bytes; i++)
            block.at[i] = block.mark;
    }

    void enter(Expected& in) {
        set_.enter(in.frame);
        in.users++;
    }

    void leave(Expected& in) {
        if (in.users == (in.open ? 1u : 0u)) return;
        look(in);
        in.users--;
        wrong_ += set_.leave(in.frame) != (in.users == 0);
        if (in.users == 0) done(in);
    }

    void end(Expected& in) {
        look(in);
        in.open = false;
        in.users--;
        wrong_ += set_.end(in.frame) != (in.users == 0);
        if (in.users == 0) done(in);
    }

    // Nothing was reset, nothing ran.
    void look(const Expected& in) {
        wrong_ += in.boxes_ended != 0;
        for (uint32_t i = 0; i < in.block_count; i++)
            wrong_ += !in.blocks[i].intact();
    }
    void done(const Expected& in) {
        wrong_ += in.boxes_ended != in.boxes || set_.is_live(in.frame);
    }

    ChunkHeap heap_;
    ChunkProvider provider_;
    WorkerFrame worker_frames_[kWorkers * kInFlight];
    FrameSet set_;
    Expected expected_[kInFlight];
    unit::Random random_{43};
    uint32_t begun_ = 0, refused_ = 0, boxes_ = 0, wrong_ = 0;
};

}  // namespace

TEST(frames_in_flight_agree_with_a_model_over_a_million_random_steps) {
    ended = 0;
    Model model;
    for (uint32_t step = 0; step < unit::kModelSteps; step++)
        model.step();
    model.finish();
}
