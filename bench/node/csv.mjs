// CSV as a Node service would write it: rows from pg through json2csv's stream into a file.
import { createWriteStream, statSync } from "node:fs";
import { createRequire } from "node:module";
import { pipeline } from "node:stream/promises";
import { asked, measured, openRows } from "./measured.mjs";

const require = createRequire(import.meta.url);

function converter() {
  const options = { fields: asked.fields };
  const { Transform } = require(asked.library);
  return asked.library === "json2csv"
    ? new Transform(options, { objectMode: true })
    : new Transform(options, {}, { objectMode: true });
}

await measured(async () => {
  const { stream, close } = await openRows();
  let rows = 0;
  stream.on("data", () => rows++);
  await pipeline(stream, converter(), createWriteStream(asked.path));
  await close();
  return { rows, bytes: statSync(asked.path).size };
});
