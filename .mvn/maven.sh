# Sourced by ./dev and ./troth: which JDK and which Maven to use.
# shellcheck shell=bash

OLDEST_JAVA=17
OLDEST_MAVEN=3.8.7

say() { printf '%s\n' "$*" >&2; }
die() { say "$@"; exit 1; }

# Sets JAVA_HOME and JAVA_VERSION (the first number), or ends with what to do.
find_jdk() {
    local javac="${JAVA_HOME:+$JAVA_HOME/bin/javac}" file version
    if [ -n "$javac" ] && [ ! -x "$javac" ]; then
        die "JAVA_HOME is $JAVA_HOME, which has no bin/javac. Point it at a JDK of version $OLDEST_JAVA or newer, or unset it."
    fi
    [ -n "$javac" ] || javac="$(command -v javac || true)"
    if [ -z "$javac" ]; then
        die "Troth needs a JDK of version $OLDEST_JAVA or newer; neither JAVA_HOME nor PATH has javac." \
            $'\n'"Debian, Ubuntu: sudo apt-get install openjdk-17-jdk-headless     macOS: brew install openjdk@17"
    fi
    # A launcher such as macOS's /usr/bin/javac is not in a JDK, but works.
    file="$(readlink -f "$javac" 2>/dev/null || echo "$javac")"
    file="${file%/bin/javac}/release"
    version="$(sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$file" 2>/dev/null || true)"
    [ -n "$version" ] || version="$("$javac" -version 2>&1 | sed -n 's/^javac \([0-9]*\).*/\1/p')"
    if [ "${version:-0}" -lt "$OLDEST_JAVA" ]; then
        die "Troth needs a JDK of version $OLDEST_JAVA or newer; $javac is ${version:-of an unknown version}." \
            $'\n'"Point JAVA_HOME at a newer one."
    fi
    JAVA_VERSION=$version
    [ ! -f "$file" ] || export JAVA_HOME="${file%/release}"
}

# Runs Maven from PATH where it is good enough, and the wrapper's otherwise.
maven() {
    if [ -z "${MAVEN_PROGRAM:-}" ]; then
        MAVEN_PROGRAM=$(find_maven)
        [ "$MAVEN_PROGRAM" = mvn ] || provide_unzip
    fi
    "$MAVEN_PROGRAM" "$@"
}

find_maven() {
    local version
    version="$(mvn -v 2>/dev/null | sed -n 's/.*Apache Maven \([0-9][0-9.]*\).*/\1/p' | head -1 || true)"
    case "$version" in
        3.*) if newer "$version" "$OLDEST_MAVEN"; then echo mvn; return; fi ;;
    esac
    say "Maven on PATH is ${version:-missing}; using the wrapper, which downloads its own the first time."
    echo "$HERE/mvnw"
}

# Whether version $1 (a.b.c) is $2 or newer.
newer() {
    local i
    local -a have want
    IFS=. read -r -a have <<<"$1"
    IFS=. read -r -a want <<<"$2"
    for i in 0 1 2; do
        [ "${have[i]:-0}" -le "${want[i]:-0}" ] || return 0
        [ "${have[i]:-0}" -ge "${want[i]:-0}" ] || return 1
    done
}

# The wrapper checks the digest of a zip, and without unzip fetches something else: a JDK can unzip too.
provide_unzip() {
    command -v unzip >/dev/null && return
    SHIMS="$(mktemp -d)"
    trap 'rm -rf "$SHIMS"' EXIT
    cat >"$SHIMS/unzip" <<'SHIM'
#!/bin/sh
# unzip -q ARCHIVE -d FOLDER
cd "$4" && "${JAVA_HOME:+$JAVA_HOME/bin/}jar" xf "$2" && chmod +x ./*/bin/mvn*
SHIM
    chmod +x "$SHIMS/unzip"
    PATH="$PATH:$SHIMS"
}
