# SPDX-License-Identifier: GPL-2.0-only
# All workloads by all ops: cost of a page as a shade, on a logarithmic scale,
# with its figure. What is missing is grey and has a dash.

# $matrix by line: workload, column, cost a page (-1: missing), figure.
most = matrix_most > 0 ? matrix_most : 1
least = most / 1000 # the palest shade is for this and less

heading = 'Workloads by ops: '.unit.' a '.page_name.', shades on a log scale'

cell_wide = 64
cell_high = 24
left = 190
do for [w=1:workloads] {
	wide = 8 * strlen(workload[w].'  '.size[w]) + 8
	if (wide > left) { left = wide }
}
above = 130
width = left + matrix_columns * cell_wide + 130
if (width < 900) { width = 900 }
height = above + workloads * cell_high + 40
eval open

set title heading."\n".subtitle offset 0, 2.5
set key off
set lmargin at screen (1.0 * left / width)
set rmargin at screen (1.0 * (width - 110) / width)
set tmargin at screen (1.0 - 1.0 * above / height)
set bmargin at screen (40.0 / height)
set xrange [0.5:matrix_columns + 0.5]
set yrange [workloads + 0.5:0.5]
set border 0
set tics scale 0

unset xtics
set x2tics ()
set ytics ()
set x2range [0.5:matrix_columns + 0.5]
do for [c=1:matrix_columns] { set x2tics add (matrix_name[c] c) }
do for [w=1:workloads] { set ytics add (workload[w].'  '.size[w] w) }
set x2tics font ','.small
set logscale cb
set cbrange [least:most]
set palette defined (0 '#fff7ec', 0.35 '#fee8c8', 0.55 '#fdbb84', 0.75 '#ef6548', 1 '#990000')
dark = exp(log(least) + 0.78 * (log(most) - log(least)))
missing_cell(v) = v < 0
shade(v) = v < least ? least : v

set object 1 rectangle from graph 0, 0 to graph 1, 1 behind fc rgb '#eeeeee' fs solid noborder
plot $matrix using 2:1:(0.47):(0.47):(missing_cell($3) ? NaN : shade($3)) \
		with boxxyerror fs solid noborder lc palette notitle, \
	$matrix using 2:1:($3 > dark ? strcol(4) : '') with labels tc rgb '#ffffff' \
		font ','.small notitle, \
	$matrix using 2:1:($3 > dark ? '' : strcol(4)) with labels tc rgb '#000000' \
		font ','.small notitle
