# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Documents made for tests: a small plan printed in the grammar of the toy pack, as text and as PDF."""

from __future__ import annotations

from dataclasses import dataclass, field

ACTORS = ["Regione Alta", "MetroGioco", "Comuni", "Imprese", "Ferrovie di Valle", "Azienda sanitaria"]
PROGRAMMES = ["LIFE", "Erasmus+", "Horizon Europe", "Interreg Alpi (se riconfermato, ancora)"]
INSTRUMENTS = ["Piano della mobilità", "Agenda digitale", "Piano territoriale"]
LABELS = {
    "description": "descrizione",
    "examples": "esempi",
    "actors": "attori",
    "pnrr": "priorità PNRR",
    "cohesion": "obiettivi della politica di coesione europea",
    "eu_programmes": "programmi europei ad accesso diretto e CTE",
    "instruments": "strumenti e politiche MetroGioco",
}


@dataclass
class MadeAction:
    """An action to print: its title and, for each field that has a label, its items."""

    title: str
    fields: dict[str, list[str]] = field(default_factory=dict)
    order: list[str] = field(default_factory=lambda: list(LABELS))


@dataclass
class MadePlan:
    """Strategies of one axis, each with its actions, one action a sheet."""

    strategies: list[tuple[str, list[MadeAction]]]
    noise: bool = False
    wrap: int = 60

    def text(self) -> str:
        """The document as printed."""
        lines = ["Un piano", "", "Elenco delle strategie", "", "asse 1. Una metropoli vicina"]
        lines += [f"1.{n} {title}" for n, (title, _) in enumerate(self.strategies, 1)]
        for number, (title, actions) in enumerate(self.strategies, 1):
            for place, action in enumerate(actions, 1):
                lines += [
                    "",
                    *(["scheda 7"] if self.noise else []),
                    f"strategia 1.{number} {title}",
                    "Un fine comune.",
                ]
                lines += ["", "asse PMS 1. Una metropoli vicina", "Portare servizi.", "", "UN SDGs", ""]
                lines += [
                    "obiettivi Carta",
                    "di Bologna",
                    "",
                    "n.d.",
                    "",
                    f"azione 1.{number}.{place} {action.title}",
                    "",
                ]
                for name in action.order:
                    if name in action.fields:
                        lines += self._field(name, action.fields[name])
        return "\n".join(lines) + "\n"

    def _field(self, name: str, items: list[str]) -> list[str]:
        label = LABELS[name]
        if not items:
            return [label]
        if name in ("actors", "eu_programmes"):
            return self._wrapped(label, ", ".join(items))
        first, *rest = items
        lines = self._wrapped(label, first) if name == "description" else [f"{label} {first}"]
        for item in rest:
            lines += ["scheda 7"] * self.noise + [item]
        return lines

    def _wrapped(self, label: str, text: str) -> list[str]:
        lines, line = [], label
        for word in text.split(" "):
            if line and line != label and len(line) + len(word) >= self.wrap:
                lines.append(line + " ")
                line = word
            else:
                line = f"{line} {word}".strip()
        lines.append(line)
        # a blank line in the middle of a field, as printed pages have
        return [lines[0], "", *lines[1:]] if self.noise and len(lines) > 1 else lines


def pdf_of(text: str, lines_a_page: int = 50) -> bytes:
    """A plain PDF of a text: Helvetica, one line of the text a line of the page."""
    lines = text.split("\n")
    pages = [lines[n : n + lines_a_page] for n in range(0, len(lines), lines_a_page)]
    objects: list[bytes] = [b"<< /Type /Catalog /Pages 2 0 R >>", b""]
    objects.append(b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>")
    kids = []
    for page in pages:
        rows = b"".join(b"(" + _escaped(row) + b") Tj T*\n" for row in page)
        stream = b"BT /F1 9 Tf 11 TL 40 800 Td\n" + rows + b"ET"
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream))
        content = len(objects)
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents %d 0 R "
            b"/Resources << /Font << /F1 3 0 R >> >> >>" % content
        )
        kids.append(len(objects))
    objects[1] = b"<< /Type /Pages /Count %d /Kids [%s] >>" % (
        len(kids),
        b" ".join(b"%d 0 R" % kid for kid in kids),
    )
    return _assembled(objects)


def _escaped(row: str) -> bytes:
    raw = row.encode("cp1252")
    return raw.replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)")


def _assembled(objects: list[bytes]) -> bytes:
    body, places = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, 1):
        places.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1) + b"".join(
        b"%010d 00000 n \n" % p for p in places
    )
    return (
        body
        + table
        + b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, len(body))
    )
