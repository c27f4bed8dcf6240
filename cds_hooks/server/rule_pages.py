"""The pages for people: every rule, what fires it and where it comes from; the `source.url` of each card leads here."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, render_template, request
from markdown_it import MarkdownIt
from markupsafe import Markup

from cds_hooks.server.languages import read_language
from cds_hooks.server.state import current_call, current_state
from cds_hooks.server.texts import PAGE

rule_pages = Blueprint("rules", __name__, template_folder="templates")

_MARKDOWN = MarkdownIt("commonmark", {"html": False}).enable("table").disable(["link", "image", "autolink"])

_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"


@rule_pages.get("/rules/")
def show_rules() -> Response:
    """All rules, by medicine."""
    language = _find_page_language()
    return _show("rules.html", language, lines=current_state().advice.list_rules(language))


@rule_pages.get("/rules/<rule_id>")
def show_rule(rule_id: str) -> Response:
    """One rule. An unknown one is a page too, with 404."""
    language = _find_page_language()
    page = current_state().advice.describe_rule(rule_id, language)
    if page is None:
        return _show("no_rule.html", language, status=404)
    return _show("rule.html", language, page=page)


@rule_pages.app_template_filter("markdown")
def render_markdown(text: str) -> Markup:
    """A card text as HTML: raw HTML in it is escaped, links are not made."""
    return Markup(_MARKDOWN.render(text))  # HTML is escaped, links are not made  # nosec B704


def _find_page_language() -> str:
    return read_language(request.args.get("lang")) or current_call().find_language()


def _show(template: str, language: str, *, status: int = 200, **values: object) -> Response:
    state = current_state()
    frame = {"t": PAGE[language], "language": language, "base": state.settings.base_url}
    html = render_template(template, knowledge=state.advice.knowledge_version, **frame, **values)
    response = make_response(html, status)
    response.headers["Content-Language"] = language
    current_call().content_policy = _POLICY
    return response
