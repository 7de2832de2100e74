#!/usr/bin/env bash
# Runs the commands of docs/guides/models.md and docs/guides/self-hosting.md in a bare Debian 12 that has nothing but the package.
#
#   packaging/try-guide.sh [--without TOPIC] PACKAGE.deb
#
# Needs root, Linux, debootstrap and network; changes nothing outside a temporary folder. Blocks whose first
# line is ```sh try are run in their order: the one marked `online` with the network, the others in namespaces
# of their own, so that nothing is left when they end. --without leaves out the blocks marked TOPIC.
# CAIRN_TRY_MIRROR names another mirror than the first of this machine's apt.
set -euo pipefail

without=none
if [ "${1:-}" = --without ]; then
    without=$2
    shift 2
fi
package=$(realpath "${1:?usage: packaging/try-guide.sh [--without TOPIC] PACKAGE.deb}")
guides=$(realpath "$(dirname "$0")/../docs/guides")

# blocks GUIDE MARK: those of a guide that carry a mark (any but `online`: those that carry `try` and none of `online` and what is left out).
blocks() {
    awk -v wanted="$2" -v without="$without" '
        /^```sh try/ {
            n = split($0, words, " "); marks = ""
            for (i = 3; i <= n; i++) marks = marks " " words[i]
            is_online = marks ~ / online/
            is_left_out = index(marks, " " without) > 0
            printing = wanted == "online" ? is_online : (!is_online && !is_left_out)
            if (printing && marks ~ / answer/) print "{"
            closing = printing && marks ~ / answer/ ? "} | tee /srv/answer.json; echo" : ""
            next
        }
        /^```/ { if (printing && closing != "") print closing; printing = 0; next }
        printing { print }
    ' "$guides/$1.md"
}

mirror=${CAIRN_TRY_MIRROR:-$(
    { cat /etc/apt/sources.list /etc/apt/sources.list.d/*.{list,sources} 2>/dev/null || true; } |
        sed -nE 's/^(URIs:|deb( \[[^]]*\])?) +([^ ]+).*/\3/p' | head -n 1
)}
folder=$(mktemp -d)
trap 'rm -rf --one-file-system "$folder"' EXIT

echo "== a bare Debian 12"
debootstrap --variant=minbase bookworm "$folder/root" "$mirror" >"$folder/debootstrap.log" 2>&1 ||
    { tail -n 20 "$folder/debootstrap.log"; exit 1; }
cp "$package" "$folder/root/srv/"
cp /etc/resolv.conf "$folder/root/etc/resolv.conf"
blocks self-hosting online >"$folder/root/srv/online.sh"
blocks self-hosting local >"$folder/root/srv/local.sh"
blocks models local >"$folder/root/srv/models.sh"

# enter SCRIPT [UNSHARE-OPTION…]: in the folder as its root, with processes of its own that end with the script.
enter() {
    local script=$1
    shift
    env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/srv LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive \
        unshare --mount --pid --fork --kill-child --mount-proc="$folder/root/proc" "$@" sh -c '
            mount --bind /dev "$0/dev"
            ip link set lo up 2>/dev/null || true
            exec chroot "$0" sh -exc "cd /srv; . \"\$1\"" sh "/srv/$1"
        ' "$folder/root" "$script"
}

echo "== install"
enter online.sh
echo "== the guide of models, off the network"
enter models.sh --net
echo "== the rest of self-hosting, off the network"
enter local.sh --net

echo "== verdict"
grep -q '"lat":51\.5' "$folder/root/srv/answer.json" || { echo "guide: no position came back"; exit 1; }
[ ! -e "$folder/root/var/lib/cairn" ] || { echo "guide: removal left data behind"; exit 1; }
grep -q '"eventType":"COMPLETE"' "$folder/root/srv/lineage.jsonl" || { echo "guide: no lineage"; exit 1; }
echo "guide: 2 passed, 0 failed"
