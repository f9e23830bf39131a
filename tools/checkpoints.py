"""The checkpoints of one run in its own SQLite file, and word of when a task's result is safely in it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import aiosqlite
from langgraph.checkpoint.serde.jsonplus import JsonPlusSerializer
from langgraph.checkpoint.serde.types import ERROR
from langgraph.checkpoint.sqlite.aio import AsyncSqliteSaver

if TYPE_CHECKING:
    from langchain_core.runnables import RunnableConfig
    from langgraph.checkpoint.base import ChannelVersions, Checkpoint, CheckpointMetadata

__all__ = ["Checkpoints"]

# The last but one stays, for writes of its step that are still under way.
_DROP = """DELETE FROM {table} WHERE thread_id = :thread_id AND checkpoint_ns = :checkpoint_ns AND checkpoint_id < (
    SELECT checkpoint_id FROM checkpoints WHERE thread_id = :thread_id AND checkpoint_ns = :checkpoint_ns
    ORDER BY checkpoint_id DESC LIMIT 1 OFFSET 1)"""


class Checkpoints(AsyncSqliteSaver):
    """LangGraph's SQLite saver, reading back plain data only, that tells when a value has been written.

    LangGraph writes what a task returned in the background, after the task has ended. Whoever starts the next
    piece of work only `when_saved` knows that a crash can cost no finished one.
    """

    def __init__(self, connection: aiosqlite.Connection) -> None:
        super().__init__(connection, serde=JsonPlusSerializer(allowed_msgpack_modules=None))
        self._waiting: dict[int, tuple[Any, Callable[[], None]]] = {}

    @classmethod
    @asynccontextmanager
    async def open(cls, path: Path) -> AsyncIterator[Checkpoints]:
        """Open or create the file. Raises sqlite3.Error.

        A writer that was cancelled between its statement and its commit leaves a transaction open, and SQLite keeps
        its lock even after `close` for as long as the statement's cursor lives. So roll back first, with the saver's
        own lock held against writers that LangGraph has not ended yet.
        """
        async with aiosqlite.connect(path) as connection:
            saver = cls(connection)
            try:
                yield saver
            finally:
                async with saver.lock:
                    await connection.rollback()
                    await connection.close()

    def when_saved(self, value: Any, call: Callable[[], None]) -> None:
        """Call back once `value`, the very object that a task returned for a channel, is on disk."""
        self._waiting[id(value)] = (value, call)

    async def aput(
        self,
        config: RunnableConfig,
        checkpoint: Checkpoint,
        metadata: CheckpointMetadata,
        new_versions: ChannelVersions,
    ) -> RunnableConfig:
        """Write a checkpoint, then drop those that a resumed run can no longer start from.

        Each holds the whole state, a megabyte where several databases were asked: all kept, a run took 54 MB.
        """
        written = await super().aput(config, checkpoint, metadata, new_versions)
        place = written["configurable"]
        async with self.lock:
            for table in ("writes", "checkpoints"):
                await self.conn.execute(_DROP.format(table=table), place)
            await self.conn.commit()
        return written

    async def aput_writes(
        self, config: RunnableConfig, writes: Sequence[tuple[str, Any]], task_id: str, task_path: str = ""
    ) -> None:
        """Write what a task returned, then tell who waits for it.

        Of a task that was cancelled between its return and its conditional edge, LangGraph hands over what it returned
        beside the error. Read back, such a task counts as done and its edge as leading nowhere, so a resumed run would
        end early without a report. Only the error is kept, and the task runs again.
        """
        if any(channel == ERROR for channel, _ in writes):
            writes = [(channel, value) for channel, value in writes if channel == ERROR]
        await super().aput_writes(config, writes, task_id, task_path)
        for _, value in writes:
            _, call = self._waiting.pop(id(value), (None, None))
            if call is not None:
                call()
