// config.hpp - everything that can be chosen, as one constexpr value
// SPDX-License-Identifier: MIT
//
//     constexpr weft::Config kConfig =
//         weft::Config::preset(weft::Preset::tiny).small_fibers(4,
//         8).guard(weft::StackGuard::canary);
//
// Each setter returns a changed copy; the getter has the same name. The rules that a configuration
// must keep, and what breaking one means, are in rules.hpp.
#pragma once
#include <stddef.h>
#include <stdint.h>

#include <port.hpp>

namespace weft {

// How a stack overflow is noticed.
enum class StackGuard : uint32_t {
    none,    // not at all
    canary,  // words at the stack's low end, looked at when the fiber is switched out or ends
    page,    // an inaccessible page below the stack: noticed at the very write
};

// Which CPUs workers are tied to: topology/pinning.hpp.
enum class Pinning : uint32_t {
    none,
    linear,
    avoid_smt,
    cluster_isolation,
    tiered_spillover,
    list,  // those of pin_to()
};

enum class Preset : uint32_t;  // presets.hpp

class Config {
    template <class T>
    constexpr Config with(T Config::*field, T value) const {
        Config changed = *this;
        changed.*field = value;
        return changed;
    }

 public:
    constexpr Config() = default;

    static constexpr Config preset(Preset which);

    // Workers: each has its own fibers and frame memory.
    constexpr uint32_t workers() const { return workers_; }
    constexpr Config workers(uint32_t count) const { return with(&Config::workers_, count); }

    // Two stack classes, chosen for each fiber.
    constexpr size_t small_stack_bytes() const { return small_stack_bytes_; }
    constexpr Config small_stack_bytes(size_t bytes) const {
        return with(&Config::small_stack_bytes_, bytes);
    }
    constexpr size_t large_stack_bytes() const { return large_stack_bytes_; }
    constexpr Config large_stack_bytes(size_t bytes) const {
        return with(&Config::large_stack_bytes_, bytes);
    }

    // Fibers of a class, for each worker: made in its first idle moments and kept, and the most
    // there may ever be. Address space is set aside for the most.
    constexpr uint32_t small_initial() const { return small_initial_; }
    constexpr uint32_t small_limit() const { return small_limit_; }
    constexpr Config small_fibers(uint32_t initial, uint32_t limit) const {
        return with(&Config::small_initial_, initial).with(&Config::small_limit_, limit);
    }
    constexpr uint32_t large_initial() const { return large_initial_; }
    constexpr uint32_t large_limit() const { return large_limit_; }
    constexpr Config large_fibers(uint32_t initial, uint32_t limit) const {
        return with(&Config::large_initial_, initial).with(&Config::large_limit_, limit);
    }

    // Frame memory for each worker and each frame in flight.
    constexpr size_t frame_bytes() const { return frame_bytes_; }
    constexpr Config frame_bytes(size_t bytes) const { return with(&Config::frame_bytes_, bytes); }
    constexpr uint32_t frames_in_flight() const { return frames_in_flight_; }
    constexpr Config frames_in_flight(uint32_t count) const {
        return with(&Config::frames_in_flight_, count);
    }

    // Jobs that a worker's deque holds (a power of two; a quarter as many of high and low
    // priority); zero: no scheduler, and no memory for one. And jobs from outside that wait to be
    // taken, of each priority and for each worker alone.
    constexpr uint32_t job_slots() const { return job_slots_; }
    constexpr Config job_slots(uint32_t count) const { return with(&Config::job_slots_, count); }
    constexpr uint32_t injector_slots() const { return injector_slots_; }
    constexpr Config injector_slots(uint32_t count) const {
        return with(&Config::injector_slots_, count);
    }

    // Memory for closures that do not fit a job, and for jobs that wait for a counter, for each
    // worker. Zero: none; such work is run in place or refused.
    constexpr size_t job_memory_bytes() const { return job_memory_bytes_; }
    constexpr Config job_memory_bytes(size_t bytes) const {
        return with(&Config::job_memory_bytes_, bytes);
    }

    // Events that each worker keeps of what happened on it, the latest ones (a power of two); zero:
    // none, and no memory for them (weft/trace/ring.hpp).
    constexpr uint32_t trace_events() const { return trace_events_; }
    constexpr Config trace_events(uint32_t count) const {
        return with(&Config::trace_events_, count);
    }

