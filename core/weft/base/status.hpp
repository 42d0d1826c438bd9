// status.hpp - conditions that a correct program meets, as values
// SPDX-License-Identifier: MIT
//
// A caller's bug is not here: that panics (require.hpp). A call that returns anything but ok has
// changed nothing.
#pragma once
#include <stdint.h>

namespace weft {

// X(name, text): what status_text() says. Texts reach flash only where status_text() is called.
#define WEFT_STATUSES(X)                                                                          \
    X(ok, "ok")                                                                                   \
    X(exhausted, "a structure of fixed capacity is full: every fiber, or table entry, is in use") \
    X(bad_config, "the configuration breaks a rule; first_broken_rule() says which")              \
    X(storage_too_small, "the memory handed in is smaller than required_bytes(config)")           \
    X(storage_unaligned, "the memory handed in is not aligned to storage_align(config)")          \
    X(page_size, "this machine's pages are larger than the build's kPageBytes")                   \
    X(guard_refused, "the machine refused a guard page for a stack (Linux allows about 32,000)")  \
    X(out_of_memory, "the machine has no memory for what was asked")                              \
    X(switch_refused, "this machine forbids switching stacks: shadow stacks (CET) are active")    \
    X(not_painted, "the stack is not painted, so its high-water mark is unknown")                 \
    X(frame_busy, "the oldest frame in flight still has users")                                   \
    X(nothing_to_do, "there was nothing to do")                                                   \
    X(failed, "a job reported a failure without saying which")                                    \
    X(cancelled, "cancelled before it was done")                                                  \
    X(timed_out, "the deadline came first")                                                       \
    X(not_drained, "work was left when the system had to stop")                                   \
    X(core_refused, "the machine refused a core, or to pin to one")                               \
    X(bad_topology,                                                                               \
      "the description of the machine breaks a rule; first_broken_rule() says which")             \
    X(too_few_cpus, "the pinning strategy finds fewer CPUs here than there are workers")          \
    X(unknown_cpu,                                                                                \
      "a CPU of the pinning list is not one of this machine's, or stands there twice")            \
    X(cyclic, "the edges of a graph form a circle: its nodes would wait for each other")

#define WEFT_STATUS_NAME(name, text) name,
enum class [[nodiscard]] Status : uint8_t{WEFT_STATUSES(WEFT_STATUS_NAME)};
#undef WEFT_STATUS_NAME

const char* status_text(Status status);

}  // namespace weft
