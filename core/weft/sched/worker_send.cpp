// worker_send.cpp - work for one worker, work that waits for a counter, and blocks for closures
// SPDX-License-Identifier: MIT
#include <weft/sched/scheduler.hpp>
#include <weft/sched/waiters.hpp>

namespace weft {

uint32_t Worker::worker_count() const {
    return scheduler_->workers();
}

void* Worker::take_block(size_t bytes, size_t alignment) {
    JobMemory* const memory = scheduler_->memory();
    void* const block =
        memory == nullptr ? nullptr : memory->pool(index_).allocate(bytes, alignment);
    if (block == nullptr) tracer_.event(TraceKind::no_memory, running_, uint32_t(bytes));
    return block;
}

void Worker::give_block(void* block, size_t bytes, size_t alignment) {
    scheduler_->memory()->pool(index_).free(block, bytes, alignment);
}

Status Worker::drop(Job& job) {
    (void)type_of(job).run(&job, Fate::drop);
    return Status::exhausted;
}

Status Worker::send(uint32_t worker, Job& job) {
    job.counter->add(1);
    if (scheduler_->worker(worker).post_to_inbox(job)) {
        figures_.inbox_pushes.add(1);
        return Status::ok;
    }
    wake(job.counter->subtract(1));
    return drop(job);
}

const WaitingJobCalls Worker::kWaitingJobs = {
    [](Worker& worker, Fiber* entry) { worker.ready_dependent(entry); },
    [](Worker& worker, Fiber* entry, Job& room) { return worker.open_dependent(entry, room); },
};

// The job waits in the counter's list as a fiber does, and is opened where that would go on.
Status Worker::send_after(Counter& first, Job& job) {
    void* const block = take_block(sizeof(WaitingJob), alignof(WaitingJob));
    if (block == nullptr) return drop(job);
    WaitingJob* const waiting = construct_at<WaitingJob>(block, kWaitingJobs);
    copy_job(waiting->job, job);
    waiting->entry.info = &thread_info_;
    waiting->entry.priority = uint8_t(job.traits.priority) & 3;
    job.counter->add(1);
    figures_.dependents.add(1);
    if (first.lock_to_wait()) {
        first.enter(&waiting->entry);
        first.unlock();
    } else {
        make_ready(&waiting->entry);
    }
    return Status::ok;
}

// Into the deque, as a spawn of its own; if that is full, to where anybody takes it from.
void Worker::ready_dependent(Fiber* entry) {
    Lane& lane = use_lane(Priority(entry->priority));
    Slot* slot = lane.next();
    if (!lane.has_room(slot)) slot = lane.make_room();
    if (slot == nullptr) return scheduler_->ready_outside(entry);
    open_dependent(entry, *slot);
    lane.push_job(slot);
    pushed_slowly(lane);
}

Job* Worker::open_dependent(Fiber* entry, Job& room) {
    WaitingJob* const waiting = WaitingJob::of(entry);
    copy_job(room, waiting->job);
    destroy_at(waiting);
    give_block(waiting, sizeof(WaitingJob), alignof(WaitingJob));
    return &room;
}

}  // namespace weft
