// Prints the rows of a query, a line each, with spaces between values.
import { DuckDBInstance } from "@duckdb/node-api";

const connection = await (await DuckDBInstance.create(":memory:")).connect();
await connection.run("SET TimeZone = 'UTC'");
const result = await connection.runAndReadAll(process.argv[2]);
for (const row of result.getRows()) console.log(row.join(" "));
