# shellcheck shell=bash disable=SC2034,SC2154
# packages.sh: the Debian packages that Varve needs, and how the missing ones come. Sourced after
# lib.sh. A package is installed only when dpkg does not have it, by name, without recommendations.

# What ./run builds and starts with.
run_packages=(
    gcc libc6-dev                    # the compiler
    meson ninja-build pkg-config     # the build
    libsqlite3-dev                   # ledger
    libicu-dev                       # time zones, pinyin
    libzstd-dev zlib1g-dev           # blocks, gzip bodies
    libmicrohttpd-dev libyajl-dev    # HTTP, JSON
    libcyaml-dev libyaml-dev         # configuration
    libxlsxwriter-dev                # history as a workbook
    libmodbus-dev                    # driver and player
    libcurl4-openssl-dev             # commands that ask a server
    ca-certificates curl             # npm's downloads, asking the server whether it is well
)

# What ./test needs besides.
test_packages=(
    clang libclang-rt-14-dev         # second compiler, fuzzing
    clang-format clang-tidy cppcheck # form and findings
    shellcheck                       # these scripts
    libcmocka-dev                    # unit tests
    openssl                          # certificates of the TLS test
    sqlite3                          # the loadable extension, in a program that is not ours
    postgresql mariadb-server mariadb-client # every table on real databases
    chromium fonts-wqy-zenhei        # the pages, Chinese on them
)

# packages_missing NAME...: those that are not installed, one a line.
packages_missing() {
    local name
    for name in "$@"; do
        [ "$(dpkg-query -W -f='${db:Status-Status}' "$name" 2>/dev/null)" = installed ] ||
            echo "$name"
    done
}

# A Node from elsewhere and Debian's do not stand each other: ask for the commands, not the packages.
node_missing() {
    command -v node >/dev/null || echo nodejs
    command -v npm >/dev/null || echo npm
}

# packages_install NAME...: installs what is missing, and sets packages_changed=yes if that was anything.
packages_install() {
    local missing as_root=()
    command -v dpkg-query >/dev/null || die "this is not Debian; it needs, by Debian's names: $*"
    mapfile -t missing < <(
        packages_missing "$@"
        node_missing
    )
    [ ${#missing[@]} -gt 0 ] || return 0
    if [ "$(id -u)" -ne 0 ]; then
        if ! sudo_works; then
            echo "Debian packages are missing, and neither root nor sudo is at hand. As root:" >&2
            echo "    apt-get install --no-install-recommends ${missing[*]}" >&2
            exit 1
        fi
        as_root=(sudo)
    fi
    say "apt: installing ${missing[*]}"
    mkdir -p "$top/build"
    if ! (apt_without_starting "${missing[@]}") >"$top/build/apt.log" 2>&1; then
        tail -n 20 "$top/build/apt.log" >&2
        die "apt-get install failed; the whole of its output is in build/apt.log"
    fi
    packages_changed=yes
    hash -r
}

# apt_without_starting NAME...: in a subshell of its own. A server that comes along is not started:
# while apt works, a policy-rc.d that says no stands where none stood before.
apt_without_starting() {
    local policy=/usr/sbin/policy-rc.d
    "${as_root[@]}" apt-get update -q || echo "going on with the lists that are there"
    if [ ! -e $policy ]; then
        trap '"${as_root[@]}" rm -f '$policy EXIT
        printf '#!/bin/sh\nexit 101\n' | "${as_root[@]}" tee $policy
        "${as_root[@]}" chmod 755 $policy
    fi
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
        apt-get install -q -y --no-install-recommends "$@" </dev/null
}

# With a terminal sudo may ask for the password; without one it must not.
sudo_works() {
    command -v sudo >/dev/null || return 1
    if [ -t 0 ]; then
        sudo -v
    else
        sudo -n true 2>/dev/null
    fi
}
