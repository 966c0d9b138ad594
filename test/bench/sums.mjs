// Prints, as sums in sums.go does, how many month sums there are and their total.
import { DuckDBInstance } from "@duckdb/node-api";

const instance = await DuckDBInstance.create(":memory:", { threads: process.argv[3] });
const connection = await instance.connect();
const result = await connection.runAndReadAll(`
  SELECT count(*), sum(bad)::BIGINT, sum(total)::BIGINT
  FROM (SELECT slo, filename, sum(bad) AS bad, sum(total) AS total
        FROM read_parquet('${process.argv[2]}/data/history/*.parquet', filename = true)
        GROUP BY slo, filename)`);
console.log(result.getRows()[0].join(" "));
