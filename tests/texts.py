"""Finds every text for a person that does not stand inside `tr`: tables, names and sentences.

`tr` and `translate` are what Qt's lupdate finds by itself. Tables are data, and the layers below
the window know no Qt, so that their texts are plain: this module finds those, by where they stand,
and `tests.translate` hands them to lupdate. A sentence with values in it becomes a template with
names in braces, which `desktop.speech` knows again.
"""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from desktop.document.blend import BlendMode

ROOT = Path(__file__).resolve().parent.parent
SENTENCES = "Easel"
"""The context of what `desktop.speech.said` says."""

TABLES = {
    "desktop/actions.py": "actions",
    "desktop/adjustment_options.py": "FieldsForm",
    "desktop/canvas/drops.py": "drops",
    "desktop/controls/model_card.py": "ModelCard",
    "desktop/gallery/choices.py": "Gallery",
    "desktop/gestures.py": "KeySheet",
    "desktop/options.py": "FieldsForm",
    "desktop/setting_fields.py": SENTENCES,
    "desktop/settings.py": SENTENCES,
    "desktop/styles.py": "PromptTools",
    "desktop/model_words.py": "Models",
    "desktop/windows/card.py": "CardPanel",
    "desktop/windows/export.py": "ExportWindow",
    "desktop/windows/extend.py": "ExtendWindow",
    "desktop/windows/models.py": "ModelsWindow",
    "desktop/windows/selections.py": "SelectionsWindow",
    "desktop/panels/prompt.py": "PromptPanel",
    "desktop/gallery/kinds.py": SENTENCES,
    "desktop/document/blend.py": SENTENCES,
    "desktop/progress.py": SENTENCES,
}
"""Files with tables, and the context in which their texts are looked up."""

OWN_WORDS = {
    "desktop/gallery/sentences.py": "Gallery",
    "desktop/model_words.py": "Models",
    "desktop/places.py": "Places",
}
"""Files whose own `tr` or `_tr` has a context that lupdate cannot know."""

NAMED = re.compile(
    r"desktop/(document|tools)/.*|desktop/(extending|filing|studio|restoring|picture_verbs|permission"
    r"|placing|hand|adjusting|paint_verbs|runs)\.py"
)
"""Where edits get the names that the history shows, and tools say what they do."""

FRAGMENTS = re.compile(r"engine/weights/.*|desktop/storage/(bands|files|images)\.py")
"""Where parts of sentences stand, which others put together."""

NOT_READ = {"desktop/self_test.py", "desktop/icons.py", "desktop/reference_reserve.py"}
"""Files whose texts are for the terminal or for nobody."""

ASKED = {"QT_TRANSLATE_NOOP", "tr", "_tr", "translate", "translated", "plain"}
UNSEEN = {
    "getLogger", "debug", "info", "warning", "error", "exception", "critical", "setObjectName",
    "setProperty", "execute", "executescript", "add_argument", "ArgumentParser", "TypeVar",
    "AssertionError", "KeyError", "ValueError", "TypeError", "BadField", "NotAnArchive",
    "NotMarkup", "Lost", "IsADirectoryError", "OSError", "Broken", "ConnectError", "match",
    "compile", "sub", "EngineBug", "NotImplementedError", "startswith", "endswith", "Worker",
}  # fmt: skip
"""Calls whose texts nobody reads in the window."""

KEYS = re.compile(
    r"(Ctrl|Shift|Alt)\+\S*|Del|Ins|Tab|F\d+|Backspace|Escape|Easel|Krita|Photoshop|[A-Z]"
    r"|(PRAGMA|SELECT|BEGIN|INSERT|UPDATE|CREATE|DELETE|ALTER)\b.*",
    re.DOTALL,
)
ELSEWHERE = re.compile(
    r"Without a window: .*|Paint with words on your machine\.|The same pages are in the window: .*",
    re.DOTALL,
)
"""What the terminal and docs/guide.md say, in English."""
WORDS = re.compile(r"^&?[A-Z“{]?.*[a-z]")
SENTENCE = re.compile(r"^[A-Z“{].* .*[.!…]$|^[A-Z“][^.]* .*; .*", re.DOTALL)


@dataclass(frozen=True, slots=True, order=True)
class Text:
    """A text with the context in which it is looked up."""

    context: str
    source: str


def all_texts() -> list[Text]:
    """Return every text that lupdate does not find by itself, sorted."""
    found: set[Text] = set()
    for path in sorted((*ROOT.glob("desktop/**/*.py"), *ROOT.glob("engine/**/*.py"))):
        name = path.relative_to(ROOT).as_posix()
        if name in NOT_READ or "/training/" in name or "/command_line/" in name:
            continue
        found.update(_texts_in(name, ast.parse(path.read_text(encoding="utf-8"))))
    return sorted(found | {Text(SENTENCES, mode.title) for mode in BlendMode})


