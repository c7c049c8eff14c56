import { accessToken, renew } from "@/auth/tokens";
import { problemFrom, unreachable } from "./problem";
import type { components } from "./schema";
import type { Media } from "./types";

export type UploadType = NonNullable<components["schemas"]["UploadBeginningRequest"]["type"]>;

export interface Progress {
  onProgress: (share: number) => void;
  signal: AbortSignal;
}

interface Form {
  method: "POST" | "PATCH";
  path: string;
  fields: Record<string, string>;
  file: File;
}

/** XMLHttpRequest, because fetch tells nothing of how much has left. */
function submit(form: Form, token: string, { onProgress, signal }: Progress): Promise<XMLHttpRequest> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const data = new FormData();
    data.append("file", form.file, form.file.name);
    for (const [name, value] of Object.entries(form.fields)) data.append(name, value);
    request.open(form.method, form.path);
    request.setRequestHeader("Authorization", `Bearer ${token}`);
    request.setRequestHeader("Accept", "application/json");
    request.responseType = "json";
    request.upload.onprogress = (event) => {
      if (event.lengthComputable) onProgress(event.loaded / event.total);
    };
    const abort = () => request.abort();
    request.onload = () => resolve(request);
    request.onerror = () => reject(unreachable());
    request.onabort = () => reject(new DOMException("Upload cancelled", "AbortError"));
    request.onloadend = () => signal.removeEventListener("abort", abort);
    signal.addEventListener("abort", abort, { once: true });
    request.send(data);
  });
}

/** Sends a form with a file; throws `ApiProblem` for any refusal. */
export async function sendForm<T>(form: Form, progress: Progress): Promise<T> {
  progress.signal.throwIfAborted();
  const token = accessToken() ?? (await renew());
  let request = await submit(form, token ?? "", progress);
  if (request.status === 401) {
    const fresh = await renew();
    if (fresh !== null) request = await submit(form, fresh, progress);
  }
  if (request.status !== 201 && request.status !== 200) throw problemFrom(request.status, request.response);
  return request.response as T;
}

/** Uploads a file whole and returns its media record. */
export function uploadMedia(
  file: File,
  type: UploadType,
  progress: Progress,
  { voice = false }: { voice?: boolean } = {},
): Promise<Media> {
  const fields = { type, ...(voice ? { voice: "true" } : {}) };
  return sendForm({ method: "POST", path: "/api/v1/media/", fields, file }, progress);
}
