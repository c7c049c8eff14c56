/** A voice message's player, and the recorder. */

import { h } from "./dom.js";
import { length } from "./format.js";
import { icon } from "./icons.js";
import { t } from "./strings.js";

const BARS = 36;

/** A player with a wave that fills as it plays. */
export function player(url, seed) {
  const sound = new Audio();
  sound.preload = "metadata";
  sound.src = url;
  const button = h(
    "button.play",
    { type: "button", "aria-label": t.play, onclick: () => (sound.paused ? sound.play() : sound.pause()) },
    icon("play"),
  );
  const bars = [...heights(seed)].map((height) => h("i", { vars: { "--height": `${height}%` } }));
  const wave = h("div.wave", { onclick: (event) => seek(event, wave, sound) }, bars);
  const clock = h("small", {}, "0:00");
  const show = () => {
    const done = sound.duration ? sound.currentTime / sound.duration : 0;
    bars.forEach((bar, place) => bar.classList.toggle("done", place / BARS < done));
    clock.textContent = length(sound.currentTime || sound.duration);
  };
  const state = () => {
    button.replaceChildren(icon(sound.paused ? "play" : "pause"));
    button.setAttribute("aria-label", sound.paused ? t.play : t.pause);
  };
  sound.addEventListener("timeupdate", show);
  sound.addEventListener("loadedmetadata", show);
  sound.addEventListener("ended", () => {
    sound.currentTime = 0;
    state();
  });
  sound.addEventListener("play", state);
  sound.addEventListener("pause", state);
  return [button, h("div.track", {}, wave, clock)];
}

function seek(event, wave, sound) {
  const box = wave.getBoundingClientRect();
  if (sound.duration) sound.currentTime = ((event.clientX - box.left) / box.width) * sound.duration;
}

/** Heights that look like speech and are always the same for a message. */
function* heights(seed) {
  let state = 7;
  for (const letter of seed) state = (state * 33 + letter.codePointAt(0)) >>> 0;
  for (let bar = 0; bar < BARS; bar += 1) {
    state = (state * 1664525 + 1013904223) >>> 0;
    yield 18 + ((state >>> 8) % 82) * (0.55 + 0.45 * Math.sin((bar / BARS) * Math.PI));
  }
}

const TYPES = ["audio/ogg;codecs=opus", "audio/webm;codecs=opus", "audio/mp4"];

/** A running recording: `stop()` resolves with the sound, `cancel()` throws it away. */
export async function record() {
  const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
  const mimeType = TYPES.find((type) => MediaRecorder.isTypeSupported(type));
  const recorder = new MediaRecorder(stream, { mimeType, audioBitsPerSecond: 24000 });
  const parts = [];
  recorder.addEventListener("dataavailable", (event) => parts.push(event.data));
  recorder.start();
  const end = () =>
    new Promise((resolve) => {
      recorder.addEventListener(
        "stop",
        () => resolve(new Blob(parts, { type: (mimeType ?? "").split(";")[0] })),
        { once: true },
      );
      recorder.stop();
      for (const track of stream.getTracks()) track.stop();
    });
  return { stop: end, cancel: end };
}
