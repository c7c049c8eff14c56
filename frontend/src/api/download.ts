/** Hands a file that the API answered to the browser, which keeps it under this name. */
export function keepFile(content: Blob, name: string): void {
  const address = URL.createObjectURL(content);
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  // The browser reads it after the click; a minute is long enough for it to begin.
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}
