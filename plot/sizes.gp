# SPDX-License-Identifier: GPL-2.0-only
# Cost of a call against the bytes walked: points as measured, lines of the
# model call + page x pages. A panel a workload; the legend has one of its own. The title is
# the finding.

across = is_text ? 1 : workloads < 2 ? 2 : 3
down = is_text ? workloads : (workloads + across) / across
heading = finding_of_sizes
cut = strstrt(heading, ', exactly')
if (is_text && cut > 0) { heading = heading[1:cut]."\n".heading[cut+2:*] }
axis = unit.(not_time ? ' (not time)' : '')

stats $points using 3 name 'bytes' nooutput
stats $points using 4 name 'cost' nooutput
model(w, s, bytes) = call[(w - 1) * styles + s] + page[(w - 1) * styles + s] * bytes / 4096

if (is_text) {
	width = columns < 60 ? 60 : columns
	height = 20 * workloads + 4
} else {
	width = 390 * across
	height = 330 * down + 70
}
last = bytes_max > bytes_min ? bytes_max : bytes_min * 2 # a line needs a length
eval open

set multiplot layout down, across title is_text ? fitting(heading."\n".subtitle, width - 4) : heading."\n".subtitle
set logscale xy
set format y '%.0s%c'
set border 3
set tics nomirror
set xrange [bytes_min / 2:bytes_max * 2]
set yrange [10 ** floor(log10(cost_min * 0.95)):10 ** ceil(log10(cost_max * 1.05))]
set key off
if (!is_text) { set grid lt 1 lc rgb '#dddddd' lw 1 }
if (is_text) { set key outside right top samplen 1 }

do for [w=1:workloads] {
	set title workload[w]
	set xlabel 'bytes walked'
	set ylabel axis
	set xtics ()
	set for [i=1:|sizes|] xtics add (label[i] sizes[i])
	plot for [s=1:styles] [bytes_min:last] model(w, s, x) \
			with lines lt (is_text ? 0 : s) notitle, \
		for [s=1:styles] $points using ($1 == w && $2 == s ? $3 : NaN):4 \
			with points lt s title (used[s] ? name[s] : '')
}
if (!is_text) {
	reset
	unset title
	unset border
	unset tics
	unset xlabel
	unset ylabel
	unset grid
	set xrange [0:1]
	set yrange [0:1]
	set key center center samplen 4 spacing 1.6 reverse Left
	plot for [s=1:styles] NaN with linespoints lt s title (used[s] ? name[s] : '')
}
unset multiplot
