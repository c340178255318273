# One image for every role; what it does is the command: `intake`, `work`, `schedule`, `web`, `db upgrade`, ...

FROM python:3.13-slim AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
RUN python -m venv /opt/amicable
WORKDIR /src
# The lock alone first: this layer stays as it is until a dependency changes.
COPY requirements/run.txt requirements/run.txt
RUN /opt/amicable/bin/pip install --require-hashes -r requirements/run.txt
COPY . .
RUN /opt/amicable/bin/pip install --no-deps --no-build-isolation .

FROM python:3.13-slim
RUN useradd --system --uid 10001 --home-dir /data --shell /usr/sbin/nologin amicable \
 && install -d -o amicable -g amicable /data
COPY --from=build /opt/amicable /opt/amicable
ENV PATH=/opt/amicable/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    AMICABLE_DATA_DIR=/data \
    AMICABLE_LOG_FORMAT=json
USER amicable
WORKDIR /data
VOLUME /data
# Exec form: the process is the first one and gets SIGTERM itself. Roles differ in what health is, so that is left
# to whoever starts them (docker-compose.yml, deploy/).
ENTRYPOINT ["amicable"]
CMD ["--help"]
