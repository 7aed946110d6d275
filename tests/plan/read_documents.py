# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Documents made for the tests of the reader: a plan is drawn by lot, printed as sheets, and what it says is kept.

The printer knows nothing of the reader: it writes labels, codes, line breaks and noise in the way of a document
that a bundled grammar describes, and notes the line of everything it writes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from hypothesis import strategies as st

_SHARED_LABELS = {
    "description": "descrizione",
    "examples": "esempi",
    "actors": "attori",
    "pnrr": "priorità PNRR",
    "cohesion": "obiettivi della politica di coesione europea",
    "eu_programmes": "programmi europei ad accesso diretto e CTE",
}


@dataclass(frozen=True)
class Style:
    """How the document of a pack is laid out, as its grammar describes it."""

    pack: str
    instruments: str
    noise: tuple[str, ...]
    none: tuple[str, ...]
    integration: tuple[str, ...]
    lists: tuple[str, ...]
    closing: tuple[str, ...] = ()

    @property
    def labels(self) -> dict[str, str]:
        """Labels of the fields of a sheet, in order."""
        return {
            **_SHARED_LABELS,
            "instruments": self.instruments,
            "superordinate": "altri strumenti/politiche sovraordinati",
        }


TURIN = Style(
    "torino",
    "strumenti e politiche CMTo interattivi",
    (
        "132 133La strategiaTorino metropoli aumentata: Piano Strategico Metropolitano 2021-2023",
        "Torino M",
        "etropoli più verde ed ecologica",
        "Legenda",
    ),
    ("n.d.", "n.d", "NO", "-"),
    ("Possibile", "possibile"),
    ("6.3 Albero delle azioni e delle connessioni",),
    ("Il Piano Strategico Metropolitano della Città metropolitana di Torino è stato elaborato da altri",),
)
TOY = Style(
    "toy",
    "strumenti e politiche MetroGioco",
    ("scheda 7", "scheda 12"),
    ("n.d.",),
    ("Possibile",),
    ("Elenco delle strategie", "", "asse 1. Una metropoli vicina"),
)
STYLES = (TURIN, TOY)
_BIG = ("Ufficio", "Rete", "Piano", "Centro", "Città", "Società", "Tavolo", "Università", "Però", "Gruppo")
_SMALL = (
    "acque",
    "boschi",
    "cultura",
    "più",
    "verde",
    "qualità",
    "scuola",
    "valle",
    "lavoro",
    "età",
    "fiume",
)
#: Names with signs in them, and with a comma that parts nothing.
_ODD = ("Erasmus+", "Interreg Alpi (se riconfermato, ancora)")
_PNRR = {
    "1.2": "Digitalizzazione, innovazione e competitività del sistema produttivo",
    "2.4": "Tutela del territorio e della risorsa idrica",
    "5.2": "Infrastrutture sociali, famiglie, comunità e terzo settore",
}
_COHESION = {
    "OP1": "Un’Europa più intelligente",
    "OSa3": "Rafforzare la crescita e la competitività delle PMI",
    "OSb6": "Promuovere la transizione verso un'economia circolare",
    "OSd1": "Rafforzare l'efficacia dei mercati del lavoro e l'accesso a un'occupazione di qualità",
    "OS7 FSE+": "Incentivare l'inclusione attiva, per promuovere le pari opportunità",
}
_BOLOGNA = {"2": "Economia circolare", "6": "Qualità delle acque", "8": "Mobilità sostenibile"}


@dataclass
class Fact:
    """What a field was printed with: its state and the entries with their lines."""

    state: str
    items: list[tuple[str, int]] = field(default_factory=list)


