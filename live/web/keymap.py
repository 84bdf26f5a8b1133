"""The control room's keys: which act has which by itself. The page shows them, lets each device choose its own
(`static/js/keys.js`), and every act has a call of the API as well."""

from dataclasses import dataclass

LABELS = {"NumpadEnter": "Num Enter", "Escape": "Esc", "-": "−", "ArrowUp": "↑", "ArrowDown": "↓"}


@dataclass(frozen=True, slots=True)
class Shortcut:
    """`keys` as browsers name them, the first is the one that is shown; `shown`: instead of it; `is_fixed`:
    it cannot be another."""

    act: str
    keys: tuple[str, ...]
    shown: tuple[str, ...] = ()
    is_fixed: bool = False

    @property
    def labels(self) -> tuple[str, ...]:
        return self.shown or (label_of(self.keys[0]),)


def label_of(key: str) -> str:
    """As it stands on the key."""
    return LABELS.get(key, key.upper() if len(key) == 1 else key)


DIGITS = tuple("123456789")
SHORTCUTS = (
    Shortcut("push", ("F12", "NumpadEnter")),
    Shortcut("next_back", ("F9",)),
    Shortcut("next_on", ("F10",)),
    Shortcut("next_slot", DIGITS, ("1", "…", "9"), is_fixed=True),
    Shortcut("restock", ("+", "=")),
    Shortcut("cut", ("-",)),
    Shortcut("pause", ("k",)),
    Shortcut("end", ("e",)),
    Shortcut("panic", ("Escape",), ("Esc", "Esc"), is_fixed=True),
    Shortcut("cue", ("/",)),
    Shortcut("orders", ("o",)),
    Shortcut("chat", ("c",)),
    Shortcut("reply", ("r",)),
    Shortcut("trend", ("t",)),
    Shortcut("pin", ("p",)),
    Shortcut("unpin", ("u",)),
    Shortcut("mute", ("m",)),
    Shortcut("hide", ("d",)),
    Shortcut("show", ("a",)),
    Shortcut("approve", ("v",)),
    Shortcut("host", ("q",)),
    Shortcut("sheet", ("?",), is_fixed=True),
)
BY_ACT = {shortcut.act: shortcut for shortcut in SHORTCUTS}
