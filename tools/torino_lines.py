# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""What was read about Turin's railway and metro: sources, running times, stops left out, headways, suspensions."""

from __future__ import annotations

from dataclasses import dataclass

TO_BE_DECIDED = "to be decided"
#: Where things were read; `year` is when the source says it was so.
SOURCES = {
    "faq": ("2025", "http://www.sfmtorino.it/faq/"),
    "wikipedia": ("2025", "https://it.wikipedia.org/wiki/Servizio_ferroviario_metropolitano_di_Torino"),
    "canavese": ("2023", "https://www.quotidianocanavese.it/cronaca/rivarolo-in-treno-dal-canavese-all-aeroporto-di-caselle-via-libera-da-dicembre-ma-ci-vorranno-almeno-75-minuti-43255"),
    "nova": ("2020", "https://www.agenzianova.com/campania/5ebc3f80a54637.54821756/2935812/2020-05-13/coronavirus-piemonte-da-lunedi-457-treni-al-giorno-2"),
    "torinoggi": ("2023", "https://www.torinoggi.it/2023/12/22/leggi-notizia/argomenti/viabilita-1/articolo/dal-20-gennaio-operativa-la-torino-ceres-ogni-mezzora-un-treno-diretto-da-porta-susa-a-caselle.html"),
    "torinese": ("2024", "https://iltorinese.it/2024/11/08/potenziamenti-linea-sfm1-al-via-nuovi-servizi-dall8-dicembre/"),
    "obiettivo": ("2020", "https://www.obiettivonews.it/2020/12/18/canavese-passaggio-della-canavesana-a-trenitalia-piu-corse-e-treni-nuovi-dal-1-gennaio-2021-video/"),
    "valsusa": ("2013", "http://www.lavalsusa.it/alla-fermata-di-grugliasco-ce-un-treno-ogni-mezzora-il-centro-di-torino-raggiungibile-in-10-minuti-con-il-bus-lassessore-regionale-bonino%E2%80%88ogni-giorno-78/"),
    "lunanuova": ("2025", "http://www.lunanuova.it/home/2025/11/29/news/s-antonino-vaie-stazione-baricentrica-dal-15-dicembre-un-treno-ogni-mezzora-518587"),
    "bassavelocita": ("2014", "http://www.bassavelocita.it/andare-in-treno-in-piemonte-da-torino-a-bardonecchia/"),
    "scalatt": ("2021", "https://www.scalatt.it/forum/viewtopic.php?f=132&p=291191"),
    "asti": ("2024", "https://www.quotidianocanavese.it/politica/caselle-treno-torino-aeroporto-52714"),
    "asti_stops": ("2024", "https://www.torinoggi.it/2024/11/27/leggi-notizia/argomenti/viabilita-1/articolo/da-asti-allaeroporto-di-caselle-in-treno-ma-il-servizio-salta-le-stazioni-di-rebaudengo-e-venaria.html"),
    "asti_list": ("2024", "https://lanuovaprovincia.it/news/attualita/295966/da-ottobre-si-viaggera-in-treno-da-asti-all-aeroporto-di-torino-caselle.html"),
    "cuneo": ("2024", "https://notizie.provincia.cuneo.it/?p=61177"),
    "comis": ("2024", "https://www.comispiemonte.it/2024/01/13/il-20-gennaio-riapre-la-linea-torino-ceres/"),
    "ceres_trip": ("2024", "https://quotidianopiemontese.it/2024/04/07/in-viaggio-sulla-torino-ceres-dal-capoluogo-a-cirie-ci-siamo-fino-a-germagnano-non-male-arrivare-con-il-bus-a-ceres-e-unavventura"),
    "ceres_closed": ("2025", "https://www.targatocn.it/2025/09/07/leggi-notizia/argomenti/i-piu-letti-della-settimana/articolo/linea-alba-torino-tornano-le-corse-speciali-per-cheese-e-il-collegamento-ferroviario-con-caselle-2.html"),
    "pont_closed": ("2020", "https://www.archivio.ferrovie.info/index.php/it/archivio/archivio-news-2020/16439-ferrovie-da-lunedi-niente-treni-sulla-rivarolo-pont"),
    "pont_works": ("2026", "https://telenord.it/linea-rivarolo-pont-elettrificata-entro-il-2026-avanti-sul-nodo-passaggi-a-livello-100929"),
    "pont_trip": ("2016", "https://futura.news/un-treno-pont-lepopea-della-canavesana/"),
    "pont_runs": ("2019", "https://123dok.org/article/servizio-ferroviario-metropolitano-di-torino.yng77gvl"),
    "ivrea": ("2024", "https://www.quotidianocanavese.it/cronaca/chivasso-lavori-stazione-trenitalia-treni-cancellati-bus-sostitutivi-51627"),
    "ivrea_hour": ("2026", "https://smi24.net/foreign/it/421617603"),
    "ivrea_2014": ("2014", "https://aostasera.it/?p=97694"),
    "half_hour": ("2012", "https://damasio.it/home/con-il-nuovo-orario-invernale-ogni-mezzora-un-treno-tra-chivasso-e-torino/9392"),
    "cgil": ("2013", "https://silpcgilpiemonte.blogspot.com/2013/01/al-via-il-nuovo-sistema-ferroviario.html"),
    "caluso": ("2007", "https://www.pasteris.it/blog/2007/12/28/il-treno-del-canavese/"),
    "metro": ("2013", "https://www.infrato.it/en/line1-link-1/ex/"),
    "metro_times": ("2021", "https://nbts.it/blog-italia/piemonte/torino-mappa-metropolitana/"),
    "metro_speed": ("2021", "https://review.clateway.com/wiki/view_html.php?q=Turin_Metro"),
    "metro_headway": ("2006", "https://railwaygazette.com/news/olympic-val-inaugurated/26769.article"),
    "osm": ("2026", "OpenStreetMap contributors, stations and tracks"),
}  # fmt: skip