@dataclass
class Printed:
    """A printed document: its lines, and for every action its title and facts; links by page in order."""

    style: Style
    lines: list[str] = field(default_factory=list)
    titles: dict[str, str] = field(default_factory=dict)
    facts: dict[str, dict[str, Fact]] = field(default_factory=dict)
    strategies: dict[str, str] = field(default_factory=dict)
    links: list[tuple[list[tuple[str, str]], list[tuple[str, int]]]] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The document as text."""
        return "\n".join(self.lines) + "\n"

    def put(self, *lines: str) -> int:
        """Print lines; the number of the first."""
        self.lines.extend(lines)
        return len(self.lines) - len(lines) + 1


def _name(draw: st.DrawFn, many: int = 4) -> str:
    words = [draw(st.sampled_from(_BIG))]
    words += draw(st.lists(st.sampled_from(_SMALL), min_size=1, max_size=many))
    return " ".join(words)


def _wrap(draw: st.DrawFn, text: str, may: Callable[[str], bool] = lambda _: True) -> list[str]:
    """Break a text into lines before some of the words for which `may` holds; blanks stay at line ends."""
    lines = [""]
    for word in text.split(" "):
        if lines[-1] and may(word) and draw(st.integers(0, 5)) == 0:
            lines[-1] += " "
            lines.append(word)
        else:
            lines[-1] = f"{lines[-1]} {word}" if lines[-1] else word
    return lines


def _noise(draw: st.DrawFn, page: Printed) -> None:
    if draw(st.integers(0, 9)) == 0:
        page.put(draw(st.sampled_from(page.style.noise)))


def _put_wrapped(
    draw: st.DrawFn, page: Printed, label: str, lines: Sequence[str], gap: bool = True
) -> list[int]:
    """Print a label and lines after it, with a blank line or noise between some; the numbers of the lines."""
    numbers = []
    for index, line in enumerate(lines):
        numbers.append(page.put(f"{label} {line}" if index == 0 and label else line))
        if index < len(lines) - 1:
            if gap and index == 0 and draw(st.booleans()):
                page.put("")  # the second column begins lower than the first
            _noise(draw, page)
    return numbers


def _commas(draw: st.DrawFn, page: Printed, label: str) -> Fact:
    names = [_name(draw) for _ in range(draw(st.integers(1, 5)))]
    if draw(st.integers(0, 3)) == 0:
        names.append(draw(st.sampled_from(_ODD)))
    lines = _wrap(draw, ", ".join(names) + draw(st.sampled_from(["", ".", ","])))
    numbers = _put_wrapped(draw, page, label, lines)
    starts, items, at = [], [], 0
    for line in lines:
        starts.append(at)
        at += len(line) if line.endswith(" ") else len(line) + 1
    place = 0
    for name in names:
        row = max(index for index, start in enumerate(starts) if start <= place)
        items.append((name, numbers[row]))
        place += len(name) + 2
    return Fact("filled", items)


def _whole_lines(draw: st.DrawFn, page: Printed, label: str) -> Fact:
    """One name a line, small or not; a name goes on only after a word that cannot be its last."""
    items = []
    for index in range(draw(st.integers(1, 3))):
        name = _name(draw).lower() if draw(st.booleans()) else _name(draw)
        broken = [name]
        if draw(st.integers(0, 3)) == 0:
            more = _name(draw)
            broken, name = [f"{name} e ", more], f"{name} e {more}"
        numbers = _put_wrapped(draw, page, label if index == 0 else "", broken, gap=False)
        items.append((name, numbers[0]))
    return Fact("filled", items)


def _lines(draw: st.DrawFn, page: Printed, label: str) -> Fact:
    """One name a line; a name goes on in a line that begins small."""
    items = []
    for index in range(draw(st.integers(1, 3))):
        name = _name(draw)
        broken = _wrap(draw, name, str.islower)
        numbers = _put_wrapped(draw, page, label if index == 0 else "", broken, gap=index == 0)
        items.append((name, numbers[0]))
    return Fact("filled", items)


def _codes(draw: st.DrawFn, page: Printed, label: str, names: dict[str, str], dash: str) -> Fact:
    items = []
    for index, code in enumerate(draw(st.lists(st.sampled_from(sorted(names)), min_size=1, unique=True))):
        whole = f"{code}{dash}{names[code]}"
        broken = _wrap(draw, whole, lambda word: word.isalpha() and word.islower() and len(word) > 1)
        numbers = _put_wrapped(draw, page, label if index == 0 else "", broken, gap=index == 0)
        items.append((code.removesuffix(" FSE+"), numbers[0]))
    return Fact("filled", items)


def _description(draw: st.DrawFn, page: Printed, label: str) -> Fact:
    words = draw(st.lists(st.sampled_from(_SMALL), min_size=3, max_size=25))
    lines = _wrap(draw, "Testo " + " ".join(words) + ".")
    numbers = _put_wrapped(draw, page, label, lines, gap=False)
    return Fact("filled", [("", numbers[0]), ("", numbers[-1])])


def _pnrr(draw: st.DrawFn, page: Printed, facts: dict[str, Fact]) -> None:
    facts["pnrr"] = _codes(draw, page, page.style.labels["pnrr"], _PNRR, draw(st.sampled_from([" ", ". "])))
    if draw(st.booleans()):
        if draw(st.booleans()):
            page.put("")
        label = draw(st.sampled_from(page.style.integration)) + " integrazione con"
        facts["pnrr_integration"] = _codes(
            draw, page, label, {"5.": "Inclusione e coesione", "4.": "Istruzione e ricerca"} | _PNRR, " "
        )
        fact = facts["pnrr_integration"]
        fact.items = [(code.rstrip("."), line) for code, line in fact.items]


def _field(draw: st.DrawFn, page: Printed, name: str, facts: dict[str, Fact]) -> None:
    label = page.style.labels[name]
    kind = draw(st.sampled_from(["filled"] * 7 + ["none", "empty", "absent"]))
    if kind == "absent" or (kind == "empty" and name == "description"):
        facts[name] = Fact("absent")
        return
    if kind == "empty":
        facts[name] = Fact("empty", [("", page.put(label))])
    elif kind == "none" and name != "description":
        facts[name] = Fact(
            "none_declared", [("", page.put(f"{label} {draw(st.sampled_from(page.style.none))}"))]
        )
    elif name == "description":
        facts[name] = _description(draw, page, label)
    elif name in ("actors", "eu_programmes"):
        facts[name] = _commas(draw, page, label)
    elif name == "pnrr":
        _pnrr(draw, page, facts)
    elif name == "cohesion":
        facts[name] = _codes(draw, page, label, _COHESION, " - ")
    elif name == "examples":
        facts[name] = _whole_lines(draw, page, label)
    else:
        facts[name] = _lines(draw, page, label)
    if draw(st.booleans()):
        page.put("")
    _noise(draw, page)


def _action(draw: st.DrawFn, page: Printed, code: str, bologna: Fact) -> None:
    title = _name(draw, 9)
    page.titles[code] = title
    facts: dict[str, Fact] = {"bologna": bologna}
    page.facts[code] = facts
    broken = _wrap(draw, title, str.islower)
    page.put(
        draw(st.sampled_from(["", "", " "])) + f"azione {code}{draw(st.sampled_from(['', '.']))} {broken[0]}"
    )
    page.put(*broken[1:], "")
    order = list(page.style.labels)
    mixed = draw(st.integers(0, 4))
    if mixed == 0:  # two neighbours change places
        at = draw(st.integers(1, len(order) - 2))
        order[at], order[at + 1] = order[at + 1], order[at]
    elif mixed == 1:
        order = draw(st.permutations(order))
    for name in order:
        # The text may stand without its label where it comes first.
        if name == order[0] == "description" and draw(st.integers(0, 5)) == 0:
            facts[name] = _description(draw, page, "")
            facts[name].state = "unlabelled"
            page.put("")
        else:
            _field(draw, page, name, facts)
    page.put("")


def _links(draw: st.DrawFn, page: Printed, codes: list[str]) -> None:
    named = [(code, name) for code in codes for name, _ in _examples(page, code)]
    count = draw(st.sampled_from([len(named), len(named), max(0, len(named) - 1)]))
    if count == 0:
        return
    urls = [
        f"{draw(st.sampled_from(['http', 'https']))}://x{n}.it/{len(page.lines)}#{n}" for n in range(count)
    ]
    first = page.put(" " + urls[0], *urls[1:])
    page.links.append((named, [(url, first + n) for n, url in enumerate(urls)]))
    page.put("", "")


def _examples(page: Printed, code: str) -> list[tuple[str, int]]:
    fact = page.facts[code]["examples"]
    return fact.items if fact.state == "filled" else []


@st.composite
def printed_plans(draw: st.DrawFn, styles: Sequence[Style] = STYLES) -> Printed:
    """A document of one to three strategies of one to three actions, every action on some sheet of its strategy."""
    page = Printed(draw(st.sampled_from(styles)))
    page.put("Un capitolo prima", "con del testo che non è del piano.", "")
    shape = draw(st.lists(st.integers(1, 3), min_size=1, max_size=3))
    for number, _ in enumerate(shape, 1):
        page.strategies[f"1.{number}"] = _name(draw, 9)
    page.put(*page.style.lists)
    page.put(*(f"{code} {title}" for code, title in page.strategies.items()), "")
    for number, actions in enumerate(shape, 1):
        _strategy(draw, page, f"1.{number}", actions)
    page.put(*page.style.closing)
    return page


def _strategy(draw: st.DrawFn, page: Printed, code: str, actions: int) -> None:
    waiting: list[str] = []
    for number in range(1, actions + 1):
        if number == 1 or draw(st.booleans()):  # another sheet of the same strategy
            _links(draw, page, waiting) if waiting else None
            waiting = []
            bologna = _sheet(draw, page, code)
        _action(draw, page, f"{code}.{number}", bologna)
        waiting.append(f"{code}.{number}")
    _links(draw, page, waiting)


def _sheet(draw: st.DrawFn, page: Printed, code: str) -> Fact:
    broken = _wrap(draw, page.strategies[code], str.islower)
    page.put(f"strategia {code}{draw(st.sampled_from(['', '.']))} {broken[0]}", *broken[1:])
    page.put("Testo che descrive la strategia", "su due righe.", "")
    page.put("asse PMS 1. Torino Metropoli più prova", "Testo che descrive l'asse.", "", "UN SDGs", "")
    page.put("obiettivi Carta ", "di Bologna", "")
    if draw(st.booleans()):
        at = page.put("n.d.", "")
        return Fact("none_declared", [("", at)])
    fact = Fact("filled")
    for number in draw(st.lists(st.sampled_from(sorted(_BOLOGNA)), min_size=1, unique=True)):
        fact.items.append((number, page.put(f"{number}. {_BOLOGNA[number]} ")))
    page.put("")
    return fact


def pdf_of(lines: Sequence[str], on_page: int = 60) -> bytes:
    """A PDF of plain text in Helvetica with WinAnsi accents, one line under the other, written by hand."""
    pages = [lines[n : n + on_page] for n in range(0, len(lines), on_page)]
    count = len(pages)
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Count {count} /Kids [{' '.join(f'{4 + 2 * n} 0 R' for n in range(count))}] >>".encode(),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    for number, page in enumerate(pages):
        drawn = b"BT /F1 8 Tf 10 TL 40 800 Td\n" + b"".join(_shown(line) for line in page) + b"ET"
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents {5 + 2 * number} 0 R "
            "/Resources << /Font << /F1 3 0 R >> >> >>".encode()
        )
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(drawn), drawn))
    return _pdf_file(objects)


def _shown(line: str) -> bytes:
    # A line without any sign leaves no trace in a PDF; a blank does, as in documents of text processors.
    escaped = (
        (line or " ").encode("cp1252").replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)")
    )
    return b"(" + escaped + b") Tj T*\n"


def _pdf_file(objects: Sequence[bytes]) -> bytes:
    out, places = bytearray(b"%PDF-1.4\n"), []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)
    return bytes(out)
