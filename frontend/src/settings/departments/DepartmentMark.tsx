import { ColorSwatch, luminance } from "@mantine/core";
import { createElement } from "react";
import { iconOf } from "./icons";

interface Props {
  color: string;
  icon: string;
  size?: number;
}

/** A department's colour, and its icon where it has one. */
export function DepartmentMark({ color, icon, size = 18 }: Props) {
  const found = iconOf(icon);
  if (found === undefined) return <ColorSwatch color={color} size={size} />;
  return (
    <ColorSwatch color={color} size={size * 1.5} aria-hidden="true">
      {createElement(found, { size, color: luminance(color) > 0.35 ? "#000" : "#fff" })}
    </ColorSwatch>
  );
}
