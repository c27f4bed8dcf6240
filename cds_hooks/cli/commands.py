"""What each command does, between its arguments and the service."""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime

import orjson

from cds_hooks.cli.arguments import Arguments
from cds_hooks.cli.moment import read_now
from cds_hooks.cli.request_file import read_request_file
from cds_hooks.cli.start import compose_greeting, find_warm_up, find_warnings
from cds_hooks.cli.wiring import check_coverage, load_advice, write_rule_book
from cds_hooks.hooks.caller import Caller
from cds_hooks.server.app import create_app
from cds_hooks.server.serving import Binding, serve
from cds_hooks.server.warm_up import make_first_call
from cds_hooks.settings import read_settings
from cds_hooks.settings.auth import check_workers


def run_serve(arguments: Arguments) -> int:
    """Answer calls until interrupted."""
    settings = read_settings(os.environ, host=arguments.host, port=arguments.port)
    check_workers(settings.auth, settings.redis_url, arguments.workers)
    binding = Binding(arguments.host, arguments.port, arguments.workers, settings.tls, settings.longest_call_seconds)
    for line in find_warnings(os.environ, binding.host):
        print(line, file=sys.stderr)
    app = create_app(load_advice(settings), settings)
    if call := find_warm_up():
        make_first_call(app, call)
    serve(app, binding, greeting=compose_greeting(binding.url, auth=settings.auth))
    return 0


def run_evaluate(arguments: Arguments) -> int:
    """Print the response to one request; with `--explain`, every rule's outcome and why."""
    settings = read_settings(os.environ)
    request = read_request_file(arguments.request, settings.limits)
    language = arguments.language or settings.profile.language or settings.language
    now = read_now(arguments.now, settings.timezone) if arguments.now else settings.now or datetime.now(UTC)
    advice = load_advice(settings)
    if arguments.explain:
        print(advice.explain(request, language=language, now=now))
        return 0
    caller = Caller(profile=settings.profile, fhir_servers=settings.fhir_servers)
    response = advice.advise(request, language=language, now=now, caller=caller)
    sys.stdout.write(orjson.dumps(response, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE).decode())
    return 0


def run_check(arguments: Arguments) -> int:
    """Load everything under `cards/`; what the loader refuses, or with `--coverage` what is not proven, is printed and is
    exit code 1."""
    advice = load_advice(read_settings(os.environ))
    told = check_coverage() if arguments.coverage else ""
    print(f"knowledge {advice.knowledge_version}: {len(advice.list_rules('en'))} rules, {told}no findings")
    return 0


def run_rules(arguments: Arguments) -> int:
    """Print the rule book of one medicine, or of all."""
    settings = read_settings(os.environ)
    sys.stdout.write(write_rule_book(settings, arguments.medicine, arguments.language or settings.language))
    return 0
