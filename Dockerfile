# syntax=docker/dockerfile:1
# One image for all processes; docker-compose.yml says what each of them runs.

FROM python:3.13-slim-trixie AS build
ENV PIP_NO_CACHE_DIR=1 \
    PIP_DISABLE_PIP_VERSION_CHECK=1
RUN python -m venv /opt/venv
ENV PATH=/opt/venv/bin:$PATH
WORKDIR /app
# The driver of PostgreSQL is compiled: its wheel brings a libpq and an OpenSSL of its own, which
# Debian's security updates do not reach.
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install --yes --no-install-recommends gcc libc6-dev libpq-dev \
    && rm -rf /var/lib/apt/lists/*
# The packages first: they change less often than the code. Each has the version and the hash that
# requirements/ names, the tool that builds the driver too.
COPY requirements/build.txt requirements/core.txt requirements/
RUN pip install --no-deps --require-hashes --only-binary :all: --requirement requirements/build.txt \
    && pip install --no-deps --require-hashes --only-binary :all: --no-binary psycopg2-binary \
        --no-build-isolation --requirement requirements/core.txt
COPY pyproject.toml README.md LICENSE ./
COPY onelift/version.py onelift/
RUN pip install --no-deps --no-build-isolation . \
    && pip uninstall --yes setuptools
COPY . .
# Settings are those of the embedded mode here, whose key stays behind in this stage.
ENV ONELIFT_VAR=/tmp/build
RUN pybabel --quiet compile --domain django --directory locale \
    && ONELIFT_STATIC=/app/collected python manage.py collectstatic --noinput --verbosity 0 \
    && chmod -R a+rX /app/collected \
    && python -m compileall -q /app /opt/venv

FROM python:3.13-slim-trixie
# The library of the driver, and what a backup is made with, in the version of the server in
# docker-compose.yml.
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install --yes --no-install-recommends libpq5 postgresql-client-17 \
    && rm -rf /var/lib/apt/lists/*
# The number is fixed, so that volumes and secrets can be given to it.
RUN groupadd --gid 10001 onelift \
    && useradd --uid 10001 --gid 10001 --home-dir /nonexistent --shell /usr/sbin/nologin onelift \
    && install --directory --mode 0700 --owner 10001 --group 10001 \
        /var/lib/onelift /var/lib/onelift/media /var/lib/onelift/mail /var/backups/onelift \
        /var/spool/onelift
COPY --from=build /opt/venv /opt/venv
COPY --from=build /app /app
WORKDIR /app
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    ONELIFT_MODE=production \
    ONELIFT_STATIC=/app/collected \
    ONELIFT_VAR=/var/lib/onelift \
    ONELIFT_BIND=0.0.0.0 \
    PORT=8000
USER 10001:10001
EXPOSE 8000
# Whether the web answers. Not whether all is well: that is /healthz, which starting this container
# again would not mend.
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s \
    CMD ["python", "-c", "import os, urllib.request as web; web.urlopen(f\"http://127.0.0.1:{os.environ['PORT']}/livez\", timeout=4)"]
CMD ["python", "-m", "onelift.serving"]
