from pathlib import Path

from crawler.progress import PROGRESS_FILE, Progress, read_progress, write_progress


def test_what_is_written_is_read(tmp_path: Path) -> None:
    assert read_progress(tmp_path) is None
    progress = Progress("site", pages=3, errors={"http 404": 1}, rate=1.5, ended="fatal: 代理没有应答")
    write_progress(tmp_path, progress)
    assert read_progress(tmp_path) == progress
    assert [path.name for path in tmp_path.iterdir()] == [PROGRESS_FILE]
