import { Fragment, memo } from "react";
import { loneEmoji, parseText, type Block, type Inline } from "./formatting";
import classes from "./body.module.css";

/** Marks what a search found, ignoring case and accents. */
function highlight(text: string, found: string): React.ReactNode {
  if (found === "") return text;
  const plain = (value: string) => value.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
  const chars = Array.from(text);
  const needle = Array.from(plain(found)).length;
  const haystack = chars.map((char) => plain(char) || char);
  const parts: React.ReactNode[] = [];
  let from = 0;
  for (let index = 0; index + needle <= chars.length; index += 1) {
    if (haystack.slice(index, index + needle).join("") !== plain(found)) continue;
    parts.push(chars.slice(from, index).join(""));
    parts.push(<mark key={index}>{chars.slice(index, index + needle).join("")}</mark>);
    from = index + needle;
    index = from - 1;
  }
  return parts.length === 0 ? text : [...parts, chars.slice(from).join("")];
}

function InlineNode({ node, found }: { node: Inline; found: string }) {
  switch (node.kind) {
    case "text":
      return highlight(node.text, found);
    case "mono":
      return <code className={classes.mono}>{node.text}</code>;
    case "link":
      return (
        <a href={node.href} target="_blank" rel="noopener noreferrer nofollow" className={classes.link}>
          {highlight(node.text, found)}
        </a>
      );
    case "bold":
      return (
        <strong>
          <InlineNodes nodes={node.children} found={found} />
        </strong>
      );
    case "italic":
      return (
        <em>
          <InlineNodes nodes={node.children} found={found} />
        </em>
      );
    case "strike":
      return (
        <s>
          <InlineNodes nodes={node.children} found={found} />
        </s>
      );
  }
}

function InlineNodes({ nodes, found }: { nodes: Inline[]; found: string }) {
  return nodes.map((node, index) => <InlineNode key={index} node={node} found={found} />);
}

function BlockNode({ block, found }: { block: Block; found: string }) {
  if (block.kind === "mono") return <pre className={classes.monoBlock}>{block.text}</pre>;
  const inline = <InlineNodes nodes={block.children} found={found} />;
  if (block.kind === "quote") return <span className={classes.textQuote}>{inline}</span>;
  if (block.kind === "bullet") return <span className={classes.item}>• {inline}</span>;
  if (block.kind === "numbered") {
    return (
      <span className={classes.item}>
        {block.number}. {inline}
      </span>
    );
  }
  return inline;
}

interface Props {
  text: string;
  /** Words that a search in the thread looks for. */
  found?: string;
}

export const FormattedText = memo(function FormattedText({ text, found = "" }: Props) {
  if (loneEmoji(text) > 0) return <span className={classes.loneEmoji}>{text}</span>;
  const blocks = parseText(text);
  return (
    <span className={classes.text} dir="auto">
      {blocks.map((block, index) => (
        <Fragment key={index}>
          <BlockNode block={block} found={found} />
          {block.kind === "line" && index < blocks.length - 1 && "\n"}
        </Fragment>
      ))}
    </span>
  );
});
