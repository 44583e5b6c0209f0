#!/usr/bin/env bash
# Installs the system packages that a step needs and this machine lacks, and
# says which. Asks the package manager only when something is missing.
#
#   scripts/deps.sh build    what compiling the two programs needs
#   scripts/deps.sh window   what playing with a real window without a display needs, besides
#   scripts/deps.sh windows  what compiling the desktop for Windows needs
#   scripts/deps.sh test     all that, and what the tests need
set -euo pipefail

build=(gcc libc6-dev pkg-config libgl1-mesa-dev xorg-dev libwayland-dev libxkbcommon-dev libegl-dev)
window=(libgl1-mesa-dri xvfb xauth xdotool imagemagick x11-xkb-utils x11-utils)
windows=(gcc-mingw-w64-x86-64)
test=(postgresql clamav-daemon dbus)

say() { printf '%s\n' "$*" >&2; }

case "${1:-}" in
build) want=("${build[@]}") ;;
window) want=("${build[@]}" "${window[@]}") ;;
windows) want=("${windows[@]}") ;;
test) want=("${build[@]}" "${window[@]}" "${test[@]}") ;;
*) say "usage: $0 build|window|windows|test"; exit 2 ;;
esac

if ! command -v go >/dev/null; then
	say "Go is missing. Install Go 1.21 or later (it fetches the release that go.mod asks for by itself): https://go.dev/dl/"
	exit 1
fi

# Elsewhere we install nothing; the C compiler is all that building needs on
# macOS and Windows, and other Linuxes name their packages in their own way.
foreign() {
	if [ "$1" = build ] && command -v "${CC:-cc}" >/dev/null; then
		[ "$(uname -s)" = Linux ] || return 0
		if command -v pkg-config >/dev/null &&
			pkg-config --exists gl egl x11 xcursor xrandr xinerama xi xxf86vm wayland-client xkbcommon; then
			return 0
		fi
	fi
	say "$2"
	say "Parvis installs its packages on Debian 12, Ubuntu 22.04 and later. Here, please install what corresponds to:"
	say "  ${want[*]}"
	[ "$1" = build ] || say "  and Chromium"
	say "then run the command again with PARVIS_DEPS=present to go on without this check."
	exit 1
}

[ "${PARVIS_DEPS:-}" != present ] || exit 0
[ "$(uname -s)" = Linux ] || { foreign "$1" "This is $(uname -s)."; exit 0; }
command -v dpkg-query >/dev/null || { foreign "$1" "This Linux has no dpkg."; exit 0; }

id='' version=''
if [ -r /etc/os-release ]; then
	id=$(. /etc/os-release && echo "${ID:-}")
	version=$(. /etc/os-release && echo "${VERSION_ID:-}")
fi
least=''
case "$id" in
debian) least=12 ;;
ubuntu) least=22.04 ;;
esac
# Debian testing has no number, derivatives have numbers of their own.
if [ -n "$least" ] && [ -n "$version" ] && dpkg --compare-versions "$version" lt "$least"; then
	say "This is $id $version, Parvis needs $id $least or later."
	exit 1
fi

missing=()
for p in "${want[@]}"; do
	# A virtual package counts when another provides it, as pkgconf does
	# pkg-config.
	state=$(dpkg-query -W -f='${db:Status-Status} ' "$p" 2>/dev/null || true)
	case "$state" in
	*installed*) ;;
	*) case "$p" in
		gcc | pkg-config | xauth | xdotool) command -v "$p" >/dev/null || missing+=("$p") ;;
		imagemagick) command -v import >/dev/null || missing+=("$p") ;;
		*) missing+=("$p") ;;
		esac ;;
	esac
done
if [ "$1" = test ] && ! command -v chromium >/dev/null && ! command -v chromium-browser >/dev/null &&
	! command -v google-chrome >/dev/null; then
	if [ "$id" = ubuntu ]; then missing+=(chromium-browser); else missing+=(chromium); fi
fi
[ ${#missing[@]} -gt 0 ] || exit 0

say "Installing what is missing: ${missing[*]}"
as_root=()
if [ "$(id -u)" != 0 ]; then
	if ! command -v sudo >/dev/null; then
		say "This needs root and there is no sudo. As root, run:"
		say "  apt-get update && apt-get install -y --no-install-recommends ${missing[*]}"
		exit 1
	fi
	as_root=(sudo)
fi
"${as_root[@]}" apt-get update -qq
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >&2
