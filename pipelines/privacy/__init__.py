"""What makes a person recognisable: sealed where it is kept, and forgotten when that is asked for.

`keys` is the one file of keys, `sealing` turns a text into its sealed form and back, `forgotten` reads who is
forgotten, `opening` reads segments and quarantine, `forgetting` is the act. Which columns are personal is declared
in `pipelines.contracts`. A key opens a value and does nothing else: no value that is published depends on one.
"""

from pipelines.privacy.forgetting import Forgetting, destroy_keys, forget, mentioning
from pipelines.privacy.forgotten import Forgotten, read_forgotten
from pipelines.privacy.keys import Keyring, person_key, row_key
from pipelines.privacy.opening import PERSON, RAW, Opener, key_problems
from pipelines.privacy.sealing import seal

__all__ = [
    "PERSON",
    "RAW",
    "Forgetting",
    "Forgotten",
    "Keyring",
    "Opener",
    "destroy_keys",
    "forget",
    "key_problems",
    "mentioning",
    "person_key",
    "read_forgotten",
    "row_key",
    "seal",
]
