"""Every key name. All keys of a show share the hash tag `{show:<id>}`, so they lie in one cluster slot.

    meta     hash    epoch, seq, state, now, run and the show's running totals; missing, or of another
                     run than the server's = nothing is sold
    offers   set     offer ids that were ever armed
    offer:X  hash    one offer: state, price, limit, left, held, paid, …
    book     hash    `h:<order>` the order itself · `<buyer>` what the buyer has, as far as it fits: keys
                     and the orders that they made, offers and the units held and owned (`account.py`) ·
                     the rest: `k:<buyer>:<key>` the order · `b:<offer>:<buyer>` the units
    due      zset    order id → hold deadline, Redis ms
    turns    zset    offer id → when it opens or closes by itself, Redis ms
    log      stream  the facts; the id of an entry is `<seq>-0`, its field `f` a msgpack list of facts
    wait:X   zset    viewer who wants to be told when units of offer X come back → since when, Redis ms
    pace     hash    `o|u|p:<10 s bucket>` orders, units, paid orders
    rules    string  the chat's rules, msgpack
    chat     hash    version of the rules and words · held comments · pinned comment · the sample's tokens, and
                     when they were counted · which of `heard` is the younger · of a watched word: `w:W` the window
                     that it is counted in, `p:W` the fact from which on it is, while what was said before is added
    words    hash    word → place in the list that the operator watches
    tally    hash    word → how often it was said
    said:W   set     viewers who said word W in its window, or in the show
    standing hash    viewer → `m<until ms>` muted, `b` banned, `s` shadowed
    slow     zset    slow mode: viewer → when they may speak again, Redis ms; trimmed as others speak
    decided  hash    comment id → its state, where the crew has changed it
    own      hash    viewer → what they said last, msgpack of at most OWN_KEPT (`domain/comment.py`)
    heard:a  set     digests of outside messages that came in; `heard:b` has those before
    crowd    hash    viewer who is here → in how many processes
    here:P   set     viewers who are in the web process P
    processes hash   web process → `<lease, Redis ms> <number of its last call> <place>=<open pages> …`
    visitors hash    viewer who was ever here → when they came or, gone since, when they were last here, Redis ms
    attendance hash  peak, unique, views, watch_ms, live_ms; `banked`, `now` and `first:PLACE`: see `presence.lua`

    played      string  mark of the video address that one of the crew has seen playing; it runs out
    telling:T   string  what a page told the next one under the ticket T; it runs out
    rebuilding  string  how far the worker is with putting the show back; it runs out
    rehearsal   string  while a simulated crowd is in the show: which, and what it has seen; it runs out
    rehearsal:stop  string  the crowd that is to leave; it runs out
    gone        string  while the show's memory is being given back (`archive.py`): who does it; it runs out

The others have no TTL: losing one alone would be worse than keeping all. They go together, some time after
the show has ended and SQL has all of it; a refund that comes later still has the show put back.
"""

from live.domain.ids import ShowId, show_of

LAYOUT = "4"  # how this version writes a show's keys, in `meta` too; `lua/prelude.lua` has the same
SHOWS = "live:shows"  # set: ids of the shows that the sweep visits
WORKER = "live:worker"  # string, there while a worker keeps the ledger: it runs out WORKER_MS after its last sign
WORKER_MS = 10_000


def tag(show: ShowId) -> str:
    return "{show:" + show + "}:"


def meta(show: ShowId) -> str:
    return tag(show) + "meta"


def offers(show: ShowId) -> str:
    return tag(show) + "offers"


def offer(offer_id: str) -> str:
    return tag(show_of(offer_id)) + "offer:" + offer_id


def wait(offer_id: str) -> str:
    return tag(show_of(offer_id)) + "wait:" + offer_id


def book(show: ShowId) -> str:
    return tag(show) + "book"


def due(show: ShowId) -> str:
    return tag(show) + "due"


def turns(show: ShowId) -> str:
    return tag(show) + "turns"


def log(show: ShowId) -> str:
    return tag(show) + "log"


def pace(show: ShowId) -> str:
    return tag(show) + "pace"


def chat(show: ShowId) -> str:
    return tag(show) + "chat"


def rules(show: ShowId) -> str:
    return tag(show) + "rules"


def tally(show: ShowId) -> str:
    return tag(show) + "tally"


def standing(show: ShowId) -> str:
    return tag(show) + "standing"


def slow(show: ShowId) -> str:
    return tag(show) + "slow"


def decided(show: ShowId) -> str:
    return tag(show) + "decided"


def own(show: ShowId) -> str:
    return tag(show) + "own"


def heard(show: ShowId) -> list[str]:
    return [tag(show) + "heard:a", tag(show) + "heard:b"]


def words(show: ShowId) -> str:
    return tag(show) + "words"


def said(show: ShowId, word: str) -> str:
    return tag(show) + "said:" + word


def crowd(show: ShowId) -> str:
    return tag(show) + "crowd"


def here(show: ShowId, process: str) -> str:
    return tag(show) + "here:" + process


def processes(show: ShowId) -> str:
    return tag(show) + "processes"


def visitors(show: ShowId) -> str:
    return tag(show) + "visitors"


def attendance(show: ShowId) -> str:
    return tag(show) + "attendance"


def played(show: ShowId) -> str:
    return tag(show) + "played"


def telling(show: ShowId, ticket: str) -> str:
    return tag(show) + "telling:" + ticket


def rebuilding(show: ShowId) -> str:
    return tag(show) + "rebuilding"


def rehearsal(show: ShowId) -> str:
    return tag(show) + "rehearsal"


def rehearsal_stop(show: ShowId) -> str:
    return tag(show) + "rehearsal:stop"


def gone(show: ShowId) -> str:
    return tag(show) + "gone"
