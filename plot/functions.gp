# SPDX-License-Identifier: GPL-2.0-only
# What a page costs by function: a bar a file of folded stacks (`ptwalk profile --folded`), its functions
# stacked. PAGES is what their windows walk.
# PICTURE ends in .svg or .png; a script of gnuplot's takes seven files at most.
#   gnuplot -c plot/functions.gp PICTURE PAGES FILE.folded...
if (ARGC < 3 || ARGC > 9) {
	print 'from one to seven files: gnuplot -c plot/functions.gp PICTURE PAGES FILE.folded...'
	exit status 2
}
folder = ARG0[1:strlen(ARG0) - strlen('functions.gp')]
table = 'awk -f '.folder.'functions.awk pages='.ARG2
do for [i=3:ARGC] { table = table.' '.value('ARG'.i) }

functions = int(system(table." | awk -F '\t' 'NR == 1 { print NF - 1 }'"))
bars = ARGC - 2
width = 320 + 90 * bars
if (strstrt(ARG1, '.png')) {
	set terminal pngcairo noenhanced font 'DejaVu Sans,10' background '#ffffff' size width, 560
} else {
	set terminal svg noenhanced font 'sans-serif,13' background '#ffffff' size width, 560
}
table = '< '.table
set datafile separator tab
set output ARG1
# Of a kernel, where its files are in a folder: results/facts/debian-6.1/hmm_none.folded
kernel = system("dirname '".ARG3."' | sed 's|.*/||; s|^\\.*$||'")
set title (kernel eq '' ? '' : kernel.': ').'instructions of a 4 KiB page by function (a count, not time)'
set style data histograms
set style histogram rowstacked
set style fill solid border lc rgb '#ffffff'
set boxwidth 0.7
set yrange [0:*]
set ylabel 'instructions a page'
set border 3
set tics nomirror
set grid ytics lt 1 lc rgb '#dddddd'
set key outside right invert reverse Left
set xtics rotate by -30 scale 0
# Okabe and Ito's colours, then paler ones: told apart by the colour-blind.
array shade[24] = ['#0072B2', '#E69F00', '#009E73', '#D55E00', '#56B4E9', '#CC79A7', '#F0E442', \
	'#000000', '#88CCEE', '#DDCC77', '#AA4499', '#882255', '#117733', '#AA7744', '#6699CC', '#332288', \
	'#EE8866', '#44AA99', '#BBCC33', '#661100', '#FFAABB', '#777711', '#7777CC', '#CC6677']
other = '#BBBBBB'
plot for [i=2:functions + 1] table using i:xtic(1) title columnheader(i) \
	lc rgb (i == functions + 1 ? other : shade[(i - 2) % 24 + 1])
