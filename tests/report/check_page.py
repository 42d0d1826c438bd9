#!/usr/bin/env python3
# check_page.py - a browser opens a report: what is drawn, what zooming does, what it asks of the net
# SPDX-License-Identifier: MIT
#
# tests/report/check_page.py TRACED DEMO PLACE: runs both programs, of which the first one's events are
# known, makes their reports, checks what is drawn, leaves pages, pictures and screenshots in PLACE.
# Without a Chromium it says how to get one, and fails.
import json
import pathlib
import re
import subprocess
import sys
import time
import xml.etree.ElementTree

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools" / "report"))

import browser

passed = failed = 0


def check(sentence, holds, words=""):
    global passed, failed
    passed, failed = passed + bool(holds), failed + (not holds)
    print("%s - %s%s" % ("ok" if holds else "not ok", sentence, "" if holds else " # " + str(words)))


def canvas(page):
    values = page.ask("({...document.getElementById('timeline').dataset})")
    return {name: float(value) for name, value in values.items()}


# How many colours stand in a part of the canvas, by its own pixels.
def colours_drawn(page):
    return page.ask("""(() => { const c = document.getElementById('timeline'), seen = new Set();
        const d = c.getContext('2d').getImageData(120, 30, c.width - 120, c.height - 30).data;
        for (let i = 0; i < d.length; i += 4) seen.add(d[i] << 16 | d[i + 1] << 8 | d[i + 2]);
        return seen.size; })()""")


def settled(page, differs_from):
    for _ in range(50):
        now = canvas(page)
        if now != differs_from:
            return now
        time.sleep(0.05)
    return now


def rows_of_fibers(page):
    return page.ask("JSON.parse(document.getElementById('timeline-data').textContent).rows"
                    ".filter(r => r.kind === 'fiber').map(r => r.name)")


def column(page, chart, number):
    return page.ask("[...document.querySelectorAll('[data-chart=%s] tbody td:nth-child(%d)')]"
                    ".map(c => c.textContent)" % (chart, number))


def words_of(page, chart):
    return page.ask("[...document.querySelectorAll('[data-chart=%s] text')].map(t => t.textContent)"
                    % chart)


def look_at_timeline(page, report):
    whole = canvas(page)
    rows = len(report["workers"]) + len(rows_of_fibers(page))
    check("the timeline has a row for each worker and fiber", whole["rows"] == rows, whole)
    check("spans are drawn", whole["spans"] >= 20, whole)
    check("the canvas has several colours", colours_drawn(page) >= 5, colours_drawn(page))


def look_at_charts(page, report, *more):
    charts = page.ask("[...document.querySelectorAll('[data-chart]')].map(c => c.dataset.chart)")
    for wanted in ("histogram", "frame-bytes", "frame-bandwidth", "memory", "stacks", "waits", "tags", *more):
        check("there is a picture or table of " + wanted, wanted in charts, charts)
    bars = page.ask("[...document.querySelectorAll('[data-chart=histogram] .bar title')]"
                    ".map(t => Number(t.textContent.match(/(\\d+) frames/)[1]))")
    check("the histogram's bars are all the frames", sum(bars) == len(report["frames"]), bars)
    waits = len(column(page, "waits", 1))
    check("the longest waits are listed", 0 < waits <= 15, waits)


def look_at_zoom(page, report):
    whole = canvas(page)
    page.wheel(700, 330, -800)
    closer = settled(page, whole)
    before, after = whole["to"] - whole["from"], closer["to"] - closer["from"]
    check("the wheel zooms in", after < before / 2, (before, after))
    check("what is pointed at stays inside", whole["from"] < closer["from"] < closer["to"] < whole["to"],
          closer)
    page.drag(700, 330, -200)
    moved = settled(page, closer)
    check("dragging moves and does not zoom", moved["from"] > closer["from"] and
          abs((moved["to"] - moved["from"]) - after) < 0.01 * after, moved)
    page.ask("document.getElementById('all').click()")
    check("a button shows all again", canvas(page)["to"] == whole["to"], canvas(page))
    page.ask("document.getElementById('fibers').click()")
    check("fibers can be hidden", canvas(page)["rows"] == len(report["workers"]), canvas(page))
    page.ask("document.getElementById('fibers').click()")


def look_at_colours(page, place):
    page.screenshot(str(place / "light.png"))
    light = page.ask("getComputedStyle(document.body).backgroundColor")
    page.colours("dark")
    check("the page has a dark side", page.ask("getComputedStyle(document.body).backgroundColor")
          != light, light)
    page.screenshot(str(place / "dark.png"))
    page.colours("light")


def quiet(page):
    asked = [event["params"]["request"]["url"] for event in page.events
             if event.get("method") == "Network.requestWillBeSent"]
    check("the page asks nothing of the network", all(a.startswith("file:") for a in asked)
          and len(asked) == len(set(asked)), asked)
    errors = [event for event in page.events if event.get("method") == "Runtime.exceptionThrown"
              or event.get("params", {}).get("entry", {}).get("level") == "error"]
    check("the page's program has no errors", not errors, errors)


