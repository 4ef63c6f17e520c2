# shellcheck shell=bash
# Sourced: Debian packages, without touching the system's own apt settings.
#
# apt runs on a copy of the machine's package sources in the cache, so that a
# suite can be added (bookworm-backports) by copying the entry that is there
# under the suite's name: no host is written here, and a mirror stays in use.

export DEBIAN_FRONTEND=noninteractive
apt_dir=$BALLAST_CACHE/apt
apt_options=(
    -o Dir::Etc::SourceList=/dev/null
    -o Dir::Etc::SourceParts="$apt_dir/sources"
    -o Dir::State::Lists="$apt_dir/lists"
    -o Dir::Cache="$apt_dir/cache"
    -o Acquire::Retries=3
    -o DPkg::Lock::Timeout=120
    -o Dpkg::Use-Pty=0
    -o APT::Sandbox::User=root
)

is_debian() { command -v apt-get >/dev/null && command -v dpkg-deb >/dev/null; }

# as_root CMD…: as root, or through sudo where it asks for no password.
if [ "$(id -u)" = 0 ]; then
    as_root() { "$@"; }
else
    as_root() { sudo -n "$@"; }
fi

# The release's name, as in "bookworm".
apt_codename() { sed -n 's/^VERSION_CODENAME=//p' /etc/os-release; }

# apt_update: read the lists of the machine's own suites.
# apt_update SUITE: and those of SUITE.
apt_update() {
    local file
    rm -rf "$apt_dir/sources"
    mkdir -p "$apt_dir/sources" "$apt_dir/lists/partial" "$apt_dir/cache/archives/partial"
    for file in /etc/apt/sources.list /etc/apt/sources.list.d/*.list /etc/apt/sources.list.d/*.sources; do
        [ ! -f "$file" ] || cp "$file" "$apt_dir/sources/"
    done
    [ ! -f "$apt_dir/sources/sources.list" ] ||
        mv "$apt_dir/sources/sources.list" "$apt_dir/sources/0.list"
    [ $# = 0 ] || apt_add_suite "$1"
    # One broken third-party source must not stop the others from being used.
    retry apt-get "${apt_options[@]}" -qq update ||
        warn "not every package list could be read; going on with those that could"
}

# apt_add_suite SUITE: the first entry for this release's `main`, copied under
# SUITE's name, from either form of source file.
apt_add_suite() {
    local own file
    own=$(apt_codename)
    for file in "$apt_dir"/sources/*.sources; do
        [ -f "$file" ] || continue
        # Entries are paragraphs; a line "Suites: bookworm bookworm-updates".
        awk -v own="$own" -v suite="$1" 'BEGIN { RS = ""; FS = "\n" }
            !found && $0 "\n" ~ "(^|\n)Suites:[^\n]*[ \t]" own "[ \t\n]" &&
            $0 "\n" ~ "(^|\n)Components:[^\n]*[ \t]main[ \t\n]" {
                for (i = 1; i <= NF; i++) print ($i ~ /^Suites:/ ? "Suites: " suite : $i)
                found = 1
            }' "$file" >"$apt_dir/added"
        if [ -s "$apt_dir/added" ]; then
            mv "$apt_dir/added" "$apt_dir/sources/added.sources"
            return
        fi
    done
    for file in "$apt_dir"/sources/*.list; do
        [ -f "$file" ] || continue
        # "deb [options] URI bookworm main contrib"
        grep -E "^deb .*[ /]$own main( |$)" "$file" | head -n 1 |
            sed "s/ $own main.*/ $1 main/" >"$apt_dir/added"
        if [ -s "$apt_dir/added" ]; then
            mv "$apt_dir/added" "$apt_dir/sources/added.list"
            return
        fi
    done
}

# apt_install PACKAGE…: needs root; prints apt's words only when it fails.
apt_install() {
    say "setup: installing $*"
    as_root env DEBIAN_FRONTEND=noninteractive \
        apt-get "${apt_options[@]}" install -y -qq --no-install-recommends "$@" \
        </dev/null >"$apt_dir/install.log" 2>&1 || { cat "$apt_dir/install.log" >&2 && return 1; }
}

# apt_fetch DIR PACKAGE[=VERSION]: the .deb into DIR; needs no root.
apt_fetch() {
    (cd "$1" && retry apt-get "${apt_options[@]}" -qq download "$2" </dev/null)
}
