"""The pages for people under /rules/."""

from __future__ import annotations

from collections.abc import Callable
from html.parser import HTMLParser

import pytest
from flask.testing import FlaskClient

RULE = "/rules/made-up.rule"


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.names: list[str] = []
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.append(tag)
        self.links += [value or "" for name, value in attrs if name == "href"]


def read_tags(html: str) -> _Tags:
    tags = _Tags()
    tags.feed(html)
    return tags


@pytest.mark.parametrize(
    "said",
    [
        "Under 18",
        "made-up.rule",
        "age &lt; 18 years",
        "Not under 18",
        "4.2",
        "SmPC Fictidomide 5 mg",
        "2026-01-01",
        "caution",
        "Not an adult.",
    ],
)
def test_a_rule_page_says_all_there_is(client: FlaskClient, said: str) -> None:
    assert said in client.get(RULE).text


def test_an_unreviewed_rule_is_shown_so(client: FlaskClient) -> None:
    assert "Nobody has reviewed this rule yet." in client.get(RULE).text


def test_a_rule_page_is_in_the_language_of_the_reader(client: FlaskClient) -> None:
    response = client.get(RULE, headers={"Accept-Language": "nl"})
    assert response.headers["Content-Language"] == "nl"
    assert '<html lang="nl">' in response.text
    assert "Gaat af wanneer" in response.text


def test_lang_in_the_address_goes_before_the_header(client: FlaskClient) -> None:
    assert client.get(RULE + "?lang=nl", headers={"Accept-Language": "en"}).headers["Content-Language"] == "nl"


def test_a_language_we_do_not_speak_falls_back(client: FlaskClient) -> None:
    assert client.get(RULE + "?lang=de").headers["Content-Language"] == "en"


def test_markup_in_a_text_is_shown_not_run(client: FlaskClient) -> None:
    text = client.get(RULE).text
    assert "<b>b</b>" not in text
    assert "<i>x</i>" not in text
    assert "<strong>{medicine}</strong>" in text


def test_pages_need_no_script(client: FlaskClient) -> None:
    response = client.get(RULE)
    assert "script" not in read_tags(response.text).names
    assert "default-src 'none'" in response.headers["Content-Security-Policy"]


def test_links_are_built_from_the_base_url_never_from_host(make_client: Callable[..., FlaskClient]) -> None:
    client = make_client(CDS_HOOKS_BASE_URL="https://cds.example.org/x/")
    links = read_tags(client.get("/rules/", headers={"Host": "evil.example"}).text).links
    assert "https://cds.example.org/x/rules/made-up.rule?lang=en" in links
    assert not any("evil" in link for link in links)


def test_an_unknown_rule_is_a_page_with_404(client: FlaskClient) -> None:
    response = client.get("/rules/none.such")
    assert response.status_code == 404
    assert "There is no rule of this name" in response.text


@pytest.mark.parametrize("path", [RULE, "/rules/", "/rules", "/rules/none"])
@pytest.mark.parametrize("language", ["en", "nl"])
def test_every_page_has_one_heading_and_names_its_language(client: FlaskClient, path: str, language: str) -> None:
    text = client.get(f"{path}?lang={language}").text
    assert read_tags(text).names.count("h1") == 1
    assert f'<html lang="{language}">' in text
