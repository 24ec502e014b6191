#!/usr/bin/env bash
# tests/portability/debian13.sh [FOLDER]
# Debian 13 in a folder (debootstrap, about 5 GB; kept for the next time): installs there what ./dev installs, builds the
# commit that is checked out and runs its tests without the sanitizers. Needs root. Other arguments of ./dev may follow the
# folder, as in `tests/portability/debian13.sh /var/tmp/trixie build`.
set -euo pipefail
cd "$(dirname "$0")/../.."

folder=$(realpath -m "${1:-/var/tmp/qarium-trixie}")
shift $(($# > 0 ? 1 : 0))
[ $# -gt 0 ] || set -- test --no-sanitizers

[ "$(id -u)" -eq 0 ] || { echo "debian13.sh: only root may change its root folder: run it with sudo" >&2; exit 2; }
command -v debootstrap >/dev/null || { echo "debian13.sh: install debootstrap" >&2; exit 2; }

if [ ! -e "$folder/etc/debian_version" ]; then
  debootstrap --variant=minbase --include=git,ca-certificates trixie "$folder"
fi
cp /etc/resolv.conf "$folder/etc/resolv.conf"
mkdir -p "$folder/qarium"
# What an earlier commit had and this one has not must not be built; what was compiled is kept.
find "$folder/qarium" -mindepth 1 -maxdepth 1 ! -name 'build*' -exec rm -rf {} +
git archive HEAD | tar -x -C "$folder/qarium"

mounted=()
leave() { for place in "${mounted[@]}"; do umount -l "$place"; done; }
trap leave EXIT
for place in proc dev; do
  if ! mountpoint -q "$folder/$place"; then
    if [ "$place" = proc ]; then mount -t proc proc "$folder/proc"; else mount --rbind --make-rslave /dev "$folder/dev"; fi
    mounted=("$folder/$place" "${mounted[@]}")
  fi
done

start=$SECONDS
code=0
chroot "$folder" /usr/bin/env -i HOME=/root PATH=/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 \
  bash -c 'cd /qarium && ./dev "$@"' dev "$@" || code=$?
echo "Debian $(cat "$folder/etc/debian_version"): ./dev $* ended with $code after $((SECONDS - start)) s"
exit "$code"
