# SPDX-License-Identifier: GPL-2.0-only
# Cost of a page by kernel: a panel an op, a group of bars a workload, a bar a
# kernel with its value, on a linear scale where the smallest can be seen beside the largest,
# else on a logarithmic one. The title is the finding.

# $kernels by line: panel, workload, kernel, cost a page (-1: missing).
p(i) = int(word($kernels[i], 1))
w(i) = int(word($kernels[i], 2))
k(i) = int(word($kernels[i], 3))
v(i) = real(word($kernels[i], 4))

# From pale to dark in the order in which they were named.
array shade_of[8] = ['#c7e9b4', '#7fcdbb', '#41b6c4', '#1d91c0', '#225ea8', '#253494', '#081d58', '#000000']
colour(n) = shade_of[(n - 1) % 8 + 1]

least = NaN
most = NaN
do for [i=1:|$kernels|] {
	if (v(i) > 0) {
		least = least <= v(i) ? least : v(i)
		most = most >= v(i) ? most : v(i)
	}
}
linear = most <= 60 * least
least = linear ? 0 : 10 ** floor(log10(least * 0.99))
figure(v) = v < 0 ? 'missing' : v < 10 ? sprintf('%.2f', v) : sprintf('%.1f', v)

wide = panels > 1 ? 2 : 1
rows = (panels + wide - 1) / wide
slots = kernel_bars + 1
panel_wide = 90 + workloads * slots * 40
if (panel_wide < 420) { panel_wide = 420 }
width = wide * panel_wide
if (width < 840) { width = 840 } # of the title
head = 90.0
foot = 40.0
height = rows * 300 + head + foot
eval open

x(w, k) = (w - 1) * slots + k
set multiplot
set label 1 finding."\n".subtitle at screen 0.5, screen 1.0 - 22 / height center
if (!linear) { set logscale y }
set yrange [least:most * (linear ? 1.15 : 2.5)]
set xrange [0:workloads * slots]
set border 3
set tics nomirror
set grid ytics lt 1 lc rgb '#dddddd' lw 1
set xtics scale 0 ()
do for [n=1:workloads] { set xtics add (workload_name[n]."\n".workload_size[n] x(n, 1) + (kernel_bars - 1) / 2.0) }
set ylabel unit.' a page'.(linear ? '' : ', log scale')
set bmargin 3.5
set tmargin 2.5
set lmargin 10
do for [n=1:panels] {
	column = (n - 1) % wide
	row = (n - 1) / wide
	set size 1.0 / wide, 300.0 / height
	set origin 1.0 * column / wide, 1.0 - (head + 300.0 * (row + 1)) / height
	set title panel_name[n]
	set key off
	do for [i=1:|$kernels|] {
		if (p(i) == n && v(i) >= 0) {
			set label 10 + i figure(v(i)) at x(w(i), k(i)), (v(i) > least ? v(i) : least) \
				center offset 0, 0.6 font ','.small
		}
		if (p(i) == n && v(i) < 0) {
			set label 10 + i 'missing' at x(w(i), k(i)), least left rotate by 90 \
				offset 0, 0.5 font ','.small
		}
	}
	plot for [b=1:kernel_bars] $kernels using \
		($1 == n && $3 == b && $4 > 0 ? x($2, b) : NaN):4:(0.92) \
		with boxes fc rgb colour(b) fill solid 1.0 border lc rgb '#333333' lw 1 notitle
	do for [i=1:|$kernels|] { unset label 10 + i }
	unset label 1
}
# The key is a panel of its own, below all.
set size 1.0, foot / height
set origin 0, 0
unset title
unset border
unset tics
unset ylabel
unset logscale
unset grid
set lmargin 0
set bmargin 0
set tmargin 0
set xrange [0:1]
set yrange [0:1]
set key at screen 0.5, screen (foot - 12) / height center top horizontal Left reverse samplen 2
plot for [b=1:kernel_bars] NaN with boxes fc rgb colour(b) fill solid 1.0 border lc rgb '#333333' lw 1 title kernel_bar_name[b]
unset multiplot
