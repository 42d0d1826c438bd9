# report_json.py - a trace as what tools/report draws (tools/report/README.md has the schema)
# SPDX-License-Identifier: MIT

US = 1000.0


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


def sites_of(trace):
    rows = [note for note in trace.notes if note[0] == "site"]
    return [{"site": " ".join(place), "count": int(count), "bytes": int(size)}
            for _, count, size, *place in rows]


def summary_of(trace):
    sums = {}
    for note in trace.notes:
        if note[0] == "figure":
            sums[note[3]] = sums.get(note[3], 0) + int(note[2])
    wanted = ["jobs_completed", "suspensions", "steals_won", "fibers_stolen", "sleeps", "no_fiber",
              "run_in_place"]
    return [{"name": name.replace("_", " "), "value": sums[name], "unit": ""}
            for name in wanted if name in sums]


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
        "fibers": [{"id": number, "name": "fiber %d.%d" % fiber, "home": fiber[0]}
                   for number, fiber in sorted(fibers.seen.items())],
        "events": rows,
        "names": {str(number): name for number, name in names.items()},
        "functions": {str(low): function_name(functions, low) for low in sorted(jobs)},
        "dropped": [ring.dropped for _, ring in trace.rings if ring.worker is not None],
        "frames": frames_of(trace), "memory": memory_of(trace),
        "stacks": stacks_of(trace, fibers), "tags": tags_of(trace),
        "sites": sites_of(trace),
    }
