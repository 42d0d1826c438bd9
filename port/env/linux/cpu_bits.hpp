// cpu_bits.hpp - Linux: a set of CPUs, as the kernel writes it: bits for a call, text in a file
// SPDX-License-Identifier: MIT
#pragma once
#include <sched.h>
#include <stdint.h>
#include <stdlib.h>

namespace weft::port {

// More CPUs than any kernel is built for: a smaller set would make sched_getaffinity() fail on a
// machine that has more.
constexpr uint32_t kMostCpuNumbers = 65535;

struct CpuBits {
    static constexpr size_t kWordBits = 8 * sizeof(unsigned long);
    unsigned long words[kMostCpuNumbers / kWordBits + 1] = {};

    cpu_set_t* set() { return reinterpret_cast<cpu_set_t*>(words); }
    const cpu_set_t* set() const { return reinterpret_cast<const cpu_set_t*>(words); }
    bool has(uint32_t cpu) const {
        return cpu <= kMostCpuNumbers && (words[cpu / kWordBits] >> cpu % kWordBits & 1) != 0;
    }
    void add(uint32_t cpu) {
        if (cpu <= kMostCpuNumbers) words[cpu / kWordBits] |= 1ul << cpu % kWordBits;
    }
    uint32_t count() const { return uint32_t(CPU_COUNT_S(sizeof words, set())); }
    bool empty() const { return count() == 0; }
    uint32_t lowest() const {
        uint32_t cpu = 0;
        while (cpu < kMostCpuNumbers && !has(cpu))
            cpu++;
        return cpu;
    }
    void keep(const CpuBits& other) {
        for (size_t i = 0; i < sizeof words / sizeof *words; i++)
            words[i] &= other.words[i];
    }

    // "0-3,8\n"; what follows a mistake is left out.
    void add_list(const char* text) {
        while (*text >= '0' && *text <= '9') {
            char* end;
            const unsigned long first = strtoul(text, &end, 10);
            unsigned long last = first;
            if (*end == '-') last = strtoul(end + 1, &end, 10);
            for (unsigned long cpu = first; cpu <= last && cpu <= kMostCpuNumbers; cpu++)
                add(uint32_t(cpu));
            text = *end == ',' ? end + 1 : "";
        }
    }
};

}  // namespace weft::port
