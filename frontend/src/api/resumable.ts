import { answer, api } from "./http";
import { ApiProblem, isUnreachable } from "./problem";
import type { components } from "./schema";
import type { Media } from "./types";
import { sendForm, type Progress, type UploadType } from "./upload";

type Upload = components["schemas"]["ResumableUpload"];

/** Larger files go in parts, so that a lost line costs a part and not the file. */
export const WHOLE_UP_TO = 5 * 1024 * 1024;
const PART = 1024 * 1024;
const LONGEST_WAIT = 30_000;

interface PartsProgress extends Progress {
  /** Whether the line is lost and the rest waits for it. */
  onWaiting: (waiting: boolean) => void;
}

/** What is worth another try: nobody answered, or somebody on the way had no answer. */
function isPassing(error: unknown): boolean {
  return isUnreachable(error) || (error instanceof ApiProblem && [429, 502, 503, 504].includes(error.status));
}

/** Until the time is over or the browser is online again, whichever comes first. */
function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      removeEventListener("online", go);
      signal.removeEventListener("abort", cancel);
    };
    const go = () => {
      stop();
      resolve();
    };
    const cancel = () => {
      stop();
      reject(new DOMException("Upload cancelled", "AbortError"));
    };
    const timer = setTimeout(go, milliseconds);
    addEventListener("online", go);
    signal.addEventListener("abort", cancel);
  });
}

/** Tries until somebody answers, less and less often. */
async function persistently<T>(work: () => Promise<T>, { signal, onWaiting }: PartsProgress): Promise<T> {
  for (let wait = 1000; ; wait = Math.min(wait * 2, LONGEST_WAIT)) {
    try {
      signal.throwIfAborted();
      const result = await work();
      onWaiting(false);
      return result;
    } catch (error) {
      if (!isPassing(error)) throw error;
      onWaiting(true);
      await pause(wait, signal);
    }
  }
}

async function sendPart(file: File, upload: Upload, progress: PartsProgress): Promise<Upload> {
  const { offset } = upload;
  const part = new File([file.slice(offset, offset + PART)], file.name);
  const whole = (share: number) => progress.onProgress((offset + share * part.size) / file.size);
  const path = `/api/v1/media/uploads/${upload.id}/`;
  try {
    return await sendForm<Upload>(
      { method: "PATCH", path, fields: { offset: String(offset) }, file: part },
      { signal: progress.signal, onProgress: whole },
    );
  } catch (error) {
    // The part was here already: only its answer was lost.
    if (!(error instanceof ApiProblem) || error.kind !== "offset-differs") throw error;
    return answer(
      api.GET("/api/v1/media/uploads/{upload_id}/", { params: { path: { upload_id: upload.id } } }),
    );
  }
}

/** Uploads a file in parts, goes on by itself after the line was lost, and returns its media record. */
export async function uploadInParts(file: File, type: UploadType, progress: PartsProgress): Promise<Media> {
  const body = { filename: file.name, size: file.size, content_type: file.type, type, voice: false };
  let upload = await persistently(() => answer(api.POST("/api/v1/media/uploads/", { body })), progress);
  try {
    while (upload.media === null) {
      const reached = upload;
      upload = await persistently(() => sendPart(file, reached, progress), progress);
    }
    return upload.media;
  } catch (error) {
    const path = { upload_id: upload.id };
    void api.DELETE("/api/v1/media/uploads/{upload_id}/", { params: { path } }).catch(() => undefined);
    throw error;
  }
}
