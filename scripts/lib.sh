# shellcheck shell=bash disable=SC2034,SC2154
# lib.sh: what the scripts have in common. Sourced, never run; `top` is the repository's root.

top=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

say() {
    printf '\033[1m%s\033[0m\n' "$*"
}

# Colours only where somebody looks.
if [ ! -t 1 ]; then
    say() {
        printf '%s\n' "$*"
    }
fi

die() {
    printf '%s: %s\n' "$(basename "$0")" "$*" >&2
    exit 1
}

# wait_until SECONDS COMMAND...: tries the command ten times a second; 1 when it never succeeded.
wait_until() {
    local left=$(($1 * 10))
    shift
    until "$@"; do
        left=$((left - 1))
        [ "$left" -gt 0 ] || return 1
        sleep 0.1
    done
}

# port_is_free PORT: whether nobody listens on 127.0.0.1:PORT.
port_is_free() {
    ! (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null
}

# configure FOLDER ARGUMENTS...: meson setup, once; later changes of meson.build are ninja's to see.
configure() {
    local folder=$1
    shift
    if [ -f "$folder/build.ninja" ]; then
        [ "${packages_changed:-no}" = yes ] || return 0
        meson setup --reconfigure "$folder" "$top" "$@" >"$folder/setup.log" 2>&1 && return 0
    else
        mkdir -p "$folder"
        meson setup "$folder" "$top" "$@" >"$folder/setup.log" 2>&1 && return 0
    fi
    tail -n 30 "$folder/setup.log" >&2
    die "meson could not set up $folder; the whole of its output is in $folder/setup.log"
}

# compile FOLDER: ninja, silent when all goes well.
compile() {
    if ! ninja -C "$1" -j "$(jobs_count)" >"$1/compile.log" 2>&1; then
        sed -n '/^FAILED/,$p' "$1/compile.log" | grep -v '^\[[0-9]*/[0-9]*\]' | head -n 60 >&2
        return 1
    fi
}

# As many compilers as there are processors.
jobs_count() {
    nproc 2>/dev/null || echo 2
}

# fetch_npm FOLDER ARGUMENT...: npm ci, when FOLDER's lock file has changed since the last time.
fetch_npm() {
    local folder=$1 lock
    shift
    lock=$(sha256sum "$folder/package-lock.json" | cut -d' ' -f1)
    if [ "$(cat "$folder/node_modules/.from-lock" 2>/dev/null)" != "$lock" ]; then
        say "npm: fetching the packages of ${folder#"$top"/}/package-lock.json"
        (cd "$folder" && npm ci --no-audit --no-fund --loglevel=error "$@" </dev/null) || return 1
        echo "$lock" >"$folder/node_modules/.from-lock"
    fi
}

# build_pages: the web pages into web/dist, when something that they are made from has changed.
build_pages() {
    local sources
    fetch_npm "$top/web" || return 1
    sources=$(cd "$top/web" && find . \( -name node_modules -o -name dist \) -prune -o -type f -print0 |
        sort -z | xargs -0 sha256sum | sha256sum | cut -d' ' -f1)
    if [ ! -d "$top/web/dist" ] || [ "$(cat "$top/web/node_modules/.built" 2>/dev/null)" != "$sources" ]; then
        say "web: building the pages"
        (cd "$top/web" && npm run --silent build </dev/null) || return 1
        echo "$sources" >"$top/web/node_modules/.built"
    fi
}
