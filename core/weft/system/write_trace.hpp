// write_trace.hpp - all that a system knows of itself, as bytes for a file
// SPDX-License-Identifier: MIT
#pragma once
#include <weft/system/system.hpp>
#include <weft/trace/sites.hpp>

namespace weft {

// Hands the traces of all workers, names, stacks and memory to the sink, piece by piece, for
// tools/trace. Events may be written meanwhile; stacks and memory are a look without locks, good
// while no jobs run: after run(), or between pumps.
void write_trace(System& system, TraceSink sink, void* context);
// More for the same file: which places took most frame memory.
void write_sites(const HotSites& sites, TraceSink sink, void* context);

}  // namespace weft
