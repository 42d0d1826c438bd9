// chunk_oracle.hpp - what should be out, for random takes and gives of chunks
// SPDX-License-Identifier: MIT
#pragma once
#include <unit/unit.hpp>
#include <weft/memory/chunk_provider.hpp>

namespace chunk_oracle {

using namespace weft;

using unit::kModelSteps;

// Chunks in plain arrays: they must not overlap and must keep their bytes.
struct Oracle {
    static constexpr uint32_t kMost = 64;
    Bytes chunks[kMost];
    unsigned char marks[kMost];
    uint32_t count = 0;

    void add(Bytes chunk, unsigned char mark) {
        for (size_t i = 0; i < chunk.size; i += 64)
            chunk.data[i] = mark;
        chunks[count] = chunk;
        marks[count++] = mark;
    }
    Bytes remove(uint32_t index) {
        const Bytes chunk = chunks[index];
        bool intact = true;
        for (size_t i = 0; i < chunk.size; i += 64)
            intact = intact && chunk.data[i] == marks[index];
        EXPECT(intact);
        chunks[index] = chunks[--count];
        marks[index] = marks[count];
        return chunk;
    }
};

}  // namespace chunk_oracle