def look_at_picture(path, least):
    picture = xml.etree.ElementTree.fromstring(path.read_text())
    boxes = [e for e in picture.iter() if e.tag.endswith("rect")]
    check("the picture is well-formed and has spans", len(boxes) > least, len(boxes))


def convert(dump, program, place, *more):
    files = {name: place / ("report." + name) for name in ("json", "html", "svg")}
    command = [str(ROOT / "tools/trace/convert"), str(dump), "--program", program, *more]
    for name, path in files.items():
        command += ["--" + name, str(path)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    check("the page is one file",
          not re.search(r"(?:src|href)\s*=|@import|url\(", files["html"].read_text()))
    return json.loads(files["json"].read_text()), files


def look_at_traced(page, program, place):
    place.mkdir(parents=True, exist_ok=True)
    subprocess.run([program, str(place / "trace")], check=True)
    report, files = convert(place / "trace", program, place)
    page.open(files["html"].resolve().as_uri())
    look_at_timeline(page, report)
    look_at_zoom(page, report)
    look_at_charts(page, report)
    look_at_colours(page, place)
    look_at_picture(files["svg"], 30)


# More events than the rings hold: the timeline is what all workers still know.
def look_at_overwritten(page, program, place):
    place.mkdir(parents=True, exist_ok=True)
    subprocess.run([program, str(place / "trace"), "1000"], check=True)
    report, files = convert(place / "trace", program, place)
    page.open(files["html"].resolve().as_uri())
    lost = sum(report["dropped"])
    said = page.ask("document.querySelector('section.wide p').textContent")
    check("the page says how many events were overwritten",
          lost > 1000 and ": %d older events were overwritten" % lost in said, (lost, said))
    begins = page.ask("JSON.parse(document.getElementById('timeline-data').textContent).rows"
                      ".filter(r => r.kind === 'worker').map(r => r.spans[0][0])")
    end = canvas(page)["to"]
    check("the timeline begins where every worker's events do",
          len(begins) == 2 and all(0 <= begin < end / 4 for begin in begins), (begins, end))
    frames = page.ask("JSON.parse(document.getElementById('timeline-data').textContent).frames.length")
    check("and so does the strip of frames", 10 < frames < 1000, frames)


# On two nodes of one CPU, so that a steal is one from another node.
def look_at_demo(page, demo, place):
    place.mkdir(parents=True, exist_ok=True)
    machine = "grid nodes 2\ndistance 0 1 31"
    subprocess.run([demo, "--headless", "--frames", "60", "--topology", machine, "--out", str(place)],
                   check=True, stdout=subprocess.DEVNULL)
    report, files = convert(place / "demo.trace", demo, place, "--with", str(place / "demo.json"))
    page.open(files["html"].resolve().as_uri())
    check("the demo's frames are all there", len(report["frames"]) == 60)
    look_at_timeline(page, report)
    fibers = rows_of_fibers(page)
    check("fibers that live long have names", {"game", "audio"} <= set(fibers), fibers)
    legend = page.ask("document.querySelector('.legend').textContent")
    check("the legend names zones and jobs", "sand," in legend and "demo::Game::run_sand," in legend, legend)
    look_at_charts(page, report, "steals", "steals-by-distance", "sites")
    steals = words_of(page, "steals-by-distance")
    check("steals are told by distance", steals[0] == "node at distance 31" and
          int(steals[1].split()[0]) > 60, steals)
    check("the sand is a tag, once a frame", dict(zip(column(page, "tags", 1), column(page, "tags", 2)))
          .get("sand") == "60", column(page, "tags", 1))
    sites = dict(zip(column(page, "sites", 1), column(page, "sites", 2)))
    check("the places that took frame memory are listed, each once a frame", len(sites) == 3 and all(
        re.fullmatch(r"tools/demo/game.cpp:\d+", site) and times == "60"
        for site, times in sites.items()), sites)
    sizes = words_of(page, "memory") + words_of(page, "stacks")
    check("memory and stacks have high-water marks", sum(" of " in size for size in sizes) >= 4, sizes)
    apart = sorted(abs(event[0] - frame["t_us"]) for event, frame in zip(
        [event for event in report["events"] if event[3] == "frame_begin"], report["frames"]))
    check("the demo's clock and the trace's are one", apart[len(apart) // 2] < 20, apart)
    page.screenshot(str(place / "light.png"))
    look_at_picture(files["svg"], 100)


def main():
    traced, demo, place = sys.argv[1], sys.argv[2], pathlib.Path(sys.argv[3])
    program = browser.found()
    if program is None:
        check("there is a browser", False, "tools/setup report installs chromium")
    else:
        page = browser.Browser(program)
        try:
            look_at_traced(page, traced, place / "traced")
            look_at_overwritten(page, traced, place / "overwritten")
            look_at_demo(page, demo, place / "demo")
            quiet(page)
        finally:
            page.close()
    print("# %d passed, %d failed" % (passed, failed))
    return failed != 0


sys.exit(main())
