# SPDX-License-Identifier: GPL-2.0-only
# Folded stacks as a table for functions.gp: a row a file, a column a function, instructions a page
# (pages=N). The dearest comes first; those of fewer than one in fifty of the dearest file, or than one a page,
# are one, the last. Own code is the same function under every policy.
FNR == 1 {
	title[++files] = FILENAME
	sub(/.*\//, "", title[files])
	sub(/\.folded$/, "", title[files])
}
{
	n = $NF / pages
	sub(/ [0-9]+$/, "")
	sub(/.*;/, "")
	sub(/^own_[a-z]+_[^_]+_/, "")
	cost[$0, files] += n
	all[$0] += n
	sum[files] += n
	if (sum[files] > most)
		most = sum[files]
}
function dearer(a, b)
{
	return all[a] != all[b] ? all[a] > all[b] : a < b
}
function shown(name,   i)
{
	for (i = 1; i <= files; i++)
		if (cost[name, i] >= 1 && cost[name, i] >= most / 50)
			return 1
	return 0
}
END {
	for (name in all) {
		if (!shown(name)) {
			for (i = 1; i <= files; i++)
				cost["others", i] += cost[name, i]
			continue
		}
		for (i = m++; i && dearer(name, order[i]); i--)
			order[i + 1] = order[i]
		order[i + 1] = name
	}
	order[++m] = "others"
	printf "series"
	for (i = 1; i <= m; i++)
		printf "\t%s", order[i]
	for (k = 1; k <= files; k++) {
		printf "\n%s", title[k]
		for (i = 1; i <= m; i++)
			printf "\t%.4f", cost[order[i], k]
	}
	print ""
}
