/**
 * What a form says otherwise than what it began with, and nothing else: whatever a colleague has changed meanwhile
 * in another window stays as it is.
 */
export function changesOf<Form extends object>(form: Form, began: object): Partial<Form> {
  const before = new Map<string, unknown>(Object.entries(began));
  const changed = Object.entries(form).filter(
    ([name, value]) => JSON.stringify(value) !== JSON.stringify(before.get(name)),
  );
  return Object.fromEntries(changed) as Partial<Form>;
}

export function isEmpty(changes: object): boolean {
  return Object.keys(changes).length === 0;
}
