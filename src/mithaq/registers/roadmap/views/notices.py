"""What home tells of roadmaps."""

from django.http import HttpRequest

from mithaq.web.pages import Notice


def list_notices(request: HttpRequest) -> list[Notice]:
    """Nothing yet."""
    return []
