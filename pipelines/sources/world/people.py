"""Organizations and the people in them (domain `org`).

A robotics company in New York and a software house in Berlin with interns and staff, an academy in Sydney with
students and teachers, and two people of no organization.
"""

from dataclasses import dataclass

from pipelines.sources.world.rows import TIMELESS, Row, World, midnight

HARBOR, FJORD, KILN = "org_harbor", "org_fjord", "org_kiln"
MAIL = {HARBOR: "harborlight.example", FJORD: "fjordblick.example", KILN: "kiln.example"}


@dataclass(frozen=True)
class Person:
    """Somebody with a record in `users`."""

    user_id: str
    name: str
    organization_id: str | None
    role: str
    experience_level: int

    @property
    def username(self) -> str:
        """The name as an account is called: `amara.okafor`."""
        return self.name.lower().replace(" ", ".")

    @property
    def email(self) -> str:
        """An address at the organization, or a private one."""
        return f"{self.username}@{MAIL.get(self.organization_id or '', 'postbox.example')}"


def _people(
    organization_id: str | None, role: str, first: int, names: str, *levels: int
) -> list[Person]:
    return [
        Person(f"user_{first + n}", name, organization_id, role, levels[n % len(levels)])
        for n, name in enumerate(names.split(", "))
    ]


HARBOR_INTERNS = _people(
    HARBOR,
    "student",
    1001,
    "Amara Okafor, Ben Castellano, Chloe Tran, Diego Ramirez, Elif Yildiz, Farid Nazari, Grace Kim",
    *(2, 1, 2, 1),
)
HARBOR_STAFF = _people(
    HARBOR, "employee", 1012, "Ivan Petrov, Joy Adeyemi, Kenji Mori, Lucia Ferrante", 5, 4, 6, 3
)
FJORD_INTERNS = _people(
    FJORD,
    "student",
    1021,
    "Oskar Brandt, Paula Richter, Quirin Maier, Rosa Conti, Samir Haddad",
    *(1, 2, 1),
)
FJORD_STAFF = _people(FJORD, "employee", 1031, "Tilda Sorensen, Ulrich Vogt, Milan Horvat", 6, 4, 2)
TEACHERS = _people(KILN, "teacher", 1041, "Yusuf Demir, Zoe Carver, Alan Whitcombe", 8, 7, 9)
STUDENTS = _people(
    KILN,
    "student",
    1051,
    "Alice Marlow, Bob Tennant, Carol Inoue, David Osei, Erin Gallagher, Felix Baumann, Gita Sharma, "
    "Henry Walsh, Isla Fraser, Jonas Keller, Kiara Ndlovu, Liam Doyle, Mei Lin, Noah Petit, Olivia Grant, "
    "Priya Nair",
    *(1, 1, 2),
)
INDEPENDENT = _people(None, "student", 1071, "Beatriz Solis", 3)
OTHERS = [
    Person("user_1011", "Hannah Weiss", HARBOR, "team_lead", 7),
    Person("user_1016", "Lena Novak", HARBOR, "manager", 8),
    Person("user_1017", "Marcus Bell", HARBOR, "employer", 6),
    Person("user_1018", "Nora Lindqvist", HARBOR, "admin", 9),
    Person("user_1034", "Vera Dvorak", FJORD, "team_lead", 7),
    Person("user_1035", "Wim de Boer", FJORD, "manager", 8),
    Person("user_1036", "Xenia Papadaki", FJORD, "employer", 5),
]
EVERYBODY = sorted(
    [
        *HARBOR_INTERNS,
        *HARBOR_STAFF,
        *FJORD_INTERNS,
        *FJORD_STAFF,
        *TEACHERS,
        *STUDENTS,
        *INDEPENDENT,
        *OTHERS,
    ],
    key=lambda person: person.user_id,
)
NAMED = {person.name: person for person in EVERYBODY}


def write_people() -> World:
    """Rows of `organizations` and `users`, with a renamed organization, a move, a promotion and a departure."""
    organizations: list[Row] = [
        _organization(HARBOR, "Harborlight Robotics", "America/New_York"),
        _organization(FJORD, "Fjordblick", "Europe/Berlin"),
        _organization(FJORD, "Fjordblick Software", "Europe/Berlin")
        | {"effective_at": midnight("02-10")},
        _organization(KILN, "Kiln Street Academy", "Australia/Sydney"),
    ]
    users = [_user(person) for person in EVERYBODY]
    users += [
        _user(NAMED["Lucia Ferrante"])
        | {"organization_id": FJORD, "effective_at": midnight("03-09")},
        _user(NAMED["Joy Adeyemi"]) | {"experience_level": 5, "effective_at": midnight("03-02")},
        _user(NAMED["Noah Petit"])
        | {"email": "noah@postbox.example", "effective_at": midnight("02-23")},
        {
            "user_id": NAMED["Milan Horvat"].user_id,
            "effective_at": midnight("03-16"),
            "is_deleted": True,
        },
    ]
    return {"organizations": organizations, "users": users}


def _organization(organization_id: str, name: str, timezone: str) -> Row:
    return {
        "organization_id": organization_id,
        "name": name,
        "timezone": timezone,
        "effective_at": TIMELESS,
    }


def _user(person: Person) -> Row:
    return {
        "user_id": person.user_id,
        "username": person.username,
        "email": person.email,
        "organization_id": person.organization_id,
        "role": person.role,
        "experience_level": person.experience_level,
        "effective_at": TIMELESS,
    }
