"""A walk through both passes in the hand's order, which judges each claim on the way."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from autograd.checking.accuracy import fits, has_few_digits, is_nearest, shows_step, stands_for
from autograd.checking.claims import Claim, Finding
from autograd.checking.descending import Steps
from autograd.checking.graph import is_added
from autograd.checking.hand import Hand
from autograd.checking.reading import Reading
from autograd.checking.rounding import Rounded, exactly, meant, written
from autograd.checking.sheet import Sheet
from autograd.checking.slips import find_slip
from autograd.checking.sources import Sources
from autograd.value import Value

_FAR = 2
"""More units than these in the last digit tell a step that was left out from rounding."""

_TRACE = 2e-15
"""The part of the largest share that floats may leave of shares which cancel."""

_VAGUE = {"rounding", "two slips"}
"""Names of slips that a hand which rounds in a way of its own may get by chance."""

GRADIENTS = ("gradient", "delta")

Numbers = Mapping[Sheet, Rounded]
"""The number that a claim should be, on each sheet."""


class Walk(Hand):
    """A walk through both passes of one hand, which judges each claim on the way."""

    def judge(self) -> list[Finding]:
        """Judge every claim, or those before the first error; return the findings in order."""
        about: dict[str, dict[tuple[Value, ...], Claim]] = {}
        for claim in self.claims:
            about.setdefault(claim.kind, {})[claim.nodes] = claim
        updates = [claim for claim in self.claims if claim.kind == "update"]
        steps = Steps(self, updates, self.take) if updates else None
        try:
            self._forward(about.get("value", {}))
            for kind in ("local", "whole"):
                for claim in about.get(kind, {}).values():
                    self._local(claim)
            for root in self.outputs:
                self._backward(root, about)
            for claim in about.get("difference", {}).values():
                self._difference(claim)
            if steps:
                steps.judge()
        except _ErrorFound:
            pass
        return list(self.found.values())

    def _forward(self, claims: Mapping[tuple[Value, ...], Claim]) -> None:
        for node in self.graph.order:
            numbers = {sheet: sheet.compute(node) for sheet in self.sheets}
            for sheet in self.sheets:
                sheet.values[node] = numbers[sheet]
            if (node,) in claims:
                self._value(claims[node,], numbers)
        for sheet in self.sheets:
            sheet.settle()

    def _value(self, claim: Claim, numbers: Numbers) -> None:
        def put(sheet: Sheet, number: Rounded) -> None:
            sheet.values[claim.node] = number

        self.take(claim, numbers, put)

    def _local(self, claim: Claim) -> None:
        top, bottom = claim.nodes
        only = claim.kind == "local"
        numbers = {sheet: sheet.derivative(top, bottom, stop=only) for sheet in self.sheets}
        self.take(
            claim,
            numbers,
            lambda sheet, number: sheet.write_link(top, bottom, number, numbers[sheet], stop=only),
        )
        edges = self.graph.edges(top, bottom)
        if self.found[claim].ok and len(edges) == 1 and edges[0] in self.exact.tied(top):
            share = next(iter(self.right.values())).partials(top)[edges[0]].number
            for sheet in self.sheets:
                number = sheet.known(share)
                sheet.write_share_of_tie(top, edges[0], number, self._half_unit(claim, 1.0))

    def _backward(
        self, root: Value, about: Mapping[str, Mapping[tuple[Value, ...], Claim]]
    ) -> None:
        shares: dict[Value, list[Claim]] = {}
        for claim in about.get("share", {}).values():
            if len(self.outputs) == 1 or claim.nodes[-1] is root:
                shares.setdefault(claim.node, []).append(claim)
        nodes: list[Value] = []
        for sheet in self.sheets:
            nodes = sheet.backward(root)
        for node in nodes:
            for claim in shares.get(node, ()):
                self._share(root, claim)
            if node.op is None and not any((root, node) in about.get(k, {}) for k in GRADIENTS):
                continue  # a leaf's gradient goes on to nothing
            plain = {sheet: sheet.received(root, node) for sheet in self.sheets}
            numbers = {sheet: sheet.corrected(root, node, plain[sheet]) for sheet in self.sheets}
            if node in shares:  # which are written, so nothing else is as good
                plain = numbers
            result = dict(numbers)
            for claim in self._claims_on(root, node, about, numbers):
                self._gradient(claim, numbers, plain, result)
            for sheet in self.sheets:
                sheet.hand_down(root, node, result[sheet])

    def _claims_on(
        self,
        root: Value,
        node: Value,
        about: Mapping[str, Mapping[tuple[Value, ...], Claim]],
        numbers: Numbers,
    ) -> list[Claim]:
        """Return the claims on a node's gradient that were not judged yet.

        The gradient of a bias is that of its sum: a hand that writes it for the bias alone goes on
        with it from the sum down.
        """
        nodes = [node]
        for sheet, number in numbers.items():  # by which slips of a bias are found
            sheet.gradients[root][node] = number
        if node.op is not None and not any((root, node) in about.get(k, {}) for k in GRADIENTS):
            alone = [p for p in node.parents if p.op is None and len(self.graph.children[p]) == 1]
            asked = [p for p in alone if any((root, p) in about.get(k, {}) for k in GRADIENTS)]
            nodes = [p for p in asked if is_added(node, p)][:1]
        found = [about.get(kind, {}).get((root, other)) for other in nodes for kind in GRADIENTS]
        return [claim for claim in found if claim is not None and claim not in self.found]

    def _gradient(
        self, claim: Claim, numbers: Numbers, plain: Numbers, result: dict[Sheet, Rounded]
    ) -> None:
        def is_wrong(sign: int) -> bool:
            found = self._judged(claim, _times(numbers, sign), _times(plain, sign))
            return found.verdict == "wrong"

        sign = 1
        if claim.kind == "delta":
            sign = self.sign or next((s for s in (1, -1) if not is_wrong(s)), 1)
        self.take(
            claim,
            _times(numbers, sign),
            lambda sheet, number: result.__setitem__(sheet, number if sign > 0 else -number),
            _times(plain, sign),
        )
        if claim.kind == "delta" and self.found[claim].ok and numbers[self.exact].number:
            self.sign = sign
        if self.found[claim].ok:
            self._share_ties(claim, result)

    def _share_ties(self, claim: Claim, gradients: dict[Sheet, Rounded]) -> None:
        """Leave to the other inputs of a tie what one of them, by its gradient, did not get."""
        root, node = claim.nodes
        for child, i in self.graph.children[node]:
            if i not in self.exact.tied(child):
                continue
            most = abs(self.exact.gradients[root][child].number)
            unit = self._half_unit(claim, most)
            number = gradients[next(iter(self.right.values()))].number
            if abs(number - gradients[self.exact].number) > unit:  # as exact as the table's choice
                gradients[self.exact] = self.exact.known(number)
            for sheet in self.sheets:
                share = sheet.share_of_tie(root, child, i, gradients[sheet])
                if share is not None:
                    upstream = abs(sheet.gradients[root][child].number)
                    sheet.write_share_of_tie(child, i, share, unit / upstream)

    def _share(self, root: Value, claim: Claim) -> None:
        numbers = {sheet: sheet.descend(root, claim.nodes)[claim.node] for sheet in self.sheets}
        self.take(
            claim,
            numbers,
            lambda sheet, number: sheet.write_path(root, claim.node, number, numbers[sheet]),
        )

    def _difference(self, claim: Claim) -> None:
        """Judge a difference quotient: a central one, or one to either side."""
        root, leaf = claim.nodes
        below, here, above = (
            Sheet(self.graph, leaves={leaf: self.exact.known(leaf.data + move)})
            .run()
            .values[root]
            .number
            for move in (-claim.how, 0.0, claim.how)
        )
        ways = [
            (above - below) / (2 * claim.how),
            (above - here) / claim.how,
            (here - below) / claim.how,
        ]
        for way in ways:
            numbers = dict.fromkeys(self.sheets, exactly(way))
            if self._judged(claim, numbers).ok:
                break
        else:
            numbers = dict.fromkeys(self.sheets, exactly(ways[0]))
        self.take(claim, numbers, lambda *_: None)

    # ----------------------------------------------------------------------- verdicts

    def take(  # noqa: C901  # one claim, from its verdict to what follows
        self,
        claim: Claim,
        numbers: Numbers,
        write: Callable[[Sheet, Rounded], None],
        plain: Numbers | None = None,
        olds: Numbers | None = None,
    ) -> None:
        """Judge one claim, and go on from it.

        The hand goes on with what it wrote: on all sheets but the exact one where that is right,
        else on the `own` sheets alone, see `Hand`.

        Args:
            claim: the claim.
            numbers: what it should be.
            write: puts a number on a sheet, so that later lines follow from it.
            plain: what it may be as well, worked out in another way.
            olds: for an update, the numbers before the step: what is asked for is the step.
        """
        finding = self._judged(claim, numbers, plain, olds)
        if not finding.ok and not self.errs:
            raise _ErrorFound
        reading, sheets = (
            finding.reading,
            self.own[self.digits_of(claim, finding.reading) if finding.reading else 0],
        )
        if finding.verdict.startswith("follows"):
            finding = replace(finding, basis=Sources(self, sheets).of(claim, finding.verdict))
            if finding.verdict == "follows from an error" and self._has_no_error(finding):
                finding = replace(finding, verdict="wrong", basis=())
        if finding.verdict == "wrong":
            slip = find_slip(self, claim, numbers, finding)
            finding = replace(finding, slips=(slip,) if slip else ())
        self.found[claim] = finding
        self.written[claim.kind, claim.nodes] = claim
        if finding.ok and reading is not None:
            self.note_style(claim, reading, numbers[self.right[self.digits_of(claim, reading)]])
        if reading is None or finding.verdict in {"not answered", "unreadable"}:
            return
        unit = self._unit(claim, reading)
        cut = unit if self.cut or finding.verdict == "cut off" else 0.0
        unit /= 2
        is_short = finding.verdict == "too few digits" and reading.number != 0
        is_right = finding.ok or is_short
        if finding.verdict == "too few digits":
            unit = reading.unit
        kind = "value" if claim.kind == "value" else "gradient"
        for sheet in self.right.values() if is_right else ():
            write(sheet, written(reading.number, unit, numbers[sheet], kind, cut=cut))
        if self.errs and (is_right or not self.is_filler(reading)):
            for sheet in self.own.values():
                most = max(unit, cut)
                kept = numbers[sheet] if is_right else meant(reading.number, most, sheet.habits)
                write(sheet, written(reading.number, unit, kept, kind, cut=cut))

    def _judged(  # noqa: C901, PLR0912, PLR0915  # one verdict after another
        self,
        claim: Claim,
        numbers: Numbers,
        plain: Numbers | None = None,
        olds: Numbers | None = None,
    ) -> Finding:
        """Return the verdict on a claim."""

        def shows(reading: Reading, sheet: Sheet) -> bool:
            if olds is None:
                return True
            new = [numbers[sheet], *([plain[sheet]] if plain and sheet in plain else ())]
            old = olds[sheet].number
            return any(shows_step(reading, claim.accuracy, number, old) for number in new)

        def is_near(reading: Reading, sheet: Sheet) -> bool:
            old = olds[sheet].number if olds else 0.0
            return is_nearest(reading.number - old, numbers[sheet].number - old)

        exact = numbers[self.exact]
        found = [(reading, self.digits_of(claim, reading)) for reading in claim.readings]
        digits = found[0][1] if found else 0
        own = numbers[self.own[digits]]
        finding = Finding(claim, "wrong", exact.number, own.number)
        if not found:
            return replace(finding, verdict="unreadable" if claim.text else "not answered")
        # A wrong number with one comma is taken for the reading that is nearer to the right one.
        likely = min((r for r, _ in found), key=lambda r: abs(r.number - exact.number))
        finding = replace(finding, reading=likely)
        few = self.typical == 2
        for reading, _ in found:
            cut = self.cut or not self.is_short(claim, reading)  # 1 for 1.09 is too short
            fit = fits(reading, claim.accuracy, exact, few=few, cut=cut)
            if not fit and exact.number == 0 and self._is_trace(claim, reading):
                fit = "right"
            if fit and shows(reading, self.exact):
                return replace(finding, verdict=fit, reading=reading)
        kinds = [("follows", self.right)]
        if self.errs:
            kinds.append(("follows from an error", self.own))
        for reading, count in found:
            # Where a number may follow from right lines and from wrong ones, the nearer are meant.
            off = {
                verdict: abs(reading.number - numbers[sheets[count]].number)
                for verdict, sheets in kinds
            }
            for verdict, sheets in sorted(kinds, key=lambda kind: off[kind[0]]):
                if verdict == "follows from an error" and self._fills(
                    reading, numbers[sheets[count]]
                ):
                    continue
                both = [numbers[sheets[count]], *([plain[sheets[count]]] if plain else ())]
                cut = self.may_cut
                if self.is_short(claim, reading):  # then rounding on the way cannot excuse it
                    both, cut = [exactly(number.number) for number in both], self.cut
                if not self._may_copy(claim, reading, sheets[count]):
                    continue
                if self._repeats(claim, reading, numbers[sheets[count]].number):
                    continue
                sources = Sources(self, sheets[count])
                direct = sources.are_written(claim, verdict)
                is_alone = self.is_lone or not (direct or sources.is_any_written(claim, verdict))
                sure = self.exact if verdict == "follows" else sheets[count]
                if is_alone and not is_near(reading, sure):
                    # No line shows what was rounded, so of hands that may have, one has to fit.
                    both = [hand for number in both for hand in number.of_steady_hands()]
                direct = direct and not self.cut  # what was cut off leaves more open
                right = replace(finding, verdict=verdict, reading=reading)
                how = {"few": few, "cut": cut, "direct": direct}
                if shows(reading, sheets[count]) and self._is_honest(right, both, numbers, how):
                    return right
        shown = [exact, numbers[self.right[digits]]]
        if found[0][0].number == 0:  # what is multiplied by a wrong 0 is 0: no error, and no work
            shown.append(own)
        for reading, _ in found:
            if reading.number and self.is_filler(reading):
                continue
            same = olds is not None and reading.number == olds[self.own[digits]].number
            few_digits = replace(
                finding, verdict="too few digits", reading=reading, is_unchanged=same
            )
            if any(has_few_digits(reading, claim.accuracy, n.number) for n in shown):
                return few_digits
            if olds is not None and self._hides_step(claim, reading, numbers):
                return few_digits
        return finding

    def _is_trace(self, claim: Claim, reading: Reading) -> bool:
        """Return whether a number is what floats leave of shares that cancel: `.grad` has it so."""
        if claim.kind not in GRADIENTS:
            return False
        return abs(reading.number) <= _TRACE * self.exact.largest_share(*claim.nodes)

    def _is_honest(
        self, right: Finding, both: Sequence[Rounded], numbers: Numbers, how: Mapping[str, bool]
    ) -> bool:
        """Return whether honest hands write a number, and a usual slip is not the likelier reason.

        Args:
            right: the finding, if they do.
            both: the number as each of a crowd of hands has it, in one way or another.
            numbers: what the number should be.
            how: options of `fits`.
        """
        reading, claim = right.reading, right.claim
        assert reading is not None  # noqa: S101  # what was not read is not judged so far
        if any(fits(reading, claim.accuracy, n, **{**how, "seen": True}) for n in both):
            return True
        is_near = any(fits(reading, claim.accuracy, n, **how) for n in both)
        if not self.doubts:  # the second walk asks more hands; on a long graph, near is enough
            return self.is_long and is_near
        if not is_near:
            return False
        slip = find_slip(self, claim, numbers, right)
        return slip is None or slip.name in _VAGUE

    def _fills(self, reading: Reading, own: Rounded) -> bool:
        """Return whether a number only fills a blank, and follows from nothing.

        All that is multiplied by a 0 is 0, which shows no work, so such a 0 is on no sheet. One
        that other wrong numbers lead to, as of a relu, follows from them.
        """
        is_computed = reading.number == 0 and all(step.number == 0 for step in own.steps)
        return self.is_filler(reading) and not is_computed

    def _may_copy(self, claim: Claim, reading: Reading, sheet: Sheet) -> bool:
        """Return whether a gradient agrees with a written one that it has to be 1 or -1 times."""
        found = Sources(self, sheet).copied(claim)
        other = self.found[found[0]].reading if found else None
        if found is None or other is None:
            return True
        number = found[1] * other.number
        a, b = (replace(r, unit=r.unit * 10.0**r.zeros) for r in (reading, other))
        is_same = reading.number == number or stands_for(a, number)
        return is_same or stands_for(b, found[1] * reading.number)

    def _repeats(self, claim: Claim, reading: Reading, number: float) -> bool:
        """Return whether a step was left out: its number is that of the line before, and far off.

        Rounding on the way may lead to the same digits, but not where they are several units off.
        """
        most = _FAR * self._unit(claim, reading)
        if abs(reading.number - number) <= most * (1 + 1e-9):  # 0.98 is 2 units from 1, not more
            return False
        node = claim.node
        if claim.kind == "value":
            before = list(node.parents)
        elif claim.kind in GRADIENTS:
            before = [child for child, _ in self.graph.children[node]]
        else:
            return False
        nodes = (*claim.nodes[:-1], *before)
        found = self.written.get((claim.kind, nodes)) if len(before) == 1 else None
        other = self.found[found].reading if found is not None else None
        return other is not None and other.number == reading.number

    def _hides_step(self, claim: Claim, reading: Reading, numbers: Numbers) -> bool:
        """Return whether a weight is right as a number, whatever its step is."""
        right = numbers[self.exact], numbers[self.right[self.digits_of(claim, reading)]]
        if any(stands_for(reading, number.number) for number in right):
            return True
        if claim.accuracy.tolerance is not None:
            return False
        few = self.typical == 2
        return any(fits(reading, claim.accuracy, number, few=few) == "rounded" for number in right)

    def _has_no_error(self, finding: Finding) -> bool:
        """Return whether no line before is wrong; of an update's later steps nobody knows."""
        is_of_one_step = finding.claim.step == 1
        return is_of_one_step and all(self.found[claim].ok for claim in finding.basis)

    def _half_unit(self, claim: Claim, most: float) -> float:
        """Return how much a share may be rounded by: half a unit, at most a twentieth of all."""
        reading = self.found[claim].reading
        return min(self._unit(claim, reading) / 2, most / 20) if reading else 0.0

    def _unit(self, claim: Claim, reading: Reading) -> float:
        """Return the unit of the last digit that the hand meant."""
        unit = claim.accuracy.unit(reading) if reading.unit else 0.0
        if reading.zeros and self.typical:
            unit *= 10.0 ** min(reading.zeros, max(0, reading.digits - self.typical))
        return unit


class _ErrorFound(Exception):  # noqa: N818  # it ends a walk, and nobody sees it
    """A claim is not right."""


def _times(numbers: Numbers, sign: int) -> dict[Sheet, Rounded]:
    return {sheet: number if sign > 0 else -number for sheet, number in numbers.items()}
