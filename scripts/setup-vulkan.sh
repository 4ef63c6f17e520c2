#!/usr/bin/env bash
# Two independent software Vulkan drivers for the bit-exact kernel tests, under
# $BALLAST_CACHE/vulkan: Mesa's lavapipe, and the SwiftShader that Debian ships
# inside Chromium. Both are unpacked from .deb files, not installed; only the
# Vulkan loader and lavapipe's libraries go into the system, which needs root.
# scripts/env.sh exports their BALLAST_LAVAPIPE_ICD and BALLAST_SWIFTSHADER_ICD.
set -euo pipefail
. "$(dirname "$0")/env.sh"
. "$BALLAST_ROOT/scripts/apt.sh"

vulkan=$BALLAST_CACHE/vulkan
mkdir -p "$vulkan"
tmp=$(mktemp -d "$vulkan/new.XXXXXX")
trap 'rm -rf "$tmp"' EXIT

lists_read=no
need_lists() {
    [ "$lists_read" = yes ] || apt_update
    lists_read=yes
}

# unpack DEB PATTERN FILE: the one file of a .deb whose path ends in PATTERN.
unpack() {
    local path
    path=$(dpkg-deb --fsys-tarfile "$1" | tar -t | grep "/$2\$") || return 1
    mkdir -p "$(dirname "$3")"
    dpkg-deb --fsys-tarfile "$1" | tar -xO "$path" >"$3"
}

# unpack_driver DEB LIBRARY ICD DIR: a driver's library and its ICD file, by
# which the Vulkan loader finds it. The path in there becomes one beside the
# file; the API version stays the driver's own: with a higher one, newer loaders
# ask SwiftShader for more than it takes.
unpack_driver() {
    unpack "$1" "$2" "$4/$2" && unpack "$1" "$3" "$4/icd.json" &&
        sed -i "s#\"library_path\": *\"[^\"]*\"#\"library_path\": \"./$2\"#" "$4/icd.json" &&
        dpkg-deb -f "$1" Version >"$4/version"
}

libraries_missing() { ldd "$1" 2>&1 | awk '/not found/ { print $1 }' | sort -u | tr '\n' ' '; }

# Mesa 22.3.6 of Debian 12 stops loops after 65 535 iterations without a word,
# so an older Mesa than 25 will not do; Debian 12 has 25 in its backports.
newest_mesa() {
    apt-cache "${apt_options[@]}" madison mesa-vulkan-drivers 2>/dev/null |
        awk '{ print $3 }' | while read -r version; do
        if dpkg --compare-versions "$version" ge 25; then
            printf '%s\n' "$version"
            break
        fi
    done
}

fetch_lavapipe() {
    local version
    need_lists
    version=$(newest_mesa)
    if [ -z "$version" ]; then
        apt_update "$(apt_codename)-backports"
        version=$(newest_mesa)
    fi
    if [ -z "$version" ]; then
        warn "no mesa-vulkan-drivers of version 25 or later in the package lists"
        return 1
    fi
    say "setup: fetching lavapipe from mesa-vulkan-drivers $version"
    apt_fetch "$tmp" "mesa-vulkan-drivers=$version" || return 1
    unpack_driver "$tmp"/mesa-vulkan-drivers_*.deb libvulkan_lvp.so 'lvp_icd[^/]*\.json' "$tmp/lavapipe" || return 1
    # The libraries it needs, by name alone: the release's own versions do.
    dpkg-deb -f "$tmp"/mesa-vulkan-drivers_*.deb Depends | tr ',' '\n' |
        sed 's/[|(].*//; s/ //g' >"$tmp/lavapipe/depends"
    rm -rf "$vulkan/lavapipe"
    mv "$tmp/lavapipe" "$vulkan/lavapipe"
}

