#!/usr/bin/env python3
# check_page.py - a browser opens a report: what is drawn, what zooming does, what it asks of the net
# SPDX-License-Identifier: MIT
#
# tests/report/check_page.py DUMP PROGRAM PLACE: converts the dump, checks, leaves page, picture and
# screenshots in PLACE. Without a Chromium it says how to get one, and fails.
import json
import pathlib
import re
import subprocess
import sys
import time
import xml.etree.ElementTree

import browser

ROOT = pathlib.Path(__file__).resolve().parents[2]
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


def look(page, report, place):
    whole = canvas(page)
    rows = len(report["workers"]) + page.ask("JSON.parse(document.getElementById("
                                             "'timeline-data').textContent).rows.filter("
                                             "r => r.kind === 'fiber').length")
    check("the timeline has a row for each worker and fiber", whole["rows"] == rows, whole)
    check("spans are drawn", whole["spans"] >= 20, whole)
    check("the canvas has several colours", colours_drawn(page) >= 5, colours_drawn(page))
    page.screenshot(str(place / "report-light.png"))

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

    charts = page.ask("[...document.querySelectorAll('[data-chart]')].map(c => c.dataset.chart)")
    for wanted in ("histogram", "frame-bytes", "memory", "steals", "stacks", "waits", "tags"):
        check("there is a picture or table of " + wanted, wanted in charts, charts)
    bars = page.ask("[...document.querySelectorAll('[data-chart=histogram] .bar title')]"
                    ".map(t => Number(t.textContent.match(/(\\d+) frames/)[1]))")
    check("the histogram's bars are all the frames", sum(bars) == len(report["frames"]), bars)
    waits = page.ask("document.querySelectorAll('[data-chart=waits] tbody tr').length")
    check("the longest waits are listed", waits == min(15, waits) > 0, waits)
    light = page.ask("getComputedStyle(document.body).backgroundColor")
    page.colours("dark")
    check("the page has a dark side", page.ask("getComputedStyle(document.body).backgroundColor")
          != light, light)
    page.screenshot(str(place / "report-dark.png"))


def quiet(page, url):
    asked = [event["params"]["request"]["url"] for event in page.events
             if event.get("method") == "Network.requestWillBeSent"]
    check("the page asks nothing of the network", all(a == url for a in asked), asked)
    errors = [event for event in page.events if event.get("method") == "Runtime.exceptionThrown"
              or event.get("params", {}).get("entry", {}).get("level") == "error"]
    check("the page's program has no errors", not errors, errors)


def main():
    dump, program, place = sys.argv[1], sys.argv[2], pathlib.Path(sys.argv[3])
    program_of_browser = browser.found()
    if program_of_browser is None:
        check("there is a browser", False, "tools/setup report installs chromium")
    else:
        place.mkdir(parents=True, exist_ok=True)
        files = {name: place / ("report." + name) for name in ("json", "html", "svg")}
        command = [str(ROOT / "tools/trace/convert"), dump, "--program", program]
        for name, path in files.items():
            command += ["--" + name, str(path)]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        report = json.loads(files["json"].read_text())
        text = files["html"].read_text()
        check("the page is one file", not re.search(r"(?:src|href)\s*=|@import|url\(", text))
        picture = xml.etree.ElementTree.fromstring(files["svg"].read_text())
        boxes = [e for e in picture.iter() if e.tag.endswith("rect")]
        check("the picture is well-formed and has spans", len(boxes) > 30, len(boxes))
        page = browser.Browser(program_of_browser)
        try:
            url = files["html"].resolve().as_uri()
            page.open(url)
            look(page, report, place)
            quiet(page, url)
        finally:
            page.close()
    print("# %d passed, %d failed" % (passed, failed))
    return failed != 0


sys.exit(main())
