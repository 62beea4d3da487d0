"""Addresses of the habit pages, below /habits/."""

from django.urls import include, path

import smarthabit.kernel.converters  # noqa: F401 - registers <id:...> and <day:...>
from habits.views import detail, editing, entries, lists, pauses

app_name = "habits"

urlpatterns = [
    path("", lists.habits, name="list"),
    path("rows/", lists.rows, name="rows"),
    path("archived/", lists.archived, name="archived"),
    path("reorder/", lists.reorder, name="reorder"),
    path("new/", editing.new, name="new"),
    path("in-words/", editing.in_words, name="in_words"),
    path("pauses/", pauses.pauses, name="pauses"),
    path("pauses/<id:pk>/end/", pauses.end, name="pause_end"),
    path("pauses/<id:pk>/remove/", pauses.remove, name="pause_remove"),
    path("", include("habits.transfer.urls")),
    path("<id:pk>/", detail.detail, name="detail"),
    path("<id:pk>/edit/", editing.edit, name="edit"),
    path("<id:pk>/archive/", editing.archive, name="archive"),
    path("<id:pk>/delete/", editing.delete, name="delete"),
    path("<id:pk>/pauses/", pauses.pause_habit, name="pause"),
    path("<id:pk>/entries/<day:day>/", entries.entry, name="entry"),
]
