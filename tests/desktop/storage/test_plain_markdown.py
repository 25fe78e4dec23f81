"""Credits are read as letters alone."""

from pathlib import Path

from desktop.storage.plain_markdown import without_marks

LICENCES = Path(__file__).parents[3] / "resources" / "licences"


def test_headings_tables_links_and_points_lose_their_marks() -> None:
    text = """# Icons

| our file | name |
| --- | :---: |
| `a.svg` | [Info](https://lucide.dev) |

* one, 2 * 3
- two_of_them
### A | B
"""
    assert without_marks(text).splitlines() == [
        "Icons",
        "",
        "our file · name",
        "a.svg · Info (https://lucide.dev)",
        "",
        "• one, 2 * 3",
        "• two_of_them",
        "A | B",
    ]


def test_of_our_own_lists_no_word_and_no_address_is_lost() -> None:
    for file in LICENCES.glob("*.md"):
        text = file.read_text(encoding="utf-8")
        plain = without_marks(text)
        for word in text.replace("|", " ").replace("[", " ").replace("]", " ").split():
            bare = word.strip("`#*-:()")
            assert bare.replace("`", "") in plain, (file.name, word)
        assert "|" not in plain
        assert "](" not in plain
