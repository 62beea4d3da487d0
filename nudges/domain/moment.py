"""What is known about one open unit at the start of one slot: all that a decision may depend on."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Moment:
    """One unit, one slot.

    `decision_id` names the decision for good and, with the seed, is the key of its random draw. `day` is the proleptic
    ordinal of the user's local date, `weekday` 0 = Monday, `at` the instant in UTC seconds, `zone` the IANA zone the
    user is in now, `quiet` (start, end) minutes after local midnight. The counts come from the ledger before this
    slot (`counting`): messages sent today for this habit, today and in the last seven days (today included) for the
    user; several habits in one slot are one message. `last_sent` is the user's last message in UTC seconds.
    `ignored_run` counts days with messages in a row of which none was opened or followed by doing within two hours.
    """

    decision_id: str
    habit_id: str
    day: int
    weekday: int
    slot: int
    at: int
    zone: str
    quiet: tuple[int, int]
    chosen_slot: int | None
    kill_switch: bool
    channel_on: bool
    paused: bool
    state: str
    styles: tuple[str, ...]
    missed_run: int
    sent_today_habit: int
    sent_today_user: int
    sent_week_user: int
    last_sent: int | None
    ignored_run: int
    digest_open: bool
