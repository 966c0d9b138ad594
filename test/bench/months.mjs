// Prints the sums of each SLO and month, a line each, in order.
import { DuckDBInstance } from "@duckdb/node-api";

const connection = await (await DuckDBInstance.create(":memory:")).connect();
const result = await connection.runAndReadAll(`
  SELECT slo, strftime(time AT TIME ZONE 'UTC', '%Y-%m') AS month, sum(bad)::BIGINT, sum(total)::BIGINT
  FROM '${process.argv[2]}/data/history/*.parquet'
  GROUP BY ALL ORDER BY ALL`);
for (const row of result.getRows()) console.log(row.join(" "));
