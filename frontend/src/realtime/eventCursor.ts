import type { EventFrame } from "./frames";

type Verdict = "take" | "known" | "gap";

/**
 * Where this tab stands in the numbered log. A frame says which number its viewer was sent before it, so a
 * number that the viewer may not see leaves no hole, and a frame lost on the way does.
 */
export class EventCursor {
  last: number | null = null;

  judge(frame: EventFrame): Verdict {
    if (this.last === null) return "take";
    if (frame.number <= this.last) return "known";
    return frame.previous > this.last ? "gap" : "take";
  }

  moveTo(number: number): void {
    this.last = number;
  }
}
