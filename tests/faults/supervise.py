"""Run something in a child and decide, at each step it takes on the disk, what becomes of it."""

from __future__ import annotations

import os
import select
import socket
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from tests.faults import children, system_calls
from tests.faults.steps import Reader, Refused, Step
from tests.faults.system_calls import Notice

Tell = Callable[[str], None]
Work = Callable[[Tell], object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What becomes of a step: it happens, fails with `error`, or the child is killed before it.

    Of a write that does not happen whole, the first `part` bytes do.
    """

    error: int = 0
    kill: bool = False
    part: int = 0

    @property
    def happens(self) -> bool:
        """Whether the step is done as the child wants it."""
        return not (self.error or self.kill)


HAPPENS = Verdict()
Judge = Callable[[Step], Verdict]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """How a supervised child ended: exit code (or minus a signal), and its steps as they were asked.

    `marks` are the words it told, in order.
    """

    code: int
    steps: tuple[Step, ...]

    @property
    def marks(self) -> tuple[str, ...]:
        """What the child said it had done."""
        return tuple(step.data.decode() for step in self.steps if step.what == "mark")


def supervise(work: Work, root: Path, judge: Judge = lambda _: HAPPENS) -> Ending:
    """Run `work` in a child; each of its steps in the folder `root` is judged before it happens.

    `work` is given a function to tell a word by, seen in order with the steps.

    Raises:
        UnwatchedCallError: the child did what cannot be told in steps; it is killed.
    """
    here, there = socket.socketpair()
    told, tell = os.pipe()
    pid = children.start(lambda: _begin(work, there, tell))
    there.close()
    listener = -1
    try:
        listener = _listener(here)
        steps = _Session(listener, pid, Reader(root, os.fstat(told).st_ino), judge).run()
    except BaseException:
        children.kill(pid)
        children.wait(pid)
        raise
    finally:
        here.close()
        for descriptor in (told, tell, *([listener] if listener >= 0 else [])):
            os.close(descriptor)
    return Ending(code=children.wait(pid), steps=tuple(steps))


def _begin(work: Work, there: socket.socket, tell: int) -> None:
    listener = system_calls.watch_this_process()
    socket.send_fds(there, [b"listener"], [listener])
    os.close(listener)
    there.close()
    work(lambda word: _say(tell, word))


def _say(tell: int, word: str) -> None:
    os.write(tell, word.encode())


def _listener(here: socket.socket) -> int:
    _, descriptors, _, _ = socket.recv_fds(here, 64, 1)
    if not descriptors:
        message = "the kernel does not show system calls to this user"
        raise OSError(message)
    return descriptors[0]


class _Session:
    def __init__(self, listener: int, pid: int, reader: Reader, judge: Judge) -> None:
        self._listener, self._pid, self._reader, self._judge = listener, pid, reader, judge
        self._steps: list[Step] = []

    def run(self) -> list[Step]:
        """Answer the child's notices until it ends."""
        waiting = select.poll()
        waiting.register(self._listener, select.POLLIN)
        while True:
            for _, event in waiting.poll():
                if event & select.POLLIN:
                    self._answer_next()
                elif event & (select.POLLHUP | select.POLLERR):
                    return self._steps

    def _answer_next(self) -> None:
        try:
            notice = system_calls.receive(self._listener)
        except FileNotFoundError:
            return  # killed in the meantime
        with suppress(FileNotFoundError):
            self._answer(notice)

    def _answer(self, notice: Notice) -> None:
        try:
            step = self._reader.step(notice)
        except Refused as refused:
            system_calls.answer(self._listener, notice, error=refused.number)
            return
        if step is None:
            system_calls.let_happen(self._listener, notice)
            return
        self._steps.append(step)
        if step.what == "mark":
            system_calls.answer(self._listener, notice, value=len(step.data))
            return
        self._carry_out(notice, step, self._judge(step))

    def _carry_out(self, notice: Notice, step: Step, verdict: Verdict) -> None:
        if verdict.happens:
            system_calls.let_happen(self._listener, notice)
            return
        done = self._do_part(notice, step, verdict.part)
        if verdict.kill:
            children.kill(self._pid)
        elif done:
            system_calls.answer(self._listener, notice, value=done)
        else:
            system_calls.answer(self._listener, notice, error=verdict.error)

    @staticmethod
    def _do_part(notice: Notice, step: Step, part: int) -> int:
        """Write the first bytes of a write in the child's place, through its own open file."""
        if step.what != "write" or not part:
            return 0
        descriptor = notice.descriptor(notice.arguments[0])
        try:
            if notice.name.startswith("pwrite"):
                return os.pwrite(descriptor, step.data[:part], step.offset)
            return os.write(descriptor, step.data[:part])
        finally:
            os.close(descriptor)
