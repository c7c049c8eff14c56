/** "+55 11 98765-4321" from the digits that WhatsApp knows; other countries with a plus sign only. */
export function phoneText(digits: string): string {
  const bare = digits.replace(/\D/g, "");
  const brazilian = /^55(\d{2})(\d{4,5})(\d{4})$/.exec(bare);
  if (brazilian) return `+55 ${brazilian[1] ?? ""} ${brazilian[2] ?? ""}-${brazilian[3] ?? ""}`;
  return bare === "" ? digits : `+${bare}`;
}