#: Kilometres an hour between stops by OSM's physical line, and minutes lost by each stop (braking, starting): choices
#: of the project. What the anchors below do not fix is multiplied by ALLOWANCE, the slack that timetables keep.
SPEED = {
    "ferrovia Canavesana": 70.0, "ferrovia Torino-Ceres": 65.0, "ferrovia Torino-Torre Pellice": 90.0,
    "ferrovia Trofarello-Chieri": 70.0, "ferrovia Carmagnola-Bra": 90.0, "ferrovia del Frejus": 95.0,
    "ferrovia Bussoleno-Susa": 60.0, "ferrovia Torino-Milano": 100.0, "ferrovia Torino-Genova": 110.0,
    "Ferrovia Torino-Fossano-Savona": 110.0, "ferrovia Chivasso-Ivrea-Aosta": 90.0, "linea M1": 50.0,
}  # fmt: skip
OTHER_SPEED, CITY_SPEED = 80.0, 60.0
CITY = ("Torino Porta Susa", "Torino Lingotto", "Torino Rebaudengo Fossata", "Torino Porta Nuova")
STOP_LOSS = {"rail": 1.0, "metro": 0.25}
DWELL = {"rail": 0.5, "metro": 0.25}
LONG_DWELL = {"Torino Porta Susa": 1.0}
ALLOWANCE = {"rail": 1.12, "metro": 1.0}
#: Kilometres of track for one as the crow flies, where the tracks between two stations are not in the edges.
WINDING = 1.1


@dataclass(frozen=True)
class Time:
    """A running time that was read: minutes from the departure at one stop to the arrival at another."""

    line: str
    start: str
    end: str
    minutes: float
    source: str
    kind: str  # timetable, press, derived
    anchor: bool = False
    note: str = ""


PS, PN, AIR = "Torino Porta Susa", "Torino Porta Nuova", "Torino Aeroporto di Caselle"
TIMES = (
    Time("SFM1", "Rivarolo Canavese", "Torino Rebaudengo Fossata", 48, "canavese", "press", True),
    Time("SFM1", "Rivarolo Canavese", PS, 55, "canavese", "press", True),
    Time("SFM1", "Rivarolo Canavese", "Chieri", 85, "nova", "timetable", True, "train 4154/5: 6.46 to 8.11"),
    Time("SFM1", "Torino Stura", "Torino Lingotto", 15, "wikipedia", "press", False, "SFM1 and SFM2"),
    Time("SFM2", "Torino Stura", "Torino Lingotto", 15, "wikipedia", "press", True),
    Time(
        "SFM2",
        "Chivasso",
        PS,
        20,
        "ivrea_hour",
        "derived",
        False,
        "25 minutes to Porta Nuova by a fast train (8.10 to 8.35), less 5",
    ),
    Time("SFM3S", "Bussoleno", PN, 53, "nova", "timetable", True, "train 4328: 7.08 to 8.01"),
    Time(
        "SFM3S",
        "Susa",
        PN,
        66,
        "scalatt",
        "derived",
        False,
        "leaves Susa at 17.09; Porta Nuova is left at minute 45, so, the timetable being symmetric, reached at 15",
    ),
    Time("SFM3S", "Grugliasco", PN, 10, "valsusa", "press"),
    Time(
        "SFM3B",
        "Bussoleno",
        PN,
        47,
        "lunanuova",
        "derived",
        True,
        "leaves Bussoleno at minute 58; trains leave Porta Nuova at minute 15, so arrive at 45",
    ),
    Time("SFM3B", PN, "Bardonecchia", 73, "valsusa", "press", False, "announced in 2013; one stop fewer"),
    Time("SFM4", PS, AIR, 31, "torinoggi", "press", True),
    Time("SFM4", "Alba", AIR, 108, "cuneo", "press", True),
    Time("SFM4", "Torino Grosseto", "Ciriè", 35, "ceres_trip", "press"),
    Time("SFM4", PS, "Ciriè", 45, "ceres_trip", "press", False, "10 minutes more than from Grosseto"),
    Time("SFM6", "Asti", AIR, 90, "asti", "press", True),
    Time("SFM7", PS, AIR, 31, "torinoggi", "press", True),
    Time(
        "SFMA",
        "Ciriè",
        "Germagnano",
        26,
        "ceres_trip",
        "press",
        True,
        "22 to 31 minutes, depending on the train",
    ),
    Time("R_IVREA", PN, "Ivrea", 54, "ivrea", "timetable", True, "21.41 to 22.35 towards Porta Nuova"),
    Time(
        "R_IVREA",
        PN,
        "Ivrea",
        48,
        "ivrea",
        "timetable",
        False,
        "22.25 to 23.13, with the same stops or fewer",
    ),
    Time("R_IVREA", PN, "Ivrea", 60, "ivrea_hour", "press", False, "about an hour"),
    Time("R_IVREA", PN, "Chivasso", 25, "ivrea_hour", "timetable", False, "8.10 to 8.35 towards Porta Nuova"),
    Time("R_IVREA", "Chivasso", "Caluso", 15, "caluso", "press", False, "with diesel railcars"),
    Time("SFM1P", "Rivarolo Canavese", "Pont Canavese", 30, "pont_trip", "press", True, "half an hour"),
    Time("M1", "Fermi", "Lingotto", 23, "metro", "press", True, "just over 23 minutes for 13.2 km"),
    Time("M1", "Fermi", "Lingotto", 21, "metro_times", "press"),
    Time("M1", "Lingotto", "Porta Nuova", 6, "metro_times", "press"),
    Time("M1", "Lingotto", "Porta Susa", 9, "metro_times", "press"),
    Time("M1", "Fermi", "Bengasi", 27.5, "metro_speed", "derived", False, "15.1 km at 33 km/h"),
)

#: Stations on the way where the trains of a line do not stop, and where that was read.
PASSED = {
    "SFM3B": (
        ("Rosta", "Sant'Ambrogio", "Condove - Chiusa San Michele", "Borgone di Susa", "Bruzolo"),
        "lunanuova",
    ),
    "SFM6": (("Venaria Reale Rigola Stadio", "Torino Grosseto", "Torino Rebaudengo Fossata"), "asti_stops"),
}
#: Stations that the collected order of a line lacks: after which one they come.
ADDED = {"SFM6": (("San Paolo Solbrito", "Villanova d'Asti", "asti_list"),)}

