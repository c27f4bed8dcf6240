"""Every `source.url` that a card of a shipped situation carries answers, in both languages, and names the rule."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest

from tests.api.fixture_files import SITUATIONS, read_request
from tests.api.real_service import list_cards, open_client


@pytest.mark.parametrize("language", ["en", "nl"])
@pytest.mark.parametrize("situation", SITUATIONS)
def test_the_page_behind_each_card_answers(situation: str, language: str) -> None:
    for card in list_cards(read_request(situation), language=language):
        path = urlsplit(card["source"]["url"]).path
        page = open_client().get(path, headers={"Accept-Language": language})
        assert (page.status_code, page.headers["Content-Language"]) == (200, language)
        assert path.rpartition("/")[2] in page.get_data(as_text=True)
