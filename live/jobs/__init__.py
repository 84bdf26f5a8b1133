"""Work that may wait: the only home of arq. Never the order path, hold expiry or the ledger.

May import `live.errors`. arq delivers at least once and forgets a job a day after it was due, so every
job is safe to run twice, and what must not be lost is a row in SQL (`store/schedule.py`) that a cron
looks for. Start at `queue.py` (asking for work), then `work.py` (doing it).
"""

from live.jobs.queue import JobQueue
from live.jobs.work import Context, Cron, Task, keep_working

__all__ = ["Context", "Cron", "JobQueue", "Task", "keep_working"]
