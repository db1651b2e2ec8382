"""Files that many write at once, that are damaged, and whose writers are killed."""

import json
import multiprocessing
import os
import random
import signal
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import autograd
from autograd import Value
from nn.layers import Dense
from nn.models import Sequential, load_model

_SIZES = (2, 5, 40)


def model(units: int) -> Sequential:
    """Return a model whose every weight is its number of units."""
    made = Sequential([Dense(units, "tanh", input_dim=3), Dense(1)])
    for parameter in made.parameters():
        parameter.data = float(units)
    return made


def is_whole(path: Path) -> bool:
    """Return whether a model is whole: one of those that were written."""
    weights = [parameter.data for parameter in load_model(path).parameters()]
    units = int(weights[0])
    return units in _SIZES and weights == [float(units)] * len(model(units).parameters())


def _save(path: Path, seconds: float, seed: int) -> None:
    draw, end = random.Random(seed), time.monotonic() + seconds
    while time.monotonic() < end:
        model(draw.choice(_SIZES)).save(path)


def saving_at_once(draw: random.Random) -> int:
    """Save from threads and processes onto one name: every read is one whole model."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "model.json")
        model(2).save(path)
        arguments = [(path, 0.4, draw.randrange(1000)) for _ in range(4)]
        context: Any = multiprocessing.get_context("fork" if hasattr(os, "fork") else "spawn")
        writers: list[Any] = [context.Process(target=_save, args=a) for a in arguments[:2]]
        for writer in writers:  # before there are threads
            writer.start()
        threads = [threading.Thread(target=_save, args=a) for a in arguments[2:]]
        for thread in threads:
            thread.start()
        count, writers = 0, writers + threads
        while any(writer.is_alive() for writer in writers):
            assert is_whole(path)
            count += 1
        for writer in writers:
            writer.join()
        assert os.listdir(folder) == ["model.json"], "a part is left"  # noqa: PTH208
    return count


def rendering_at_once(draw: random.Random) -> int:
    """Write a page, a picture and DOT text from threads onto one name each: no part is read."""
    with tempfile.TemporaryDirectory() as folder:
        page, source, svg = (Path(folder, name) for name in ("p.html", "g.gv", "g.svg"))
        outputs = [Value(1.0), Value(2.0) * 3.0]
        pages = [autograd.explore(output) for output in outputs]
        pictures = [autograd.draw(output) for output in outputs]
        wholes = {page: {p.html for p in pages}, source: {p.source for p in pictures}}
        wholes[svg] = {str(p.pipe("svg", encoding="utf-8")) for p in pictures}
        rounds = draw.randrange(5, 10)

        def write(i: int) -> None:
            for _ in range(rounds):
                pages[i].save(page)
                pictures[i].save(source)
                pictures[i].render(outfile=svg)

        write(0)
        threads = [threading.Thread(target=write, args=(i,)) for i in (0, 1)]
        for thread in threads:
            thread.start()
        count = 0
        while any(thread.is_alive() for thread in threads):
            for path, known in wholes.items():
                assert path.read_text(encoding="utf-8") in known, f"a part of {path.name} was read"
                count += 1
    return count


def killed_savers(draw: random.Random) -> int:
    """Kill a process while it saves: the file is whole, and the next save sweeps what it left."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "model.json")
        model(2).save(path)
        for _ in range(5):
            context = multiprocessing.get_context("fork")
            writer = context.Process(target=_save, args=(path, 10.0, draw.randrange(1000)))
            writer.start()
            time.sleep(draw.uniform(0.005, 0.05))
            os.kill(writer.pid or 0, signal.SIGKILL)
            writer.join()
            assert is_whole(path)
        for part in Path(folder).glob(".*"):
            os.utime(part, (0, 0))  # as if they had been left long ago
        model(5).save(path)
        assert os.listdir(folder) == ["model.json"], "a part is left"  # noqa: PTH208
    return 5


def damaged(draw: random.Random) -> int:
    """Flip a bit of a file, or change a byte: it is refused, by its name, in a few words."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "model.json")
        made = model(draw.choice(_SIZES))
        for parameter in made.parameters():
            parameter.data = draw.uniform(-1.0, 1.0)
        made.save(path)
        whole = path.read_bytes()
        for _ in range(100):
            place, data = draw.randrange(len(whole)), bytearray(whole)
            data[place] ^= 1 << draw.randrange(8)
            path.write_bytes(data)
            if json_of(data) != json_of(whole):  # 1e-5 may become 1E-5, which is the same
                refuse(path, "model.json")
    return 100


def json_of(data: bytes | bytearray) -> Any:
    """Return what a file says; None if it is no JSON."""
    try:
        return json.loads(data)
    except ValueError:
        return None


def refuse(path: Path, *said: str) -> None:
    """Assert that a file is refused in a few words."""
    try:
        load_model(path)
    except ValueError as error:
        text = str(error).replace(str(path), path.name)
        missing = [word for word in said if word not in text]
        if missing or len(text) > 400:
            raise AssertionError(f"the error says: {text:.1000}") from error
    else:
        raise AssertionError("a damaged file was loaded")


def bombs(draw: random.Random) -> int:
    """Load small files that describe what would fill the memory: they are refused early."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "model.json")
        depth = draw.randrange(30, 80)
        calls = [[0, [i, i]] for i in range(depth)]
        described: dict[str, Any] = {
            "format": "glassgrad model",
            "version": 1,
            "class": "Model",
            "inputs": [1],
            "output": depth,
            "layers": [["Concatenate", {"name": None}]],
            "calls": calls,
            "weights": [],
        }
        texts = [
            json.dumps(described),
            json.dumps(described | {"inputs": [10**12]}),
            json.dumps(described | {"layers": [["Add", {"name": "x" * 10**5}]]})[:-1]
            + ', "a": 1, "a": 2}',
            "[" * 10**5,
            '{"format": ' + "9" * 10**5 + "}",
        ]
        for text in texts:
            path.write_text(text, encoding="utf-8")
            start = time.process_time()
            refuse(path, "model.json")
            assert time.process_time() - start < 2.0
    return len(texts)


def pipes(draw: random.Random) -> int:
    """Save onto a named pipe: it stays one, and its reader gets the whole."""
    with tempfile.TemporaryDirectory() as folder:
        path, copy = Path(folder, "model.json"), Path(folder, "copy.json")
        os.mkfifo(path)
        reader = os.open(path, os.O_RDWR | os.O_NONBLOCK)
        try:
            model(draw.choice(_SIZES)).save(path)
            copy.write_bytes(os.read(reader, 1 << 20))
        finally:
            os.close(reader)
        assert path.is_fifo(), "a pipe was replaced"
        assert is_whole(copy)
        assert sorted(os.listdir(folder)) == ["copy.json", "model.json"]  # noqa: PTH208
    return 1


ATTACKS: list[tuple[str, Callable[[random.Random], int]]] = [
    ("saving at once", saving_at_once),
    ("pages and pictures at once", rendering_at_once),
    ("flipped bits", damaged),
    ("bombs", bombs),
]
if hasattr(os, "fork"):
    ATTACKS += [("killed savers", killed_savers), ("named pipes", pipes)]
