"""Logs as production writes them, kept where a test can read them."""

import io
from collections.abc import Generator

import pytest
import structlog

from api.observability.logs import without_personal_data


@pytest.fixture
def logs() -> Generator[io.StringIO]:
    """Every line that structlog writes meanwhile, without colours and without local variables."""
    written = io.StringIO()
    structlog.configure(
        processors=[
            structlog.processors.format_exc_info,
            without_personal_data,
            structlog.processors.JSONRenderer(ensure_ascii=False, default=str),
        ],
        logger_factory=structlog.PrintLoggerFactory(written),
        # Loggers of modules outlive this test.
        cache_logger_on_first_use=False,
    )
    yield written
    structlog.reset_defaults()
