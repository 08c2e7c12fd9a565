"""Verifiers without a server: answers compared exactly, and programs run under limits."""

import os
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from galley.annotate.verifiers.command import Installed, read_installed, run_command
from galley.annotate.verifiers.errors import VerifierFileError
from galley.annotate.verifiers.exact import answer_text, boxed, check_exact, number_of, same_answer
from galley.annotate.verifiers.model import Case, Command, Exact
from galley.annotate.verifiers.rules import verifiers_wrong
from galley.annotate.work.hidden import hidden_fields, without

# --- exact -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "truth", "how", "same"),
    [
        ("18", "She sold 9*2=18.\n#### 18", "auto", True),
        ("$1,234.50", "1234.5", "auto", True),
        ("1234,5", "1234.5", "auto", False),
        (r"So \boxed{\frac{3}{4}}", "0.75", "auto", True),
        (r"\boxed{\frac{1}{3}}", "0.333", "auto", False),  # exactly, not nearly
        (r"\boxed{x^{2}+1} is wrong, \boxed{x^{2}-1}", r"\boxed{ x^{2} - 1 }", "boxed", True),
        ("42", "42", "boxed", False),  # the box is asked for
        ("The answer is 18 eggs.", "#### 18", "number", True),
        ("The answer is 18 or 19.", "18", "number", False),
        ("50%", "0.5", "auto", True),
        ("Paris.", " PARIS", "text", True),
        ("１８。", "18", "auto", True),
        (r"\text{Monday}", "monday", "auto", True),
        ("−3", "-3", "auto", True),
        ("1e999999999", "1", "auto", False),
        ("1/0", "1", "auto", False),
        ("nan", "nan", "number", False),
    ],
)
def test_same_answer(said: str, truth: str, how: Any, same: bool) -> None:
    assert same_answer(said, truth, how) is same


def test_boxes_are_opened() -> None:
    assert boxed(r"\boxed{a} then \boxed{b{c}}") == "b{c}"
    assert boxed(r"\boxed{never closed") is None
    assert boxed("none") is None
    start = time.process_time()
    assert boxed(r"\boxed{" * 20_000) is None
    assert time.process_time() - start < 5  # one look, not twenty thousand: a bound against squares, not a speed


@given(st.text(max_size=60))
def test_any_text_is_the_same_as_itself(text: str) -> None:
    number_of(text)
    number_of(text, anywhere=True)
    assert same_answer(text, text)
    assert same_answer(text, text, "text")


@given(st.fractions(max_denominator=1000), st.integers(1, 10**9))
def test_numbers_are_exact(part: Any, whole: int) -> None:
    assert number_of(f"{part.numerator}/{part.denominator}") == part
    assert number_of(f"{whole:,}") == whole
    assert not same_answer(f"{whole}", f"{whole + 1}")


def test_a_finding_never_tells_the_answer() -> None:
    verifier = Exact(name="answer", control="final", field="gold")
    case = Case(labels={"final": "17"}, record={"gold": "the secret 18"})
    found = check_exact(verifier, case)
    assert found.passed is False
    assert "18" not in found.message.en + found.message.zh
    assert check_exact(verifier, Case(labels={}, record={"gold": "18"})).passed is None
    assert check_exact(verifier, Case(labels={"final": "1"}, record={})).passed is None
    talk = {"messages": [{"role": "user", "content": "17"}, {"role": "assistant", "content": r"\boxed{18}"}]}
    assert check_exact(verifier, Case(labels={"final": talk}, record={"gold": 18})).passed is True
    assert answer_text({"a": 1}) == ""


# --- programs ----------------------------------------------------------------------------------------------------

CASE = Case(labels={"code": "print(1)"}, record={"tests": "hidden"})


def ran(tmp_path: Path, body: str, **limits: int) -> Any:
    program = tmp_path / "check.py"
    program.write_text(body)
    installed = Installed(run=(sys.executable, "-I", "-S", str(program)), **limits)
    return run_command(Command(name="tests", command="check"), installed, CASE)


