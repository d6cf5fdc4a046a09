# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# Two nodes that ssh reaches, each with an sshd, keys and port of its own, out of the test's folder.
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"
need sshd ssh-keygen parallel ip

# What of the user's tells ssh and parallel where to look is not asked.
ssh_configure()
{
	local name
	ssh-keygen -q -t ed25519 -N '' -f "$dir/key" || return
	for name in node1 node2; do
		ssh-keygen -q -t ed25519 -N '' -f "$dir/$name.key" || return
		cat >"$dir/$name.sshd" <<-END
			Port 2222
			HostKey $dir/$name.key
			AuthorizedKeysFile $dir/key.pub
			PidFile none
			StrictModes no
			PermitRootLogin prohibit-password
			SetEnv PTWALK_CACHE=$PTWALK_CACHE PTWALK_HOME=$dir/$name PTWALK_KVM=$PTWALK_KVM
		END
		printf '[%s]:2222 %s\n' "$name" "$(cut -d ' ' -f 1,2 "$dir/$name.key.pub")" >>"$dir/known"
	done
	cat >"$dir/ssh_config" <<-END
		Port 2222
		User root
		IdentityFile $dir/key
		IdentitiesOnly yes
		UserKnownHostsFile $dir/known
		StrictHostKeyChecking yes
		BatchMode yes
		ConnectTimeout 5
	END
	# An account without a password is locked where its field is "!".
	printf 'root:*:20000:0:99999:7:::\n' >"$dir/shadow" && mount --bind "$dir/shadow" /etc/shadow
	mkdir "$dir/parallel" && touch "$dir/parallel/will-cite"
}

# ssh_node NAME: its sshd is begun, and answers.
ssh_node()
{
	node "$1" "$(command -v sshd)" -D -e -f "$dir/$1.sshd"
	within 30 ssh -F "$dir/ssh_config" "$1" true || { cat "$dir/$1.log" && exit 1; }
}

ssh_start()
{
	ssh_configure || { echo "no keys" && exit 1; }
	ssh_node node1
	ssh_node node2
	export PTWALK_SSH="ssh -F $dir/ssh_config" PARALLEL_SSH="ssh -F $dir/ssh_config" PARALLEL_HOME=$dir/parallel
}
