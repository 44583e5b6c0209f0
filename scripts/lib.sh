# What the scripts share: children that never outlive us, and a PostgreSQL of
# our own. To be sourced by bash, with "set -euo pipefail" in force.

cd "$(dirname "${BASH_SOURCE[0]}")/.."
tags=${PARVIS_TAGS:-migrated_fynedo,no_emoji}

say() { printf '%s\n' "$*"; }

# --- children -------------------------------------------------------------

# With job control each child leads a process group of its own, so that what
# it starts (test binaries, servers, X) can be ended with it.
set -m
child=''

# run COMMAND…: runs it as a child that a signal to us ends too.
run() {
	local status=0
	"$@" &
	child=$!
	wait "$child" || status=$?
	child=''
	return $status
}

end_child() {
	[ -n "$child" ] || return 0
	kill -TERM -- "-$child" 2>/dev/null || true
	wait "$child" 2>/dev/null || true
	child=''
}

# in_memory: a folder in memory, for what is thrown away at the end: there a
# commit waits for no disk. The programs ask for durability all the same, and a
# process that is killed leaves there what it would leave on a disk. Empty where
# the machine has no room for it, or no program may run there.
in_memory() {
	local shm=/dev/shm dir free least=$((4 << 20))
	[ "$(stat -f -c %T $shm 2>/dev/null)" = tmpfs ] || return 0
	free=$(df -Pk $shm | awk 'NR == 2 { print $4 }')
	[ "$free" -ge $least ] && awk '/^MemAvailable:/ { exit $2 < '$least' }' /proc/meminfo || return 0
	dir=$(mktemp -d $shm/parvis.XXXXXX) || return 0
	if cp /bin/true "$dir/true" && "$dir/true" 2>/dev/null; then
		rm "$dir/true"
		chmod 755 "$dir" # PostgreSQL runs as another user
		say "$dir"
	else
		rm -rf "$dir"
	fi
}

# --- PostgreSQL -----------------------------------------------------------

pg_dir='' pg_pid='' pg_bin='' pg_as=() memory=''

# pg_start: a private PostgreSQL in a temporary folder, on a Unix socket that
# only we can reach. Exports PARVIS_TEST_POSTGRES.
#
# fsync stays on, so that what is measured and tested is what a town runs;
# PARVIS_PG_FSYNC=off makes the tests faster on a slow disk.
pg_start() {
	local d
	pg_bin=''
	# The newest that is installed.
	for d in $(printf '%s\n' /usr/lib/postgresql/*/bin /usr/pgsql-*/bin | sort -rV) \
		"$(pg_config --bindir 2>/dev/null || true)"; do
		if [ -x "$d/initdb" ]; then pg_bin=$d; break; fi
	done
	if [ -z "$pg_bin" ]; then
		say "PostgreSQL's initdb was not found." >&2
		return 1
	fi
	# A socket's whole path has room for some hundred characters only,
	# so the folder is not put into a deep TMPDIR.
	pg_dir=$(mktemp -d "${memory:-/tmp}/parvis-pg.XXXXXX")
	if [ "$(id -u)" = 0 ]; then
		# It refuses to run as root. The system's own user for it is an
		# ordinary one.
		pg_as=("$(command -v runuser || echo /usr/sbin/runuser)" -u postgres --)
		chown postgres: "$pg_dir"
	fi
	(
		cd "$pg_dir"
		"${pg_as[@]}" "$pg_bin/initdb" -D "$pg_dir/data" -U parvis -A trust -E UTF8 --locale=C.UTF-8 --no-sync
		"${pg_as[@]}" "$pg_bin/pg_ctl" -D "$pg_dir/data" -l "$pg_dir/log" -w -t 60 start \
			-o "-k $pg_dir -c listen_addresses='' -c max_connections=300 -c fsync=${PARVIS_PG_FSYNC:-on}"
	) >"/tmp/${pg_dir##*/}.start" 2>&1 || {
		cat "/tmp/${pg_dir##*/}.start" >&2
		return 1
	}
	pg_pid=$(head -1 "$pg_dir/data/postmaster.pid")
	"$pg_bin/createdb" -h "$pg_dir" -U parvis parvis
	export PARVIS_TEST_POSTGRES="postgres://parvis@/parvis?host=$pg_dir"
}

pg_stop() {
	if [ -n "$pg_dir" ]; then
		# The pid is read again: a signal may come while it starts.
		# It stops without tidying up: its data are thrown away.
		[ -n "$pg_pid" ] || pg_pid=$(head -1 "$pg_dir/data/postmaster.pid" 2>/dev/null || true)
		if [ -n "$pg_pid" ] && kill -QUIT "$pg_pid" 2>/dev/null; then
			for _ in $(seq 300); do
				kill -0 "$pg_pid" 2>/dev/null || break
				sleep 0.05
			done
			kill -KILL "$pg_pid" 2>/dev/null || true
		fi
		rm -rf "$pg_dir" "/tmp/${pg_dir##*/}.start"
	fi
	pg_dir='' pg_pid=''
}

# --- the end --------------------------------------------------------------

cleanup() {
	end_child
	pg_stop
	[ -z "$memory" ] || rm -rf "$memory"
}
trap cleanup EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP
