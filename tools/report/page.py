# page.py - one page, or one picture, from a report's data
# SPDX-License-Identifier: MIT
import json
import pathlib
from html import escape

import charts
import timeline

HERE = pathlib.Path(__file__).resolve().parent
MOST_WAITS = 15


def worker_name(report, worker):
    names = {w["id"]: w.get("name") for w in report.get("workers", [])}
    return names.get(worker) or "worker %d" % worker


def fiber_name(report, fiber):
    names = {f["id"]: f.get("name") for f in report.get("fibers", [])}
    return names.get(fiber) or "fiber %d" % fiber


def rows_of(report, line):
    workers = sorted({w["id"] for w in report.get("workers", [])} | set(line.on_worker))
    rows = [{"name": worker_name(report, w), "kind": "worker", "spans": line.on_worker.get(w, []),
             "parks": line.parks.get(w, []), "waits": [],
             "steals": [at for at, thief, _ in line.steals if thief == w]} for w in workers]
    fibers = line.busiest_fibers()
    fibers.sort(key=lambda fiber: fiber_name(report, fiber).startswith("fiber "))  # named ones first
    for fiber in fibers:
        waits = [[w["t_us"], w["t_us"] + w["us"]] for w in line.waits if w["fiber"] == fiber]
        rows.append({"name": fiber_name(report, fiber), "kind": "fiber", "parks": [], "steals": [],
                     "spans": line.on_fiber[fiber], "waits": sorted(waits)})
    return rows


# The names that take most time have colours of their own.
def colours_of(line):
    order, sums = line.by_time()
    colours = [charts.COLOURS - 1] * len(line.names)
    for place, number in enumerate(order[:charts.COLOURS - 1]):
        colours[number] = place
    return colours, order, sums


def frames_of(report, line):
    return [[f["t_us"] - line.start, f["t_us"] - line.start + f["ms"] * 1000]
            for f in report.get("frames", []) if "t_us" in f]


# Of all frames: where the events begin, the strip's numbers go on.
def first_frame(frames):
    return next((i for i, (_, end) in enumerate(frames) if end > 0), len(frames))


def rounded(value):
    return [rounded(v) for v in value] if isinstance(value, list) else \
        round(value, 3) if isinstance(value, float) else value


def timeline_section(report, line):
    colours, order, sums = colours_of(line)
    rows = rows_of(report, line)
    for row in rows:
        row["spans"], row["waits"], row["parks"] = map(rounded, (row["spans"], row["waits"], row["parks"]))
    frames = frames_of(report, line)
    first = first_frame(frames)
    data = {"end": line.end, "rows": rows, "names": line.names, "colours": colours,
            "frames": rounded(frames[first:]), "first": first}
    legend = "".join('<span><i style="background:var(--c%d)"></i>%s, %s</span>'
                     % (colours[n], escape(line.names[n]), charts.duration(sums[n]))
                     for n in order[:charts.COLOURS - 1])
    lost = sum(report.get("dropped", []))
    note = " The last %s: %d older events were overwritten." % (charts.duration(line.end), lost) if lost else ""
    return """<section class="wide"><h2>Timeline</h2><p>Who ran what, and when. Wheel: zoom; drag or
shift and wheel: move; pale: asleep or waiting; red: a steal; the strip on top: frames.%s</p>
<div class="tools"><button id="in">closer</button><button id="out">further</button><button id="all">all</button>
<label><input type="checkbox" id="fibers" checked> fibers</label><span id="span"></span></div>
<canvas id="timeline"></canvas><div class="legend">%s</div>
<script type="application/json" id="timeline-data">%s</script></section>""" % (
        note, legend, json.dumps(data, separators=(",", ":")).replace("<", "\\u003c"))


def card(title, words, body):
    return "<section><h2>%s</h2><p>%s</p>%s</section>" % (escape(title), words, body)


def frame_cards(report):
    frames = report.get("frames", [])
    if not frames:
        return
    times = [f["ms"] for f in frames]
    late = sum(bool(f.get("late")) for f in frames)
    words = "%d frames%s, the longest %.3g ms." % (len(frames), ", %d late" % late if late else "", max(times))
    yield card("Frame times", words, charts.histogram(times, report.get("frame_budget_ms"), "ms"))
    sizes = [f["bytes"] for f in frames if "bytes" in f]
    if sizes:
        rate = sum(sizes) / max(sum(times), 1e-9) * 1000
        words = ("What each frame took from frame memory; at least %s/s written." % charts.size(rate))
        yield card("Memory of each frame", words,
                   charts.series(sizes, "bytes of each frame", "frame-bytes", charts.size))
        rates = [f["bytes"] / max(f["ms"], 1e-6) * 1000 for f in frames if "bytes" in f]
        yield card("Bandwidth of each frame", "What it wrote there a second, at least.",
                   charts.series(rates, "bytes a second", "frame-bandwidth", charts.size))


