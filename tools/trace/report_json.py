# report_json.py - a trace as what tools/report draws (tools/report/README.md has the schema)
# SPDX-License-Identifier: MIT

US = 1000.0
RINGS = ["same core", "same cluster", "same node"]


class Fibers:
    """Small numbers for fibers, stable across migration: by home and place in its pool."""

    def __init__(self, trace):
        self.per_worker = max((ring.fibers for _, ring in trace.rings), default=0)
        self.seen = {}

    # None: the worker's own thread, which runs no jobs.
    def number(self, fiber):
        if fiber is None or fiber[1] is None:
            return -1
        number = fiber[0] * self.per_worker + fiber[1]
        self.seen[number] = fiber
        return number


def function_name(functions, low):
    return functions.get(low) or functions.get(low & ~1) or "job %08x" % low  # bit 0: Thumb


class Events:
    """The scheduler's events as the report's: a switch says who ran before, a wait is its fiber's."""

    def __init__(self, trace, fibers, names):
        self.running = {}
        self.fibers, self.names = fibers, names
        self.rows = []
        for ns, worker, kind, fiber, argument in trace.events:
            self._add(round(ns / US, 3), worker, kind, fiber, argument)

    def _add(self, at, worker, kind, fiber, argument):
        if worker is None or kind == "frame_reset":
            if kind in ("frame_begin", "frame_end", "frame_reset"):
                self.rows.append([at, worker or 0, -1, kind, fiber])
            return
        if kind == "counter":
            self.rows.append([at, worker, argument, "counter", fiber])
            return
        number = self.fibers.number(fiber)
        if kind in ("resume", "wait", "yield"):
            before = self.running.get(worker, -1)
            if kind == "wait" and before >= 0:
                self.rows.append([at, worker, before, "wait", argument])
            self.rows.append([at, worker, number, "switch", before])
            self.running[worker] = number
            return
        if kind not in ("wake",) and number >= 0:
            self.running[worker] = number
        self.rows.append([at, worker, number, kind, argument])


def frames_of(trace):
    begun, frames = {}, []
    for ns, worker, kind, number, argument in trace.events:
        if worker is not None:
            continue
        if kind == "frame_begin":
            begun[number] = ns
        elif kind == "frame_end" and number in begun:
            start = begun.pop(number)
            frames.append({"t_us": round(start / US, 3), "ms": round((ns - start) / 1e6, 6),
                           "bytes": argument})
    return frames


# Before this, somebody's events were overwritten, and the rest would be half the truth.
def whole_from(trace):
    first = {}
    for ns, worker, *_ in trace.events:
        first.setdefault(worker, ns)
    return max((first.get(ring.worker, 0) for _, ring in trace.rings
                if ring.dropped and ring.worker is not None), default=0)


# As the core orders victims: a ring around the thief, nearest first.
def ring_of(places, distances, thief, victim):
    (node, cluster, core), (other, *rest) = places[thief], places[victim]
    if node != other:
        return 3 + distances.get((min(node, other), max(node, other)), 20)
    return 2 if cluster != rest[0] else 1 if core != rest[1] else 0


def ring_name(ring):
    return RINGS[ring] if ring < 3 else "node at distance %d" % (ring - 3)


# Where workers are tied to CPUs: as far back as there are events.
def steals_by_distance(trace):
    rows = {kind: [[int(n) for n in note[1:]] for note in trace.notes if note[0] == kind]
            for kind in ("place", "distance")}
    places = {worker: place for worker, *place in rows["place"]}
    distances = {(a, b): far for a, b, far in rows["distance"]}
    won = {ring_of(places, distances, a, b): 0 for a in places for b in places if a != b}
    for _, worker, kind, _, victim in trace.events:
        if kind == "steal" and worker in places and victim in places:
            won[ring_of(places, distances, worker, victim)] += 1
    return [{"distance": ring_name(ring), "won": won[ring]} for ring in sorted(won)]


def stacks_of(trace, fibers):
    rows = [note for note in trace.notes if note[0] == "stack"]
    return [{"fiber": fibers.number((int(home), int(index))), "used": int(used),
             "bytes": int(size), "name": " ".join(name) or "fiber %s.%s" % (home, index)}
            for _, home, index, used, size, *name in rows]


def memory_of(trace):
    rows = [note for note in trace.notes if note[0] == "memory"]
    return [{"name": "%s, worker %s" % (" ".join(what), worker), "used": int(used),
             "high": int(high), "capacity": int(capacity)}
            for _, worker, used, high, capacity, *what in rows]


def tags_of(trace):
    return [{"name": trace.names.get(number, "name %d" % number), "count": count,
             "ms": round(ticks * trace.ns_per_tick / 1e6, 6), "bytes": size}
            for number, (count, ticks, size) in sorted(trace.tags.items())]


# Each worker counts in a table of its own.
def sites_of(trace):
    sums = {}
    for note in trace.notes:
        if note[0] == "site":
            count, size = sums.get(" ".join(note[3:]), (0, 0))
            sums[" ".join(note[3:])] = count + int(note[1]), size + int(note[2])
    return [{"site": site, "count": count, "bytes": size} for site, (count, size) in sums.items()]


def summary_of(trace):
    sums = {}
    for note in trace.notes:
        if note[0] == "figure":
            sums[note[3]] = sums.get(note[3], 0) + int(note[2])
    wanted = ["jobs_completed", "suspensions", "steals_won", "fibers_stolen", "sleeps", "no_fiber",
              "run_in_place"]
    return [{"name": name.replace("_", " "), "value": sums[name], "unit": ""}
            for name in wanted if name in sums]


def fibers_of(trace, fibers):
    named = {(int(note[1]), int(note[2])): " ".join(note[5:]) for note in trace.notes
             if note[0] == "stack"}
    return [{"id": number, "name": named.get(fiber) or "fiber %d.%d" % fiber, "home": fiber[0]}
            for number, fiber in sorted(fibers.seen.items())]


# What a program says of its own run comes before what the trace says of the same; its clock_ns says
# when its time begins.
def told_by(told, trace, report):
    later = (told["clock_ns"] - trace.start_ns) / US if "clock_ns" in told else 0.0
    for row in told.get("frames", []) + told.get("waits", []):
        if "t_us" in row:
            row["t_us"] = round(row["t_us"] + later, 3)
    return {**report, **told}


def of(trace, functions=None, title="weft trace"):
    fibers = Fibers(trace)
    names = dict(trace.names)
    rows = Events(trace, fibers, names).rows
    functions = functions or {}
    jobs = {row[4] for row in rows if row[3] == "job_begin"}
    return {
        "schema": "weft-report/1", "title": title,
        "summary": summary_of(trace),
        "workers": [{"id": worker, "name": "worker %d" % worker} for worker in trace.workers],
        "fibers": fibers_of(trace, fibers),
        "events": rows, "from_us": round(whole_from(trace) / US, 3),
        "names": {str(number): name for number, name in names.items()},
        "functions": {str(low): function_name(functions, low) for low in sorted(jobs)},
        "dropped": [ring.dropped for _, ring in trace.rings if ring.worker is not None],
        "frames": frames_of(trace), "memory": memory_of(trace),
        "stacks": stacks_of(trace, fibers), "tags": tags_of(trace),
        "sites": sites_of(trace), "steals_by_distance": steals_by_distance(trace),
    }
