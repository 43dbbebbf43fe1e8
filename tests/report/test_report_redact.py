"""What is hidden in quoted text, and what must not be.

Keys are put together here so that no text of this repo looks like one.
"""

from __future__ import annotations

import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from driftlint.report.redact import MASK, clean, find_secrets, make_visible, redact

ALNUM = "aB3dE6gH9jK2mN5pQ8sT1vW4yZ7bC0fG"
HEX40 = "0123456789abcdef" * 2 + "01234567"
KEYS = {
    "sk": "sk-" + ALNUM,
    "sk-proj": "sk-" + "proj-" + ALNUM + "_" + ALNUM,
    "sk-ant": "sk-" + "ant-api03-" + ALNUM,
    "sk-letters": "sk-" + "a" * 30,
    "hf": "hf" + "_" + "a" * 34,
    "ghp": "ghp" + "_" + ALNUM + "abcd",
    "ghs": "ghs" + "_" + ALNUM + "abcd",
    "pat": "github" + "_pat_" + ALNUM,
    "glpat": "glpat" + "-" + ALNUM[:20],
    "akia": "AKIA" + "ABCDEFGHIJKLMNOP",
    "xoxb": "xox" + "b-" + "123456789012-abcdef",
    "aiza": "AI" + "za" + (ALNUM + "xyz"),
    "stripe": "sk" + "_live_" + ALNUM,
    "gsk": "gsk" + "_" + ALNUM,
    "nvapi": "nv" + "api-" + ALNUM,
    "jwt": "ey" + "J" + ALNUM + "." + ALNUM + "." + ALNUM,
    "pem": "-----BEGIN RSA " + "PRIVATE KEY-----",
}


@pytest.mark.parametrize("key", KEYS.values(), ids=KEYS.keys())
@pytest.mark.parametrize("kind", ["", "python", "yaml", "notebook"])
def test_known_key_shapes_are_hidden_wherever_they_stand(key: str, kind: str) -> None:
    assert redact(f'x = f("{key}", 1)', kind) == f'x = f("{MASK}", 1)'


PYTHON = [
    ('login(token="abc")', 'login(token="***")'),
    ("password = 'hunter2'", "password = '***'"),
    ('api_key: str = "q"  # x', 'api_key: str = "***"  # x'),
    ('api_key: str | None = "q"', 'api_key: str | None = "***"'),
    ('os.environ["SERVICE_API_KEY"] = "q w e"', 'os.environ["SERVICE_API_KEY"] = "***"'),
    ('{"access_key": "q"}', '{"access_key": "***"}'),
    ('client(secret_key=r"q")', 'client(secret_key=r"***")'),
    ('get("MY_TOKEN", "' + ALNUM + '")', 'get("MY_TOKEN", "***")'),
    ('login(key="' + HEX40 + '")', 'login(key="***")'),
    ("!tracker login " + HEX40, "!tracker login ***"),
    ("!tracker login --relogin " + HEX40, "!tracker login --relogin ***"),
    ("!run --token abcdef", "!run --token ***"),
    ("%env HUB_TOKEN=abcdef", "%env HUB_TOKEN=***"),
    ('get("https://u:p4ss@host/x")', 'get("https://u:***@host/x")'),
    ('get("https://' + ALNUM + '@host/x")', 'get("https://***@host/x")'),
    ('get("https://host/x?a=1&sig=abcd%2F&b=2")', 'get("https://host/x?a=1&sig=***&b=2")'),
    ('{"Authorization": "Bearer ' + ALNUM + '"}', '{"Authorization": "Bearer ***"}'),
    ("x = 'isn\\'t'; password='q'", "x = 'isn\\'t'; password='***'"),
    ('password="unclosed', 'password="***'),
]


@pytest.mark.parametrize(("line", "shown"), PYTHON, ids=[shown for _, shown in PYTHON])
def test_literals_given_to_secret_names_are_hidden_in_python(line: str, shown: str) -> None:
    assert redact(line, "python") == shown


