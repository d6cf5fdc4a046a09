# SPDX-License-Identifier: GPL-2.0-only
# Folded stacks as a table for functions.gp: a row a file, a column a function, instructions a page
# (pages=N). The dearest comes first; those of fewer than one a page are one, the last. Own code
# is the same function under every policy.
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
	if (cost[$0, files] >= 1)
		shown[$0] = 1
}
function dearer(a, b)
{
	return all[a] != all[b] ? all[a] > all[b] : a < b
}
END {
	for (name in all) {
		if (!(name in shown)) {
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
