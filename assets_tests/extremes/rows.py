"""Rows that their contracts take, with what is rare in them: the ends of every range, odd moments, ids of everybody.

Belongs here: drawing landing files by a seed. Few ids, so that rows meet; none of the marts is thought of here.
"""

from __future__ import annotations

import csv
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

from pipelines.contracts import CONTRACTS
from pipelines.contracts.model import IS_DELETED, Column, Contract, Kind, Type

AS_OF = datetime(2026, 4, 1)
PEOPLE = {
    *("user_id", "student_id", "intern_id", "mentor_id", "teacher_id"),
    *("actor_id", "certified_by", "employer_id"),
}
PERSONS = [*(f"u{number}" for number in range(20)), "ü5", "x" * 255, "a,b'\"", "🐦"]
ENDS = [
    *(datetime(1970, 1, 1), datetime(1970, 1, 1, 0, 0, 0, 1), datetime(1970, 1, 4)),
    *(datetime(2100, 6, 1), datetime(2199, 12, 31, 23, 59, 59, 999999), datetime(2200, 1, 1)),
]
EDGES = [
    *(AS_OF, AS_OF + timedelta(microseconds=1), AS_OF - timedelta(microseconds=1)),
    *(datetime(2026, 3, 29), datetime(2026, 3, 29, 1, 30), datetime(2025, 10, 26, 1)),
    *(datetime(2026, 3, 8), datetime(2026, 1, 1), datetime(2025, 4, 1), datetime(2024, 2, 29, 12)),
]
STEPS = [timedelta(seconds=1), timedelta(hours=1), timedelta(days=1), timedelta(days=7)]
TEXTS = ["x", "", "a\nb", 'é"quote', "🐦" * 20, "x" * 3000, " pad ", "=1+1", "a\x01b"]
WORDS = {
    "grade_value": [
        *("pass", "Pass ", "fail", "", "12", "12.5", "-3", "+0,5", "1e3", "0", "9" * 20, "9" * 25),
    ],
    "kind": [
        *("student_performance", "deadline", "institutional_email", "course_prerequisite"),
        *("weird", "DEADLINE"),
    ],
    "email": ["a@example.org", "b@x.y", "", "weird", "@", "a@b@c"],
    "status": ["held", "cancelled", ""],
}
OBJECTS = [
    *("{}", "", '{"a":1e308}', '{"skill_ideas":["sk1",2,null]}', '{"skill_ideas":5}'),
    *('{"until":"2026-04-01"}', '{"until":"2026-03-01T00:00:00Z"}', '{"until":5}', '{"until":""}'),
    *('{"lecture_id":"le1"}', '{"lecture_id":7}', '{"lecture_id":["le1","le2",null]}'),
    *('{"domains":["example.org"]}', '{"domains":["x",null]}', '{"lecture_id":null}'),
]
ZONES = [
    *("", "UTC", "Europe/Berlin", "America/Los_Angeles", "Pacific/Kiritimati", "Asia/Kathmandu"),
    *("Africa/Monrovia", "America/Havana"),
]
STAYS = [
    *(("2026-01-05", "2026-06-30"), ("2026-03-29", "2026-03-29"), ("2025-09-01", "2026-03-31")),
    *(("1970-01-01", "1974-12-31"), ("2195-01-01", "2200-01-01")),
]


