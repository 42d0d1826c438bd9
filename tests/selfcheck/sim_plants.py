#!/usr/bin/env python3
# sim_plants.py - breaks what is lock-free in ways that hide, and sees the simulated machine find each
# SPDX-License-Identifier: MIT
#
# `make plants`; `sim_plants.py wake deque` plants those whose name holds a word. Each is a change to
# the library, and the scenario of tests/sim that must fail; how many schedules that took is printed,
# and for all together what was found is kept in build/sim_plants.csv for the benchmarks. A plant that
# is not found is a hole in the scenarios.
#
# In one copy of the tree for each CPU, objects included: only what a plant touches is compiled anew,
# and only the scenarios' file that must notice. With `--some`, every third row, from one that the
# commit decides: all have their turn in time.
import concurrent.futures
import os
import pathlib
import queue
import re
import shutil
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
COPIES = ROOT / "build/sim_plants"
OBJECTS = "build/sim"
LANES = os.cpu_count() or 1

DEQUE = "core/weft/job/split_deque.cpp"
COUNTER = "core/weft/job/counter.cpp"
INJECTOR = "core/weft/sched/injector.cpp"
SEND = "core/weft/sched/worker_send.cpp"
SWITCH = "core/weft/sched/worker_switch.cpp"

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
    ("priority inversion in resume", SWITCH,
     [("use_lane(Priority(fiber->priority)).ready", "use_lane(Priority::normal).ready")],
     "fibers_go_on_by_their_priority"),
    ("priority inversion in resume, of a crowd", SWITCH,
     [("use_lane(Priority(crowd.priority)).ready", "use_lane(Priority::normal).ready")],
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
    # What is done, and what is not, once something is full.
    ("a full deque drops the job", "core/weft/sched/spawn.hpp",
     [("        return run_in_place(*to->worker, counter, forward<Function>(function));",
       "        return;")],
     "a_full_deque_makes_way_and_then_runs_in_place"),
    ("a full deque loses a job that waited", SEND,
     [("if (slot == nullptr) return scheduler_->ready_outside(entry);",
       "if (slot == nullptr) return;")],
     "a_job_that_waited_finds_another_way_round_a_full_deque"),
    ("a full injector does not ask the next node", "core/weft/sched/scheduler.cpp",
     [("            return true;\n        }\n        node = node_after(node);",
       "            return true;\n        }\n        break;")],
     "a_full_injector_leaves_it_to_the_next_node_or_refuses"),
    ("a refused job stays counted", SEND,
     [("    wake(job.counter->subtract(1));\n    return drop(job);", "    return drop(job);")],
     "a_full_inbox_refuses_and_nothing_has_happened"),
    ("a refused job's closure stays", SEND,
     [("    (void)type_of(job).run(&job, Fate::drop);\n", "    (void)job;\n")],
     "no_block_for_a_job_that_waits_refuses_it"),
    ("no fiber to go on on ends the search", SWITCH,
     [("    Fiber* const ready = ready_anywhere();\n", "    Fiber* const ready = &thread_;\n")],
     "no_fiber_for_who_waits_delays_and_loses_nothing"),
    ("a parent waits for a fork that only lies in a queue", "core/weft/parallel/join.cpp",
     [("    if (SplitDeque::recall(slot)) return true;\n", "")], "forks_end_on_however_few_fibers"),
    ("a fork is started without a look whether its parent has it", DEQUE,
     [("if (fork->state.cas_strong_acquire(seen, SlotState::started)) return true;",
       "if (fork->state.load_acquire() == seen) {\n"
       "        fork->state.store_relaxed(SlotState::started);\n        return true;\n    }")],
     "a_fork_is_recalled_from_another_core_or_runs_once"),
]


def update(copy, part):
    for source in sorted((ROOT / part).rglob("*")) if (ROOT / part).is_dir() else [ROOT / part]:
        made = copy / source.relative_to(ROOT)
        if source.is_file() and (not made.exists() or differs(source, made)):
            made.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, made)


