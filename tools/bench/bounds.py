# bounds.py - what tools/bench/run compares with what, and the bounds; how long it measures
# SPDX-License-Identifier: MIT
import collections

# A ratio of metrics. Of several in `top`, the lowest counts: a peer is shown at its best. `gain`:
# the peer stands above and we below, so that the ratio says how many times faster we are.
Ratio = collections.namedtuple("Ratio", "name top below bound gain", defaults=[False])


def at_least(limit):
    return f">= {limit}", lambda value: value >= limit


def at_most(limit):
    return f"<= {limit}", lambda value: value <= limit


def above(limit):
    return f"> {limit}", lambda value: value > limit


def against_boost(shape, bound):
    boost = [f"{shape}.boost.ns", f"{shape}.boost_guard.ns"]  # the better of its two layouts
    return Ratio(f"{shape}.vs_boost", boost, f"{shape}.ns", bound, True)


def faster_than(shape, peer, bound, unit="ns"):
    return Ratio(f"{shape}.vs_{peer}", [f"{shape}.{peer}.{unit}"], f"{shape}.{unit}", bound, True)


# A peer that offers several ways: the fastest counts.
def at_best(shape, peer, ways, bound, unit="us"):
    return Ratio(f"{shape}.vs_{peer}", [f"{shape}.{way}.{unit}" for way in ways],
                 f"{shape}.{unit}", bound, True)


def beside(shape, tbb, omp):
    return [faster_than(shape, "serial", None, "us"), at_best(shape, "tbb", tbb, None),
            at_best(shape, "omp", omp, None)]


def joins(program):
    w1, w2 = f"join.{program}.w1", f"join.{program}.w2"
    return [
        Ratio(f"join.{program}.vs_serial", [f"{w1}.ms"], f"join.{program}.serial.ms",
              at_most(1.15) if program == "fib" else None),
        Ratio(f"join.{program}.speedup2", [f"{w1}.ms"], f"{w2}.ms",
              at_least(1.85) if program == "fib" else None),
        Ratio(f"join.{program}.w1.vs_tbb", [f"{w1}.tbb.ms"], f"{w1}.ms", above(1), True),
        Ratio(f"join.{program}.vs_tbb", [f"{w2}.tbb.ms"], f"{w2}.ms", above(1), True),
    ]


RATIOS = {
    "switch": [
        against_boost("switch.pingpong", at_least(5)),
        against_boost("switch.ring64", at_least(3)),
        # A thousand stacks 64 KiB apart, as Boost's users pool them, share few cache sets; with guard
        # pages between they spread, and Boost is at its best. The bound is for the first.
        Ratio("switch.ring1000.vs_boost", ["switch.ring1000.boost.ns"], "switch.ring1000.ns",
              at_least(8), True),
        Ratio("switch.ring1000.vs_boost_guarded", ["switch.ring1000.boost_guard.ns"],
              "switch.ring1000.ns", None, True),
        against_boost("switch.ring1000.scattered", None),
        Ratio("switch.yield.vs_raw", ["switch.yield.ns"], "switch.ring64.ns", at_most(2)),
        Ratio("switch.yield.pingpong.vs_raw", ["switch.yield.pingpong.ns"], "switch.ring2.ns",
              at_most(2)),
        Ratio("switch.wait.vs_raw", ["switch.wait.ns"], "switch.ring64.ns", at_most(2)),
        Ratio("switch.yield.job.vs_raw", ["switch.yield.job.ns"], "switch.ring64.ns", None),
        Ratio("switch.yield.ring1000.vs_raw", ["switch.yield.ring1000.ns"],
              "switch.ring1000.ns", None),
    ],
    "start": [
        Ratio("start.first_job.vs_threads", ["start.first_job.us"], "start.threads.us",
              at_most(3)),
        Ratio("start.prefault.vs_touch", ["start.prefault.ms"], "start.touch.ms", at_most(1.3)),
        Ratio("start.pool16.prefault.vs_touch", ["start.pool16.prefault.ns"],
              "start.touch16.ns", None),
    ],
    "chunk": [
        Ratio("chunk.pair.vs_heap", ["chunk.pair.ns"], "chunk.pair.heap.ns", at_most(1)),
        Ratio("chunk.pair.shared.vs_heap", ["chunk.pair.shared.ns"], "chunk.pair.shared.heap.ns",
              at_most(0.5)),
    ],
    "memory": [
        Ratio("pool.pair.vs_list", ["pool.pair.ns"], "pool.pair.list.ns", at_most(1.3)),
        faster_than("pool.pair", "malloc", at_least(4)),
        faster_than("pool.pair", "mimalloc", None),
        Ratio("pool.thousand.vs_list", ["pool.thousand.ns"], "pool.thousand.list.ns", None),
        faster_than("pool.thousand", "malloc", None),
        faster_than("pool.thousand", "mimalloc", None),
        Ratio("pool.shuffled.vs_list", ["pool.shuffled.ns"], "pool.shuffled.list.ns", None),
        faster_than("pool.shuffled", "malloc", None),
        faster_than("pool.shuffled", "mimalloc", None),
        faster_than("pool.remote", "malloc", None),
        Ratio("frame.alloc.vs_bump", ["frame.alloc.ns"], "frame.alloc.bump.ns", at_most(1.2)),
        faster_than("frame.alloc", "malloc", at_least(8)),
        # Objects do more than blocks do: beside a malloc and free of 16 to 256 bytes, and the pool.
        Ratio("object.pair.vs_malloc", ["pool.pair.malloc.ns"], "object.pair.ns", None, True),
        Ratio("object.pair.vs_pool", ["object.pair.ns"], "pool.pair.ns", None),
        Ratio("object.churn.vs_pair", ["object.churn.ns"], "object.pair.ns", None),
    ],
    "join": [
        Ratio("join.fib.vs_unrolled", ["join.fib.w1.ms"], "join.fib.unrolled.ms", None),
        *joins("fib"), *joins("skynet"), *joins("nqueens"), *joins("matmul"),
        # Far from 2, it says that somebody else needed a CPU: then none of the above means much.
        Ratio("join.fib.tbb.speedup2", ["join.fib.w1.tbb.ms"], "join.fib.w2.tbb.ms", None),
    ],
    "spawn": [
        faster_than("spawn.w1.1k", "tbb", None),
        faster_than("spawn.w1.10k", "tbb", at_least(8)),
        faster_than("spawn.w1.1m", "tbb", None),
        faster_than("spawn.w2.1k", "tbb", None),
        faster_than("spawn.w2.10k", "tbb", None),
        faster_than("spawn.w2.1m", "tbb", None),
        Ratio("spawn.batch.vs_serial", ["spawn.batch.ns"], "spawn.batch.serial.ns", None),
    ],
    "wait": [
        faster_than("wait.w1.block", "boost", None),
        faster_than("wait.w1.wake", "boost", None),
    ],
    "wake": [
        Ratio("wake.cold.vs_futex", ["wake.cold.us"], "wake.cold.futex.us", at_most(1.2)),
        faster_than("wake.cold", "tbb", None, "us"),
    ],
    "latency": [
        faster_than("latency.one.w1", "tbb", None), faster_than("latency.one", "tbb", None),
        faster_than("latency.chain.w1", "tbb", None), faster_than("latency.chain", "tbb", None),
    ],
    "steal": [
        *beside("steal.jobs", ["tbb"], ["omp"]),
        *beside("steal.loop", ["tbb", "tbb_auto"], ["omp", "omp_dynamic"]),
    ],
    "science": [row for program in ("ep", "mg", "cg")
                for row in beside(f"science.{program}", ["tbb", "tbb_auto"], ["omp"])],
    "transform": beside("transform", ["tbb", "tbb_auto"], ["omp"]),
    "channel": [
        faster_than("channel", "tbb", None, "us"),
        Ratio("channel.vs_serial", ["channel.serial.us"], "channel.us", None, True),
    ],
    "demo": [
        faster_than("demo.sand", "serial", at_least(1.85), "ms"),
        at_best("demo.sand", "tbb", ["tbb", "tbb_auto"], above(1), "ms"),
        at_best("demo.sand", "omp", ["omp", "omp_dynamic"], above(1), "ms"),
        Ratio("demo.sand.w1.vs_serial", ["demo.sand.w1.ms"], "demo.sand.serial.ms", None),
    ],
    "pfor": [
        Ratio("pfor.w2.vs_omp", ["pfor.w2.us"], "pfor.w2.omp.us", at_most(1.03)),
        faster_than("pfor.w2", "tbb", None, "us"),
        Ratio("pfor.speedup2", ["pfor.serial.us"], "pfor.w2.us", None),
    ],
    "sim": [],  # sim_machines.py makes its own ratios
    "trace": [],
}

