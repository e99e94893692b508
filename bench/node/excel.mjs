// Excel as a Node service would write it: ExcelJS, streaming or as a whole workbook.
import { statSync } from "node:fs";
import ExcelJS from "exceljs";
import { asked, measured, openRows } from "./measured.mjs";

const HEADER = {
  font: { bold: true, color: { argb: "FFFFFFFF" } },
  fill: { type: "pattern", pattern: "solid", fgColor: { argb: "FF4472C4" } },
};

function addSheet(workbook) {
  const sheet = workbook.addWorksheet("leads", { views: [{ state: "frozen", ySplit: 1 }] });
  sheet.columns = asked.fields.map((key) => ({ header: key, key, width: 18 }));
  sheet.autoFilter = { from: { row: 1, column: 1 }, to: { row: 1, column: asked.fields.length } };
  const header = sheet.getRow(1);
  header.eachCell((cell) => Object.assign(cell, HEADER));
  return { sheet, header };
}

// Lists and objects become text, as they do in Outbrief's file; counts come as text from pg and become numbers.
function cells(row) {
  for (const key of ["emailsSent", "emailsDelivered", "emailsOpened"]) row[key] = Number(row[key]);
  row.tags = row.tags?.join(", ");
  return row;
}

await measured(async () => {
  const workbook = asked.whole
    ? new ExcelJS.Workbook()
    : new ExcelJS.stream.xlsx.WorkbookWriter({ filename: asked.path, useStyles: true, useSharedStrings: false });
  const { sheet, header } = addSheet(workbook);
  if (!asked.whole) header.commit();
  const { stream, close } = await openRows();
  let rows = 0;
  for await (const row of stream) {
    const added = sheet.addRow(cells(row));
    if (!asked.whole) added.commit();
    rows++;
  }
  if (asked.whole) await workbook.xlsx.writeFile(asked.path);
  else await workbook.commit();
  await close();
  return { rows, bytes: statSync(asked.path).size };
});
