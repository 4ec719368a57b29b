"""Password sign-in. It leads on to the second factor, and nowhere without one."""

from typing import Any

from django.contrib.auth.backends import BaseBackend
from django.http import HttpRequest

from mithaq.web.accounts.enrolment import has_codes
from mithaq.web.accounts.models import User
from mithaq.web.accounts.posts import read_with_posts


class PasswordWithFactor(BaseBackend):
    """Accounts with a password and codes; every other answer is the same and takes as long."""

    def authenticate(
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        **credentials: Any,
    ) -> User | None:
        if username is None or password is None:
            return None
        user = User.objects.filter(login=username).first()
        # The hash is computed for a name that nobody has too.
        is_right = user.check_password(password) if user else self._spend(password)
        if user is None or not is_right or not user.is_active or not has_codes(user):
            return None
        return user

    def get_user(self, user_id: Any) -> User | None:
        return read_with_posts(user_id)

    def _spend(self, password: str) -> bool:
        User().set_password(password)
        return False
