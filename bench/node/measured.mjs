// What the scripts share: the rows as a stream, and the time and memory that the work took.
import { readFileSync } from "node:fs";
import pg from "pg";
import QueryStream from "pg-query-stream";

export const asked = JSON.parse(process.argv[2]);

// Opens the same query that Outbrief runs, as the same role; `rows` cuts it off.
export async function openRows() {
  const { host, port, user, password, dbname } = asked.connection;
  const client = new pg.Client({ host, port, user, password: password || undefined, database: dbname });
  await client.connect();
  await client.query("BEGIN");
  for (const [name, value] of Object.entries(asked.settings)) {
    await client.query("SELECT set_config($1, $2, true)", [name, value]);
  }
  const stream = client.query(new QueryStream(`SELECT * FROM (${asked.sql}) q LIMIT ${Number(asked.rows)}`, [], { batchSize: 1000 }));
  return { stream, close: () => client.end() };
}

export async function measured(work) {
  const cpu = process.cpuUsage();
  const started = process.hrtime.bigint();
  const told = await work();
  const seconds = Number(process.hrtime.bigint() - started) / 1e9;
  const used = process.cpuUsage(cpu);
  const peak = Number(/VmHWM:\s+(\d+)/.exec(readFileSync("/proc/self/status", "utf8"))[1]) * 1024;
  console.log(JSON.stringify({ ...told, seconds, cpu: (used.user + used.system) / 1e6, peak }));
}
