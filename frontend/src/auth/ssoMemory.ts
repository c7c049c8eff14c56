/** What this tab keeps while the browser is at the provider's: without the secret nobody exchanges the code. */
const SECRET = "pytake.sso.secret";
const CODE = "pytake.sso.code";

interface Came {
  code: string;
  secret: string;
}

export function rememberSecret(secret: string): void {
  sessionStorage.setItem(SECRET, secret);
  sessionStorage.removeItem(CODE);
}

/** The code stays for whoever has to sign in first, before they link their account. */
export function rememberCode(code: string): void {
  sessionStorage.setItem(CODE, code);
}

export function cameBackWith(code: string | null): Came | null {
  const secret = sessionStorage.getItem(SECRET);
  const known = code ?? sessionStorage.getItem(CODE);
  return secret === null || known === null ? null : { code: known, secret };
}

export function forgetSso(): void {
  sessionStorage.removeItem(SECRET);
  sessionStorage.removeItem(CODE);
}
