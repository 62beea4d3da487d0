"""How the habits part of the API describes itself."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers

V = TypeVar("V", bound=Callable[..., Any])


def documented(
    name: str,
    *,
    body: type[serializers.BaseSerializer[Any]] | None = None,
    listed: Sequence[str] = (),
) -> Callable[[V], V]:
    """Give a view its schema: what it takes, and that it answers with JSON or a problem document."""
    methods = ("GET", "POST", "PUT", "PATCH", "DELETE")
    problem = (OpenApiTypes.OBJECT, "application/problem+json")
    document: dict[int | str | tuple[int | str, str], Any] = {
        (200, "application/json"): OpenApiTypes.OBJECT,
        **{(f"{code}", problem[1]): problem[0] for code in (400, 401, 404, 409, 412, 422, 429)},
    }
    parameters = [OpenApiParameter(one, str, OpenApiParameter.QUERY) for one in listed]

    def describe(view: V) -> V:
        for method in methods:
            view = extend_schema(
                methods=[method],
                operation_id=f"{name}_{method.lower()}",
                request=body if method in {"POST", "PUT", "PATCH"} else None,
                responses=document,
                parameters=parameters if method == "GET" else [],
                tags=[name],
            )(view)
        return view

    return describe
