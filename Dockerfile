# syntax=docker/dockerfile:1
# The program with its pages and what it needs to run; no compiler, no package manager, no shell. To build the same bytes
# again, give both bases by digest and the time of the commit:
#   docker buildx build --build-arg NODE_IMAGE=node@sha256:… --build-arg BASE_IMAGE=gcr.io/distroless/cc-debian12@sha256:… \
#     --build-arg SOURCE_DATE_EPOCH=$(git log -1 --format=%ct) --output type=image,rewrite-timestamp=true,name=onrush .

ARG NODE_IMAGE=node:22.21.1-bookworm-slim
ARG BASE_IMAGE=gcr.io/distroless/cc-debian12:nonroot

FROM ${NODE_IMAGE} AS packages
WORKDIR /app
COPY package.json package-lock.json ./
# No package of ours has an install script that is needed; those of strangers do not run.
RUN npm ci --ignore-scripts --no-audit --no-fund

FROM packages AS build
COPY tsconfig.json tsconfig.build.json ./
COPY scripts/complete-build.mjs scripts/
COPY src src
COPY web web
# Nobody is there who would look a line up.
RUN npm run build && find dist -name '*.map' -delete

FROM ${NODE_IMAGE} AS runtime
WORKDIR /app
COPY package.json package-lock.json ./
COPY scripts/prune-packages.mjs /tmp/
# The list of parts is that of the lock file, without what would differ each time: a number of its own and the hour.
RUN npm ci --omit=dev --ignore-scripts --no-audit --no-fund \
 && npm sbom --package-lock-only --sbom-format=cyclonedx --omit=dev | grep -v -e '"serialNumber":' -e '"timestamp":' > sbom.cdx.json \
 && mkdir /data \
 && node /tmp/prune-packages.mjs node_modules

FROM ${BASE_IMAGE}
ARG VERSION=development
ARG REVISION=unknown
LABEL org.opencontainers.image.title="Onrush" \
      org.opencontainers.image.description="Sells a hall when everybody comes at once." \
      org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"
COPY --from=runtime /usr/local/bin/node /usr/local/bin/node
WORKDIR /app
COPY --from=runtime /app /app
COPY --from=build /app/dist dist
COPY --from=build /app/web/dist web/dist
COPY deploy/healthcheck.mjs deploy/healthcheck.mjs
COPY LICENSE ./
# The one place that is written to; the rest may be read-only. Owned by the user "nonroot".
COPY --from=runtime --chown=65532:65532 /data /data
USER 65532:65532
ENV NODE_ENV=production HOST=0.0.0.0 PORT=8000 DATA_DIR=/data
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s --retries=3 CMD ["/usr/local/bin/node", "deploy/healthcheck.mjs"]
ENTRYPOINT ["/usr/local/bin/node", "--max-semi-space-size=64", "dist/main.js"]
CMD ["serve"]