class Maker:
    """Draws rows; in some columns nearly all values are at the ends of what the contract takes, elsewhere few."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self.extreme = {
            column: 0.9 if self.chance(0.2) else 0.02
            for contract in CONTRACTS.values()
            for column in contract.columns
        }

    def drop(self, landing: Path) -> None:
        """Two CSV files for every contract."""
        for name, contract in CONTRACTS.items():
            folder = landing / name
            folder.mkdir(parents=True)
            for part in range(2):
                rows = self.random.choice([60, 400] if contract.kind is Kind.EVENT else [20, 100])
                with (folder / f"{part}.csv").open("w", newline="", encoding="utf-8") as file:
                    writer = csv.DictWriter(file, [column.name for column in contract.columns])
                    writer.writeheader()
                    writer.writerows(self.row(contract, f"{part}-{row}") for row in range(rows))

    def row(self, contract: Contract, number: str) -> dict[str, str]:
        """A row that its contract takes, unless two of its columns do not fit together."""
        row = {
            column.name: self.value(column) if column.required or self.chance(0.75) else ""
            for column in contract.columns
        }
        if contract.kind is Kind.EVENT:
            row[contract.entity_key[0]] = number
        else:
            row[IS_DELETED.name] = row[IS_DELETED.name] if self.chance(0.05) else ""
            if self.chance(0.6):
                row["effective_at"] = self.random.choice(["", "1970-01-01", "2026-01-01"])
        match contract.name:
            case "internships":
                row["starts_on"], row["ends_on"] = self.random.choice(STAYS)
            case "rules":
                row[self.random.choice(["min_percentage", "min_points_absolute"])] = ""
        return row

    def value(self, column: Column) -> str:
        """A value of the column, as text."""
        random = self.random
        match column.type:
            case Type.ID if column.name in PEOPLE:
                return random.choice(PERSONS)
            case Type.ID:
                # The first few are what most rows speak of.
                number = min(int(random.expovariate(0.3)), 30)
                return f"{column.name.removeprefix('replaced_by_')[:2]}{number}"
            case Type.TEXT:
                return random.choice(WORDS.get(column.name, TEXTS))
            case Type.INT | Type.FLOAT | Type.DECIMAL:
                return self.number(column)
            case Type.BOOL:
                return random.choice(["true", "false"])
            case Type.DATE:
                return f"{self.moment(column):%Y-%m-%d}"
            case Type.TIMESTAMP:
                moment = self.moment(column)
                return random.choice(
                    [moment.isoformat(), f"{moment.isoformat()}Z", f"{moment:%Y-%m-%d}"]
                )
            case Type.LIST:
                return random.choice(["", "mon|tue", "sun", "sat|sun|mon|tue|wed|thu|fri", "[]"])
            case Type.JSON:
                return random.choice(OBJECTS)
            case Type.TIMEZONE:
                return random.choice(ZONES)
            case Type.ENUM:
                return random.choice(column.values)

    def number(self, column: Column) -> str:
        """A number that the column takes: usual ones, or the least and the largest of all."""
        match column.type:
            case Type.INT:
                least, most = "-9223372036854775808", "9223372036854775807"
            case Type.FLOAT:
                least, most = "-999999999.9999999", "999999999.9999999"
            case _:
                most = "9" * (column.precision - column.scale) + "." + "9" * column.scale
                least = f"-{most}"
        ends = [
            str(least if column.minimum is None else column.minimum),
            str(most if column.maximum is None else column.maximum),
        ]
        if column.above_minimum:
            ends[0] = "5e-324"
        if self.chance(self.extreme[column]):
            return self.random.choice(ends)
        usual = ["0", "1", "2", "3", "5", "7", "60", "100", "60000"]
        if column.type is not Type.INT:
            usual += ["0.5", "0.25", "0.1", "3.7", "55.5"]
        fitting = [number for number in usual if _fits(column, float(number))]
        return self.random.choice(fitting or ends)

    def moment(self, column: Column) -> datetime:
        """Around now, on an edge, or at one of the ends of time."""
        if self.chance(self.extreme[column]):
            return self.random.choice(ENDS)
        if self.chance(0.4):
            return self.random.choice(EDGES)
        back = self.random.choice(STEPS) * self.random.randint(-3, 40)
        return AS_OF - back + timedelta(microseconds=self.random.choice([-1, 0, 1]))

    def chance(self, probability: float) -> bool:
        """Whether something happens this time."""
        return self.random.random() < probability


def _fits(column: Column, number: float) -> bool:
    if column.minimum is not None and number < float(column.minimum):
        return False
    if column.above_minimum and column.minimum is not None and number <= float(column.minimum):
        return False
    return column.maximum is None or number <= float(column.maximum)
