# The image of Trellis; docs/containers.md says how to use it.
#
#   build     all packages, of which most are only needed to compile
#   packages  the packages that the running program needs
#   (last)    those packages and the build, started by a user without rights

FROM node:20.20.2-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --include=dev --include=optional --no-audit --no-fund
COPY . .
RUN npm run build

FROM node:20.20.2-bookworm-slim AS packages
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --include=optional --no-audit --no-fund

FROM node:20.20.2-bookworm-slim
WORKDIR /app
COPY --from=packages /app/node_modules node_modules
COPY --from=build /app/dist dist
# Migrations are read from where they are written, not from the build.
COPY stores/clickhouse/migrations stores/clickhouse/migrations
COPY stores/postgres/migrations stores/postgres/migrations
COPY package.json LICENSE NOTICE ./
# The help loads every command: npm can end with 0 although it has not unpacked the packages.
RUN chmod 755 dist/cli/trellis.js \
  && ln -s /app/dist/cli/trellis.js /usr/local/bin/trellis \
  && trellis --help > /dev/null \
  && mkdir -m 700 /data \
  && chown node:node /data

# Inside the container every address is its own; which ports others reach is said when it is started.
ENV NODE_ENV=production TRELLIS_DATA_DIR=/data TRELLIS_HOST=0.0.0.0
USER node
VOLUME /data
# Engine, admin service and console, metrics of both.
EXPOSE 8080 8081 9464 9465
STOPSIGNAL SIGTERM
# Alive, not ready: an engine without its stores still redirects and records, and must not be restarted.
HEALTHCHECK --interval=10s --timeout=5s --start-period=90s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.TRELLIS_ENGINE_PORT || 8080}/health`).then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["trellis"]
CMD ["start"]
