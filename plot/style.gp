# SPDX-License-Identifier: GPL-2.0-only
# What both pictures share. plot.c sets kind (svg, png, text), columns, output,
# the titles and the data before it loads this.
reset
set encoding utf8
is_text = kind eq 'text'
mark = kind eq 'svg' ? 0.6 : 1.0
small = kind eq 'svg' ? 11 : 9

# Okabe and Ito's colours, told apart by the colour-blind; by pattern and point
# for those who see none.
# What often lies under another is wider and has the larger points.
set linetype 1 lc rgb '#999999' pt 2 ps 1.0*mark lw 1.5 # bare
set linetype 2 lc rgb '#000000' pt 7 ps 1.2*mark lw 3 # hmm
set linetype 3 lc rgb '#0072B2' pt 4 ps 1.3*mark lw 1.5 # hmm/none
set linetype 4 lc rgb '#009E73' pt 8 ps 1.6*mark lw 3 # hmm/range
set linetype 5 lc rgb '#E69F00' pt 10 ps 1.2*mark lw 1.5 # hmm/batch
set linetype 6 lc rgb '#D55E00' pt 12 ps 1.0*mark lw 1.5 # hmm/entry
array pattern[6] = [0, 3, 1, 4, 5, 2]

if (kind eq 'svg') font = 'sans-serif'
if (kind eq 'png') font = 'DejaVu Sans'
subtitle = kernel."\n".machine.(missing eq '' ? '' : (is_text ? "\n" : '; ').missing)
not_time = strstrt(machine, 'not time') > 0

# Each of the lines of s in lines of n characters at most; in text what is longer is cut off.
blank(s, k) = k < 2 ? 0 : s[k:k] eq ' ' ? k : blank(s, k - 1)
broken(s, n) = strlen(s) <= n || blank(s, n + 1) == 0 ? s : \
	s[1:blank(s, n + 1)-1]."\n".broken(s[blank(s, n + 1)+1:*], n)
fitting(s, n) = strstrt(s, "\n") == 0 ? broken(s, n) : \
	broken(s[1:strstrt(s, "\n")-1], n)."\n".fitting(s[strstrt(s, "\n")+1:*], n)

# Terminals of a size in pixels (text: characters) that the caller sets before `eval open`.
open = is_text ? "set terminal dumb noenhanced mono size width, height" : \
	kind eq 'svg' ? "set terminal svg noenhanced font font.',13' background '#ffffff' size width, height" : \
	"set terminal pngcairo noenhanced font font.',10' background '#ffffff' size width, height"
open = open."; set output output"
