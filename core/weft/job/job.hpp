// job.hpp - one piece of work by value: a function, its closure, what it belongs to
// SPDX-License-Identifier: MIT
//
//   Job    run | counter | traits | closure: a handful of words        32 or 64 bytes
//   Slot   a job in a deque, with the state that its owner, thieves and joiner agree on
//
// A job is moved by copying bytes, so its closure is plain bytes. What is larger, or not plain, is
// put elsewhere and the closure holds its address (sched/spawn.hpp says where).
#pragma once
#include <weft/base/atomic.hpp>
#include <weft/base/place.hpp>
#include <weft/base/status.hpp>

namespace weft {

enum class Priority : uint8_t { high, normal, low };
constexpr unsigned kPriorities = 3;

class Counter;
struct Job;
struct Slot;

// Whether the work is done, or only its closure destroyed.
enum class Fate : uint8_t { run, drop };

// Moves the closure out of the job before anything else: the job's memory is reused while it runs.
using JobRun = Status (*)(Job* job, Fate fate);

// How a job gets to a large stack (sched/worker_large.cpp): linked where a program has such jobs.
struct LargeStacks;

// What a closure's type decides: one constant for each.
struct JobType {
    JobRun run;
    // Of a fork, which stays in its slot until its parent has joined it: the result lands there.
    // Runs one that was claimed. Null: no fork.
    void (*fork)(Slot* slot) = nullptr;
    const LargeStacks* large = nullptr;  // of types whose jobs may ask for one
};
template <class Function>
constexpr const LargeStacks* kLargeStacksOf = nullptr;

// Where a slot stands, beyond what its place in the deque says.
enum class SlotState : uint32_t {
    queued,   // nothing special; also of slots that hold nothing
    left,     // nobody looks at it any more: taken and copied, or joined
    hole,     // a fork that its parent took back from where it lay: whoever claims it leaves it
    started,  // a fork that runs
    waited,   // a fork that runs, and whose parent sleeps on the slot's counter
    done,     // a fork whose result is there
};

constexpr uint16_t kAnyWorker = 0xffff;

// What a job asks for, in one word.
struct JobTraits {
    uint16_t worker;    // the only one that may run it, or kAnyWorker
    bool large;         // on a large stack
    Priority priority;  // of the lane that it goes to
};

constexpr JobTraits plain_traits(Priority priority) {
    return {kAnyWorker, false, priority};
}
constexpr size_t kJobBytes = sizeof(void*) == 8 ? 64 : 32;
constexpr size_t kJobClosureBytes = kJobBytes - 2 * sizeof(void*) - 8;

struct Job {
    const JobType* type;      // with marks in its low bits
    Counter* counter;         // released when the job is over; null: nobody waits
    Atomic<SlotState> state;  // of the slot that the job lies in
    JobTraits traits;         // but of jobs that are marked kPlain
    alignas(void*) unsigned char closure[kJobClosureBytes];
};
static_assert(sizeof(Job) == kJobBytes, "Job: one cache line, or half of one");

struct alignas(kJobBytes) Slot : Job {};
static_assert(sizeof(Slot) == kJobBytes, "Slot: pointers to slots are stepped by shifts");

// Whether a closure, or a result, lies in the job itself.
template <class T>
constexpr bool kFitsJob = kPlainBytes<T> && sizeof(T) <= kJobClosureBytes &&
                          alignof(T) <= alignof(void*);

// A closure may report a failure: then it returns a Status. Other results are dropped.
template <class Function>
WEFT_ALWAYS_INLINE Status run_closure(Function& function) {
    if constexpr (kSameType<decltype(function()), Status>) {
        return function();
    } else {
        function();
        return Status::ok;
    }
}

// Marks of a queued job's type.
constexpr uintptr_t kDisturbed = 1;  // see SplitDeque
constexpr uintptr_t kPlain = 2;  // any fiber of any worker may run it; its traits are not written
constexpr uintptr_t kMarks = kDisturbed | kPlain;
static_assert(alignof(JobType) > kMarks, "JobType: its address has room for the marks");

WEFT_ALWAYS_INLINE const JobType* marked_type(const JobType* type, uintptr_t marks) {
    return reinterpret_cast<const JobType*>(reinterpret_cast<uintptr_t>(type) | marks);
}

// Of one that has none yet: an address that the linker knows.
WEFT_ALWAYS_INLINE const JobType* newly_marked_type(const JobType* type, uintptr_t marks) {
    return reinterpret_cast<const JobType*>(reinterpret_cast<const char*>(type) + marks);
}

WEFT_ALWAYS_INLINE bool has_marks(const Job& job, uintptr_t marks) {
    return (reinterpret_cast<uintptr_t>(job.type) & marks) == marks;
}

WEFT_ALWAYS_INLINE const JobType& type_of(const Job& job) {
    return *reinterpret_cast<const JobType*>(reinterpret_cast<uintptr_t>(job.type) & ~kMarks);
}

// What it asks for.
inline bool wants_large(const Job& job) {
    return !has_marks(job, kPlain) && job.traits.large;
}
inline bool wants_worker(const Job& job) {
    return !has_marks(job, kPlain) && job.traits.worker != kAnyWorker;
}

// Of a job that has them all.
WEFT_ALWAYS_INLINE const JobType& type_below_marks(const Job& job) {
    return *reinterpret_cast<const JobType*>(reinterpret_cast<uintptr_t>(job.type) - kMarks);
}

template <class Function>
Status run_inline_closure(Job* job, Fate fate) {
    Function function = *reinterpret_cast<Function*>(job->closure);
    return fate == Fate::run ? run_closure(function) : Status::ok;
}

template <class Function>
inline constexpr JobType kJobType = {&run_inline_closure<Function>, nullptr,
                                     kLargeStacksOf<Function>};

// Copies all but the state.
WEFT_FAST_INLINE void copy_job(Job& to, const Job& from) {
    to.type = from.type;
    to.counter = from.counter;
    to.traits = from.traits;
    __builtin_memcpy(to.closure, from.closure, kJobClosureBytes);
}

}  // namespace weft
