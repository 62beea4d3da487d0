"""Jobs of analytics: each finds its work in the database, and may run late, twice or not at all."""

from celery import shared_task

from analytics.risk.batch import score_everyone
from analytics.risk.learning import learn
from analytics.risk.passing import tell_passing
from analytics.risk.wake import TASK as SCORE
from analytics.suggestions.making import look_at_due
from smarthabit.kernel import clock

HOUR = 60


@shared_task(name=SCORE)
def score() -> int:
    """Score the habits of everybody whose day has begun."""
    return score_everyone(clock.now())


@shared_task(name="analytics.learn_risk")
def learn_risk() -> None:
    """Learn from what came of the forecasts."""
    learn(clock.now())


@shared_task(name="analytics.watch")
def watch() -> int:
    """The same, and then tell what the last hour has done to risks."""
    score_everyone(clock.now())
    return tell_passing(clock.now(), minutes=HOUR)


@shared_task(name="analytics.suggest")
def suggest() -> int:
    """Look at the habits of those whose day has closed."""
    return look_at_due(clock.now())