@pytest.mark.parametrize(
    ("line", "kind", "shown"),
    [
        ("password: hunter2  # x", "yaml", "password: ***  # x"),
        ("hub_token: abcdef", "yaml", "hub_token: ***"),
        ("export API_KEY=abcdef", "shell", "export API_KEY=***"),
        ("curl --api-key abcdef url", "shell", "curl --api-key *** url"),
        ("ENV HUB_TOKEN abcdef", "dockerfile", "ENV HUB_TOKEN ***"),
        ("RUN X_PASSWORD=abcdef make", "dockerfile", "RUN X_PASSWORD=*** make"),
        ("failed with password=hunter2", "", "failed with password=***"),
        ("api_key=abc", "", "api_key=***"),
        ("token=abc, x", "", "token=***, x"),
        ("key: " + HEX40, "yaml", "key: ***"),
        ("--index-url https://me:pw@host/simple", "requirements", "--index-url https://me:***@host/simple"),
    ],
)
def test_unquoted_values_are_hidden_where_they_are_literals(line: str, kind: str, shown: str) -> None:
    assert redact(line, kind) == shown


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        (f'load("org/x", revision="{HEX40}")', "python"),
        (f'load("org/x", token=None, revision="{HEX40}")', "python"),
        (f'tokenizer_revision="{HEX40}"', "python"),
        (f"tokenizer_revision: {HEX40}", "yaml"),
        ('load(token=True, use_auth_token=args.token, api_key=os.environ["API_KEY"])', "python"),
        ("def f(token, password=None, api_key: str = ''):", "python"),
        ("api_key = settings.api_key", "python"),
        ("password = getpass()", "python"),
        ('pad_token="[PAD]", eos_token="</s>", max_tokens=512', "python"),
        ('tokenizer.pad_token = "pad"', "python"),
        ('token="<|endoftext|>"', "python"),
        ('f(token=f"{TOKEN}", password="${PW}", api_key="{{ key }}")', "python"),
        ('tokenizer = AutoTokenizer("org/tokenizer")', "python"),
        ('rename("token", "word")', "python"),
        ('if token == "with" or token != "by":', "python"),
        ('password = ask("Password: ")', "python"),
        ("data['password'] = ask('Password: ')", "python"),
        ('"glyph-orientation-vertical"', "python"),
        ("sorted(rows, key=lambda row: row.token)", "python"),
        ("pad_token: <pad>", "yaml"),
        ("token: ${{ secrets.TOKEN }}", "yaml"),
        ("use_token: true", "yaml"),
        ("pad_token_id: 0", "yaml"),
        ("export TOKEN=$OTHER", "shell"),
        ("import sk_learn_extra; sk-learn-contrib", "python"),
        ("from hf_hub import hf_hub_download", "python"),
        ("git clone git@host:org/repo.git", "shell"),
        ("https://host/org/repo@v1.2", "requirements"),
        ("FROM image@sha256:" + "0" * 64, "dockerfile"),
        ("x==1.0 --hash=sha256:" + "0" * 64, "requirements"),
        ("dataset `org/token` is read without a commit: tomorrow's rows may differ", ""),
    ],
)
def test_what_only_resembles_a_secret_is_shown(line: str, kind: str) -> None:
    assert redact(line, kind) == line


def test_every_value_of_a_dotenv_text_is_hidden() -> None:
    text = '# note\nMODEL=small\nexport A = "b c" # d\n# OLD=1\nEMPTY=\nKEY="line one\nline two"\n'
    shown = "# note\nMODEL=***\nexport A = ***\n# OLD=***\nEMPTY=\nKEY=***\n***\n"
    assert redact(text, "dotenv") == shown


def test_spans_are_the_places_of_the_values() -> None:
    assert find_secrets('token="abc", password="de"', "python") == [(7, 10), (23, 25)]


@pytest.mark.parametrize(
    "hostile",
    ["sk-" * 30_000, "token" * 20_000, "://a" * 20_000, "password=" * 10_000, "key " * 20_000, "eyJ" * 30_000,
     "bearer " * 15_000, "a" * 100_000, '"' * 100_000, "password: x" + " " * 100_000, "?token" * 20_000,
     "password=$" * 10_000],
)  # fmt: skip
def test_a_hostile_line_costs_little_time(hostile: str) -> None:
    began = time.process_time()
    redact(hostile)
    assert time.process_time() - began < 1


def test_controls_become_escapes() -> None:
    assert make_visible("a\x1b[31m\x9b\u202e\udce9\ud800\t\n\x7f\u2028") == (
        "a\\x1b[31m\\x9b\\u202e\\xe9\\ud800\\t\\n\\x7f\\u2028"
    )
    assert make_visible("模型 é\u3000x") == "模型 é\u3000x"


def test_clean_text_is_one_line() -> None:
    assert clean("a\nb\rc\r\nd") == "a b\\rc d"


FRAGMENTS = ["token", "api_key", "password", "key", "=", ":", " ", ", ", '"', "'", "://", "@", "\n", "#", "{", "$",
             "***", "sk-", "bearer ", "?sig=", "--", "abc", ALNUM,
             HEX40, "(", ")", "f", "[", "]", ".", "\f"]  # fmt: skip


@given(st.one_of(st.text(), st.lists(st.sampled_from(FRAGMENTS), max_size=12).map("".join)))
@example("sk-0000000000000000:0")
def test_redacting_twice_changes_nothing_more(text: str) -> None:
    for kind in ("", "python", "dotenv"):
        once = redact(text, kind)
        assert redact(once, kind) == once


@given(st.text(st.characters()))
def test_clean_text_is_printable(text: str) -> None:
    shown = clean(text)
    assert all(char.isprintable() or char in "\u00a0\u3000" for char in shown)
