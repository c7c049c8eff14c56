import { ActionIcon, Slider, Text } from "@mantine/core";
import { IconMicrophone, IconMusic, IconPlayerPauseFilled, IconPlayerPlayFilled } from "@tabler/icons-react";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { duration } from "@/i18n/format";
import classes from "./body.module.css";
import { MediaNote } from "./MediaNote";
import type { BodyProps } from "./MessageBody";
import { useFreshMedia } from "./useFreshMedia";

/** Browsers don't know how long some recordings are until they were played. */
function known(seconds: number): number {
  return Number.isFinite(seconds) ? seconds : 0;
}

const SPEEDS = [1, 1.5, 2];

/** How loud it is, as bars behind the slider; those that were played are coloured. */
function Waveform({ bars, played }: { bars: number[]; played: number }) {
  return (
    <span className={classes.bars} aria-hidden="true" data-testid="waveform">
      {bars.map((height, index) => (
        <span
          key={index}
          style={{ height: `${Math.max(height, 8)}%` }}
          data-played={index < played * bars.length || undefined}
        />
      ))}
    </span>
  );
}

interface PlayerProps {
  url: string;
  voice: boolean;
  /** What the server knows of it before the browser does. */
  seconds: number | null;
  bars: number[] | null;
  onError: () => void;
}

function AudioPlayer({ url, voice, seconds, bars, onError }: PlayerProps) {
  const { t } = useTranslation();
  const audio = useRef<HTMLAudioElement>(null);
  const [playing, setPlaying] = useState(false);
  const [position, setPosition] = useState(0);
  const [measured, setLength] = useState(0);
  const length = measured || (seconds ?? 0);
  const [speed, setSpeed] = useState(1);

  const toggle = () => {
    if (playing) audio.current?.pause();
    else void audio.current?.play().catch(onError);
  };
  const changeSpeed = () => {
    const next = SPEEDS[(SPEEDS.indexOf(speed) + 1) % SPEEDS.length] ?? 1;
    setSpeed(next);
    if (audio.current) audio.current.playbackRate = next;
  };

  return (
    <div className={classes.player}>
      <audio
        ref={audio}
        src={url}
        preload={seconds === null ? "metadata" : "none"}
        onPlay={() => setPlaying(true)}
        onPause={() => setPlaying(false)}
        onEnded={() => setPosition(0)}
        onTimeUpdate={(event) => setPosition(event.currentTarget.currentTime)}
        onDurationChange={(event) => setLength(known(event.currentTarget.duration))}
        onError={onError}
      />
      <ActionIcon
        variant="filled"
        color="brand"
        radius="xl"
        onClick={toggle}
        aria-label={playing ? t("thread.pause") : t("thread.play")}
      >
        {playing ? <IconPlayerPauseFilled size={16} /> : <IconPlayerPlayFilled size={16} />}
      </ActionIcon>
      <div className={classes.wave}>
        {bars !== null && <Waveform bars={bars} played={length > 0 ? position / length : 0} />}
        <Slider
          size="sm"
          thumbSize={12}
          label={null}
          min={0}
          max={length || 1}
          step={0.1}
          value={position}
          thumbLabel={t("thread.position")}
          classNames={bars === null ? {} : { track: classes.overBars, bar: classes.overBars }}
          onChange={(value) => {
            setPosition(value);
            if (audio.current) audio.current.currentTime = value;
          }}
        />
      </div>
      <Text size="xs" c="var(--pt-muted)" ff="monospace">
        {duration(playing || position > 0 ? position : length)}
      </Text>
      {playing ? (
        <ActionIcon
          size="sm"
          radius="xl"
          variant="default"
          onClick={changeSpeed}
          aria-label={t("thread.speed")}
        >
          <Text size="10px">{speed}×</Text>
        </ActionIcon>
      ) : voice ? (
        <IconMicrophone size={16} aria-hidden="true" />
      ) : (
        <IconMusic size={16} aria-hidden="true" />
      )}
    </div>
  );
}

export function AudioBody({ message }: BodyProps) {
  const { t } = useTranslation();
  const { url, onError, media } = useFreshMedia(message);
  const voice = message.content.voice === true;
  if (url === null) return <MediaNote kind="audio" media={media} />;
  return (
    <div role="group" aria-label={voice ? t("thread.voice") : t("thread.kinds.audio")}>
      <AudioPlayer
        url={url}
        voice={voice}
        seconds={media?.seconds ?? null}
        bars={media?.waveform ?? null}
        onError={onError}
      />
    </div>
  );
}
