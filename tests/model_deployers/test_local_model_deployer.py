"""A model's process on this machine: from its start to its end, whatever happens."""

from __future__ import annotations

import os
import signal
import socket
import stat
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

import psutil
import pytest

from stack_magic.errors import (
    CorruptArtifactError,
    FlavorFailedError,
    NameTakenError,
    StackMagicError,
    StorageError,
    UnknownNameError,
)
from stack_magic.machine import Service
from stack_magic.model_deployers import (
    LocalModelDeployer,
    ModelServer,
    ModelServerConfiguration,
    ServedModel,
    ServerState,
)
from stack_magic.model_deployers._server_folder import ServerFolder
from tests.model_deployers.models import (
    Adder,
    Interrupting,
    Mortal,
    Sleeper,
    Unloadable,
    Whereabouts,
    picky,
    talkative,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Deploy = Callable[..., ModelServer]


def folder_of(server: ModelServer) -> Path:
    return Path(".stack_magic/servers") / str(server.uuid)


def process_of(server: ModelServer) -> psutil.Process:
    pid = Service(folder_of(server)).pid
    assert pid is not None
    return psutil.Process(pid)


def wait_for_end(server: ModelServer) -> None:
    while Service(folder_of(server)).is_running:
        time.sleep(0.01)


def left_over() -> list[str]:
    """Folders of servers in the project."""
    return [f.name for f in Path(".stack_magic/servers").glob("*") if f.name != "lock"]


@pytest.fixture
def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


@pytest.fixture
def taken_port() -> Iterator[int]:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        yield holder.getsockname()[1]


def test_making_a_deployer_writes_nothing(deployer: LocalModelDeployer, tmp_path: Path) -> None:
    assert deployer.find_model_server() == []
    assert list(deployer.probe()) == []
    assert not list(tmp_path.iterdir())
    assert deployer.local_path == str(tmp_path / ".stack_magic/servers")


def test_a_probe_tells_that_the_folder_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    (found,) = LocalModelDeployer(name="d", path=str(tmp_path / "file" / "x")).probe()
    assert found.code == "not-writable"


def test_what_a_server_needs_is_for_its_owner_only(deploy: Deploy) -> None:
    folder = folder_of(deploy(Adder()))
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    modes = {f.name: stat.S_IMODE(f.stat().st_mode) for f in folder.iterdir()}
    assert {"log", "model", "server.json", "token"} <= set(modes)
    assert set(modes.values()) == {0o600}


def test_a_server_listens_on_loopback_only(deploy: Deploy) -> None:
    listening = process_of(deploy(Adder())).net_connections()
    assert [c.laddr.ip for c in listening if c.status == psutil.CONN_LISTEN] == ["127.0.0.1"]


def test_the_token_is_seen_nowhere(deploy: Deploy, deployer: LocalModelDeployer) -> None:
    server = deploy(picky)
    with pytest.raises(FlavorFailedError, match="it raised ValueError: no ValueError here"):
        server.predict("ValueError")
    assert server.token is not None
    token = server.token.get_secret_value()
    process = process_of(server)
    log = "\n".join(deployer.get_model_server_logs(server.uuid))
    info = deployer.get_model_server_info(server)
    seen = [process.cmdline(), process.environ(), log, info, repr(server), server.prediction_url]
    seen += [(folder_of(server) / "server.json").read_text()]
    assert token not in repr(seen)


def test_a_server_runs_where_it_was_asked_for(deploy: Deploy, tmp_path: Path) -> None:
    answer = deploy(Whereabouts()).predict(None)
    assert answer["folder"] == str(tmp_path)
    assert answer["pid"] != os.getpid()


def test_a_model_of_a_module_beside_the_notebook_is_served(
    deploy: Deploy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "my_model_module.py").write_text("def model(inputs):\n    return [inputs]\n")
    monkeypatch.setattr(sys, "path", ["", *sys.path])
    module = __import__("my_model_module")
    try:
        assert deploy(module.model).predict(1) == [1]
    finally:
        del sys.modules["my_model_module"]


def test_a_module_beside_the_notebook_does_not_stand_before_the_servers_own(
    deploy: Deploy, tmp_path: Path
) -> None:
    (tmp_path / "uvicorn.py").write_text("raise SystemExit('planted')\n")
    (tmp_path / "json.py").write_text("raise SystemExit('planted')\n")
    assert deploy(Adder()).predict([1]) == [2]


# What fails leaves nothing.


def test_a_taken_port_fails_and_leaves_nothing(deploy: Deploy, taken_port: int) -> None:
    reason = f"port {taken_port} of 127.0.0.1 cannot be used: it is taken$"
    with pytest.raises(FlavorFailedError, match=reason):
        deploy(Adder(), port=taken_port)
    assert left_over() == []


def test_a_model_that_does_not_load_is_told_with_the_end_of_the_log(deploy: Deploy) -> None:
    with pytest.raises(
        FlavorFailedError, match=r"did not start: its process has ended; its log"
    ) as e:
        deploy(Unloadable())
    last = e.value.message.splitlines()[-1]
    assert last.endswith("the model cannot be read back: RuntimeError: the weights are torn")
    assert left_over() == []


def test_what_is_no_model_is_refused(deploy: Deploy) -> None:
    with pytest.raises(FlavorFailedError, match="a dict is no model: it has no predict"):
        deploy({"weights": [1, 2]})
    assert left_over() == []


def test_a_server_that_is_late_is_stopped(deploy: Deploy, tmp_path: Path) -> None:
    told = tmp_path / "pid"
    with pytest.raises(FlavorFailedError, match="it did not answer within 4 s and was stopped"):
        deploy(Sleeper(str(told)), timeout=4)
    assert left_over() == []
    assert not psutil.pid_exists(int(told.read_text()))


def test_an_interrupt_leaves_nothing(deploy: Deploy, tmp_path: Path) -> None:
    told = tmp_path / "pid"
    former = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with pytest.raises(KeyboardInterrupt, match=r"^$"):
            deploy(Interrupting(str(told), os.getpid()))
    finally:
        signal.signal(signal.SIGINT, former)
    assert left_over() == []
    assert not psutil.pid_exists(int(told.read_text()))


def test_a_timeout_of_0_does_not_wait(deploy: Deploy, deployer: LocalModelDeployer) -> None:
    server = deploy(Sleeper("pid"), timeout=0)
    assert server.state is ServerState.PENDING_STARTUP
    assert server.prediction_url is None
    with pytest.raises(FlavorFailedError, match="is pending startup: it has no url"):
        server.predict(1)


def test_a_server_that_died_is_told_with_its_last_words(
    deploy: Deploy, deployer: LocalModelDeployer
) -> None:
    server = deploy(Mortal())
    with pytest.raises(FlavorFailedError, match="does not answer at http://127"):
        server.predict("farewell")
    wait_for_end(server)
    (found,) = deployer.find_model_server(uuid=server.uuid)
    assert found.state is ServerState.ERROR
    assert found.last_error.endswith("its log ends with:\n  last word: farewell")
    deployer.start_model_server(server.uuid)
    assert deployer.find_model_server()[0].is_running


# Names and ports.


def test_two_threads_cannot_take_one_name(deploy: Deploy, deployer: LocalModelDeployer) -> None:
    outcomes: list[str] = []

    def deploying() -> None:
        try:
            outcomes.append(deploy(Adder()).state.value)
        except NameTakenError as error:
            outcomes.append(error.message)

    threads = [threading.Thread(target=deploying) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    taken = "model_deployer 'here' serves a model 'adder' already"
    assert sorted(outcomes) == ["active", taken]
    assert len(left_over()) == 1


def test_a_replacement_takes_over_the_port(
    deploy: Deploy, deployer: LocalModelDeployer, free_port: int
) -> None:
    former = deploy(Adder(1), port=free_port)
    process = process_of(former)
    new = deploy(Adder(2), port=free_port, replace=True)
    assert new.prediction_url == former.prediction_url == f"http://127.0.0.1:{free_port}/predict"
    assert not process.is_running()
    assert left_over() == [str(new.uuid)]
    assert [new.predict([1]) for _ in range(20)] == [[3]] * 20


def test_a_replacement_that_fails_leaves_the_former_its_port(
    deploy: Deploy, free_port: int
) -> None:
    former = deploy(Adder(1), port=free_port)
    with pytest.raises(FlavorFailedError, match="the weights are torn"):
        deploy(Unloadable(), port=free_port, replace=True)
    assert former.predict([1]) == [2]
    assert left_over() == [str(former.uuid)]


def test_a_replacement_shares_no_port_with_another_model(deploy: Deploy, free_port: int) -> None:
    deploy(Adder(), "first", port=free_port)
    second = deploy(Adder(), "second")
    with pytest.raises(FlavorFailedError, match="it is taken"):
        deploy(Adder(), "second", port=free_port, replace=True)
    assert second.predict([1]) == [2]


def test_a_server_has_its_port_again_unless_it_is_taken(
    deploy: Deploy, deployer: LocalModelDeployer
) -> None:
    server = deploy(Adder())
    deployer.stop_model_server(server.uuid)
    deployer.start_model_server(server.uuid)
    assert server.predict([1]) == [2]
    deployer.stop_model_server(server.uuid)
    port = int(str(server.prediction_url).rsplit(":")[-1].partition("/")[0])
    with socket.socket() as holder:
        holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        holder.bind(("127.0.0.1", port))
        holder.listen()
        deployer.start_model_server(server.uuid)
        (started,) = deployer.find_model_server()
        assert started.prediction_url != server.prediction_url
        assert started.predict([1]) == [2]


@pytest.mark.parametrize("uuid", ["..", "../../x", "", "adder", str(UUID(int=1))])
def test_a_uuid_is_never_a_path(deploy: Deploy, deployer: LocalModelDeployer, uuid: Any) -> None:
    deploy(Adder())
    with pytest.raises(UnknownNameError, match=f"no server {uuid!r}"):
        deployer.delete_model_server(uuid)
    assert len(left_over()) == 1


# What the folder says.


def test_a_start_that_fails_leaves_the_server_stopped(
    deploy: Deploy, deployer: LocalModelDeployer
) -> None:
    server = deploy(Adder())
    deployer.stop_model_server(server.uuid)
    (folder_of(server) / "model").write_bytes(b"other bytes")
    with pytest.raises(FlavorFailedError, match="the model has changed since it was written"):
        deployer.start_model_server(server.uuid)
    (found,) = deployer.find_model_server()
    assert found.state is ServerState.INACTIVE


def test_a_folder_that_others_can_write_to_is_not_loaded(
    deploy: Deploy, deployer: LocalModelDeployer
) -> None:
    server = deploy(Adder())
    deployer.stop_model_server(server.uuid)
    folder_of(server).chmod(0o777)
    with pytest.raises(FlavorFailedError, match="can be written by other users"):
        deployer.start_model_server(server.uuid)


DAMAGES: dict[str, Callable[[Path], object]] = {
    "another object": lambda folder: (folder / "server.json").write_bytes(b'{"created": 1}'),
    "no text": lambda folder: (folder / "server.json").write_bytes(b"\xff\0"),
    "nested": lambda folder: (folder / "server.json").write_bytes(b"[" * 100_000),
    "a folder": lambda folder: put_folder(folder / "server.json"),
    "no token": lambda folder: (folder / "token").unlink(),
    "an odd token": lambda folder: (folder / "token").write_bytes(b"\xff"),
}


def put_folder(place: Path) -> None:
    place.unlink()
    (place / "more").mkdir(parents=True)


@pytest.fixture(scope="module")
def shared_root(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Give a folder of servers in which one runs and others can be made by copying."""
    root = tmp_path_factory.mktemp("shared") / "servers"
    deployer = LocalModelDeployer(name="here", path=str(root))
    deployer.deploy_model(ModelServerConfiguration(model_name="well"), ServedModel.of(Adder()))
    yield root
    for server in deployer.find_model_server():
        deployer.delete_model_server(server.uuid, force=True)


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_a_damaged_server_is_told_and_is_in_nobodys_way(
    shared_root: Path, damage: Callable[[Path], object]
) -> None:
    deployer = LocalModelDeployer(name="here", path=str(shared_root))
    configuration = ModelServerConfiguration(model_name="torn")
    uuid = ServerFolder.make(shared_root, configuration, ServedModel.of(abs), 1).uuid
    damage(shared_root / str(uuid))
    assert [s.is_running for s in deployer.find_model_server(model_name="well")] == [True]
    (torn,) = deployer.find_model_server(uuid=uuid)
    assert torn.state is ServerState.ERROR
    assert f"model server {uuid} is damaged: " in torn.last_error
    assert torn.last_error.endswith(f"hint: %model_deployer delete {uuid}")
    with pytest.raises(NameTakenError, match="serves a model 'well' already"):
        deployer.deploy_model(ModelServerConfiguration(model_name="well"), ServedModel.of(abs))
    with pytest.raises(FlavorFailedError, match=r"is error: it has no url\nhint: .* describe "):
        torn.predict([1])
    deployer.delete_model_server(uuid)
    assert [server.name for server in deployer.find_model_server()] == ["well"]


def test_a_server_with_damaged_settings_is_not_started(shared_root: Path) -> None:
    deployer = LocalModelDeployer(name="here", path=str(shared_root))
    configuration = ModelServerConfiguration(model_name="torn")
    uuid = ServerFolder.make(shared_root, configuration, ServedModel.of(abs), 1).uuid
    (shared_root / str(uuid) / "server.json").write_bytes(b"")
    way_out = f"hint: %model_deployer delete {uuid}"
    with pytest.raises(StorageError, match=f"is damaged: .*: it is not .*\n{way_out}"):
        deployer.start_model_server(uuid)
    deployer.delete_model_server(uuid)


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    deployer = LocalModelDeployer(name="d", path=str(tmp_path / "file" / "x"))
    with pytest.raises(StorageError, match=r"file/x' cannot be used: (Not a dir|File exists)"):
        deployer.deploy_model(ModelServerConfiguration(model_name="a"), ServedModel.of(abs))
    assert deployer.find_model_server() == []


def test_servers_come_and_go_while_they_are_listed(deployer: LocalModelDeployer) -> None:
    root = Path(".stack_magic/servers").absolute()
    configuration = ModelServerConfiguration(model_name="brief")
    model = ServedModel.of(abs)
    done = threading.Event()

    def coming_and_going() -> None:
        for _ in range(50):
            ServerFolder.make(root, configuration, model, 1).remove(0)
        done.set()

    thread = threading.Thread(target=coming_and_going)
    thread.start()
    while not done.is_set():
        assert all(server.name == "brief" for server in deployer.find_model_server())
    thread.join()
    assert left_over() == []


def test_other_folders_are_no_servers(deployer: LocalModelDeployer) -> None:
    for name in ("notes", str(uuid4())):
        (Path(".stack_magic/servers") / name).mkdir(parents=True)
    (Path(".stack_magic/servers") / str(uuid4())).write_bytes(b"")
    assert deployer.find_model_server() == []


def test_a_log_is_followed_until_the_server_ends(
    deploy: Deploy, deployer: LocalModelDeployer
) -> None:
    server = deploy(talkative)
    server.predict("one")
    server.predict("two")
    lines = deployer.get_model_server_logs(server.uuid, follow=True, tail=1)
    assert next(lines) == "two"
    server.predict("three")
    assert next(lines) == "three"
    deployer.stop_model_server(server.uuid)
    assert list(lines) == []


# The kernel ends.

_KERNEL = """
import sys
from stack_magic.model_deployers import *
from tests.model_deployers.models import Adder
deployer = LocalModelDeployer(name="there")
config = ModelServerConfiguration(model_name="adder", keep={keep})
print(deployer.deploy_model(config, ServedModel.of(Adder())).uuid, flush=True)
sys.stdin.read()
"""


def server_of_killed_kernel(deployer: LocalModelDeployer, *, keep: bool) -> psutil.Process:
    """Deploy in a kernel, kill it with signal 9, and return the server's process."""
    root = str(Path(__file__).parents[2])
    with subprocess.Popen(
        [sys.executable, "-c", _KERNEL.format(keep=keep)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": root},
    ) as kernel:
        assert kernel.stdout is not None
        uuid = UUID(kernel.stdout.readline().strip())
        (server,) = deployer.find_model_server(uuid=uuid)
        assert server.predict([1]) == [2]
        process = process_of(server)
        kernel.kill()
    return process


def test_a_server_ends_with_its_kernel_and_is_started_by_the_next(
    deployer: LocalModelDeployer,
) -> None:
    process = server_of_killed_kernel(deployer, keep=False)
    process.wait(30)
    (server,) = deployer.find_model_server()
    assert (server.state, server.last_error) == (ServerState.INACTIVE, "")
    deployer.start_model_server(server.uuid)
    (server,) = deployer.find_model_server(running=True)
    assert server.predict([1]) == [2]


def test_a_kept_server_is_found_and_stopped_by_the_next_kernel(
    deployer: LocalModelDeployer,
) -> None:
    process = server_of_killed_kernel(deployer, keep=True)
    (server,) = deployer.find_model_server(running=True, model_name="adder")
    assert server.predict([1]) == [2]
    deployer.stop_model_server(server.uuid)
    process.wait(30)
    (server,) = deployer.find_model_server()
    assert server.state is ServerState.INACTIVE


def test_a_kept_server_that_died_is_an_error_in_the_next_kernel(
    deployer: LocalModelDeployer,
) -> None:
    process = server_of_killed_kernel(deployer, keep=True)
    process.kill()
    process.wait(30)
    (server,) = deployer.find_model_server()
    assert server.state is ServerState.ERROR
    assert "its process has ended" in server.last_error


def test_a_deleted_server_is_gone(deploy: Deploy, deployer: LocalModelDeployer) -> None:
    server = deploy(Adder())
    process = process_of(server)
    deployer.delete_model_server(server.uuid, force=True)
    assert left_over() == []
    assert not process.is_running()
    with pytest.raises(StackMagicError, match="does not answer"):
        server.predict([1])


def test_a_name_with_another_form_is_refused() -> None:
    with pytest.raises(StackMagicError, match="cannot be a name"):
        ModelServerConfiguration(model_name="../digits")


def test_bytes_of_another_digest_are_no_model() -> None:
    with pytest.raises(CorruptArtifactError, match="has changed since it was written"):
        ServedModel(b"1", "json", "00")
    assert ServedModel.of([1, 2]).load() == [1, 2]
    assert "content" not in repr(ServedModel.of([1, 2]))
