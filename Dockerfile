# optledger as a container image.
#   docker build -t optledger .
#   docker run -p 127.0.0.1:8080:8080 -v optledger:/var/lib/optledger optledger             (the trial)
#   docker run … -v ./optledger.toml:/etc/optledger/optledger.toml:ro optledger              (your configuration)
# Only the volume is written, so all the rest can be taken away: deploy/compose.yaml does, or
#   docker run --read-only --tmpfs /tmp --cap-drop ALL --security-opt no-new-privileges …

FROM debian:trixie-slim AS build
RUN apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends \
      cmake g++ ninja-build pkgconf \
      libcairo2-dev libcli11-dev libcpp-httplib-dev libcurl4-openssl-dev libexpected-dev libfmt-dev libidn2-dev \
      libkainjow-mustache-dev libpango1.0-dev libqrencode-dev libsodium-dev libspdlog-dev libsqlite3-dev \
      libsqlitecpp-dev libssl-dev libtomlplusplus-dev libunistring-dev nlohmann-json3-dev prometheus-cpp-dev
WORKDIR /src
COPY . .
RUN cmake --preset release && cmake --build --preset release && strip build/release/optledger

FROM debian:trixie-slim
RUN apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends \
      ca-certificates curl \
      fonts-dejavu-core fonts-freefont-ttf fonts-liberation fonts-symbola fonts-wqy-microhei \
      libcairo2 libcpp-httplib0.18 libcurl4t64 libfmt10 libidn2-0 libpangocairo-1.0-0 libprometheus-cpp-core1.0 \
      libqrencode4 libsodium23 libspdlog1.15 libsqlite3-0 libssl3t64 libtomlplusplus3t64 libunistring5 \
    && rm -rf /var/lib/apt/lists/* \
    && groupadd --system --gid 10001 optledger \
    && useradd --system --uid 10001 --gid 10001 --home-dir /var/lib/optledger --shell /usr/sbin/nologin optledger \
    && install -d -m 0700 -o optledger -g optledger /var/lib/optledger
COPY --from=build /src/build/release/optledger /usr/local/bin/optledger

# Inside a container, loopback reaches nobody; -p decides who gets in.
ENV OPTLEDGER_SERVER_LISTEN=0.0.0.0:8080
USER 10001:10001
WORKDIR /var/lib/optledger
VOLUME /var/lib/optledger
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=3s --start-period=5s \
  CMD ["curl", "-fsS", "-o", "/dev/null", "http://127.0.0.1:8080/healthz"]
ENTRYPOINT ["optledger"]
CMD ["serve"]
