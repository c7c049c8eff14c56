type Json = Record<string, unknown>;
interface Asked {
  publicKey: Json;
}

/** Why the device gave nothing; most often the person has closed its window. */
export class DeviceRefusal extends Error {
  constructor(readonly reason: "cancelled" | "there" | "unsupported") {
    super(reason);
    this.name = "DeviceRefusal";
  }
}

const LOOPBACK = /^(127\.|\[::1\]$)/;
const NUMBERS = /^(\d+(\.\d+){3}|\[.*\])$/;

/**
 * A passkey is bound to a name, and no browser takes an IP address for one. Null: this page has a name. Otherwise the
 * address by which it has one; empty where only whoever runs the server knows it.
 */
export function addressWithName({ hostname, origin } = window.location): string | null {
  if (!NUMBERS.test(hostname)) return null;
  return LOOPBACK.test(hostname) ? origin.replace(hostname, "localhost") : "";
}

/** Whether this browser can use passkeys here: only on https and localhost, and only newer ones. */
export function canUsePasskeys(): boolean {
  return "PublicKeyCredential" in window && "parseRequestOptionsFromJSON" in PublicKeyCredential;
}

async function json(asking: () => Promise<Credential | null>): Promise<Json> {
  if (!canUsePasskeys()) throw new DeviceRefusal("unsupported");
  try {
    const credential = await asking();
    if (!(credential instanceof PublicKeyCredential)) throw new DeviceRefusal("cancelled");
    return credential.toJSON() as Json;
  } catch (error) {
    if (error instanceof DOMException)
      throw new DeviceRefusal(error.name === "InvalidStateError" ? "there" : "cancelled");
    throw error;
  }
}

/** The device signs what the server asks, and so shows that it is there. */
export function signWithDevice({ publicKey }: Asked): Promise<Json> {
  return json(() =>
    navigator.credentials.get({
      publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(
        publicKey as unknown as PublicKeyCredentialRequestOptionsJSON,
      ),
    }),
  );
}

/** The device makes a new pair of keys and gives the public one. */
export function registerDevice({ publicKey }: Asked): Promise<Json> {
  return json(() =>
    navigator.credentials.create({
      publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(
        publicKey as unknown as PublicKeyCredentialCreationOptionsJSON,
      ),
    }),
  );
}
