"""The command that compiles every kernel before somebody waits for one."""

from ecozoning.cli import main
from ecozoning.warm_up import warm_up


def test_every_job_is_named_and_done():
    names = list(warm_up())
    assert len(names) == len(set(names)) > 15
    for word in ("spectral", "terrain", "grades", "zones", "change", "sensitivity"):
        assert any(word in name for name in names)


def test_the_command_prints_what_it_has_done(capsys):
    assert main(["warm-up"]) == 0
    assert "terrain of float32" in capsys.readouterr().out.splitlines()
