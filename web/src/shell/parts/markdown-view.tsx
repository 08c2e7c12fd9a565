/** Markdown shown as elements; no HTML is parsed, and links tell nobody where they were followed from. */

import { Fragment, type ReactNode, useMemo } from "react";
import { type Block, type Inline, parseMarkdown } from "./markdown";
import "./markdown.css";

export function Markdown({ text, className }: { readonly text: string; readonly className?: string }): ReactNode {
  const parsed = useMemo(() => parseMarkdown(text), [text]);
  return <div className={`gs-md ${className ?? ""}`}>{parsed.map(blockView)}</div>;
}

function blockView(block: Block, key: number): ReactNode {
  switch (block.is) {
    case "heading": {
      // The page has its own first heading.
      const Heading = `h${Math.min(block.level + 1, 6)}` as "h2";
      return (
        <Heading key={key} className={`gs-md-h${block.level}`}>
          {block.of.map(inlineView)}
        </Heading>
      );
    }
    case "paragraph":
      return <p key={key}>{block.of.map(inlineView)}</p>;
    case "code":
      return (
        <pre key={key}>
          <code>{block.text}</code>
        </pre>
      );
    case "quote":
      return <blockquote key={key}>{block.of.map(blockView)}</blockquote>;
    case "rule":
      return <hr key={key} />;
    case "table":
      return <TableView key={key} block={block} />;
    default:
      return <ListView key={key} block={block} />;
  }
}

function ListView({ block }: { readonly block: Extract<Block, { is: "list" }> }): ReactNode {
  const items = block.items.map(({ of, ticked }, at) => {
    const first = of[0];
    const tight = of.length === 1 && first?.is === "paragraph" ? first.of.map(inlineView) : of.map(blockView);
    return (
      // biome-ignore lint/suspicious/noArrayIndexKey: the text is shown as it is, nothing moves
      <li key={at}>
        {ticked !== undefined && <input type="checkbox" checked={ticked} disabled />}
        {tight}
      </li>
    );
  });
  return block.ordered ? <ol start={block.start}>{items}</ol> : <ul>{items}</ul>;
}

/* biome-ignore-start lint/suspicious/noArrayIndexKey: the text is shown as it is, nothing moves */
function TableView({ block }: { readonly block: Extract<Block, { is: "table" }> }): ReactNode {
  return (
    <div className="gs-md-table">
      <table>
        <thead>
          <tr>
            {block.head.map((cell, at) => (
              <th key={at}>{cell.map(inlineView)}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {block.rows.map((row, at) => (
            <tr key={at}>
              {row.map((cell, place) => (
                <td key={place}>{cell.map(inlineView)}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
/* biome-ignore-end lint/suspicious/noArrayIndexKey: above */

function inlineView(one: Inline, key: number): ReactNode {
  switch (one.is) {
    case "text":
      return <Fragment key={key}>{one.text}</Fragment>;
    case "code":
      return <code key={key}>{one.text}</code>;
    case "strong":
      return <strong key={key}>{one.of.map(inlineView)}</strong>;
    case "em":
      return <em key={key}>{one.of.map(inlineView)}</em>;
    case "strike":
      return <s key={key}>{one.of.map(inlineView)}</s>;
    case "break":
      return <br key={key} />;
    case "image":
      return (
        <span key={key} className="gs-md-image">
          [{one.alt}]
        </span>
      );
    default:
      return one.href === "" ? (
        <span key={key}>{one.of.map(inlineView)}</span>
      ) : (
        <a key={key} href={one.href} target="_blank" rel="noreferrer noopener">
          {one.of.map(inlineView)}
        </a>
      );
  }
}