# Bounds on times themselves, meant for the kind of machine that the peers' figures come from.
LIMITS = {
    "spawn": {
        "spawn.w1.10k.ns": at_most(3.5),
        "spawn.w1.1m.ns": at_most(4.5),
        "spawn.w2.1m.ns": at_most(6),
        "spawn.batch.ns": at_most(0.3),
    },
    "wait": {
        "wait.w1.block.ns": at_most(25),
        "wait.w1.wake.ns": at_most(12),
        "wait.w2.block.ns": at_most(60),
        "wait.w2.wake.ns": at_most(30),
    },
    "pfor": {"pfor.two.us": at_most(0.5)},
    "start": {"start.w32.ms": at_most(5)},
    "trace": {"trace.cost.pct": at_most(3), "trace.cost.loop.pct": at_most(3)},
}

# Instructions an operation: how many more twice as many take, divided by that number of them. Where
# an operation is thousands of jobs or forks, a few make a run, and the figure is for one of those.
MANY = 64_000
COUNTED = {
    "switch": {"switch.pingpong": MANY, "switch.ring64": MANY, "switch.yield": MANY,
               "switch.wait": MANY, "switch.yield.job": MANY},
    "chunk": {"chunk.pair": MANY, "chunk.pair.heap": MANY},
    "memory": {"pool.pair": MANY, "pool.pair.list": MANY, "frame.alloc": MANY,
               "frame.boundary": MANY},
    "join": {"join.fork": 1, "join.fork.serial": 1},
    "spawn": {"spawn.w1.1k": 64, "spawn.w1.10k": 8},
}

# Groups that pin a second worker.
TWO_CORES = {"start", "chunk", "memory", "join", "spawn", "wait", "wake", "pfor", "latency",
             "steal", "science", "transform", "channel", "demo", "trace"}

# Processes (each with its own addresses: code and data may lie luckily in one), rounds in each, and
# a variant's milliseconds a round: long against the clock's own cost, short against drift. Whole
# programs take longer than that (TBB's fib a second); a wake's time drifts so fast that variants
# change over every few.
Plan = collections.namedtuple("Plan", "processes rounds ms")
PLANS = collections.defaultdict(lambda: Plan(3, 7, 40), join=Plan(3, 4, 40), wake=Plan(3, 60, 5),
                                 trace=Plan(3, 5, 300))