def memory_card(report):
    rows = [(m["name"], m["high"], m.get("capacity", m["high"]),
             "%s of %s" % (charts.size(m["high"]), charts.size(m.get("capacity", m["high"]))))
            for m in report.get("memory", [])]
    if rows:
        yield card("High-water marks", "The most that was ever in use.",
                   charts.bars(rows, "high-water marks of memory", "memory"))


def steal_card(report, line):
    rows = report.get("steals_by_distance", [])
    if rows:
        most = max(max(r.get("won", 0), r.get("tried", 0)) for r in rows) or 1
        bars = [(r["distance"], r["won"], most, "%d won%s" % (
            r["won"], " of %d" % r["tried"] if "tried" in r else "")) for r in rows]
        yield card("Steals by distance", "Nearest first, as far back as the timeline goes.",
                   charts.bars(bars, "steals by distance", "steals-by-distance"))
    if line.steals:
        pairs = {}
        for _, thief, victim in line.steals:
            pairs[victim, thief] = pairs.get((victim, thief), 0) + 1
        best = sorted(pairs.items(), key=lambda p: -p[1])[:12]
        bars = [("%s to %s" % (worker_name(report, v), worker_name(report, t)), count, best[0][1],
                 "%d" % count) for (v, t), count in best]
        yield card("Steals", "From whom, by whom: the commonest.", charts.bars(bars, "steals between workers", "steals"))


def stack_card(report):
    used = [s for s in report.get("stacks", []) if s["used"] > 0]
    stacks = sorted(used, key=lambda s: -s["used"])[:16]
    if stacks:
        rows = [(s.get("name") or fiber_name(report, s["fiber"]), s["used"], s["bytes"],
                 "%s of %s" % (charts.size(s["used"]), charts.size(s["bytes"]))) for s in stacks]
        yield card("Stacks", "The deepest that each fiber ever was.",
                   charts.bars(rows, "stack use of fibers", "stacks"))


def wait_card(report, line):
    waits = sorted(report.get("waits") or line.waits, key=lambda w: -w["us"])[:MOST_WAITS]
    if waits:
        rows = [(charts.duration(w["us"]), fiber_name(report, w["fiber"]), w.get("what", ""),
                 charts.duration(w.get("t_us", 0)) if w.get("t_us", 0) >= 0 else "before",
                 charts.duration(w["us"] - w["ready_us"]) if "ready_us" in w else "") for w in waits]
        yield card("Longest waits", "From going to sleep to going on; ready: how long it was ready by then.",
                   charts.table(("for", "who", "what", "at", "ready"), rows, "waits"))


def tag_cards(report):
    tags = sorted(report.get("tags", []), key=lambda t: -t.get("ms", 0))
    if tags:
        rows = [(t["name"], t["count"], charts.duration(t["ms"] * 1000),
                 charts.duration(t["ms"] * 1000 / max(1, t["count"])),
                 charts.size(t["bytes"] / t["ms"] * 1000) + "/s" if t.get("bytes") and t["ms"] else "")
                for t in tags]
        yield card("By tag", "Zones, waits inside included.",
                   charts.table(("tag", "times", "in all", "each", "bandwidth"), rows, "tags"))
    sites = sorted(report.get("sites", []), key=lambda s: -s["bytes"])[:20]
    if sites:
        yield card("Hot allocation sites", "Frame memory, by where it was asked for.", charts.table(
            ("where", "times", "bytes"), [(s["site"], s["count"], charts.size(s["bytes"])) for s in sites],
            "sites"))


def html(report):
    line = timeline.Timeline(report)
    figures = "".join("<div><b>%s %s</b><span>%s</span></div>" % (
        charts.rounded(f["value"]) if not isinstance(f["value"], str) else escape(f["value"]),
        escape(f.get("unit", "")), escape(f["name"])) for f in report.get("summary", []))
    cards = [*frame_cards(report), *memory_card(report), *steal_card(report, line),
             *stack_card(report), *wait_card(report, line), *tag_cards(report)]
    title = escape(report.get("title", "weft"))
    return """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>%s</title>
<meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light dark">
<style>%s</style></head><body><h1>%s</h1><p>%s</p><div class="figures">%s</div>
%s<div class="cards">%s</div><div id="tip"></div><script>%s</script></body></html>
""" % (title, (HERE / "page.css").read_text(), title, escape(report.get("subtitle", "")), figures,
       timeline_section(report, line) if report.get("events") else "", "\n".join(cards),
       (HERE / "page.js").read_text() if report.get("events") else "")
