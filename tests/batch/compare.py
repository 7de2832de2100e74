#!/usr/bin/env python3
"""What other engines take for a mean of the same files, on one core: the yardstick of a rebuild.

    compare.py ARCHIVE

Needs `pip install duckdb polars`; an engine that is not installed is left out.
"""

import json
import os
import pathlib
import sys
import time

os.environ["POLARS_MAX_THREADS"] = "1"
KEY = ["kind", "tx_hi", "tx_lo"]


def files_of(archive):
    newest = max((archive / "manifest").glob("*.json"), key=lambda path: int(path.stem))
    return [str(archive / file["path"]) for file in json.loads(newest.read_text())["files"]]


def duckdb_mean(files):
    import duckdb
    session = duckdb.connect()
    session.execute("SET threads TO 1")
    query = """SELECT count(*), sum(n) FROM (
        SELECT kind, tx_hi, tx_lo, avg(heard_lat_e7), avg(heard_lng_e7), count(*) AS n
        FROM read_parquet(?) GROUP BY kind, tx_hi, tx_lo)"""
    return session.execute(query, [files]).fetchone()


def polars_mean(files):
    import polars
    mean = (
        polars.scan_parquet(files).group_by(KEY)
        .agg(polars.col("heard_lat_e7").mean(), polars.col("heard_lng_e7").mean(), polars.len().alias("n"))
        .collect(engine="streaming")
    )
    return mean.height, mean["n"].sum()


def main():
    files = files_of(pathlib.Path(sys.argv[1]))
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    for name, mean in (("duckdb", duckdb_mean), ("polars", polars_mean)):
        try:
            mean(files[:1])
        except ImportError:
            print(f"{name}: not installed")
            continue
        walls = []
        for _ in range(3):
            wall, cpu = time.monotonic(), time.process_time()
            groups, rows = mean(files)
            walls.append((time.monotonic() - wall, time.process_time() - cpu))
        wall, cpu = min(walls)
        print(f"{name}: {rows} rows, {groups} groups in {wall:.2f} s ({cpu:.2f} s of CPU): {rows / wall:.0f} a second")


if __name__ == "__main__":
    main()
