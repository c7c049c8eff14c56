import { useCallback, useEffect, useRef, useState } from "react";
import { webmToOgg } from "./webmToOgg";

export interface Recording {
  file: File;
  /** Whether WhatsApp will show it as a voice note. */
  voice: boolean;
}

type Phase = "asking" | "recording" | "refused" | "unsupported";

const FORMATS = ["audio/ogg;codecs=opus", "audio/webm;codecs=opus", "audio/mp4"];
const BARS = 48;
const BAR_EVERY = 80;

async function fileFrom(chunks: Blob[], format: string): Promise<Recording> {
  const blob = new Blob(chunks, { type: format });
  if (format.startsWith("audio/webm")) {
    const ogg = webmToOgg(new Uint8Array(await blob.arrayBuffer()));
    return { file: new File(ogg, "voice.ogg", { type: "audio/ogg" }), voice: true };
  }
  // What Safari records, the server codes anew.
  const type = format.split(";")[0] ?? format;
  return { file: new File([blob], type === "audio/ogg" ? "voice.ogg" : "voice.m4a", { type }), voice: true };
}

/** Loudness of the last moment, 0 to 1. */
function loudness(analyser: AnalyserNode, samples: Uint8Array<ArrayBuffer>): number {
  analyser.getByteTimeDomainData(samples);
  const peak = samples.reduce((most, sample) => Math.max(most, Math.abs(sample - 128)), 0);
  return Math.min(1, peak / 96);
}

/** Records from the microphone as long as the component lives; `finish` gives the file. */
export function useVoiceRecorder() {
  const [phase, setPhase] = useState<Phase>(() =>
    typeof MediaRecorder === "undefined" || !("mediaDevices" in navigator) ? "unsupported" : "asking",
  );
  const [seconds, setSeconds] = useState(0);
  const [levels, setLevels] = useState<number[]>([]);
  const recorder = useRef<MediaRecorder | null>(null);
  const chunks = useRef<Blob[]>([]);
  const supported = phase !== "unsupported";

  useEffect(() => {
    if (!supported) return;
    let stream: MediaStream | null = null;
    let context: AudioContext | null = null;
    let timer: ReturnType<typeof setInterval> | undefined;
    let over = false;
    const release = () => {
      clearInterval(timer);
      stream?.getTracks().forEach((track) => track.stop());
      void context?.close();
    };
    const begin = async () => {
      stream = await navigator.mediaDevices.getUserMedia({
        audio: { channelCount: 1, noiseSuppression: true },
      });
      // React may have taken the recorder away while the browser asked for permission.

      if (over) {
        release();
        return;
      }
      const mimeType = FORMATS.find((format) => MediaRecorder.isTypeSupported(format)) ?? "";
      const made = new MediaRecorder(stream, { mimeType, audioBitsPerSecond: 32_000 });
      chunks.current = [];
      made.ondataavailable = ({ data }) => chunks.current.push(data);
      context = new AudioContext();
      const analyser = context.createAnalyser();
      context.createMediaStreamSource(stream).connect(analyser);
      const samples = new Uint8Array(analyser.fftSize);
      const startedAt = Date.now();
      timer = setInterval(() => {
        setSeconds((Date.now() - startedAt) / 1000);
        const level = loudness(analyser, samples);
        setLevels((before) => [...before.slice(1 - BARS), level]);
      }, BAR_EVERY);
      made.start();
      recorder.current = made;
      setPhase("recording");
    };
    begin().catch(() => setPhase("refused"));
    return () => {
      over = true;
      release();
    };
  }, [supported]);

  const finish = useCallback(async (): Promise<Recording | null> => {
    const made = recorder.current;
    if (made === null) return null;
    const stopped = new Promise((resolve) => made.addEventListener("stop", resolve, { once: true }));
    made.stop();
    await stopped;
    return fileFrom(chunks.current, made.mimeType);
  }, []);

  return { phase, seconds, levels, finish };
}
