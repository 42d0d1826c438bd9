// summary.cpp - the table at the end of a run
// SPDX-License-Identifier: MIT
#include <stdio.h>
#include <sys/resource.h>

#include "report.hpp"
#include "times.hpp"

namespace demo {
namespace {

double ms(uint64_t ns) {
    return double(ns) / 1e6;
}

void print_workers(const Run& run) {
    printf("\n  worker      jobs    stolen   suspended    slept   frame memory, most\n");
    for (uint32_t i = 0; i < run.options.workers; i++) {
        const weft::WorkerFigures figures = run.system.scheduler().worker(i).figures();
        printf("  %6u  %8zu  %8zu    %8zu  %7zu   %9zu KiB\n", i, size_t(figures.jobs_completed),
               size_t(figures.steals_won), size_t(figures.suspensions), size_t(figures.sleeps),
               run.system.frames().heap_figures(i).peak / 1024);
    }
}

// A worker that does not run is late for everything.
void print_machine(const Run& run) {
    rusage used;
    if (getrusage(RUSAGE_SELF, &used) != 0) return;
    printf("  machine    workers %s; it took the CPU from one of them %ld times, for others\n",
           run.config.pinned() ? "tied to CPUs" : "float", used.ru_nivcsw);
}

void print_audio(const Audio& audio) {
    printf("  audio      %u blocks, %u missed; the worst was %.2f ms late, 2.67 are allowed\n",
           audio.blocks(), audio.missed(), audio.worst_us() / 1e3);
}

}  // namespace

void print_summary(const Run& run) {
    const FrameTimes times = frame_times(run.game);
    const double seconds = double(run.game.elapsed_ns()) / 1e9;
    printf("\n  frames     %u in %.2f s, %u workers, preset %s, seed %u\n", run.game.retired(),
           seconds, run.options.workers, run.options.preset, run.options.seed);
    printf("  frame      median %.2f ms, 99 of 100 within %.2f, worst %.2f; %u over %.1f ms\n",
           ms(times.median_ns), ms(times.percentile99_ns), ms(times.worst_ns), times.late,
           ms(kBudgetNs));
    printf(
        "  of which   sand %.2f ms (%u grains, %u passes), picture %.2f ms beside the next sand\n",
        ms(times.sand_ns), run.game.sand.grains(), kPasses, ms(times.draw_ns));
    print_audio(run.game.audio);
    printf("  loads      %u of %u tiles from a slow device; %u waits looked at the clock\n",
           run.game.loaded(), kTiles, run.game.slow_loads());
    printf(
        "  memory     %zu KiB for all of it, set aside at the start; %u KiB in a frame at most\n",
        weft::required_bytes(run.config) / 1024, times.most_bytes / 1024);
    print_machine(run);
    print_workers(run);
    printf("\n  checksum   %08x (the same for seed %u and %u frames, with any workers)\n",
           run.game.checksum(), run.options.seed, run.game.retired());
}

}  // namespace demo
