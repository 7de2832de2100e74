#!/usr/bin/env python3
"""The radio map's parts from an archive on Apache Spark: the same estimator, entered by its C ABI.

    rebuild.py ARCHIVE OUT LIBRARY [FACTOR]

ARCHIVE is a folder with CURRENT and manifest/, as `cairn serve` keeps it. OUT is made, with `parts/`, `whole/`
and `chosen`, from which `cairn batch assemble --outputs OUT` puts the map together. LIBRARY is libcairn_fold.so,
built by `cargo build --release -p cairn-fold --features c-abi`. FACTOR (default 2): how many times the calibration
sample's voices are gathered; `assemble` says when it was too small.

Needs `pip install pyspark==4.3.0 pyarrow "pandas<3"` and Java 17.
"""

import ctypes
import json
import pathlib
import struct
import sys

import pyarrow as pa
from pyspark.sql import SparkSession
from pyspark.sql import functions as f

KEY = ["kind", "tx_hi", "tx_lo"]
FOLDED = KEY + [
    "evidence", "voice", "day", "floor", "height_m", "surveyed", "heard_lat_e7", "heard_lng_e7",
    "sigma_m", "rssi_dbm", "repeated", "frequency_mhz", "unit", "timing_advance",
]
PARTS = "kind tinyint, tx_hi bigint, tx_lo bigint, part binary"
CHOSEN = "chosen binary"
# crates/radiomap/src/limits.rs: FINGERPRINT_FIX_SIGMA_MAX_M and SAMPLE_FIX_SIGMA_MAX_M.
INDOORS_SIGMA_MAX_M, SAMPLE_SIGMA_MAX_M = 6.0, 33.0
# Bytes of the C Data Interface's ArrowArray; its ArrowSchema follows.
ARRAY_BYTES, BATCH_WORDS = 80, 19


def through(library, door, batch, *more):
    """One batch through one of the library's doors."""
    given, out = (ctypes.c_int64 * BATCH_WORDS)(), (ctypes.c_int64 * BATCH_WORDS)()
    at_given, at_out = ctypes.addressof(given), ctypes.addressof(out)
    error = ctypes.create_string_buffer(500)
    batch._export_to_c(at_given, at_given + ARRAY_BYTES)
    call = getattr(ctypes.CDLL(library), door)
    code = call(ctypes.c_void_p(at_given), ctypes.c_void_p(at_out), error,
                ctypes.c_size_t(len(error)), *more)
    if code != 0:
        raise ValueError(f"{door}: {error.value.decode()}")
    return pa.RecordBatch._import_from_c(at_out, at_out + ARRAY_BYTES)


def each(library, door, *more):
    """A function for mapInArrow: every batch by itself."""
    def run(batches):
        for batch in batches:
            if batch.num_rows:
                yield through(library, door, batch, *more)
    return run


def together(library, door):
    """A function for mapInArrow: all batches of a partition as one."""
    def run(batches):
        table = pa.Table.from_batches([batch for batch in batches if batch.num_rows])
        for batch in table.combine_chunks().to_batches():
            yield through(library, door, batch)
    def run_if_any(batches):
        batches = list(batches)
        if any(batch.num_rows for batch in batches):
            yield from run(batches)
    return run_if_any


def manifest_of(archive):
    """The current manifest: the greatest number there is."""
    newest = max((archive / "manifest").glob("*.json"), key=lambda path: int(path.stem))
    manifest = json.loads(newest.read_text())
    if manifest["excluded"] and not manifest["is_purged"]:
        sys.exit("the archive still holds what was taken out: wait until it is purged")
    return manifest


def main():
    archive, out, library = (pathlib.Path(word).resolve() for word in sys.argv[1:4])
    library = str(library)
    factor = int(sys.argv[4]) if len(sys.argv) > 4 else 2
    spark = (
        SparkSession.builder.appName("cairn rebuild")
        .config("spark.ui.enabled", "false")
        .config("spark.sql.session.timeZone", "UTC")
        .getOrCreate()
    )
    rows = spark.read.parquet(*(str(archive / file["path"]) for file in manifest_of(archive)["files"]))

    folded = rows.select(*FOLDED).mapInArrow(each(library, "cairn_fold"), PARTS)
    merged = folded.repartition(*KEY).mapInArrow(together(library, "cairn_merge"), PARTS)
    merged.write.parquet(str(out / "parts"))

    choices = rows.select("voice", "fix_sigma_m").mapInArrow(
        each(library, "cairn_choose", ctypes.c_uint16(factor).value), CHOSEN)
    choice = choices.coalesce(1).mapInArrow(together(library, "cairn_merge_choices"), CHOSEN)
    chosen = bytes(choice.collect()[0]["chosen"])
    (out / "chosen").write_bytes(chosen)
    voices = [voice for (voice,) in struct.iter_unpack("<q", chosen[3:])]

    def sure(max_m):
        return f.col("fix_sigma_m").isNull() | (f.col("fix_sigma_m") <= f.lit(max_m))

    indoors = f.col("floor").isNotNull() & sure(INDOORS_SIGMA_MAX_M)
    sampled = f.col("voice").isin(voices) & sure(SAMPLE_SIGMA_MAX_M)
    by_report = ["submission", "report"]
    whole = rows.where(indoors | sampled).repartition(*by_report).sortWithinPartitions(*by_report)
    whole.write.parquet(str(out / "whole"))
    spark.stop()


if __name__ == "__main__":
    main()
