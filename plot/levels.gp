# SPDX-License-Identifier: GPL-2.0-only
# Cost of a page by workload and policy: bars with their values, on a linear scale where the
# smallest can be seen beside the largest, else on a logarithmic one. The title is the finding.

# $costs by line: workload, style, cost a page; a cost that is missing is -1.
w(i) = int(word($costs[i], 1))
s(i) = int(word($costs[i], 2))
v(i) = real(word($costs[i], 3))

# Every op that walks as hmm does has a bar. Bare (style 1) is the floor under all: it has one
# where nothing else does.
first = 1
do for [i=1:|$costs|] { if (s(i) > 1 && v(i) > 0) { first = 2 } }

array slot[styles]
slots = 0
do for [k=1:styles] {
	if (k >= first && used[k]) { slots = slots + 1 }
	slot[k] = slots
}
least = NaN
most = NaN
do for [i=1:|$costs|] {
	if (s(i) >= first && v(i) > 0) {
		least = least <= v(i) ? least : v(i)
		most = most >= v(i) ? most : v(i)
	}
}
linear = most <= 60 * least
least = linear ? 0 : 10 ** floor(log10(least * 0.99))
at(v) = v > least ? v : least
figure(v) = v < 0 ? 'missing' : v < 10 ? sprintf('%.2f', v) : sprintf('%.1f', v)

heading = finding
cut = strstrt(finding, ', ')
if (is_text && cut > 0) { heading = finding[1:cut]."\n".finding[cut+2:*] }
axis = unit.' a '.page_name.(linear ? '' : ', log scale').(not_time ? ' (instructions, not time)' : '')

if (is_text) {
	width = columns < 60 ? 60 : columns
	rows = workloads * (slots + 1) # a line of text each
	above = width < 80 ? 10 : 7
	below = 4
	height = above + rows + below
	eval open
	set lmargin 25
	set tmargin above
	set bmargin below
	y(w, s) = -((w - 1) * (slots + 1) + slot[s])
	# Centred over the bars, which have less than all of the terminal.
	set title fitting(heading."\n".subtitle, width - 4)
	set key off
	if (!linear) { set logscale x }
	set xrange [least:(linear ? most * 1.2 : most * 4)]
	set yrange [-rows + 0.5:-0.5]
	set xlabel axis
	set border 3
	set tics nomirror
	set ytics scale 0 ()
	do for [i=1:|$costs|] {
		if (s(i) >= first) {
			set ytics add (workload[w(i)].' '.name[s(i)] y(w(i), s(i)))
			set label figure(v(i)) at at(v(i)), y(w(i), s(i)) left offset 1, 0
		}
	}
	plot $costs using ($2 >= first && $3 > 0 ? least : NaN):(y($1, $2)):($3 - least):(0) \
		with vectors nohead lt 1 notitle
} else {
	width = 260 + workloads * (slots + 1) * 38
	if (width < 800) { width = 800 }
	height = 520
	eval open
	x(w, s) = (w - 1) * (slots + 1) + slot[s]
	set title heading."\n".subtitle
	set key outside right center vertical Left reverse samplen 2 spacing 1.5
	if (!linear) { set logscale y }
	set yrange [least:most * (linear ? 1.1 : 2)]
	set xrange [0:workloads * (slots + 1)]
	set ylabel axis
	set bmargin 4
	set border 3
	set tics nomirror
	set grid ytics lt 1 lc rgb '#dddddd' lw 1
	set xtics scale 0 ()
	do for [k=1:workloads] {
		set xtics add (workload[k]."\n".size[k] x(k, first) + (slots - 1) / 2.0)
	}
	do for [i=1:|$costs|] {
		if (s(i) >= first && v(i) >= 0) {
			set label figure(v(i)) at x(w(i), s(i)), at(v(i)) center offset 0, 0.6 \
				font ','.small
		}
		if (s(i) >= first && v(i) < 0) {
			set label figure(v(i)) at x(w(i), s(i)), least left rotate by 90 \
				offset 0, 0.5 font ','.small
		}
	}
	plot for [k=first:styles] $costs using \
			($2 == k && $3 > 0 ? x($1, $2) : NaN):3:(0.92) \
			with boxes lt k lw 1.5 fill pattern pattern[k] border lt k \
			title (used[k] ? name[k] : '')
}
