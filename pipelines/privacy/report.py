"""What a forgetting says for itself: what is gone, and what is left and why.

Belongs here: sentences for whoever must answer for it. Not here: doing it.
"""

from collections.abc import Iterator, Sequence

from pipelines.privacy.forgetting import Forgetting
from pipelines.report import plural
from pipelines.settings import Settings


def forgotten(forgetting: Forgetting, withdrawn: Sequence[str]) -> str:
    """What was done, in the ledger and to what was derived from it."""
    signal = forgetting.signal
    when = signal.forgotten_at.isoformat(timespec="seconds")
    said = "Forgotten" if forgetting.is_new else "Was forgotten already,"
    lines = [
        f"{said} in batch {signal.batch} at {when}, on the word of {signal.actor_id}: {signal.user_id},"
        f" from now on {forgetting.pseudonym}",
        f"  sealed for ever: name and address in {plural(forgetting.versions, 'accepted row')},"
        f" the text of {plural(len(signal.quarantined), 'quarantined row')}; no byte of the ledger changed",
        "  discarded: the warehouse; the next run makes it again without them",
    ]
    lines += [f"  withdrawn: the version {version}, which showed the name" for version in withdrawn]
    return "\n".join(lines)


def left(settings: Settings, forgetting: Forgetting) -> str:
    """What still knows the person, and who has to see to it."""
    return "\n".join(["What is left:", *(f"  - {line}" for line in _left(settings, forgetting))])


def _left(settings: Settings, forgetting: Forgetting) -> Iterator[str]:
    there = [name for name in forgetting.files if (settings.landing / name).exists()]
    named = (
        f"they lie in {', '.join(there)}, and" if there else "none that is known lies there, but"
    )
    yield (
        f"landing files are the source's own, and hold what it wrote: {named} other files may repeat it; delete it"
        " there and at the source (what lands again is kept without name and address)"
    )
    yield (
        f"backups: a copy of {settings.keys.name} made before now opens what was sealed, and copies of published/,"
        " landing/ and the warehouse show it: delete them"
    )
    yield (
        f"the id {forgetting.signal.user_id} and the signals under it, which are not changed, and every number that"
        " counts them; the free texts of contents, comments, notes and reasons, as their authors wrote them"
    )
    yield "registration decisions by the domain of an address: without it they say that it does not match"
    if forgetting.namesakes:
        yield (
            f"the same name or address under {plural(len(forgetting.namesakes), 'other id')}:"
            f" {', '.join(forgetting.namesakes)}; forget them as well if they are the same person"
        )
