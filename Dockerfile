FROM python:3.12-slim AS build
WORKDIR /src
COPY pyproject.toml README.md LICENSE ./
COPY cds_hooks cds_hooks
COPY cards cards
COPY fixtures fixtures
# Every dependency is the locked one: pip refuses whatever has another hash.
COPY deploy/requirements.lock deploy/build-requirements.lock ./
RUN pip install --no-cache-dir --require-hashes --requirement build-requirements.lock \
 && pip wheel --no-cache-dir --require-hashes --wheel-dir /wheels --requirement requirements.lock \
 && pip wheel --no-cache-dir --no-index --no-deps --no-build-isolation --wheel-dir /wheels .

FROM python:3.12-slim
RUN --mount=type=bind,from=build,source=/wheels,target=/wheels \
    pip install --no-cache-dir --no-index --find-links /wheels cds-hooks-server
RUN useradd --system --uid 10001 --no-create-home cds-hooks && install -d -o 10001 /var/lib/cds-hooks
USER 10001
WORKDIR /var/lib/cds-hooks

# Knowledge that does not hold makes no image.
RUN cds-hooks check

EXPOSE 8080
HEALTHCHECK --interval=30s --timeout=3s --start-period=15s \
    CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8080/healthz', timeout=2)"]

# Bound to every address it starts only with CDS_HOOKS_AUTH set: whoever runs it chooses.
ENTRYPOINT ["cds-hooks"]
CMD ["serve", "--host", "0.0.0.0"]
