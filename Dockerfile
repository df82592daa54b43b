# syntax=docker/dockerfile:1
# One image for every process of ours; docker-compose.yml says which one a container runs.
# Behind a mirror: docker compose build with a pip.conf as the build secret `pip_conf`.
FROM python:3.11-slim-bookworm

# What WeasyPrint loads at run time: the same list as LIBRARIES in console/setup.py.
RUN apt-get update \
 && apt-get install -y --no-install-recommends libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 \
 && rm -rf /var/lib/apt/lists/*

WORKDIR /app
ENV PYTHONPATH=/app \
    PYTHONUNBUFFERED=1 \
    XDG_CACHE_HOME=/tmp \
    ONCE_FONTS_DIR=/app/fonts

# Dependencies first: they change seldom, and every file is pinned by its hash.
COPY requirements.lock requirements-static.lock ./
RUN --mount=type=secret,id=pip_conf,target=/etc/pip.conf,required=false \
    pip install --no-cache-dir --require-hashes -r requirements.lock && \
    pip install --no-cache-dir --require-hashes --no-deps -r requirements-static.lock

COPY LICENSE cli.py worker.py ./
COPY onething ./onething
COPY runtime ./runtime
COPY forms ./forms
COPY records ./records
COPY activities ./activities
COPY workflows ./workflows
COPY api ./api
COPY console ./console
COPY simulator ./simulator
COPY catalog ./catalog

# Bytecode and the Chinese font's subsets: once here instead of at every start, where nothing may be written.
RUN python -m compileall -q . \
 && python -P -m activities.rendering.font

# A named volume takes over owner and mode of the folder that it first covers: keys are their owner's alone.
RUN useradd --uid 1000 --no-create-home --shell /usr/sbin/nologin once \
 && install -d -o once -g once -m 0700 /var/lib/once /var/lib/once-keys
USER once

# A secret is a file named after the variable that it fills: PGPASSWORD for libpq, FUND_TOKEN for an agency's options.
# So none stands in an address, in the compose file or in `docker inspect`.
ENTRYPOINT ["/bin/sh", "-c", "for file in /run/secrets/*; do if [ -f \"$file\" ]; then export \"${file##*/}=$(cat \"$file\")\"; fi; done; exec \"$@\"", "once"]
CMD ["python", "-P", "-m", "cli", "--help"]