fetch_swiftshader() {
    local package
    need_lists
    # Which of the two packages carries it differs between releases.
    for package in chromium-common chromium; do
        say "setup: fetching SwiftShader from $package"
        apt_fetch "$tmp" "$package" || continue
        if unpack_driver "$tmp/$package"_*.deb libvk_swiftshader.so 'vk_swiftshader_icd\.json' "$tmp/swiftshader"; then
            rm -rf "$vulkan/swiftshader"
            mv "$tmp/swiftshader" "$vulkan/swiftshader"
            return
        fi
    done
    warn "Debian's chromium with libvk_swiftshader.so is not in the package lists"
    return 1
}

# vulkaninfo is only for the check below; without it the check is left out.
fetch_vulkaninfo() {
    need_lists
    apt_fetch "$tmp" vulkan-tools && unpack "$tmp"/vulkan-tools_*.deb bin/vulkaninfo "$tmp/bin/vulkaninfo" &&
        chmod +x "$tmp/bin/vulkaninfo" && rm -rf "${vulkan:?}/bin" && mv "$tmp/bin" "$vulkan/bin"
}

# check NAME LIBRARY: one line on whether the driver loads and shows one device.
check() {
    local dir=$vulkan/$1 missing found
    if [ ! -f "$dir/icd.json" ]; then
        warn "$1: not there"
        return 1
    fi
    missing=$(libraries_missing "$dir/$2")
    if [ -n "$missing" ]; then
        warn "$1: these libraries are missing: $missing"
        return 1
    fi
    if [ ! -x "$vulkan/bin/vulkaninfo" ] || [ -n "$(libraries_missing "$vulkan/bin/vulkaninfo")" ]; then
        say "setup: $1 $(cat "$dir/version"), libraries resolve (not run: vulkaninfo is not there)"
        return
    fi
    # Older loaders know the second name only.
    found=$(XDG_RUNTIME_DIR=$tmp VK_DRIVER_FILES=$dir/icd.json VK_ICD_FILENAMES=$dir/icd.json \
        "$vulkan/bin/vulkaninfo" --summary 2>/dev/null | sed -n 's/^\s*deviceName *= *//p')
    if [ "$(printf '%s\n' "$found" | grep -c .)" != 1 ]; then
        warn "$1: expected one device, found: ${found:-none}"
        return 1
    fi
    say "setup: $1 $(cat "$dir/version"), device: $found"
}

if ! is_debian; then
    say "install Mesa's lavapipe (version 25 or later), SwiftShader and the Vulkan loader (libvulkan.so.1), and set"
    say "BALLAST_LAVAPIPE_ICD and BALLAST_SWIFTSHADER_ICD to the drivers' icd json files."
    [ -n "${BALLAST_LAVAPIPE_ICD:-}" ] && [ -n "${BALLAST_SWIFTSHADER_ICD:-}" ]
    exit
fi

# `set -e` does not hold inside a function called before `||`: those return 1
# themselves before anything half done is moved into place.
[ -f "$vulkan/lavapipe/icd.json" ] || fetch_lavapipe || true
[ -f "$vulkan/swiftshader/icd.json" ] || fetch_swiftshader || true
[ -x "$vulkan/bin/vulkaninfo" ] || fetch_vulkaninfo || true

# The loader, and what lavapipe links to (its LLVM above all).
packages=()
PATH=$PATH:/usr/sbin:/sbin ldconfig -p 2>/dev/null | grep -q 'libvulkan\.so\.1 ' || packages+=(libvulkan1)
if [ -f "$vulkan/lavapipe/depends" ] && [ -n "$(libraries_missing "$vulkan/lavapipe/libvulkan_lvp.so")" ]; then
    mapfile -t -O ${#packages[@]} packages <"$vulkan/lavapipe/depends"
fi
if [ ${#packages[@]} != 0 ]; then
    need_lists
    if ! { as_root true 2>/dev/null && apt_install "${packages[@]}"; }; then
        warn "these could not be installed; as root: apt-get install -y --no-install-recommends ${packages[*]}"
    fi
fi

ok=0
check lavapipe libvulkan_lvp.so || ok=1
check swiftshader libvk_swiftshader.so || ok=1
exit "$ok"
