# The server as an image: `docker build -t kupets .`, or `docker compose up --build` with compose.yaml.
# The first build compiles a database engine: 25 minutes on two cores, a few gigabytes of disk. Later ones reuse the caches
# of the `--mount` lines. BuildKit is needed (the default of Docker since 23).

# `rust-version` of Cargo.toml; scripts/lint_packaging.sh compares them. Both stages are of one Debian, so of one glibc.
ARG RUST_VERSION=1.95
ARG DEBIAN=bookworm
ARG NODE_VERSION=20

FROM node:${NODE_VERSION}-${DEBIAN}-slim AS node

FROM rust:${RUST_VERSION}-${DEBIAN} AS build
# The web interface is built by cargo's build script through npm. Debian's own Node is older, so it comes from its image.
COPY --from=node /usr/local/bin/node /usr/local/bin/node
COPY --from=node /usr/local/lib/node_modules /usr/local/lib/node_modules
RUN ln -s ../lib/node_modules/npm/bin/npm-cli.js /usr/local/bin/npm \
    && ln -s ../lib/node_modules/npm/bin/npx-cli.js /usr/local/bin/npx \
    && node --version && npm --version
WORKDIR /src
# Everything that .dockerignore lets through: crates come and go, and a list of them here would be forgotten.
COPY . .
# `--build-arg KUPETS_SKIP_WEB=1` leaves the web interface out, and with it npm.
ARG KUPETS_SKIP_WEB=
# Dependencies come from the cache. Our own crates are always compiled: cargo goes by the times of files, and those of an
# unpacked archive may be older than what the cache was made from. Incremental files serve one checkout that changes, not an image.
RUN --mount=type=cache,target=/usr/local/cargo/registry \
    --mount=type=cache,target=/root/.npm \
    --mount=type=cache,target=/src/target \
    if [ -z "${KUPETS_SKIP_WEB}" ]; then unset KUPETS_SKIP_WEB; else export KUPETS_SKIP_WEB; fi \
    && find . -path ./target -prune -o -type f -exec touch {} + \
    && CARGO_INCREMENTAL=0 CARGO_TARGET_DIR=/src/target cargo build --release --locked --bin kupets \
    && install -D -m 0755 target/release/kupets /out/kupets \
    && strip /out/kupets \
    && /out/kupets --version

FROM debian:${DEBIAN}-slim
# For S3 over TLS: the newest certificates are the right ones, so no version is pinned.
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install --yes --no-install-recommends ca-certificates \
    && rm -rf /var/lib/apt/lists/* \
    && groupadd --system --gid 10001 kupets \
    && useradd --system --uid 10001 --gid kupets --home-dir /var/lib/kupets --no-create-home --shell /usr/sbin/nologin kupets \
    && install -d -o kupets -g kupets -m 0700 /var/lib/kupets
COPY --from=build /out/kupets /usr/local/bin/kupets
COPY --chmod=0755 packaging/healthcheck.sh /usr/local/bin/kupets-healthcheck
COPY LICENSE /usr/share/doc/kupets/LICENSE

# By number, so that a host that asks for a user other than root can tell.
USER 10001:10001
WORKDIR /var/lib/kupets
ENV KUPETS_DATA=/var/lib/kupets \
    KUPETS_LISTEN=0.0.0.0:8080
# Journal, accounts and (unless KUPETS_STORAGE_URL says otherwise) all data: without a volume they go with the container.
VOLUME /var/lib/kupets
EXPOSE 8080
# Its own exec form, so that the program is process 1 and gets SIGTERM itself. Stopping flushes what is in memory: give it
# time (`docker stop --time 180`); what is cut off is in the journal and not lost.
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s --retries=3 CMD ["kupets-healthcheck"]
ENTRYPOINT ["kupets"]
CMD ["serve"]
