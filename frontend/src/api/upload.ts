import { accessToken, renew } from "@/auth/tokens";
import { problemFrom, unreachable } from "./problem";
import type { components } from "./schema";
import type { Media } from "./types";

type UploadType = components["schemas"]["UploadTypeEnum"];

interface Progress {
  onProgress: (share: number) => void;
  signal: AbortSignal;
}

function post(
  file: File,
  type: UploadType,
  token: string,
  { onProgress, signal }: Progress,
): Promise<XMLHttpRequest> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const form = new FormData();
    form.append("file", file, file.name);
    form.append("type", type);
    request.open("POST", "/api/v1/media/");
    request.setRequestHeader("Authorization", `Bearer ${token}`);
    request.setRequestHeader("Accept", "application/json");
    request.responseType = "json";
    request.upload.onprogress = (event) => {
      if (event.lengthComputable) onProgress(event.loaded / event.total);
    };
    request.onload = () => resolve(request);
    request.onerror = () => reject(unreachable());
    request.onabort = () => reject(new DOMException("Upload cancelled", "AbortError"));
    signal.addEventListener("abort", () => request.abort(), { once: true });
    request.send(form);
  });
}

/** Uploads a file with progress (XMLHttpRequest, because fetch reports none) and returns its media record. */
export async function uploadMedia(file: File, type: UploadType, progress: Progress): Promise<Media> {
  const token = accessToken() ?? (await renew());
  let request = await post(file, type, token ?? "", progress);
  if (request.status === 401) {
    const fresh = await renew();
    if (fresh !== null) request = await post(file, type, fresh, progress);
  }
  if (request.status !== 201 && request.status !== 200) throw problemFrom(request.status, request.response);
  return request.response as Media;
}
