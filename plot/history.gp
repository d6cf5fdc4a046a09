# SPDX-License-Identifier: GPL-2.0-only
# One series over its runs. history.c sets kind, inline, columns, output, heading, axis,
# exact, marks, mark_at[], mark_kind[] (1 change, 2 environment), the data blocks
# $values (time, value), $hover (time, value, number), $bounds (time, low, time, high)
# and $levels (time, value; a blank line between), first, last, least, most.
load scripts.'/style.gp'
if (is_text) { width = columns < 60 ? 60 : columns; height = 22 } else { width = 960; height = 340 }
# A picture within a page has the page's own ground.
if (inline) { set terminal svg noenhanced font 'sans-serif,13' size width, height; set output output } else { eval open }

set ylabel axis
set border 3
set tics nomirror
span = last - first
set xtics time
set format x (span > 86400 * 900 ? '%Y' : span > 86400 * 60 ? '%Y-%m' : '%m-%d') timedate
if (is_text) { set xtics span / 4.0; set format x '%y-%m-%d' timedate }
if (!is_text && span <= 86400 * 12) { set xtics 86400 * (span <= 86400 * 6 ? 1 : 2) }
set xrange [first - 0.02 * span:last + 0.02 * span]
# In the terminal a row is a twentieth: less than that would be on the frame.
below = is_text ? 0.2 : 0.08; above = is_text ? 0.2 : 0.14
set yrange [least - below * (most - least):most + above * (most - least)]
if (is_text) { set title heading; set key off } else {
	set label 1 heading at graph 0, screen 0.94 font font.','.(kind eq 'svg' ? 14 : 12)
	set key outside bottom center horizontal maxrows 1 samplen 2
	set tmargin at screen 0.88
	set grid ytics lt 1 lc rgb '#dddddd' lw 1
}
if (exact) { set format y '%.0f' }
if (exact && most - least < 8) { set ytics 1 }
do for [i=1:marks] {
	if (mark_kind[i] == 1) {
		set arrow from mark_at[i], graph 0 to mark_at[i], graph 1 nohead front lc rgb '#d55e00' lw 1.5
	} else {
		set arrow from mark_at[i], graph 0 to mark_at[i], graph 1 nohead back lc rgb '#999999' dt 2 lw 1.5
	}
}

if (is_text) {
	if (exact) { plot $values using 1:2 with steps lc 1 notitle } else {
		plot $values using 1:2 with points pt 'o' notitle, $levels using 1:2 with lines lc 1 notitle
	}
} else {
	has_changes = 0; has_envs = 0
	do for [i=1:marks] { if (mark_kind[i] == 1) { has_changes = 1 } else { has_envs = 1 } }
	if (exact) {
		plot $values using 1:2 with steps lc rgb '#0072b2' lw 2 title (kind eq 'svg' ? '' : 'count'), \
			$hover using 1:2:(sprintf('%d', $3)) with labels hypertext point pt 7 ps 0.45 lc rgb '#0072b2' notitle, \
			keyentry with lines lc rgb '#d55e00' lw 1.5 title (has_changes ? 'change' : ''), \
			keyentry with lines lc rgb '#999999' dt 2 lw 1.5 title (has_envs ? 'new environment' : '')
	} else {
		plot $bounds using 1:2:($1):($3):($2):($4) with boxxyerror fs solid 0.18 noborder lc rgb '#0072b2' title 'where values belong', \
			$values using 1:2 with dots lc rgb '#777777' notitle, \
			$levels using 1:2 with lines lc rgb '#0072b2' lw 2.5 title 'level', \
			$hover using 1:2:(sprintf('%d', $3)) with labels hypertext point pt 7 ps 0.45 lc rgb '#777777' notitle, \
			keyentry with lines lc rgb '#d55e00' lw 1.5 title (has_changes ? 'change' : ''), \
			keyentry with lines lc rgb '#999999' dt 2 lw 1.5 title (has_envs ? 'new environment' : '')
	}
}
set output
