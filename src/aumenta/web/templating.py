# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Templates: one Jinja environment per language, escaping on, undefined names are errors."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jinja2 import BytecodeCache, Environment, FileSystemLoader, StrictUndefined

from aumenta import __version__
from aumenta.web.i18n import Language
from aumenta.web.routes import page_path

if TYPE_CHECKING:
    from types import CodeType

    from jinja2.bccache import Bucket

    from aumenta.web.site import Site, Visit

TEMPLATES = Path(__file__).resolve().parent / "templates"


class _Compiled(BytecodeCache):
    """Templates that this process has compiled: the same in every language, and after a build takes another's place."""

    def __init__(self) -> None:
        self._codes: dict[tuple[str, str], CodeType] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self._codes.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        if bucket.code is not None:
            self._codes[bucket.key, bucket.checksum] = bucket.code


_COMPILED = _Compiled()


class Templates:
    """The templates of the site in every language."""

    def __init__(self, site: Site) -> None:
        self._environments = {code: _environment(site, language) for code, language in site.languages.items()}

    def compile(self) -> None:
        """Compile every template, so that no visitor waits for it."""
        for environment in self._environments.values():
            for name in environment.list_templates(extensions=["html"]):
                environment.get_template(name)

    def render(self, template: str, visit: Visit, context: dict[str, Any]) -> str:
        """Render a page's template in the visit's language."""
        environment = self._environments[visit.language.code]
        return environment.get_template(template).render(visit=visit, **context)

    def render_plain(self, template: str, language: str, context: dict[str, Any]) -> str:
        """Render a template that belongs to no page (an error)."""
        return self._environments[language].get_template(template).render(visit=None, **context)


def _environment(site: Site, language: Language) -> Environment:
    def url(page_id: str, query: Mapping[str, str] | None = None, /, **parameters: str) -> str:
        return page_path(page_id, language.code, query, **parameters)

    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        bytecode_cache=_COMPILED,
        extensions=["jinja2.ext.i18n"],
    )
    environment.install_gettext_translations(language.translations, newstyle=True)  # type: ignore[attr-defined]
    environment.filters.update(
        number=language.number,
        rounded=language.rounded,
        percent=language.percent,
        period=language.period,
        text=language.text,
    )
    name = site.twin.manifest.pack.name
    title, body = (site.plan.about.title, site.plan.about.body) if site.twin.has_plan else (name, name)
    environment.globals.update(
        site=site,
        lang=language.code,
        language=language,
        asset=site.assets.url,
        url=url,
        software_version=__version__,
        plan_title=language.text(title),
        plan_body=language.text(body),
        build=site.build,
    )
    return environment
