"""An official at the pages of a node, over HTTP: opens pages, fills in forms, presses buttons."""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from http.cookiejar import Cookie

import httpx

VOID = frozenset({"meta", "link", "br", "img", "input", "hr"})


@dataclass
class Form:
    """A form of a page.

    Attributes:
        values: what it would send without a button.
        buttons: words -> (name, value).
    """

    action: str
    method: str
    values: dict[str, list[str]] = field(default_factory=dict)
    buttons: dict[str, tuple[str, str]] = field(default_factory=dict)
    is_multipart: bool = False
    id: str = ""


class Reader(HTMLParser):
    """Text, links and forms of a page."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.forms: list[Form] = []
        self.links: list[tuple[str, str]] = []
        self.texts: list[str] = []
        self._link: list[str] | None = None
        self._href = ""
        self._area: tuple[str, list[str]] | None = None
        self._select = ""
        self._button: tuple[str, str, list[str]] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        have = {name: value or "" for name, value in attrs}
        form = self.forms[-1] if self.forms else None
        if tag == "form":
            enctype = have.get("enctype", "")
            self.forms.append(
                Form(
                    have.get("action", ""),
                    have.get("method", "get"),
                    is_multipart="multipart" in enctype,
                    id=have.get("id", ""),
                )
            )
        elif tag == "a":
            self._link, self._href = [], have.get("href", "")
        elif form is None:
            return
        elif tag == "input" and have.get("name"):
            self._input(form, have)
        elif tag == "textarea":
            self._area = (have["name"], [])
        elif tag == "select":
            self._select = have["name"]
        elif tag == "option":
            # As in a browser: without a choice of the page the first one is chosen.
            if "selected" in have:
                form.values[self._select] = [have.get("value", "")]
            else:
                form.values.setdefault(self._select, [have.get("value", "")])
        elif tag == "button":
            self._button = (have.get("name", ""), have.get("value", ""), [])

    def _input(self, form: Form, have: dict[str, str]) -> None:
        kind = have.get("type", "text")
        if kind in ("checkbox", "radio") and "checked" not in have:
            return
        if kind not in ("submit", "file"):
            default = "on" if kind in ("checkbox", "radio") else ""
            form.values.setdefault(have["name"], []).append(have.get("value", default))

    def handle_endtag(self, tag: str) -> None:
        if tag == "a" and self._link is not None:
            self.links.append((self._href, " ".join(self._link)))
            self._link = None
        elif tag == "textarea" and self._area is not None:
            name, parts = self._area
            self.forms[-1].values[name] = ["".join(parts).removeprefix("\n")]
            self._area = None
        elif tag == "button" and self._button is not None:
            name, value, parts = self._button
            self.forms[-1].buttons[" ".join(parts)] = (name, value)
            self._button = None

    def handle_data(self, data: str) -> None:
        if self._area is not None:
            self._area[1].append(data)
            return
        if not data.strip():
            return
        self.texts.append(data.strip())
        for each in (self._link, self._button[2] if self._button else None):
            if each is not None:
                each.append(data.strip())


@dataclass
class Page:
    """A page that was answered."""

    url: str
    status: int
    html: str
    headers: httpx.Headers

    def __post_init__(self) -> None:
        reader = Reader()
        reader.feed(self.html)
        reader.close()
        self.forms, self.links = reader.forms, reader.links
        self.text = re.sub(r"\s+", " ", " ".join(reader.texts))

    def form(self, *, having: str = "") -> Form:
        """The form of the page that has a field or button of that name."""
        for form in self.forms:
            names = {*form.values, *(name for name, _ in form.buttons.values())}
            if form.method == "post" and (not having or having in names or having in form.action):
                return form
        raise AssertionError(f"no form with {having!r} at {self.url}: {self.text[:600]}")

    def main_form(self) -> Form:
        """The form that the page is for."""
        found = [form for form in self.forms if form.id in ("page-form", "minutes-form")]
        assert found, (self.url, self.status, self.text[:1500])
        return found[0]

    def link(self, part: str) -> str:
        """The address of the first link that holds these characters."""
        for href, _ in self.links:
            if part in href:
                return href
        raise AssertionError(f"no link with {part!r} at {self.url}: {self.text[:600]}")


class Person:
    """Somebody with a post at one node."""

    def __init__(self, base: str, lang: str, token: str) -> None:
        self.base, self.lang = base, lang
        self._client = httpx.Client(base_url=base, follow_redirects=True, timeout=30)
        page = self.open(f"/{lang}/account/link/{token}/")
        self.submit(page, page.form())

    def open(self, path: str, status: int = 200) -> Page:
        """A page; one that is not of this status fails the test."""
        return self._page(
            self._client.get(path if path.startswith(("/", "http")) else f"/{self.lang}/{path}"), status
        )

    def cookies(self) -> list[Cookie]:
        """Of the session."""
        return list(self._client.cookies.jar)

    def get(self, path: str) -> httpx.Response:
        """Bytes."""
        return self._client.get(path)

    def submit(
        self, page: Page, form: Form, status: int | None = 200, *, press: str = "", **values: object
    ) -> Page:
        """Send a form with these values in place of its own; ``press`` names a button as ``name=value``."""
        data: dict[str, object] = {name: list(each) for name, each in form.values.items()}
        for name, value in values.items():
            data[name] = value if isinstance(value, list) else str(value)
        if press:
            name, _, value = press.partition("=")
            data[name] = value
        url = httpx.URL(page.url).join(form.action) if form.action else page.url
        return self._page(self._client.post(url, data=data, headers={"Referer": str(page.url)}), status)

    def upload(self, page: Page, form: Form, name: str, data: bytes, file_name: str = "m.ics") -> Page:
        """Send a form with a file."""
        values = {key: list(each) for key, each in form.values.items()}
        files = {name: (file_name, data, "text/calendar")}
        return self._page(
            self._client.post(page.url, data=values, files=files, headers={"Referer": page.url}), None
        )

    def submit_files(
        self, page: Page, form: Form, name: str, files: list[tuple[str, bytes, str]], **values: str
    ) -> Page:
        """Send a form with several files, each (name, bytes, type)."""
        data: dict[str, object] = {key: list(each) for key, each in form.values.items()} | dict(values)
        parts = [(name, each) for each in files]
        return self._page(
            self._client.post(page.url, data=data, files=parts, headers={"Referer": page.url}), None
        )

    def _page(self, answer: httpx.Response, status: int | None) -> Page:
        page = Page(str(answer.url), answer.status_code, answer.text, answer.headers)
        assert status is None or page.status == status, (page.url, page.status, page.text[:1500])
        return page
