"""Every address of the product, and who may be there. A new one is refused by the tests until it stands here."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

ANYONE = "anyone"
"""Shows nothing of anybody: signing in, health, the API's description, or what a signed link opens."""
OWN = "own"
"""Shows what is the caller's own; without a sign-in it shows nothing."""

ADDRESSES: dict[str, str] = {
    **dict.fromkeys(
        ["today", "healthz", "readyz", "metrics", "docs", "unknown_path", "api:schema"],
        ANYONE,
    ),
    **dict.fromkeys(["service_worker", "manifest", "offline", "nudges:action", "nudges:unsubscribe"], ANYONE),
    "feeds:calendar": ANYONE,  # who has its token: habits/tests/feeds/test_calendar.py says who has not
    **dict.fromkeys(["api:register", "api:token", "api:token_refresh", "api:token_revoke"], ANYONE),
    **dict.fromkeys(
        [
            "account_login",
            "account_logout",
            "account_inactive",
            "account_signup",
            "account_email_verification_sent",
            "account_confirm_login_code",
            "account_confirm_email",
            "account_reset_password",
            "account_reset_password_done",
            "account_reset_password_from_key",
            "account_reset_password_from_key_done",
            "mfa_authenticate",
            "mfa_login_webauthn",
        ],
        ANYONE,
    ),
    **dict.fromkeys(
        [
            "account_reauthenticate",
            "account_email",
            "account_change_password",
            "account_set_password",
            "mfa_index",
            "mfa_reauthenticate",
            "mfa_activate_totp",
            "mfa_deactivate_totp",
            "mfa_view_recovery_codes",
            "mfa_generate_recovery_codes",
            "mfa_download_recovery_codes",
            "mfa_list_webauthn",
            "mfa_add_webauthn",
            "mfa_reauthenticate_webauthn",
            "usersessions_list",
            "settings",
            "settings_security",
            "settings_data",
            "settings_delete_account",
        ],
        OWN,
    ),
    **dict.fromkeys(["mfa_remove_webauthn", "mfa_edit_webauthn"], "passkey"),
    "settings_end_session": "session",
    "settings_end_family": "token family",
    **dict.fromkeys(["pick_day", "welcome", "begin", "api:me", "api:live_ticket"], OWN),
    **dict.fromkeys(["activity", "activity_rows", "find", "find_palette", "find_options", "settings_theme"], OWN),
    "activity_undo": "habit day",
    **dict.fromkeys(["day", "day_rows"], "day"),
    **dict.fromkeys(
        [
            "habits:list",
            "habits:rows",
            "habits:archived",
            "habits:reorder",
            "habits:new",
            "habits:in_words",
            "habits:pauses",
            "habits:import",
            "habits:export",
            "api:imports",
            "api:export",
            "api:habits",
            "api:reorder",
            "api:bulk",
            "api:pauses",
        ],
        OWN,
    ),
    **dict.fromkeys(["feeds:list", "api:feeds"], OWN),
    **dict.fromkeys(["feeds:revoke", "api:feed"], "feed"),
    **dict.fromkeys(["habits:pause_end", "habits:pause_remove", "api:pause"], "pause"),
    **dict.fromkeys(["habits:import_job", "habits:import_state", "habits:import_confirm", "api:import"], "import"),
    **dict.fromkeys(
        [
            "habits:detail",
            "habits:edit",
            "habits:archive",
            "habits:delete",
            "habits:pause",
            "api:habit",
            "api:plans",
            "api:entries",
            "api:history",
        ],
        "habit",
    ),
    **dict.fromkeys(["habits:entry", "api:entry"], "habit day"),
    **dict.fromkeys(["goals:list", "goals:rows", "goals:new", "api:goals"], OWN),
    **dict.fromkeys(
        [
            "goals:detail",
            "goals:picture",
            "goals:edit",
            "goals:abandon",
            "goals:delete",
            "goals:progress",
            "api:goal",
            "api:goal_progress",
        ],
        "goal",
    ),
    **dict.fromkeys(["goals:remove", "api:goal_progress_entry"], "progress"),
    **dict.fromkeys(
        ["analytics:insights", "analytics:insights_figures", "analytics:insights_csv", "api:analytics_overview"], OWN
    ),
    **dict.fromkeys(
        ["analytics:habit", "analytics:habit_figures", "analytics:habit_csv", "api:habit_analytics"], "habit"
    ),
    **dict.fromkeys(
        [
            "analytics:suggestions",
            "analytics:suggestion_history",
            "analytics:suggestion_today",
            "analytics:suggestion_section",
            "api:suggestions",
        ],
        OWN,
    ),
    **dict.fromkeys(
        [
            "analytics:suggestion_accept",
            "analytics:suggestion_dismiss",
            "analytics:suggestion_undo",
            "api:suggestion",
            "api:suggestion_accept",
            "api:suggestion_dismiss",
            "api:suggestion_undo",
        ],
        "suggestion",
    ),
    **dict.fromkeys(["analytics:reviews", "api:reviews"], OWN),
    **dict.fromkeys(["analytics:review", "analytics:review_delete"], "week"),
    **dict.fromkeys(["api:review", "api:review_finish"], "own week"),
    "analytics:review_step": "week step",
    **dict.fromkeys(["api:risk", "api:risk_calibration"], OWN),
    **dict.fromkeys(["risk:board", "risk:board_list", "risk:record", "risk:notices"], OWN),
    "risk:why": "habit",
    "risk:seen": "alert",
    **dict.fromkeys(
        [
            "nudges:inbox",
            "nudges:rows",
            "nudges:bell",
            "nudges:seen",
            "nudges:times",
            "nudges:preferences",
            "nudges:preferences_habits",
            "nudges:webhook",
            "nudges:messenger",
            "nudges:subscribe",
        ],
        OWN,
    ),
    **dict.fromkeys(["api:nudges", "api:nudge_preferences", "api:nudge_devices", "api:nudge_webhook"], OWN),
    **dict.fromkeys(["api:nudge_seen", "api:nudge_snooze", "api:nudge_dismiss", "api:nudge_act"], "nudge pk"),
    "api:nudge_device": "device",
    "nudges:react": "nudge",
    **dict.fromkeys(["nudges:trial", "nudges:remove_target"], "channel"),
    "nudges:remove_device": "device",
}
"""By the name of an address: ANYONE, OWN, or the kind of thing it leads to, which only its owner reaches."""


def names_of(patterns: Iterable[URLPattern | URLResolver] | None = None, within: str = "") -> Iterator[str]:
    """The name of every address that is routed, except the operators' pages, which have rules of their own."""
    for one in get_resolver().url_patterns if patterns is None else patterns:
        if isinstance(one, URLResolver):
            if one.namespace != "admin":
                yield from names_of(one.url_patterns, f"{within}{one.namespace}:" if one.namespace else within)
        else:
            callback: Any = one.callback
            yield f"{within}{one.name or callback.__name__}"
