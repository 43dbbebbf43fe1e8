"""Lines of TOML tables and keys."""

from __future__ import annotations

from driftlint.packs.spans import TomlLines

TEXT = '''top = 1  # [[not]]
[[a]]
x = """
[[b]]
y = 2
"""
y = [
  "one]", # ]
  { z = '}' },
]
"quoted" = 3
[[a]]
x = 1
[[a.b]]
k = 1
[[a.b]]
k = 2
[ c . d ]
z = 4
'''


def test_tables_and_keys_have_their_lines() -> None:
    lines = TomlLines(TEXT)
    assert [(t.name, t.line, t.keys) for t in lines.tables] == [
        ("", 1, {"top": 1}),
        ("a", 2, {"x": 3, "y": 7, "quoted": 11}),
        ("a", 12, {"x": 13}),
        ("a.b", 14, {"k": 15}),
        ("a.b", 16, {"k": 17}),
        ("c.d", 18, {"z": 19}),
    ]
    assert lines.line("a", 1, "x") == 13
    assert lines.line("a", 0, "y", "one]") == 8
    assert lines.line("a", 0, "y", "absent") == 7
    assert lines.line("a", 0, "none") == 2
    assert lines.line("a", 5) == 1
    assert [t.line for t in lines.nested("a", 1, "b")] == [14, 16]
    assert lines.nested("a", 0, "b") == []


def test_texts_that_are_no_toml_do_not_raise() -> None:
    for text in ("[", "[[", "]]]", '"""', "= =", "a = [{[", "\x00"):
        assert TomlLines(text).line("", 0) == 1
