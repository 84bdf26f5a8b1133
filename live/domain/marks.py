"""What somebody saw when they began to change it: a change of what is another by now is not theirs to make."""

import json
from hashlib import blake2b

MARK_BYTES = 8


def mark_of(*values: object) -> str:
    """16 hexadecimal digits, the same for the same values: numbers, texts, None, booleans, moments."""
    text = json.dumps(values, ensure_ascii=False, default=str)
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=MARK_BYTES).hexdigest()
