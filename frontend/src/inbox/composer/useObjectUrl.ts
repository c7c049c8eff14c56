import { useEffect, useState } from "react";

/** A local address for showing a file that is not uploaded yet. */
export function useObjectUrl(file: Blob | null): string | null {
  const [made, setMade] = useState<{ file: Blob; url: string } | null>(null);
  useEffect(() => {
    if (file === null) return;
    const url = URL.createObjectURL(file);
    // The address belongs to the browser: it is made and released with the effect.
    // eslint-disable-next-line react-hooks/set-state-in-effect
    setMade({ file, url });
    return () => URL.revokeObjectURL(url);
  }, [file]);
  return made !== null && made.file === file ? made.url : null;
}
