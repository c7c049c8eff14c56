import { useId } from "react";

/** A chat bubble with a play sign. */
export function Logo({ size = 32 }: { size?: number }) {
  // Of its own: a gradient of a logo that isn't shown fills nothing.
  const id = useId();
  return (
    <svg width={size} height={size} viewBox="0 0 40 40" fill="none" aria-hidden="true">
      <defs>
        <linearGradient id={id} x1="4" y1="4" x2="36" y2="36" gradientUnits="userSpaceOnUse">
          <stop stopColor="#3b82f6" />
          <stop offset="1" stopColor="#a855f7" />
        </linearGradient>
      </defs>
      <path
        d="M12 4h16a9 9 0 0 1 9 9v11a9 9 0 0 1-9 9H17l-8.4 4.6A1 1 0 0 1 7 36.8V31.5A9 9 0 0 1 3 24V13a9 9 0 0 1 9-9Z"
        fill={`url(#${id})`}
      />
      <path
        d="M16.5 12.9v11.2a1.2 1.2 0 0 0 1.8 1l9-5.6a1.2 1.2 0 0 0 0-2l-9-5.6a1.2 1.2 0 0 0-1.8 1Z"
        fill="#fff"
      />
    </svg>
  );
}
