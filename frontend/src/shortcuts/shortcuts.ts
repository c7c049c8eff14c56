/** Every keyboard shortcut of the inbox: one list for the listener and for the help. */
export const SHORTCUTS = {
  next: ["j", "ArrowDown"],
  previous: ["k", "ArrowUp"],
  reply: ["r", "Enter"],
  back: ["Escape"],
  assignToMe: ["a"],
  close: ["e"],
  markUnread: ["u"],
  search: ["/"],
  searchThread: ["f"],
  newConversation: ["n"],
  contactPanel: ["i"],
  viewAll: ["1"],
  viewMine: ["2"],
  viewUnassigned: ["3"],
  notices: ["b"],
  help: ["?"],
} as const satisfies Record<string, readonly string[]>;

export type ShortcutName = keyof typeof SHORTCUTS;

export const GROUPS: { key: "moving" | "acting" | "finding"; names: ShortcutName[] }[] = [
  {
    key: "moving",
    names: ["next", "previous", "back", "viewAll", "viewMine", "viewUnassigned", "contactPanel", "notices"],
  },
  { key: "acting", names: ["reply", "assignToMe", "close", "markUnread", "newConversation"] },
  { key: "finding", names: ["search", "searchThread", "help"] },
];