def test_a_program_reads_and_answers_json(tmp_path: Path) -> None:
    found = ran(
        tmp_path,
        "import json, sys, os\n"
        "told = json.load(sys.stdin)\n"
        "print(json.dumps({'passed': told['labels']['code'] == 'print(1)' and told['record']['tests'] == 'hidden',\n"
        "                  'message': repr((sorted(set(os.environ) - {'LC_CTYPE'}), os.listdir('.')))}))\n",
    )
    assert found.passed is True
    assert found.message.en == "([], [])"  # an empty environment, an empty folder


@pytest.mark.parametrize(
    ("body", "passed"),
    [
        ("", True),
        ("raise SystemExit(3)", False),
        ("print('no JSON')", True),
        ("print('{\"passed\": true}'); raise SystemExit(1)", False),
        ('print(\'{"passed": false, "message": "2 of 3"}\')', False),
        ("x = bytearray(400 << 20)", False),  # more than its memory
        ("open('big', 'wb').write(bytes(20 << 20))", False),  # more than a file may hold
        ("import sys\nwhile True: sys.stdout.write('x' * 65536)", False),
    ],
)
def test_exit_codes_and_limits(tmp_path: Path, body: str, passed: bool) -> None:
    assert ran(tmp_path, body, megabytes=256, seconds=5).passed is passed


def test_a_program_that_does_not_end_is_ended_with_its_children(tmp_path: Path) -> None:
    mark = tmp_path / "alive"
    body = (
        "import os, time\n"
        "if os.fork() == 0:\n"
        "    time.sleep(4)\n"
        f"    open({str(mark)!r}, 'w').close()\n"
        "else:\n"
        "    time.sleep(60)\n"
    )
    found = ran(tmp_path, body, seconds=1)
    assert found.passed is None
    assert "too long" in found.message.en
    time.sleep(3)
    assert not mark.exists()
    assert ran(tmp_path, "while True: pass", seconds=1).passed is None


def test_what_is_not_there_could_not_look(tmp_path: Path) -> None:
    command = Command(name="tests", command="check")
    assert run_command(command, None, CASE).passed is None
    missing = Installed(run=(str(tmp_path / "nothing"),))
    assert run_command(command, missing, CASE).passed is not True


@pytest.mark.parametrize(
    "text",
    [
        "not toml",
        "[commands.a]\nrun = []",
        '[commands.a]\nrun = ["relative"]',
        '[commands.a]\nrun = ["/bin/true"]\nseconds = 0',
        '[commands.a]\nrun = ["/bin/true"]\nshell = true',
    ],
)
def test_a_wrong_file_is_refused(tmp_path: Path, text: str) -> None:
    place = tmp_path / "verifiers.toml"
    place.write_text(text)
    with pytest.raises(VerifierFileError):
        read_installed(str(place))


def test_the_file_is_read(tmp_path: Path) -> None:
    place = tmp_path / "verifiers.toml"
    place.write_text('[commands.a]\nrun = ["/bin/true", "x"]\nmegabytes = 64\n')
    assert read_installed(str(place)) == {"a": Installed(run=("/bin/true", "x"), megabytes=64)}
    assert read_installed("") == {}
    with pytest.raises(VerifierFileError):
        read_installed(os.fspath(tmp_path / "none"))


# --- settings and hidden fields ----------------------------------------------------------------------------------


def test_settings_that_protect_nothing_are_refused() -> None:
    exact = Exact(name="answer", control="final", field="gold")
    assert verifiers_wrong([exact], ["gold"]) == ""
    assert "gold" in verifiers_wrong([exact], [])
    assert verifiers_wrong([exact, exact], ["gold"])
    assert verifiers_wrong([Command(name="", command="x")], [])
    assert verifiers_wrong([], ["a\x00"])
    assert verifiers_wrong([], ["a", "a"])


def test_hidden_fields_are_taken_out() -> None:
    hidden = hidden_fields({"hidden_fields": ["gold", "答案"]})
    assert without('{"text": "a\\u0041",  "gold":{"x":[1]}}', hidden) == '{"text":"a\\u0041"}'
    assert without('{"\\u0067old": 1, "gold": 2, "gold": 3}', hidden) == "{}"  # however the name is written
    assert without("null", hidden) == "null"
    assert without('{"a": 1}', ()) == '{"a": 1}'
    assert hidden_fields({}) == frozenset()
