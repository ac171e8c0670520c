# One image for every process of Linli: `linli api` (the default), `linli worker`, `linli migrate`, …
# The lock names no host: `--build-arg PIP_INDEX_URL=…` chooses a mirror.

FROM python:3.11-slim-bookworm AS build
ARG PIP_INDEX_URL
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /src
# What changes seldom comes first, so that a rebuild starts at our own code.
COPY requirements.txt requirements-build.txt ./
RUN python -m venv /opt/linli \
    && /opt/linli/bin/pip install --require-hashes --only-binary :all: -r requirements.txt \
    && python -m venv /opt/build \
    && /opt/build/bin/pip install --require-hashes --only-binary :all: -r requirements-build.txt
COPY pyproject.toml README.md LICENSE ./
COPY api api
COPY workers workers
COPY scoring scoring
RUN /opt/build/bin/pip wheel --no-deps --no-build-isolation --wheel-dir /wheels . \
    && /opt/linli/bin/pip install --no-deps --no-index /wheels/*.whl \
    && /opt/linli/bin/pip uninstall --yes pip

FROM python:3.11-slim-bookworm
RUN groupadd --system --gid 10001 linli \
    && useradd --system --uid 10001 --gid linli --no-create-home --shell /usr/sbin/nologin linli
COPY --from=build /opt/linli /opt/linli
ENV PATH=/opt/linli/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    LINLI_ENVIRONMENT=production
WORKDIR /var/empty
USER 10001:10001
EXPOSE 8000
STOPSIGNAL SIGTERM
# Of the API; a worker has no port, so whoever runs one switches this off (see compose.yaml).
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s --retries=3 \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/healthz', timeout=2)"]
ENTRYPOINT ["linli"]
CMD ["api", "--host", "0.0.0.0", "--port", "8000"]
