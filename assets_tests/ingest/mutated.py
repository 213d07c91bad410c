"""Landing files, damaged at random: bytes inserted, deleted, flipped, doubled, and ends cut off. Seeded."""

from __future__ import annotations

import random

from assets_tests.ingest import generated
from assets_tests.ingest.data_root import compressed
from assets_tests.ingest.generated import File
from pipelines.contracts.model import Contract

SPECIAL = (
    b'"',
    b",",
    b"\n",
    b"\r",
    b"\r\n",
    b"\x00",
    b"\xff",
    b"\xc3",
    b"{",
    b"}",
    b"\\",
    b"|",
    b"\xef\xbb\xbf",
    b"''",
    b'""',
)


def originals(contract: Contract, seed: int, rows: int) -> list[File]:
    """Whole files of every format and compression to begin with."""
    rng = random.Random(f"{contract.name} {seed} whole")
    csv = generated.csv_file(contract, rng, rows, "a.csv")
    jsonl = generated.jsonl_file(contract, rng, rows, "a.jsonl")
    machine = generated.machine_jsonl_file(contract, rng, rows, "a.jsonl")
    packed = [
        File(file.name + suffix, compressed(file.content, suffix))
        for file in (csv, jsonl)
        for suffix in (".gz", ".zst")
    ]
    return [csv, jsonl, machine, generated.parquet_file(contract, rng, rows, "a.parquet"), *packed]


IN_PLACE = ("flip", "set")
ANY = (*IN_PLACE, "flip", "insert", "special", "delete", "repeat", "cut")


def mutated(content: bytes, rng: random.Random) -> bytes:
    """The content with one to four wounds; every other file keeps its length, and with it its inner offsets."""
    damaged = bytearray(content)
    wounds = rng.choice([ANY, IN_PLACE])
    for _ in range(rng.randint(1, 4)):
        place = rng.randrange(len(damaged) + 1)
        length = rng.choice([1, 1, 2, 4, 16, 200])
        match rng.choice(wounds):
            case "flip" if place < len(damaged):
                damaged[place] ^= 1 << rng.randrange(8)
            case "set" if place < len(damaged):
                damaged[place] = rng.choice([0, 0x7F, 0x80, 0xFF, rng.randrange(256)])
            case "insert":
                damaged[place:place] = rng.randbytes(length)
            case "special":
                damaged[place:place] = rng.choice(SPECIAL)
            case "delete":
                del damaged[place : place + length]
            case "repeat":
                damaged[place:place] = damaged[place : place + length]
            case "cut" if rng.random() < 0.2:
                del damaged[place:]
    return bytes(damaged)
