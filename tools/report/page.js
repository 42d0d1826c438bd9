// page.js - the timeline: rows of spans on a canvas, zoomed by the wheel, moved by dragging
// SPDX-License-Identifier: MIT
"use strict";
(() => {
  const data = JSON.parse(document.getElementById("timeline-data").textContent);
  const canvas = document.getElementById("timeline");
  if (!canvas) return;
  const tip = document.getElementById("tip");
  const left = 110, top = 34, rowHeight = 20, gap = 4;
  const whole = { from: 0, to: Math.max(data.end, 1e-3) };
  const view = { ...whole };
  let showFibers = true, drag = null, hovered = null;

  const colour = name => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const rows = () => showFibers ? data.rows : data.rows.filter(row => row.kind !== "fiber");
  const width = () => canvas.clientWidth;
  const scale = () => (width() - left) / (view.to - view.from);
  const toX = us => left + (us - view.from) * scale();
  const toUs = x => view.from + (x - left) / scale();

  function duration(us) {
    const [by, unit] = us >= 1e6 ? [1e6, "s"] : us >= 1e3 ? [1e3, "ms"] : us >= 1 ? [1, "us"] : [1e-3, "ns"];
    return Number((us / by).toPrecision(4)) + " " + unit;
  }

  // The first span that ends after `us`: spans of a row stand in order and do not overlap.
  function firstAfter(spans, us) {
    let low = 0, high = spans.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (spans[middle][1] < us) low = middle + 1; else high = middle;
    }
    return low;
  }

  function drawSpans(context, spans, y, height, fill) {
    let drawn = 0, reached = -1;
    for (let i = firstAfter(spans, view.from); i < spans.length && spans[i][0] <= view.to; i++) {
      const from = Math.max(toX(spans[i][0]), left), to = Math.min(toX(spans[i][1]), width());
      if (to < reached) continue;  // within the pixel of the last one
      context.fillStyle = fill(spans[i]);
      context.fillRect(from, y, Math.max(to - from, 0.6), height);
      reached = Math.max(to, from + 0.6);
      drawn++;
    }
    return drawn;
  }

  function drawAxis(context, height) {
    const about = (view.to - view.from) / Math.max(3, (width() - left) / 120);
    const power = 10 ** Math.floor(Math.log10(about));
    const step = [1, 2, 5, 10].map(n => n * power).find(n => n >= about);
    context.fillStyle = colour("--soft");
    context.strokeStyle = colour("--grid");
    for (let at = Math.ceil(view.from / step) * step; at <= view.to; at += step) {
      context.beginPath();
      context.moveTo(toX(at), top - 6);
      context.lineTo(toX(at), height);
      context.stroke();
      if (toX(at) + 45 < width()) context.fillText(duration(at), toX(at) + 3, 11);
    }
  }

  function drawFrames(context) {
    data.frames.forEach(([from, to], i) => {
      if (to < view.from || from > view.to) return;
      const a = Math.max(toX(from), left), b = Math.min(toX(to), width());
      context.fillStyle = colour(i % 2 ? "--c4" : "--c6");
      context.fillRect(a, 16, Math.max(b - a, 0.6), 12);
      if (b - a < 70) return;
      context.fillStyle = colour("--card");
      context.fillText("frame " + (data.first + i + 1), a + 4, 26);
    });
  }

  function drawSteals(context, row, y) {
    context.fillStyle = colour("--mark");
    for (const at of row.steals) {
      if (at < view.from || at > view.to) continue;
      const x = toX(at);
      context.beginPath();
      context.moveTo(x - 3, y);
      context.lineTo(x + 3, y);
      context.lineTo(x, y + 5);
      context.fill();
    }
  }

  function draw() {
    const shown = rows(), ratio = window.devicePixelRatio || 1;
    const height = top + shown.length * (rowHeight + gap) + 4;
    canvas.style.height = height + "px";
    canvas.width = width() * ratio;
    canvas.height = height * ratio;
    const context = canvas.getContext("2d");
    context.scale(ratio, ratio);
    context.font = "11px system-ui, 'DejaVu Sans', sans-serif";
    drawAxis(context, height);
    drawFrames(context);
    const palette = data.colours.map(n => colour("--c" + n));
    let drawn = 0;
    shown.forEach((row, i) => {
      const y = top + i * (rowHeight + gap);
      drawSpans(context, row.parks, y, rowHeight, () => colour("--park"));
      drawSpans(context, row.waits, y + 6, rowHeight - 12, () => colour("--wait"));
      drawn += drawSpans(context, row.spans, y, rowHeight, span => palette[span[2]]);
      drawSteals(context, row, y);
      context.fillStyle = colour("--card");
      context.fillRect(0, y - gap, left - 4, rowHeight + gap + 4);
      context.fillStyle = colour(row.kind === "fiber" ? "--soft" : "--ink");
      context.fillText(row.name, 2, y + 14, left - 10);
    });
    Object.assign(canvas.dataset, { rows: shown.length, spans: drawn, from: view.from, to: view.to });
    document.getElementById("span").textContent = duration(view.from) + " to " + duration(view.to);
  }

  function zoom(by, around) {
    const least = 0.05, most = whole.to - whole.from;
    const wanted = Math.min(most, Math.max(least, (view.to - view.from) * by));
    const share = (around - view.from) / (view.to - view.from);
    moveTo(around - share * wanted, wanted);
  }

  function moveTo(from, length) {
    view.from = Math.min(Math.max(from, whole.from), whole.to - length);
    view.to = view.from + length;
    draw();
  }

  function spanAt(event) {
    const box = canvas.getBoundingClientRect(), us = toUs(event.clientX - box.left);
    const row = rows()[Math.floor((event.clientY - box.top - top) / (rowHeight + gap))];
    if (!row || event.clientX - box.left < left) return null;
    for (const [kind, spans] of [["runs", row.spans], ["waits", row.waits], ["sleeps", row.parks]]) {
      const span = spans[firstAfter(spans, us)];
      if (span && span[0] <= us) return { row, kind, span };
    }
    return null;
  }

  function describe({ row, kind, span }) {
    const long = duration(span[1] - span[0]);
    if (kind !== "runs") return row.name + " " + kind + " " + long;
    const where = row.kind === "fiber" ? "worker " + span[3] : "fiber " + span[3];
    return data.names[span[2]] + ", " + long + ", " + where;
  }

  canvas.addEventListener("wheel", event => {
    event.preventDefault();
    const x = event.clientX - canvas.getBoundingClientRect().left;
    if (event.shiftKey) return moveTo(view.from + event.deltaY / scale(), view.to - view.from);
    zoom(1.0015 ** event.deltaY, toUs(Math.max(x, left)));
  }, { passive: false });
  canvas.addEventListener("pointerdown", event => {
    drag = { x: event.clientX, from: view.from };
    canvas.setPointerCapture(event.pointerId);
  });
  canvas.addEventListener("pointerup", () => { drag = null; });
  canvas.addEventListener("pointermove", event => {
    if (drag) return moveTo(drag.from - (event.clientX - drag.x) / scale(), view.to - view.from);
    hovered = spanAt(event);
    tip.style.display = hovered ? "block" : "none";
    if (!hovered) return;
    tip.textContent = describe(hovered);
    tip.style.left = Math.min(event.clientX + 12, innerWidth - 300) + "px";
    tip.style.top = event.clientY + 14 + "px";
  });
  canvas.addEventListener("pointerleave", () => { tip.style.display = "none"; });
  const middle = () => (view.from + view.to) / 2;
  document.getElementById("in").onclick = () => zoom(0.5, middle());
  document.getElementById("out").onclick = () => zoom(2, middle());
  document.getElementById("all").onclick = () => moveTo(whole.from, whole.to - whole.from);
  document.getElementById("fibers").onchange = event => { showFibers = event.target.checked; draw(); };
  addEventListener("resize", draw);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
  draw();
})();
