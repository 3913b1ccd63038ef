"""Settings: `xuncha.toml` in the home folder, then `XUNCHA_*`; the only reader of the environment."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path

from pydantic import Field
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

HOME_VARIABLE = "XUNCHA_HOME"
DEFAULT_HOME = Path("var")


class Settings(BaseSettings):
    """One deployment. Every field is a key of xuncha.toml and, in capitals after XUNCHA_, a variable."""

    model_config = SettingsConfigDict(env_prefix="XUNCHA_", extra="forbid")

    archive_sync_seconds: float = Field(1.0, ge=0, description="存档落盘间隔（秒）：断电最多丢这么久的抓取，恢复后重抓")
    contact: str = Field("mailto:xuncha@example.org", description="写进 User-Agent 的联系方式")
    cache: Path = Field(default_factory=lambda: _cache_folder(), description="编译好的规则库等可随时重建之物所在文件夹")
    chromium: str = Field("", description="浏览器程序路径；空：先用 playwright 自带的，再找系统的 chromium")
    home: Path = Field(DEFAULT_HOME, description="台账、存档、索引、导出所在文件夹")
    ledger_wait_seconds: float = Field(30.0, ge=0, description="台账被别的进程占着时等多久")
    min_free_bytes: int = Field(2_000_000_000, ge=0, description="磁盘剩余少于此数时，巡查在落盘前停下")
    picture_images: int = Field(1_000, ge=0, description="一次巡查最多留存多少张图片（截图不算）")
    picture_pages: int = Field(200, ge=0, description="一次巡查最多读多少页的图片文字和二维码；0：不读")
    rules: Path = Field(Path(__file__).parent.parent / "rules", description="规则库文件夹")
    workers: int = Field(0, ge=0, description="分析进程数；0：与处理器数相同")

    @property
    def archive(self) -> Path:
        return self.home / "archive"

    @property
    def index(self) -> Path:
        return self.home / "index"

    @property
    def exports(self) -> Path:
        return self.home / "exports"

    @property
    def analysis_workers(self) -> int:
        return self.workers or os.cpu_count() or 1

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls, toml_file=settings_file())


def _cache_folder() -> Path:
    """The user's cache folder (XDG base directories): `scan` needs no home, and leaves none behind."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "xuncha"


def settings_file() -> Path:
    """Where this process looks for its settings; the file need not be there."""
    return Path(os.environ.get(HOME_VARIABLE, DEFAULT_HOME)) / "xuncha.toml"


@cache
def settings() -> Settings:
    """The settings of this process, read once.

    Raises pydantic.ValidationError, which names every bad key, tomllib.TOMLDecodeError, UnicodeDecodeError or OSError.
    """
    return Settings()


def use_home(home: Path) -> None:
    """Let this process and those it starts live in `home`. Must come before the first call of settings()."""
    os.environ[HOME_VARIABLE] = str(home.resolve())
    settings.cache_clear()
