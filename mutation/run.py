"""`make mutate`: every mutant has to fail a clinical case. Exit code 1 where too many survive, 2 where it could not run."""

from __future__ import annotations

import argparse
import logging
import random
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from multiprocessing import get_context

from cds_hooks.knowledge.source import read_yaml
from mutation.card_files import CARDS, read_card_files
from mutation.comparisons import find_comparison_mutants
from mutation.mutants import CODE, KINDS, Mutant, find_card_mutants
from mutation.progress import Progress
from mutation.trial import REFUSED, UNUSED, Trial, prepare

#: The share of dropped codes that has to be noticed; of everything else, all.
CODES_NOTICED = 0.95
EQUIVALENT = CARDS.parent / "mutation" / "equivalent.yaml"

_trial: Trial | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """A mutant and the case that noticed it (empty: none)."""

    mutant: Mutant
    killer: str


def main(argv: Sequence[str] | None = None) -> int:
    """Change, run, judge."""
    arguments = _read_arguments(argv)
    try:
        mutants = choose(find_mutants(), kinds=arguments.kind, only=arguments.only, seed=arguments.tenth)
        verdicts = judge(mutants, jobs=arguments.jobs, progress=Progress(len(mutants)))
    except AssertionError as error:
        print(f"not judged: {error}", file=sys.stderr)
        return 2
    print(compose_report(verdicts))
    return 0 if is_enough(verdicts) else 1


def find_mutants() -> list[Mutant]:
    """Every mutant but those that `equivalent.yaml` gives a reason for."""
    equivalent = set(read_yaml(EQUIVALENT).data["mutants"])
    every = [*find_card_mutants(read_card_files()), *find_comparison_mutants()]
    return [mutant for mutant in every if mutant.key not in equivalent]


def choose(mutants: Iterable[Mutant], *, kinds: Sequence[str] = (), only: str = "", seed: int | None = None) -> list[Mutant]:
    """Those of some kinds or whose name holds `only`; with a seed a tenth of them, drawn by it."""
    wanted = [m for m in mutants if (not kinds or m.kind in kinds) and only in m.key]
    if seed is None:
        return wanted
    return random.Random(seed).sample(wanted, max(1, len(wanted) // 10)) if wanted else []


def judge(mutants: Sequence[Mutant], *, jobs: int = 2, progress: Progress | None = None) -> list[Verdict]:
    """Each mutant with its killer, in the order given. Workers are forked, so that they share what was made ready."""
    global _trial
    _trial = prepare(read_card_files(), mutants)
    verdicts = []
    with get_context("fork").Pool(jobs, _be_quiet) as pool:
        for mutant, killer in zip(mutants, pool.imap(_try, mutants, chunksize=4), strict=True):
            verdicts.append(Verdict(mutant, killer))
            if progress:
                progress.step("" if killer else show(mutant))
    return verdicts


def is_enough(verdicts: Sequence[Verdict]) -> bool:
    """None survives among numbers, comparisons and conditions; of the codes that a rule looks at 95 % are noticed."""
    codes = [verdict for verdict in verdicts if verdict.mutant.kind == CODE and verdict.killer != UNUSED]
    noticed = sum(bool(verdict.killer) for verdict in codes)
    others = all(verdict.killer for verdict in verdicts if verdict.mutant.kind != CODE)
    return others and (not codes or noticed >= CODES_NOTICED * len(codes))


def compose_report(verdicts: Sequence[Verdict]) -> str:
    """Per kind how many were noticed, then the survivors by file and line."""
    lines = [f"{'kind':<12}{'mutants':>8}{'noticed':>9}{'refused':>9}{'unused':>9}{'survive':>9}"]
    for kind in KINDS:
        of_kind = [verdict for verdict in verdicts if verdict.mutant.kind == kind]
        refused, unused, left = (sum(v.killer == what for v in of_kind) for what in (REFUSED, UNUSED, ""))
        noticed = len(of_kind) - refused - unused - left
        lines.append(f"{kind:<12}{len(of_kind):>8}{noticed:>9}{refused:>9}{unused:>9}{left:>9}")
    survivors = sorted((v.mutant for v in verdicts if not v.killer), key=lambda m: (m.file, m.line, m.what))
    return "\n".join([*lines, "", *(show(m) for m in survivors)]).rstrip()


def show(mutant: Mutant) -> str:
    """A survivor as a line."""
    return f"{mutant.file}:{mutant.line}: {mutant.kind}: {mutant.what}"


def _be_quiet() -> None:
    """A mutant may break a rule: that is noticed, and no news."""
    logging.disable(logging.CRITICAL)


def _try(mutant: Mutant) -> str:
    assert _trial is not None
    return _trial.find_killer(mutant)


def _read_arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m mutation", description=__doc__)
    parser.add_argument("--kind", action="append", choices=KINDS, default=[], help="only mutants of this kind (may be repeated)")
    parser.add_argument("--only", default="", help="only mutants whose file or name holds this text")
    parser.add_argument("--tenth", type=int, metavar="SEED", help="a tenth of them, drawn by this seed")
    parser.add_argument("--jobs", type=int, default=2, help="processes (default: %(default)s)")
    return parser.parse_args(argv)