def templates(texts: list[Text]) -> list[str]:
    """Return the sentences with values in them."""
    return [each.source for each in texts if each.context == SENTENCES and "{" in each.source]


def _texts_in(name: str, module: ast.Module) -> Iterator[Text]:
    skipped = set(_unseen(module))
    values = set(_values(module))
    for call in _calls(module):
        if name in OWN_WORDS and _called(call) in ("tr", "_tr") and call.args:
            for text in _literals(call.args[0], set()):
                yield Text(OWN_WORDS[name], text)
    for text in _literals(module, skipped):
        if KEYS.fullmatch(text) or ELSEWHERE.fullmatch(text) or not WORDS.match(text):
            continue
        if SENTENCE.match(text) or (name in TABLES and (_heads(text) or text in values)):
            yield Text(TABLES.get(name, SENTENCES), text)
        elif (NAMED.match(name) and _heads(text)) or _is_fragment(name, text):
            yield Text(SENTENCES, text)


def _is_fragment(name: str, text: str) -> bool:
    whole_words = re.match(r"[a-z]+ .+ ", text) is not None
    return FRAGMENTS.match(name) is not None and whole_words and "Content-" not in text


def _heads(text: str) -> bool:
    """Whether a text begins as a title does."""
    return re.match(r"&?[A-Z“]", text) is not None or "&" in text


def _literals(tree: ast.AST, skipped: set[ast.AST]) -> Iterator[str]:
    """Every text below `tree`, with names in braces for the values in it."""
    if tree in skipped:
        return
    if isinstance(tree, ast.JoinedStr):
        yield _template(tree)
    elif isinstance(tree, ast.Constant):
        if isinstance(tree.value, str):
            yield tree.value
    else:
        for child in ast.iter_child_nodes(tree):
            yield from _literals(child, skipped)


def _template(text: ast.JoinedStr) -> str:
    made, names = "", []
    for part in text.values:
        if isinstance(part, ast.Constant):
            made += str(part.value)
        elif isinstance(part, ast.FormattedValue):
            name = _name_of(part.value)
            names.append(name)
            made += "{" + (name if names.count(name) == 1 else f"{name}_{names.count(name)}") + "}"
    return made


def _name_of(value: ast.expr) -> str:
    """Return a word for a value: the last name in it."""
    match value:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name.strip("_").lower()
        case ast.Call(args=[first, *_]):
            return _name_of(first)
        case ast.Call(func=ast.Attribute(value=owner)):
            return _name_of(owner)
        case ast.BinOp(left=left) | ast.Subscript(value=left):
            return _name_of(left)
        case _:
            return "value"


def _values(module: ast.Module) -> Iterator[str]:
    """Yield the texts that the tables of a module map something to."""
    for node in module.body:
        value = node.value if isinstance(node, ast.Assign | ast.AnnAssign) else None
        if isinstance(value, ast.Dict):
            for each in value.values:
                yield from _literals(each, set())


def _unseen(module: ast.Module) -> Iterator[ast.AST]:
    """Docstrings, types, what `tr` has already, and what goes to logs and terminals."""
    for node in ast.walk(module):
        match node:
            case ast.Expr(value=ast.Constant()):
                yield node.value
            case ast.Call() if _called(node) in ASKED | UNSEEN:
                yield node
            case ast.Assert() | ast.Import() | ast.ImportFrom() | ast.Compare():
                yield node
            case (
                ast.Assign(targets=[ast.Name(id="__all__" | "LANGUAGES")])
                | ast.AnnAssign(annotation=ast.Name(id="TypeAlias"))
            ):
                yield node
            case (
                ast.AnnAssign(annotation=annotation)
                | ast.arg(annotation=annotation)
                | ast.Call(func=ast.Name(id="cast"), args=[annotation, *_])
            ):
                if annotation is not None:
                    yield annotation
            case ast.FunctionDef(returns=returns) if returns is not None:
                yield returns
            case ast.Dict(keys=keys):
                yield from (key for key in keys if key is not None)
            case _:
                pass


def _calls(module: ast.Module) -> Iterator[ast.Call]:
    return (node for node in ast.walk(module) if isinstance(node, ast.Call))


def _called(call: ast.Call) -> str:
    match call.func:
        case ast.Attribute(attr=name) | ast.Name(id=name):
            return name
        case _:
            return ""


if __name__ == "__main__":
    for each in all_texts():
        print(each.context, "|", repr(each.source))