def differs(source, made):
    one, other = source.stat(), made.stat()
    return (one.st_mtime_ns, one.st_size) != (other.st_mtime_ns, other.st_size)


# With the times of the files, which decide what is compiled. A copy that is there has what the last
# plant changed and compiled in it: that is put back.
def refresh(copy):
    for part in ("Makefile", "core", "port", "tests", "tools", OBJECTS):
        update(copy, part)
    return copy


def execute(folder, command, limit):
    try:
        done = subprocess.run(command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              timeout=limit, check=False)
        return done.returncode, done.stdout.decode(errors="replace")
    except subprocess.TimeoutExpired as late:
        return "hung", (late.stdout or b"").decode(errors="replace")


def plant(file, pairs):
    text = file.read_text(encoding="utf-8")
    for before, after in pairs:
        if text.count(before) != 1:
            return "its place is not there once, but %d times" % text.count(before)
        text = text.replace(before, after)
    file.write_text(text, encoding="utf-8")
    return None


# The file that the scenario stands in, and those that tools/sim calls.
def needed(copy, scenario):
    return ["tests/sim/workloads.cpp"] + [
        "tests/sim/" + file.name for file in sorted((copy / "tests/sim").glob("*.cpp"))
        if "SCENARIO(%s," % scenario in file.read_text(encoding="utf-8")]


# What is wrong, or None; and what the scenario said.
def try_plant(copy, path, pairs, scenario):
    fault = plant(copy / path, pairs)
    if fault:
        return fault, ""
    program = OBJECTS + "/sim"
    (copy / program).unlink(missing_ok=True)
    code, output = execute(copy, ["make", "--no-print-directory", program, "TARGET=sim",
                                  "SCENARIOS=" + " ".join(needed(copy, scenario))], 600)
    if code != 0:
        return "does not build: " + "; ".join(re.findall(r"error: .*", output)[:2]), ""
    _, output = execute(copy, [program, "--times", "20", scenario], 300)
    if not re.search(r"^not ok \d+ - %s " % scenario, output, re.M):
        return "not found by " + scenario, output
    return None, output


def told(name, scenario, fault, output):
    if fault:
        return "not ok - %s: %s" % (name, fault)
    took = re.search(r"^not ok .*# (\d+) schedules", output, re.M)[1]
    what = re.search(r"^# (.*)$", output, re.M)[1]
    return "ok - %s: schedule %s of %s: %s" % (name, took, scenario, what)


def commit_number():
    head = subprocess.run(["git", "rev-parse", "HEAD"], text=True, capture_output=True, check=False)
    return int(head.stdout[:8] or "0", 16)


def choose(words):
    rows = PLANTS
    if words[:1] == ["--some"]:
        words, rows = words[1:], rows[commit_number() % 3::3]
    return [row for row in rows if not words or any(word in row[0] for word in words)]


def main(words):
    code, output = execute(ROOT, ["make", "--no-print-directory", "-j%d" % LANES, "suite",
                                  "TARGET=sim"], 1500)
    if code != 0:
        sys.exit(output)
    free = queue.SimpleQueue()
    for number in range(LANES):
        free.put(COPIES / str(number))

    def try_in_a_copy(row):
        name, path, pairs, scenario = row
        copy = refresh(free.get())
        try:
            fault, output = try_plant(copy, path, pairs, scenario)
            return fault, told(name, scenario, fault, output)
        finally:
            free.put(copy)

    chosen = choose(words)
    found = 0
    with concurrent.futures.ThreadPoolExecutor(LANES) as pool:
        for fault, line in pool.map(try_in_a_copy, chosen):
            found += fault is None
            print(line, flush=True)
    if not words:
        (ROOT / "build/sim_plants.csv").write_text(
            "sim.planted,%d\nsim.planted_found,%d\n" % (len(chosen), found), encoding="utf-8")
    print("# %d passed, %d failed" % (found, len(chosen) - found))
    return 0 if 0 < found == len(chosen) else 1


os.chdir(ROOT)
sys.exit(main(sys.argv[1:]))
