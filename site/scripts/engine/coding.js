// Undoes what hides a secret from those who look for it: colours, invisible characters, escapes, URL coding.

const CODED = new RegExp(
  "(?:\\x1b|\\\\{1,8}(?:u00|x)1b|\\\\{1,8}033)\\[[0-9;?]{0,20}[ -/]{0,4}[@-~]" + // colours
    "|[\\x00\\u00ad\\u200b-\\u200f\\u202a-\\u202e\\u2060-\\u2064\\ufeff]" +
    "|\\\\{1,8}u(?<unit>00[2-7][0-9a-f]|(?!00|d[89a-f])[0-9a-f]{4})" +
    "|\\\\{1,8}x(?<byte>[2-7][0-9a-f])" +
    "|%(?<percent>0[ad]|[2-7][0-9a-f])" +
    "|&#(?<decimal>3[2-9]|[4-9][0-9]|1[01][0-9]|12[0-6]);|&#x(?<hex>[2-7][0-9a-f]);" +
    "|&(?<named>quot|apos|amp|lt|gt);" +
    "|\\\\{1,8}(?<slash>/)",
  "gi",
);
const MARKS = { quot: '"', apos: "'", amp: "&", lt: "<", gt: ">" };
const DEPTH = 3; // how often a text is taken to be coded one over the other

// Return what a text says without its colours, invisible characters, escapes and URL coding.
export function undo(text) {
  for (let round = 0; round < DEPTH; round += 1) {
    const plain = text.replace(CODED, (...found) => decode(found.at(-1)));
    if (plain === text) break;
    text = plain;
  }
  return text;
}

function decode({ unit, byte, percent, decimal, hex, named, slash }) {
  if (slash) return slash;
  if (named) return MARKS[named.toLowerCase()];
  if (decimal) return String.fromCharCode(Number(decimal));
  const code = unit ?? byte ?? percent ?? hex;
  return code ? String.fromCharCode(parseInt(code, 16)) : "";
}
