#!/usr/bin/env python3
# sim_plants.py - breaks what is lock-free in ways that hide, and sees the simulated machine find each
# SPDX-License-Identifier: MIT
#
# tests/selfcheck/sim_plants.py [part of a name ...]. Each plant is a change to the library, and the
# scenario of tests/sim that must fail; how many schedules that took is printed, and kept in
# build/sim_plants.csv for the benchmarks. A plant that is not found is a hole in the scenarios.
import os
import pathlib
import re
import shutil
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
COPY = ROOT / "build/sim_plants"

DEQUE = "core/weft/job/split_deque.cpp"
COUNTER = "core/weft/job/counter.cpp"
INJECTOR = "core/weft/sched/injector.cpp"

# The bug, its file, what stands there and what is planted (pairs), the scenario that must fail.
PLANTS = [
    ("missing release in the deque", DEQUE,
     [("ends_.cas_weak_release(seen, ends_at(tail_of(seen), split))",
       "ends_.cas_weak_relaxed(seen, ends_at(tail_of(seen), split))")],
     "two_thieves_and_the_owner_take_each_job_once"),
    ("missing look-again before park", "core/weft/sched/worker_rest.cpp",
     [("&& !stopping_ && !wanted()) {", "&& !stopping_) {")],
     "no_wake_up_is_lost"),
    ("missing fence before a wake-up", "core/weft/sched/scheduler.hpp",
     [("        fence_seq_cst();\n        return roster.anyone_sleeps();",
       "        return roster.anyone_sleeps();")],
     "no_wake_up_is_lost"),
    ("wait node touched after release", "core/weft/sched/waiters.hpp",
     [("port::unpark(reinterpret_cast<WaitingThread*>(entry)->parker);",
       "port::unpark(reinterpret_cast<WaitingThread*>(entry)->parker);\n"
       "        entry->next = nullptr;")],
     "a_wait_ends_by_its_signal_and_nothing_touches_it_later"),
    ("reset with outstanding users", "core/weft/memory/frame_set.cpp",
     [("live_slot(frame).users.fetch_add_relaxed(1)", "live_slot(frame).users.load_relaxed()")],
     "a_frame_is_reset_after_its_last_user_and_its_endings_run_once"),
    ("lost remote free", "core/weft/memory/pool_remote.cpp",
     [("    do {\n        set_link(batch.last, seen);", "    set_link(batch.last, seen);\n    do {")],
     "blocks_freed_by_two_others_all_come_home"),
    ("ABA: positions of the free cells wrap with the ring", INJECTOR,
     [("claimed_.cas_weak_relaxed(at, at + 1)", "claimed_.cas_weak_relaxed(at, (at + 1) & mask_)"),
      ("        // Relaxed: others have been here.\n"
       "        if (late > 0) at = claimed_.load_relaxed();", "        if (late > 0) return false;"),
      ("taken_.cas_weak_relaxed(at, at + 1)", "taken_.cas_weak_relaxed(at, (at + 1) & mask_)"),
      ("cell.turn.store_release(at + mask_ + 1)", "cell.turn.store_release(at)")],
     "a_full_ring_with_two_producers_and_a_taker_loses_nothing"),
    ("timeout against signal race", "core/weft/sched/spawn.cpp",
     [("    (void)port::park(me.parker, port::kNoDeadline);\n", "")],
     "a_thread_that_times_out_takes_the_token_that_is_under_way"),
    ("priority inversion in resume", "core/weft/sched/worker_switch.cpp",
     [("use_lane(Priority(fiber->priority)).ready", "use_lane(Priority::normal).ready")],
     "fibers_go_on_by_their_priority"),
    ("double wake", COUNTER,
     [("    if (here) {\n        waiter->state = FiberState::runnable;\n", "    if (here) {\n")],
     "a_wait_ends_once_by_signal_deadline_or_stop"),
    ("dropped closure destructor", "core/weft/sched/spawn.hpp",
     [("        destroy_at(function);\n        Worker::current()->give_block",
       "        if (fate == Fate::run) destroy_at(function);\n        Worker::current()->give_block")],
     "each_closure_is_destroyed_whether_it_ran_or_not"),
    ("a drain trusts plain counts", "core/weft/sched/scheduler.cpp",
     [("    if (!others_sleep()) return false;\n", "    fence_acquire();\n")],
     "a_shutdown_waits_for_what_jobs_have_spawned"),
    # Two that were not planted: they stood there until the simulated machine found them.
    ("a posted counter's link written while it is read", COUNTER,
     [("posts_.exchange_acq_rel(0)", "posts_.exchange_acquire(0)")], "interrupts_end_a_wait"),
    ("a worker stays awake for a cell that is not filled", "core/weft/sched/injector.hpp",
     [("return int32_t(cells_[at & mask_].turn.load_relaxed() - (at + 1)) < 0;",
       "return claimed_.load_relaxed() == at;")], "a_system_starts_runs_a_job_and_ends"),
]


def fresh_copy():
    COPY.mkdir(parents=True, exist_ok=True)
    for top in ("core", "port", "tests", "tools", "Makefile"):
        if (ROOT / top).is_dir():
            shutil.rmtree(COPY / top, ignore_errors=True)
            shutil.copytree(ROOT / top, COPY / top)
        else:
            shutil.copy(ROOT / top, COPY / top)


def execute(command, limit):
    try:
        done = subprocess.run(command, cwd=COPY, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              timeout=limit, check=False)
        return done.returncode, done.stdout.decode(errors="replace")
    except subprocess.TimeoutExpired as late:
        return "hung", (late.stdout or b"").decode(errors="replace")


def plant(path, pairs):
    text = (COPY / path).read_text(encoding="utf-8")
    for before, after in pairs:
        if text.count(before) != 1:
            return "its place is not there once, but %d times" % text.count(before)
        text = text.replace(before, after)
    (COPY / path).write_text(text, encoding="utf-8")
    return None


# What is wrong, or None; and what the scenario said.
def try_plant(path, pairs, scenario):
    fault = plant(path, pairs)
    if fault:
        return fault, ""
    code, output = execute(["make", "--no-print-directory", "-j2", "build/sim/sim", "TARGET=sim"], 1500)
    if code != 0:
        return "does not build: " + "; ".join(re.findall(r"error: .*", output)[:2]), ""
    _, output = execute(["build/sim/sim", "--times", "20", scenario], 100)
    if not re.search(r"^not ok \d+ - %s " % scenario, output, re.M):
        return "not found by " + scenario, output
    return None, output


def main(words):
    fresh_copy()
    chosen = [p for p in PLANTS if not words or any(w in p[0] for w in words)]
    found = 0
    for name, path, pairs, scenario in chosen:
        text = (COPY / path).read_bytes()
        fault, output = try_plant(path, pairs, scenario)
        (COPY / path).write_bytes(text)
        found += fault is None
        if fault:
            print("not ok - %s: %s" % (name, fault), flush=True)
            continue
        took = re.search(r"^not ok .*# (\d+) schedules", output, re.M)[1]
        what = re.search(r"^# (.*)$", output, re.M)[1]
        print("ok - %s: schedule %s of %s: %s" % (name, took, scenario, what), flush=True)
    if not words:
        (ROOT / "build/sim_plants.csv").write_text(
            "sim.planted,%d\nsim.planted_found,%d\n" % (len(chosen), found), encoding="utf-8")
    print("# %d passed, %d failed" % (found, len(chosen) - found))
    return 0 if found == len(chosen) else 1


os.chdir(ROOT)
sys.exit(main(sys.argv[1:]))
