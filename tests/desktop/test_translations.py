"""The translations: nothing is missing or damaged, and every fault is named with its text."""

import ast
import re
from pathlib import Path

import pytest

from desktop.actions import ROWS
from desktop.language import LANGUAGES
from tests.texts import OWN_WORDS, ROOT, SENTENCES, TABLES, all_texts
from tests.translate import FOLDER, Message, file_of, messages

TRANSLATED = tuple(language for language in LANGUAGES if language != "en")
ONE_FORM = ("ja", "zh_CN")
"""Languages whose words are the same for one and for many."""

_PLACES = re.compile(r"\{[^{}]*\}|%\d|%n")
_ADDRESSES = re.compile(r"https?://[!-~]*[\w/]", re.ASCII)


def faults(language: str, message: Message) -> list[str]:
    """What is wrong with a translation, each with the text it is the translation of."""
    wanted = 1 if not message.numerus or language in ONE_FORM else 2
    found = [] if len(message.forms) >= wanted else ["a plural form is missing"]
    for form in message.forms:
        found += _faults_of_form(message.source, form)
    return [f"{language}: {message.context}: {message.source!r}: {each}" for each in found]


def _faults_of_form(source: str, form: str) -> list[str]:
    if not form.strip():
        return ["it is missing"]
    checks = {
        "other places for values": _kinds(_PLACES, source) == _kinds(_PLACES, form),
        "another address": _kinds(_ADDRESSES, source) == _kinds(_ADDRESSES, form),
        "a letter for the keyboard too few or too many": source.count("&") == form.count("&"),
        "another number of lines": source.count("\n") == form.count("\n"),
        "markup that is not in the text": ("<" in source) or ("<" not in form),
        "an ellipsis too few or too many": ("…" in source) == ("…" in form),
        "no character behind the letter for the keyboard": re.search(r"&(?!\S)", form) is None,
    }
    return [fault for fault, is_well in checks.items() if not is_well]


def _kinds(pattern: re.Pattern[str], text: str) -> set[str]:
    return set(pattern.findall(text))


def asked_by_name(module: ast.Module) -> set[str]:
    """Classes that ask for texts which stand elsewhere, by `tr` of a name."""
    return {
        each.name
        for each in module.body
        if isinstance(each, ast.ClassDef)
        for call in ast.walk(each)
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Attribute)
        and call.func.attr == "tr"
        and isinstance(call.args[0], ast.Name | ast.Attribute | ast.Subscript | ast.Call)
    }


def test_every_text_that_is_asked_for_by_a_name_is_found_in_a_table() -> None:
    sources = [path.read_text("utf-8") for path in ROOT.glob("desktop/**/*.py")]
    classes = set[str]().union(*(asked_by_name(ast.parse(source)) for source in sources))
    assert "ModelsWindow" in classes
    assert classes <= set(TABLES.values())


def test_no_sentence_is_lost_where_code_moves_to_another_file() -> None:
    known = {each.source for each in messages(FOLDER / file_of("de")) if each.context == SENTENCES}
    assert known == {each.source for each in all_texts() if each.context == SENTENCES}


@pytest.mark.parametrize("language", TRANSLATED)
def test_no_translation_is_missing_or_damaged(language: str) -> None:
    listed = list(messages(FOLDER / file_of(language)))
    assert len(listed) > 1000
    assert [fault for each in listed for fault in faults(language, each)] == []


def test_every_language_says_the_same_texts() -> None:
    said = {
        language: {(each.context, each.source) for each in messages(FOLDER / file_of(language))}
        for language in TRANSLATED
    }
    for language in TRANSLATED:
        assert said[language] == said["de"], language


@pytest.mark.parametrize(
    ("source", "form"),
    [
        ("Open", ""),
        ("Open", " "),
        ("Seed {seed}", "Startwert"),
        ("Seed {seed}", "Startwert {Seed}"),
        ("&Open", "Öffnen"),
        ("Open", "&Öffnen"),
        ("&Open", "Öffnen& "),
        ("one\ntwo", "eins zwei"),
        ("bold", "<b>fett</b>"),
        ("Open…", "Öffnen"),
        ("Open", "Öffnen…"),
        ("like http://proxy.example:8080.", "wie http://anders.example:8080."),
    ],
)
def test_every_kind_of_damage_is_found(source: str, form: str) -> None:
    assert faults("de", Message("Menu", source, (form,), numerus=False))


def test_a_plural_form_too_few_is_found_where_the_language_has_two() -> None:
    message = Message("Menu", "{count} pictures", ("{count}",), numerus=True)
    assert faults("fr", message)
    assert not faults("ja", message)


def test_what_is_well_is_no_fault() -> None:
    assert faults("ja", Message("Menu", "&Open…", ("開く(&O)…",), numerus=False)) == []
    assert faults("ja", Message("Menu", "&Open…", ("開く…(&O)",), numerus=False)) == []


def shared_letters(language: str) -> list[str]:
    """Letters for the keyboard that two entries of one menu have, with the entries."""
    spoken = {
        each.source: each.forms[0]
        for each in messages(FOLDER / file_of(language))
        if each.context == "actions"
    }
    menus: dict[str, set[str]] = {"": {row.menu for row in ROWS}}
    for row in ROWS:
        menus.setdefault(row.menu, set()).add(row.text)
    found = list[str]()
    for entries in menus.values():
        said = sorted(spoken[each] for each in entries if each in spoken)
        letters = [letter.lower() for each in said for letter in re.findall(r"&(\w)", each)]
        twice = {each for each in letters if letters.count(each) > 1}
        found += [each for each in said if set(re.findall(r"&(\w)", each.lower())) & twice]
    return found


@pytest.mark.parametrize("language", ["de", "es", "fr", "pt"])
def test_no_two_entries_of_a_menu_share_a_letter(language: str) -> None:
    assert shared_letters(language) == []


@pytest.mark.parametrize(
    "file", sorted((ROOT / "desktop").rglob("*.py")), ids=lambda file: file.stem
)
def test_the_texts_of_a_module_with_its_own_tr_are_found(file: Path) -> None:
    """Lupdate cannot know the context of such a function, so a table names the module."""
    module = ast.parse(file.read_text(encoding="utf-8"))
    own = any(isinstance(each, ast.FunctionDef) and each.name == "_tr" for each in module.body)
    literal = [
        each
        for each in ast.walk(module)
        if isinstance(each, ast.Call)
        and isinstance(each.func, ast.Name)
        and each.func.id == "_tr"
        and isinstance(each.args[0], ast.Constant)
    ]
    if own and literal:
        assert file.relative_to(ROOT).as_posix() in OWN_WORDS
