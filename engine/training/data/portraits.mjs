// Draws DiceBear portraits: reads [{style, options}, ...] from standard input, writes [svg, ...].
import { createAvatar } from "@dicebear/core";

let text = "";
for await (const chunk of process.stdin) text += chunk;
const drawn = [];
for (const { style, options } of JSON.parse(text)) {
  const art = await import(style);
  drawn.push(createAvatar(art, { ...options, size: 256 }).toString());
}
process.stdout.write(JSON.stringify(drawn));
