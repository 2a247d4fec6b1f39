"""The README's examples run as they are written, and its table of options is true."""

from __future__ import annotations

import inspect
import re
from pathlib import Path

import pytest

from neurocluster import AsyncClient, Client
from neurocluster.local import Stream

README = (Path(__file__).resolve().parents[1] / "README.md").read_text()
EXAMPLES = re.findall(r"^```python\n(.*?)^```$", README, re.DOTALL | re.MULTILINE)


@pytest.mark.parametrize("number", range(len(EXAMPLES)))
def test_an_example_runs_as_it_is_written(number, server, capsys):
    code = EXAMPLES[number].replace("http://localhost:8000", server.url)
    exec(compile(code, f"README.md, example {number}", "exec"), {"__name__": "example"})
    assert ("print(" in code) == bool(capsys.readouterr().out)


def test_there_are_examples_of_every_part():
    for word in ("Stream(", "NeuroCluster()", "NeuroClusterRiver()", "Client(", "AsyncClient(", "ValidationError"):
        assert any(word in example for example in EXAMPLES), word


def test_the_table_of_options_has_each_option_with_its_default():
    told = dict(re.findall(r"^\| `(\w+)` +\| `(.*?)` ", README, re.MULTILINE))
    parameters = inspect.signature(Stream).parameters
    assert told == {name: repr(p.default).replace("'", '"') for name, p in parameters.items() if name != "dims"}


def test_the_table_of_verbs_has_each_verb():
    verbs = {name for name in vars(Client) if not name.startswith("_")} - {"close"}
    assert set(re.findall(r"`(\w+)`", README.split("| verbs")[1].split("\n\n")[0])) - {"Stream"} == verbs
    assert verbs <= set(vars(AsyncClient))