WEEK = ("mon-fri", "sat", "sun")
#: (line, from, to, headway, days, direction): the departures from the end stop; `to` is not included.
SFM_PERIODS = (
    ("SFM1", "05:46", "18:46", 30, "mon-fri", "out"), ("SFM1", "18:46", "21:47", 60, "mon-fri", "out"),
    ("SFM1", "05:46", "21:47", 60, "sat", "out"), ("SFM1", "07:46", "19:47", 120, "sun", "out"),
    ("SFM1", "05:20", "19:50", 30, "mon-fri", "back"), ("SFM1", "19:50", "21:51", 60, "mon-fri", "back"),
    ("SFM1", "05:50", "21:51", 60, "sat", "back"), ("SFM1", "07:50", "19:51", 120, "sun", "back"),
    ("SFM2", "05:00", "06:00", 60, "mon-fri", ""), ("SFM2", "06:00", "09:00", 30, "mon-fri", ""),
    ("SFM2", "09:00", "16:00", 60, "mon-fri", ""), ("SFM2", "16:00", "19:00", 30, "mon-fri", ""),
    ("SFM2", "19:00", "22:01", 60, "mon-fri", ""), ("SFM2", "06:00", "22:01", 60, "sat-sun", ""),
    ("SFM3S", "05:45", "22:46", 60, "daily", "out"), ("SFM3S", "05:09", "22:10", 60, "daily", "back"),
    ("SFM3B", "05:15", "22:16", 60, "daily", "out"), ("SFM3B", "05:22", "22:23", 60, "daily", "back"),
    ("SFM4", "05:15", "22:16", 60, "daily", "out"), ("SFM4", "05:00", "23:01", 60, "daily", "back"),
    ("SFM6", "05:30", "22:31", 60, "daily", "out"), ("SFM6", "05:10", "21:11", 60, "daily", "back"),
    ("SFM7", "05:45", "22:46", 60, "daily", "out"), ("SFM7", "05:47", "22:48", 60, "daily", "back"),
    ("SFMA", "06:05", "21:06", 60, "daily", "out"), ("SFMA", "05:40", "20:41", 60, "daily", "back"),
)  # fmt: skip
REGIONAL_PERIODS = (
    ("R_IVREA", "05:25", "22:26", 60, "daily", "out"), ("R_IVREA", "04:39", "21:40", 60, "daily", "back"),
)  # fmt: skip
METRO_PERIODS = (
    ("M1", "05:30", "07:00", 5, "mon-sat", ""), ("M1", "07:00", "09:30", 3, "mon-sat", ""),
    ("M1", "09:30", "16:30", 5, "mon-sat", ""), ("M1", "16:30", "19:30", 3, "mon-sat", ""),
    ("M1", "19:30", "21:11", 6, "mon", ""), ("M1", "19:30", "23:41", 6, "tue-sat", ""),
    ("M1", "07:00", "23:41", 6, "sun", ""),
)  # fmt: skip
SUSPENDED_PERIODS = (
    ("SFM1P", "06:00", "20:01", 120, "mon-fri", ""), ("SFMAC", "06:00", "20:01", 60, "daily", ""),
)  # fmt: skip

NAMES = {
    "SFM1": "Rivarolo Canavese - Chieri", "SFM2": "Pinerolo - Chivasso", "SFM3S": "Torino Porta Nuova - Susa",
    "SFM3B": "Torino Porta Nuova - Bardonecchia", "SFM4": "Ciriè - Alba", "SFM6": "Aeroporto di Caselle - Asti",
    "SFM7": "Ciriè - Fossano", "SFMA": "Ciriè - Germagnano", "R_IVREA": "Torino Porta Nuova - Ivrea",
    "SFM1P": "Rivarolo Canavese - Pont Canavese", "SFMAC": "Germagnano - Ceres", "M1": "Fermi - Bengasi",
}  # fmt: skip

#: What people call a line where its id is not what stands on the trains: branches share a name, R is a regional train.
SHORT = {"SFM3S": "SFM3", "SFM3B": "SFM3", "R_IVREA": "R", "SFM1P": "SFM1", "SFMAC": "SFMA"}

