/** Closer to the end than this counts as being there. */
const NEAR_END = 60;
const ROW = "[data-row]";

/**
 * Keeps the reader's place in a list that grows at both ends: at the end it stays at the end, elsewhere the
 * topmost visible row stays where it is, whatever loads above it. (The browser's own anchoring gives up at
 * the very top, where older messages are loaded.)
 */
export class ScrollKeeper {
  private viewport: HTMLElement | null = null;
  private content: HTMLElement | null = null;
  private atEnd = true;
  private anchor: { element: Element; top: number } | null = null;
  /** How high all was, and how much of it was shown, when the place was last written down or restored. */
  private seen = { height: 0, shown: 0 };

  constructor(private readonly onAtEnd: (atEnd: boolean) => void) {}

  attach(viewport: HTMLElement, content: HTMLElement): () => void {
    this.viewport = viewport;
    this.content = content;
    let frame = 0;
    const onScroll = () => {
      cancelAnimationFrame(frame);
      frame = requestAnimationFrame(() => this.remember());
    };
    const observer = new ResizeObserver(() => this.restore());
    observer.observe(content);
    observer.observe(viewport);
    viewport.addEventListener("scroll", onScroll, { passive: true });
    return () => {
      cancelAnimationFrame(frame);
      observer.disconnect();
      viewport.removeEventListener("scroll", onScroll);
      this.viewport = this.content = null;
    };
  }

  toEnd(behavior: ScrollBehavior = "instant"): void {
    this.setAtEnd(true);
    this.viewport?.scrollTo({ top: this.viewport.scrollHeight, behavior });
    if (this.viewport !== null) this.see(this.viewport);
  }

  toElement(element: Element): void {
    element.scrollIntoView({ block: "center", behavior: "instant" });
    this.remember();
  }

  private setAtEnd(atEnd: boolean): void {
    if (atEnd !== this.atEnd) this.onAtEnd(atEnd);
    this.atEnd = atEnd;
  }

  private remember(): void {
    const { viewport, content } = this;
    if (viewport === null || content === null) return;
    // A picture came in since, or a message took another's place: the end went away from us, not we from it.
    const { height, shown } = this.seen;
    if (this.atEnd && (viewport.scrollHeight !== height || viewport.clientHeight !== shown)) {
      this.restore();
      return;
    }
    this.see(viewport);
    this.setAtEnd(viewport.scrollHeight - viewport.scrollTop - viewport.clientHeight < NEAR_END);
    const edge = viewport.getBoundingClientRect().top;
    const rows = [...content.querySelectorAll(ROW)];
    const element = rows.find((row) => row.getBoundingClientRect().bottom > edge);
    this.anchor = element === undefined ? null : { element, top: element.getBoundingClientRect().top - edge };
  }

  private see({ scrollHeight, clientHeight }: HTMLElement): void {
    this.seen = { height: scrollHeight, shown: clientHeight };
  }

  private restore(): void {
    const { viewport, anchor } = this;
    if (viewport === null) return;
    if (this.atEnd) {
      viewport.scrollTop = viewport.scrollHeight;
    } else if (anchor?.element.isConnected) {
      const now = anchor.element.getBoundingClientRect().top - viewport.getBoundingClientRect().top;
      if (Math.abs(now - anchor.top) > 0.5) viewport.scrollTop += now - anchor.top;
    }
    this.see(viewport);
  }
}
