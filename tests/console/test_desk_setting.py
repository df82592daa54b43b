"""A mistyped agency in ONCE_DESKS is said before anything starts, with the names that there are."""

import pytest

import cli
from console.desk_setting import check_desks
from runtime.settings import Settings, SettingsInvalid


@pytest.mark.parametrize("command", ["up", "serve"])
def test_whoever_starts_names_the_setting_and_the_agencies_and_starts_nothing(
    command, monkeypatch, capsys, tmp_path
):
    monkeypatch.setenv("ONCE_HOME", str(tmp_path))
    monkeypatch.setenv("ONCE_DESKS", "police,polcie")
    monkeypatch.setattr("sys.argv", ["once", command])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    told = capsys.readouterr()
    assert ended.value.code == 1
    assert "设置 ONCE_DESKS 不正确" in told.err
    assert "没有名为 polcie 的部门，现有：charity, civil_affairs" in told.err
    assert "No agency is named polcie; there are: charity, civil_affairs" in told.err
    assert "Starting" not in told.out


def test_agencies_that_there_are_and_all_of_them_are_taken(tmp_path):
    for desks in ("", "*", "health,police"):
        check_desks(Settings(home=tmp_path, desks=desks), ("police", "health"))


def test_a_worker_is_told_by_the_agencies_it_has_read(tmp_path):
    with pytest.raises(SettingsInvalid) as raised:
        check_desks(Settings(home=tmp_path, desks="court"), ("police", "health"))
    ((name, reason),) = raised.value.problems
    assert name == "ONCE_DESKS"
    assert "there are: health, police" in reason
