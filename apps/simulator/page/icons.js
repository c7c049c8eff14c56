/** The page's own icons, as paths of a 24 × 24 box. */

const PATHS = {
  back: "M15 5l-7 7 7 7",
  send: "M4 12l16-8-6 16-3-7-7-1z",
  plus: "M12 5v14M5 12h14",
  mic: "M12 4a3 3 0 0 1 3 3v5a3 3 0 0 1-6 0V7a3 3 0 0 1 3-3zM6 11a6 6 0 0 0 12 0M12 17v4",
  close: "M6 6l12 12M18 6L6 18",
  image: "M4 5h16v14H4zM4 16l5-5 4 4 3-3 4 4M15.500 9a1 1 0 1 0 .100 0",
  file: "M7 3h7l5 5v13H7zM14 3v5h5M10 13h6M10 17h6",
  audio: "M5 14v-2a7 7 0 0 1 14 0v2M5 14h3v6H6a1 1 0 0 1-1-1zM19 14h-3v6h2a1 1 0 0 0 1-1z",
  pin: "M12 21s7-6 7-12a7 7 0 0 0-14 0c0 6 7 12 7 12zM12 11.500a2.500 2.500 0 1 0 0-5 2.500 2.500 0 0 0 0 5z",
  person: "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4 21c0-4 4-6 8-6s8 2 8 6",
  people:
    "M9 11a3.500 3.500 0 1 0 0-7 3.500 3.500 0 0 0 0 7zM2.500 20c0-3.500 3-5.500 6.500-5.500s6.500 2 6.500 5.500M16 4.500a3.500 3.500 0 0 1 0 6.500M18 14.800c2.200.800 3.500 2.500 3.500 5.200",
  reply: "M10 6l-6 6 6 6M4 12h9a7 7 0 0 1 7 7",
  smile: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM8.500 14c1.500 3 5.500 3 7 0M9 9.500h.100M15 9.500h.100",
  down: "M6 9l6 6 6-6",
  list: "M9 6h11M9 12h11M9 18h11M4.500 6h.100M4.500 12h.100M4.500 18h.100",
  link: "M14 4h6v6M20 4l-9 9M18 14v5a1 1 0 0 1-1 1H5a1 1 0 0 1-1-1V7a1 1 0 0 1 1-1h5",
  play: "M7 5l12 7-12 7z",
  pause: "M7 5h3v14H7zM14 5h3v14h-3z",
  ban: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM5.600 5.600l12.800 12.800",
  cart: "M3 4h2l2.500 11h10L20 7H6M9 20a1 1 0 1 0 .100 0M16 20a1 1 0 1 0 .100 0",
  panel: "M4 6h9M17 6h3M4 12h3M11 12h9M4 18h11M19 18h1M13 4v4M7 10v4M15 16v4",
  search: "M11 18a7 7 0 1 0 0-14 7 7 0 0 0 0 14zM16 16l5 5",
  trash: "M5 7h14M10 7V4h4v3M7 7l1 13h8l1-13M10 11v6M14 11v6",
  edit: "M4 20l1-5L16 4l4 4L9 19zM13 7l4 4",
  copy: "M9 9h11v11H9zM5 15H4V4h11v1",
  clock: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 7v5l3 3",
  forward: "M14 6l6 6-6 6M20 12h-9a7 7 0 0 0-7 7",
  template: "M4 4h16v16H4zM4 9h16M9 9v11",
  more: "M12 5.500h.100M12 12h.100M12 18.500h.100",
  check: "M5 12.500l4.500 4.500L19 7",
};

const FILLED = new Set(["send", "play", "pause"]);

/** An icon by name. */
export function icon(name, className = "") {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  svg.setAttribute("class", `icon ${FILLED.has(name) ? "filled" : ""} ${className}`);
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", PATHS[name]);
  svg.append(path);
  return svg;
}

/** One, two or two blue ticks. */
export function ticks(status, label) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 18 12");
  svg.setAttribute("class", `ticks ${status}`);
  svg.setAttribute("role", "img");
  svg.setAttribute("aria-label", label);
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute(
    "d",
    status === "sent" ? "M4.500 6.500l3 3 6-7" : "M1 6.500l3 3 6-7M8 8.800l.700.700 6-7",
  );
  svg.append(path);
  return svg;
}
