# The image of Spacebell: the program and nothing else of ours, run by a user who owns only /data.
#
#   docker build -t spacebell .
#
# The base is Debian's slim image, for its C library and time of day. No certificates are added: the program holds the
# root certificates that it trusts (webpki-roots) and reads none of the system's. Its texts and its schema are in it too.

FROM rust:1.95-slim-trixie AS build
WORKDIR /build
COPY Cargo.toml Cargo.lock ./
COPY crates crates
COPY benches benches
# A target that the manifest names by its path.
COPY tests/crash tests/crash
COPY migrations migrations
COPY locales locales
COPY src src
# Without the default features, which are for trying it out: the demo with its stand-ins isn't for servers.
RUN cargo build --release --locked --package spacebell --bin spacebell --no-default-features \
    && cp target/release/spacebell /usr/local/bin/spacebell \
    && mkdir /data

FROM debian:trixie-slim
COPY --from=build /usr/local/bin/spacebell /usr/local/bin/spacebell
COPY --from=build --chown=10001:10001 /data /data
ENV DATABASE_URL=sqlite:///data/spacebell.db HTTP_ADDR=0.0.0.0:8080
# By number, so that an orchestrator can tell that it isn't root.
USER 10001:10001
WORKDIR /data
VOLUME /data
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s --retries=3 \
    CMD ["/usr/local/bin/spacebell", "check", "--live"]
ENTRYPOINT ["/usr/local/bin/spacebell"]
CMD ["run"]
