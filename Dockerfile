# A static binary on an empty image: no shell, no package manager, no root.
FROM golang:1.26 AS build
WORKDIR /src

# Dependencies first, so that a change of the code does not fetch them again.
COPY go.mod go.sum ./
RUN go mod download

COPY . .
RUN CGO_ENABLED=0 go build -trimpath -ldflags="-s -w" -o /image/usr/bin/crux ./cmd/crux

# What the binary needs around it: CA certificates, time zones, a folder for
# temporary files, and one for state that its user may write to.
RUN mkdir -p /image/etc/ssl/certs /image/usr/share /image/tmp /state \
 && cp /etc/ssl/certs/ca-certificates.crt /image/etc/ssl/certs/ \
 && cp "$(go env GOROOT)/lib/time/zoneinfo.zip" /image/usr/share/ \
 && echo 'crux:x:65532:65532::/var/lib/crux:/nologin' > /image/etc/passwd \
 && echo 'crux:x:65532:' > /image/etc/group \
 && chmod 1777 /image/tmp

FROM scratch
COPY --from=build /image /
COPY --from=build --chown=65532:65532 /state /var/lib/crux
ENV ZONEINFO=/usr/share/zoneinfo.zip STATE_DIRECTORY=/var/lib/crux
USER 65532:65532
WORKDIR /var/lib/crux
VOLUME /var/lib/crux
ENTRYPOINT ["/usr/bin/crux"]