#: (figure, lines, value, source key or None, note) of each table.
A = tuple[str, tuple[str, ...], str, str | None, str]
ASSUMED: dict[str, tuple[A, ...]] = {
    "sfm": (
        ("stops", (), "stations met along the physical line", "faq",
         "Only the end stations and main nodes are published there; that every train stops at each station between is "
         "not verified."),
        ("stops", ("SFM1",), "from Rivarolo Canavese", "pont_closed",
         "Beyond Rivarolo buses have run since 23 November 2020; works go on in 2026. See suspended.csv."),
        ("stops", ("SFM3B",), "passes five stations between Avigliana and Bussoleno", "lunanuova",
         "Since December 2025 most trains stop at Sant'Antonino-Vaie; modelled for all."),
        ("stops", ("SFM6",), "passes Rigola, Grosseto and Rebaudengo", "asti_stops",
         "The signalling that would let it stop there was announced for the end of 2026."),
        ("stops", ("SFMA",), "Ciriè to Germagnano only", "ceres_closed",
         "Germagnano to Ceres is closed; its reopening was announced for spring 2026. See suspended.csv."),
        ("minutes", (), "kilometres of track, a speed for each physical line, a loss and a dwell for each stop", None,
         "Scaled to the running times marked as anchors in published_times.csv where there are any."),
        ("minutes", ("SFM1",), "48, 55 and 85 minutes from Rivarolo", "canavese", "85: train 4154/5 of 2020."),
        ("minutes", ("SFM4", "SFM7"), "31 minutes from Porta Susa to the airport", "torinoggi", ""),
        ("minutes", ("SFM6",), "90 minutes from Asti to the airport", "asti", ""),
        ("minutes", ("SFM3S",), "53 minutes from Bussoleno", "nova", "Train 4328 of 2020."),
        ("minutes", ("SFM3B",), "47 minutes from Bussoleno", "lunanuova", "Read off published minutes past the hour."),
        ("minutes", ("SFMA",), "26 minutes", "ceres_trip", "22 to 31 depending on the train."),
        ("headway_min", ("SFM1",), "30 from Monday to Friday, 60 on Saturday, 120 on Sunday", "torinese",
         "54 trains a day at Rivarolo, 60 at Chieri; Saturday and Sunday as of 2020."),
        ("headway_min", ("SFM2",), "30 at the peaks, else 60", "torinese", "49 trains a day at Settimo."),
        ("headway_min", ("SFM3S", "SFM3B"), "60 each, 30 together", "valsusa", "Minutes 15 and 45 at Porta Nuova."),
        ("headway_min", ("SFM4", "SFM7"), "60 each, 30 together", "comis",
         "26 departures a day from Fossano are published; the additional ones are not modelled."),
        ("headway_min", ("SFM6",), "60", "asti", ""),
        ("headway_min", ("SFMA",), "60", "comis", "Buses between the trains are not modelled."),
        ("first_last", (), "about 5 to 23", None, "Minutes past the hour are choices where no source is named."),
        ("first_last", ("SFM1",), "6.46 from Rivarolo, 7.50 from Chieri, every half hour before and after", "nova", ""),
        ("first_last", ("SFM3B",), "5.15 to 22.15 from Porta Nuova", "lunanuova", ""),
        ("first_last", ("SFM4", "SFM7"), "5 to 23", "cuneo", "19 departures a day from Alba."),
        ("days", (), "every day unless the periods say otherwise", None, "Public holidays as other days."),
        ("days", ("SFM1",), "fewer on Saturday, every two hours on Sunday", "obiettivo", ""),
    ),
    "regional": (
        ("stops", (), "all stations from Chivasso on", None, "Which trains stop where is not verified."),
        ("minutes", (), "54 minutes from Ivrea to Porta Nuova", "ivrea", "Published: 48 to 60."),
        ("headway_min", (), "60", "ivrea_2014",
         "Closed from 23 February to 26 April 2026 for works at Strambino and Montanaro."),
        ("first_last", (), "minute 25 from Porta Nuova, minute 39 from Ivrea", "ivrea_hour", "First, last: chosen."),
        ("days", (), "every day", None, ""),
    ),
    "metro": (
        ("stops", (), "23 stations in service", "metro_speed", "The four stations to Cascine Vica are being built."),
        ("minutes", (), "23 minutes from Fermi to Lingotto", "metro", ""),
        ("headway_min", (), "3 at the peaks, 5, 6 in the evening and on Sunday", "metro_headway",
         "2 minutes at the peaks are possible; which headway is run when is not published."),
        ("first_last", (), "5.30 (Sunday 7.00) to 23.40, Monday 21.10 from Fermi", "metro_times",
         "Taken for both end stations."),
        ("days", (), "every day", "metro_times", ""),
    ),
    "suspended": (
        ("stops", ("SFM1P",), "stations met along the physical line", "pont_works", "No train since 2020."),
        ("stops", ("SFMAC",), "stations met along the physical line", "ceres_closed", "No train."),
        ("minutes", ("SFM1P",), "30 minutes", "pont_trip", ""),
        ("minutes", ("SFMAC",), "kilometres of track and a speed", None, ""),
        ("headway_min", ("SFM1P",), "120: eight pairs a day", "pont_works", "Four pairs a day until 2020."),
        ("headway_min", ("SFMAC",), "60", None, ""),
        ("first_last", (), "6 to 20", None, ""),
        ("days", (), "as the periods say", None, ""),
    ),
}  # fmt: skip
