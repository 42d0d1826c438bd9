// port.hpp - everything the core asks of the machine. Nothing else is asked.
// SPDX-License-Identifier: MIT
//
// Two axes fill it in: [arch] the instruction set (port/arch/<isa>), [env] the place the code
// runs in (port/env/<place>). Every function is declared here first and the port's inline files
// are included after, so that a forgotten function is named by the compiler:
//
//     port.hpp  declares          inline void cpu_relax();
//     arch_inline.hpp defines     inline void cpu_relax() { asm volatile("pause"); }
//
// Each comment says: who may call it, whether it blocks, what it orders, how it fails.
// "Any context" includes signal handlers and interrupts. What a port must show: tests/port.
#pragma once
#include <stddef.h>
#include <stdint.h>

#define WEFT_ALWAYS_INLINE inline __attribute__((always_inline))

namespace weft::port {

// ==== [arch] ====================================================================================
// The port also defines these constants:
//   kStackAlign     a stack top's alignment at a fiber's entry, bytes
//   kCacheLine      what two cores must not share, bytes
//   kPageBytes      the guard granule: the largest page this build runs on, 1 without an MMU
//   kColourLines    how many different line offsets stack tops take in turn, 1 without a cache
//   kNativeCas      whether the ISA has a compare-and-swap that compilers inline
//   kNativeClz      whether the ISA counts leading zeros; else the builtin is a library call
//   kRaisedFpControl  an FP control word (as fp_control() reads it) that differs from the default

// The registers that a suspended context keeps outside its stack. Defined by the port.
struct Context;

// What a resumed context finds in registers: itself, and what its resumer passed.
struct Switched {
    Context* self;
    void* pass;
};
struct Entered {
    Context* self;  // null: the callee returned
    void* pass;
    uintptr_t result;  // what it returned, in the low bits
};

// The first function on a new context's stack. It must not return: the port traps if it does.
using ContextEntry = void (*)(Context* self, void* pass);

// Any context, does not block, orders nothing. Tells the core that this is a spin.
inline void cpu_relax();

// Any context. A counter that rises steadily; its unit is the port's (cycles or timer ticks).
inline uint64_t cycle_count();

// Any context. An address within the caller's frame or just below it.
inline uintptr_t stack_pointer();

// Thread context, once per core before the first switch. False when the machine forbids switching
// stacks by plain loads (x86-64 with shadow stacks active).
inline bool can_switch();

// Thread context. Makes *context start in entry with the stack that ends at stack_top, which must
// be a multiple of kStackAlign; it starts one kStackAlign below, since the top may be the next
// stack's low end, and debuggers and Valgrind tell stacks apart by where the stack pointer is.
// Nothing is written to the stack.
inline void init_context(Context* context, void* stack_top, ContextEntry entry);

// Thread context, interrupts allowed, does not block. Saves the running context in *from and
// resumes *to, which receives `pass`; returns when something resumes *from, with what that passed.
// Always inlined: the compiler saves what is live and nothing else.
// Orders nothing: a context that moves between cores needs release/acquire from its scheduler.
// FP control state follows the policy in port/README.md. Cannot fail.
WEFT_ALWAYS_INLINE Switched switch_context(Context* from, Context* to, void* pass);

// Either calls callee(job, how) on this stack, and returns with a null self and its result; or, if
// callee is null, switches as above. For loops that start functions which may switch away: on cores
// that predict returns by what was called, one call instruction stands for both.
template <class Job, class How, class Result>
WEFT_ALWAYS_INLINE Entered call_or_switch(Result (*callee)(Job*, How), Job* job, How how,
                                          Context* from, Context* to, void* pass);

// Any context, bounded. Atomically: if *word is `expected`, store `desired` and return true; else
// put what was seen in `expected` and return false. Never fails spuriously. Acquire and release.
// Cores without the instruction mask interrupts or take a hardware spinlock here.
inline bool compare_and_swap_u32(uint32_t* word, uint32_t& expected, uint32_t desired);
inline bool compare_and_swap_word(uintptr_t* word, uintptr_t& expected, uintptr_t desired);

// Any context, but no two at once for one word. Adds to a word that others may read meanwhile: they
// see the old value or the new one. True: it went over the top. Orders nothing. One instruction
// where the ISA has one for it.
WEFT_ALWAYS_INLINE bool add_alone(uintptr_t* word, uintptr_t value);

// Any context. The FP control word: rounding, traps, flush-to-zero; 0 and no effect without an FPU.
inline uint64_t fp_control();
inline void set_fp_control(uint64_t word);

// ==== [env] console and end =====================================================================
// The environment also defines this constant:
//   kMinStackBytes  the smallest stack that survives this place's signal or exception frame on top
//                   of a switch and the core's own calls

// Any context; may block on the console. Writes bytes as they are; what cannot be written is lost.
void write(const char* text, size_t bytes);

// Any context. Reports the place and stops this machine or process with a failure. The tag is the
// hash of a file's path: tools/where names it.
[[noreturn]] void panic(uint32_t file_tag, uint32_t line);

// Thread context. Ends the program; zero means success, to whoever started it.
[[noreturn]] void finish(int status);

// ==== [env] clock ===============================================================================

// Any context, does not block. Nanoseconds since some fixed moment; never falls.
uint64_t now_ns();

// ==== [env] memory ==============================================================================
// Addresses and sizes are multiples of page_bytes(). Thread context; may take long; no locks held.
// An environment of fixed memory may return null from reserve() and false from guard().

size_t page_bytes();

// Address space that reads as zero and costs memory only when touched. Null when there is none.
void* reserve(size_t bytes);
void unreserve(void* start, size_t bytes);

// Makes touching these pages a fault (guard) or allows it again (unguard). False changes nothing.
// Without an MMU the page below a stack is guarded only while that stack's fiber runs (tool_open).
bool guard(void* start, size_t bytes);
bool unguard(void* start, size_t bytes);

// Brings every page in, from the calling thread, so that the machine places it near that thread.
// Contents are kept. False when the machine is out of memory: some pages may be in by then.
bool prefault(void* start, size_t bytes);

// Gives pages back; they read as zero afterwards or keep their contents. Never fails visibly.
void discard(void* start, size_t bytes);

// ==== [env] cores ===============================================================================

using CoreEntry = void (*)(void* argument);

// Any context. Cores that this program may use; at least 1.
uint32_t core_count();

// Thread context; may take long. How many of them it can keep busy: all, unless its time is
// limited, as a control group's quota does. Then that time in cores, rounded up; at least 1. What
// to make as many workers as, unless one knows better.
uint32_t busy_cores();

// Thread context. Runs entry(argument) on another core. `slot` names the core on a board; on a host
// it numbers the thread, below kMaxCores, and `pinned` ties the thread to the slot-th allowed CPU.
// False when the slot is taken, out of range, or the system refuses: nothing has started then.
// Releases the caller's writes to the new core.
bool start_core(uint32_t slot, bool pinned, CoreEntry entry, void* argument);

// Thread context. As start_core(), with a CPU that the entry will tie itself to at once, or
// kAnyCpu: where the machine can, it starts there, and need not wait for its starter's. Never
// refused for the CPU.
bool start_core_near(uint32_t slot, uint32_t cpu, CoreEntry entry, void* argument);

// Thread context. Blocks until the core's entry has returned; acquires its writes; frees the slot.
void join_core(uint32_t slot);

// Thread context. Ties the calling thread to the slot-th allowed CPU. False changes nothing.
bool pin_self(uint32_t slot);

// A token that one core sleeps on. Zero-initialised means: no token, nobody asleep.
struct Parker {
    uint32_t state = 0;
};

constexpr uint64_t kNoDeadline = ~uint64_t(0);

// Thread context; one core per Parker. Takes the token, sleeping until there is one or now_ns()
// reaches the deadline; returns whether it took one. A token given earlier is taken at once.
// Acquires what the giver released.
bool park(Parker& parker, uint64_t deadline_ns);

// Any context, does not block. Gives the token (a second one is the same token) and wakes the
// sleeper; makes no system call when nobody sleeps. Releases the caller's writes.
void unpark(Parker& parker);

// ==== [env] topology ============================================================================
// Where CPUs and memory are. An environment of one core and fixed memory says so in a few lines:
// one place of zeros, one node. Thread context; may take long; no locks held.

// One CPU. Numbers of cores, clusters and nodes only have to tell them apart, across the machine.
struct CpuPlace {
    uint32_t cpu;         // what pin_self_to_cpu() takes
    uint16_t smt;         // which of its core's CPUs
    uint16_t core;        // CPUs that share an execution core
    uint16_t cluster;     // cores that share the last-level cache
    uint16_t node;        // whose memory is nearest: a MemoryNode's number
    uint16_t efficiency;  // higher is faster; equal when all are alike
};

struct MemoryNode {
    uint64_t bytes;             // zero: not known
    uint32_t page_bytes;        // zero: not known
    uint32_t large_page_bytes;  // zero: none
    uint16_t number;
};

// The CPUs that this program may use, in any order: what affinity, control groups and hot-plugging
// leave. Writes the first `most`, and returns how many there are.
size_t cpu_places(CpuPlace* out, size_t most);

// The same for the nodes that have memory or such CPUs.
size_t memory_nodes(MemoryNode* out, size_t most);

// How far a node is from each of memory_nodes(), in that order: 10 is its own, 20 twice as far.
// Writes the first `most`; returns how many are known, zero for none.
size_t node_distances(uint16_t node, uint16_t* out, size_t most);

// Ties the calling thread to a CPU, or refuses one that it may not use; kAnyCpu unties it. False
// changes nothing.
constexpr uint32_t kAnyCpu = ~uint32_t(0);
bool pin_self_to_cpu(uint32_t cpu);
// What it is tied to; kAnyCpu when it may run on several.
uint32_t pinned_cpu();

// Any context, does not block. The node whose CPU runs this: a hint, old as soon as it is there.
uint16_t current_node();

// Pages of this range that are not in yet are to come from a node, or from others once it has none
// left. False, where it cannot be asked for: they come from near whoever touches them first.
bool bind_memory(void* start, size_t bytes, uint16_t node);

// Which node the page at an address lies on.
constexpr int32_t kPageAbsent = -1;   // not in memory: nobody has touched it
constexpr int32_t kPageUnknown = -2;  // this environment cannot tell
int32_t page_node(const void* address);

// As reserve(), in large pages that were set aside for programs; null when there are not enough.
// Not for guard(). `bytes` is a multiple of the large page.
void* reserve_large(size_t bytes);

// Asks that this range be backed by large pages when it is touched. False: it will not be.
bool advise_large(void* start, size_t bytes);

// ==== [env] interrupts ==========================================================================

// Any context, does not block. Keeps interrupts from this core until restore_interrupts() gets what
// this returned; pairs nest. Orders nothing between cores. Hosts do nothing: a signal handler must
// not call what says "no interrupts".
inline uintptr_t mask_interrupts();
inline void restore_interrupts(uintptr_t masked);

// ==== [env] current worker ======================================================================

// What a core's worker pointer leads to at first: zeros, so that the core need not ask whether
// there is a worker before it looks into one. The environment defines it.
constexpr size_t kNoWorkerBytes = 256;
extern "C" const unsigned char weft_no_worker[kNoWorkerBytes];

// Any context. The calling core's worker pointer, &weft_no_worker at first. Asked for at every use:
// read in a way that no compiler may move across a switch, since the fiber may go on elsewhere.
// Setting null sets &weft_no_worker.
inline void* current_worker();
void set_current_worker(void* worker);
inline bool has_worker();  // whether it was set

// ==== [env] stack faults ========================================================================

// Called on a stack of its own with the address that faulted. Returns if it is not ours: the
// environment's usual end follows.
using StackFaultHandler = void (*)(uintptr_t address);

// Thread context, for the calling core; cores that start_core starts later are watched too.
// False when this environment cannot catch faults.
bool watch_stack_faults(StackFaultHandler handler);

// ==== [env] tools that follow stacks (ASan, TSan, Valgrind) =====================================
// Empty unless the build asks for them. ToolFiber is the port's record, one per fiber.

struct ToolFiber;

// A fiber's stack came to be, or is no more. So many bytes below it were guarded by guard(): where
// a core guards one stack at a time, the hooks around a switch move the guard.
inline void tool_open(ToolFiber& fiber, void* stack, size_t bytes, size_t guard_bytes = 0);
inline void tool_close(ToolFiber& fiber);
// The calling thread's own stack, as something to come back to.
inline void tool_adopt_thread(ToolFiber& fiber);
// Around every switch: before it on the old stack, after it (first thing) on the new one.
WEFT_ALWAYS_INLINE void tool_before_switch(ToolFiber& from, ToolFiber& to);
WEFT_ALWAYS_INLINE void tool_after_switch(ToolFiber& self);

// Whether this request for room is to be refused, though there is some: never, but where faults are
// simulated. Whoever can be full asks at each request, and does then as when it is.
enum class Room : uint8_t { deque, injector, block, chunk, fiber };
constexpr unsigned kRooms = 5;
WEFT_ALWAYS_INLINE bool tool_refuses(Room room);

// The calling worker has taken so many jobs or fibers from another, told by its number: counted, by
// distance, where machines are simulated.
WEFT_ALWAYS_INLINE void tool_took(uint32_t victim, uint32_t count);

}  // namespace weft::port

#include <arch_inline.hpp>  // port/arch/<isa>
#include <env_inline.hpp>   // port/env/<place>, may use the arch

namespace weft::port {

inline bool has_worker() {
    return current_worker() != weft_no_worker;
}

static_assert((kStackAlign & (kStackAlign - 1)) == 0, "kStackAlign: a power of two");
static_assert((kCacheLine & (kCacheLine - 1)) == 0, "kCacheLine: a power of two");
static_assert((kPageBytes & (kPageBytes - 1)) == 0, "kPageBytes: a power of two, 1 without an MMU");
static_assert((kColourLines & (kColourLines - 1)) == 0, "kColourLines: a power of two");
static_assert(kMinStackBytes % kStackAlign == 0, "kMinStackBytes: whole stack alignments");
static_assert(sizeof(Context) <= 64, "Context: a switch touches one line of each context");

}  // namespace weft::port
