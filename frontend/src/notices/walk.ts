const STEPS: Record<string, number> = { ArrowDown: 1, ArrowUp: -1 };

/** The arrow keys walk from notice to notice; set on what holds them. */
export function walk(event: React.KeyboardEvent<HTMLElement>): void {
  const step = STEPS[event.key];
  if (step === undefined) return;
  const all = [...event.currentTarget.querySelectorAll<HTMLElement>("[data-notice]")];
  const here = all.findIndex((each) => each.closest("li")?.contains(document.activeElement) === true);
  const next = here === -1 ? all[0] : all[here + step];
  if (next === undefined) return;
  event.preventDefault();
  next.focus();
}