    // How often an idle worker looks around before it sleeps.
    constexpr uint32_t idle_spins() const { return idle_spins_; }
    constexpr Config idle_spins(uint32_t rounds) const {
        return with(&Config::idle_spins_, rounds);
    }

    // Tie each worker to a CPU of its own, chosen from the machine's topology.
    constexpr Pinning pinning() const { return pinning_; }
    constexpr Config pinning(Pinning how) const { return with(&Config::pinning_, how); }
    constexpr bool pinned() const { return pinning_ != Pinning::none; }
    constexpr Config pinned(bool on) const { return pinning(on ? Pinning::linear : Pinning::none); }
    // Worker i runs on the i-th of these CPU numbers. The list is the caller's, and stays.
    constexpr const uint32_t* cpu_list() const { return cpu_list_; }
    constexpr uint32_t cpu_list_length() const { return cpu_list_length_; }
    template <size_t kLength>
    constexpr Config pin_to(const uint32_t (&cpus)[kLength]) const {
        return pin_to(cpus, uint32_t(kLength));
    }
    constexpr Config pin_to(const uint32_t* cpus, uint32_t length) const {
        return pinning(Pinning::list)
            .with(&Config::cpu_list_, cpus)
            .with(&Config::cpu_list_length_, length);
    }

    // The largest machine whose topology a pinned system reads into its storage.
    constexpr uint32_t cpus() const { return cpus_; }
    constexpr Config cpus(uint32_t most) const { return with(&Config::cpus_, most); }

    // How many memory nodes have injectors and closure memory of their own; nodes beyond share.
    constexpr uint32_t nodes() const { return nodes_; }
    constexpr Config nodes(uint32_t count) const { return with(&Config::nodes_, count); }

    constexpr StackGuard guard() const { return guard_; }
    constexpr Config guard(StackGuard guard) const { return with(&Config::guard_, guard); }

    // Fill stacks with a pattern when they are made, so that their high-water mark can be read.
    // Touches every page of them.
    constexpr bool paint() const { return paint_; }
    constexpr Config paint(bool on) const { return with(&Config::paint_, on); }

    // Touch every page of stacks and frame memory, each worker its own: before its first job, and
    // when its pool grows.
    constexpr bool prefault() const { return prefault_; }
    constexpr Config prefault(bool on) const { return with(&Config::prefault_, on); }

    // Ask for large pages: set aside ones where there are no guard pages, transparent ones else.
    // MappedStorage::large_pages() says what came of it.
    constexpr bool large_pages() const { return large_pages_; }
    constexpr Config large_pages(bool on) const { return with(&Config::large_pages_, on); }

    // A worker that has slept for so long gives back the stacks that it does not need: all idle
    // ones but `initial`. Zero: never.
    constexpr uint32_t trim_after_ms() const { return trim_after_ms_; }
    constexpr Config trim_after_ms(uint32_t ms) const { return with(&Config::trim_after_ms_, ms); }

    // Start stacks at different line offsets, so that many fibers do not share one cache set. Costs
    // kColourLines lines a stack.
    constexpr bool colour() const { return colour_; }
    constexpr Config colour(bool on) const { return with(&Config::colour_, on); }

 private:
    size_t small_stack_bytes_ = 64 * 1024;
    size_t large_stack_bytes_ = 512 * 1024;
    size_t frame_bytes_ = 1024 * 1024;
    size_t job_memory_bytes_ = 256 * 1024;
    uint32_t workers_ = 1;
    uint32_t small_initial_ = 16;
    uint32_t small_limit_ = 128;
    uint32_t large_initial_ = 0;
    uint32_t large_limit_ = 16;
    uint32_t frames_in_flight_ = 2;
    uint32_t job_slots_ = 8192;
    uint32_t injector_slots_ = 256;
    uint32_t idle_spins_ = 200;
    uint32_t trace_events_ = 0;
    StackGuard guard_ = port::kPageBytes > 1 ? StackGuard::page : StackGuard::canary;
    bool paint_ = false;
    bool prefault_ = false;
    bool colour_ = true;
    bool large_pages_ = false;
    Pinning pinning_ = Pinning::none;
    const uint32_t* cpu_list_ = nullptr;
    uint32_t cpu_list_length_ = 0;
    uint32_t cpus_ = port::kMaxCores;
    uint32_t nodes_ = 1;
    uint32_t trim_after_ms_ = 1000;
};

}  // namespace weft

#include <weft/config/presets.hpp>
