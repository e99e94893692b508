// A PDF of one long table with pdfkit's own tables.
import { createWriteStream, statSync } from "node:fs";
import { finished } from "node:stream/promises";
import PDFDocument from "pdfkit";
import { asked, measured } from "./measured.mjs";

await measured(async () => {
  const document = new PDFDocument({ size: "A4", margin: 51 });
  const file = document.pipe(createWriteStream(asked.path));
  const header = ["Campaign", "Sent", "Delivered", "Opened", "Clicked", "Replied"];
  const rows = Array.from({ length: asked.rows }, (_, i) =>
    [`Campaign number ${i} of the autumn`, i * 37, i * 36, i * 15, i * 4, i].map((cell) =>
      typeof cell === "number" ? cell.toLocaleString("en-GB") : cell,
    ),
  );
  document.fontSize(8).table({ data: [header, ...rows] });
  document.end();
  await finished(file);
  return { rows: asked.rows, bytes: statSync(asked.path).size };
});
