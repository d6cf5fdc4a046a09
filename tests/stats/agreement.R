# SPDX-License-Identifier: GPL-2.0-only
# Works out again, with R's own functions, what stats_cases printed.
# One exception: wilcox.test() is not exact with ties; there all splits are enumerated.

path <- commandArgs(trailingOnly = TRUE)[1]
lines <- strsplit(readLines(path), ";", fixed = TRUE)
numbers <- function(field) as.numeric(strsplit(field, " ", fixed = TRUE)[[1]])

figures <- list() # per name: how many were compared, the largest difference
wrong <- 0

# The largest |got - want| / max(|want|, least); equal infinities do not differ.
compare <- function(name, got, want, tolerance = 1e-9, least = 1e-300) {
	off <- if (length(got) != length(want)) Inf else
		ifelse(got == want, 0, abs(got - want) / pmax(abs(want), least))
	off[is.na(off)] <- Inf
	seen <- figures[[name]]
	if (is.null(seen)) seen <- c(0, 0)
	figures[[name]] <<- c(seen[1] + length(got), max(seen[2], off))
	if (any(off > tolerance)) {
		wrong <<- wrong + 1
		if (wrong <= 10) {
			worst <- which.max(off)
			cat(sprintf("%s: %.17g, R has %.17g\n", name, got[worst], want[worst]))
		}
	}
}

splits <- list()
all_splits <- function(total, m) {
	key <- paste(total, m)
	if (is.null(splits[[key]])) splits[[key]] <<- combn(total, m)
	splits[[key]]
}

enumerated_p <- function(x, y) {
	ranks <- rank(c(x, y))
	chosen <- all_splits(length(ranks), length(x))
	sums <- colSums(matrix(ranks[chosen], nrow = length(x)))
	mean <- length(x) * (length(ranks) + 1) / 2
	mean(abs(sums - mean) >= abs(sum(ranks[seq_along(x)]) - mean))
}

tied_p_by_counting <- function(x, y) {
	ranks <- 2 * rank(c(x, y))
	m <- length(x)
	ways <- matrix(0, m + 1, sum(ranks) + 1)
	ways[1, 1] <- 1
	width <- ncol(ways)
	for (rank in ranks)
		for (k in m:1)
			ways[k + 1, (rank + 1):width] <-
				ways[k + 1, (rank + 1):width] + ways[k, 1:(width - rank)]
	off <- abs(seq(0, width - 1) - m * (length(ranks) + 1))
	sum(ways[m + 1, off >= off[sum(ranks[1:m]) + 1]]) / sum(ways[m + 1, ])
}

check_interval <- function(x, y, alpha, low, high, bounded) {
	pairs <- sort(as.vector(outer(log(y), log(x), "-")))
	m <- length(x)
	n <- length(y)
	if (m + n > 66) {
		sigma <- sqrt(m * n * (m + n + 1) / 12)
		k <- sum(2 * pnorm((0:(m * n) + 0.5 - m * n / 2) / sigma) <= alpha)
	} else {
		k <- sum(2 * pwilcox(0:(m * n), m, n) <= alpha * (1 + 1e-12))
	}
	compare("interval: bounded", bounded, as.numeric(k > 0))
	if (k > 0)
		compare("interval: ends", log(c(low, high)), pairs[c(k, m * n + 1 - k)], least = 1e-3)
}

check <- list()

check$arms <- function(f) {
	alpha <- numbers(f[2])
	x <- numbers(f[3])
	y <- numbers(f[4])
	got <- vapply(f[5:11], numbers, 0)
	exact <- got[3] == 1
	ties <- length(unique(c(x, y))) < length(x) + length(y)
	few <- length(x) + length(y) <= 12
	test <- suppressWarnings(wilcox.test(y, x, exact = exact && !ties, correct = TRUE))
	compare("u", got[1], unname(test$statistic))
	if (!exact && length(unique(c(x, y))) == 1)
		compare("p: all equal, normal", got[2], 1)
	else if (!exact)
		compare(if (ties) "p: normal, ties" else "p: normal", got[2], test$p.value)
	else if (!ties)
		compare("p: exact", got[2], test$p.value)
	else if (few)
		compare("p: exact, ties, enumerated", got[2], enumerated_p(x, y))
	else
		compare("p: exact, ties, counted", got[2], tied_p_by_counting(x, y))
	compare("ratio", log(got[4]), median(outer(log(y), log(x), "-")), least = 1e-3)
	check_interval(x, y, alpha, got[5], got[6], got[7])
	if (exact && !ties && got[7] == 1) {
		own <- suppressWarnings(wilcox.test(log(y), log(x), exact = TRUE, conf.int = TRUE,
						    conf.level = 1 - alpha))
		compare("ratio: wilcox.test", log(got[4]), unname(own$estimate), least = 1e-3)
		compare("interval: wilcox.test", log(got[5:6]), as.vector(own$conf.int), least = 1e-3)
	}
}

check$ranksum <- function(f) {
	m <- numbers(f[2])
	n <- numbers(f[3])
	compare("chances: dwilcox", numbers(f[4]), dwilcox(0:(m * n), m, n))
	compare("chances: pwilcox", cumsum(numbers(f[4])), pwilcox(0:(m * n), m, n))
	compare("smallest p", numbers(f[5]), min(1, 2 / choose(m + n, m)))
}

check$adjust <- function(f) {
	p <- numbers(f[2])
	compare("p.adjust: holm", numbers(f[3]), p.adjust(p, "holm"))
	compare("p.adjust: BH", numbers(f[4]), p.adjust(p, "BH"))
}

check$spread <- function(f) {
	values <- numbers(f[2])
	got <- vapply(f[3:9], numbers, 0)
	h <- length(values)
	reach <- qt(got[3] / 2, max(1, 0.37 * (h - 1)), lower.tail = FALSE) *
		max(mad(values), got[4]) * sqrt(1 + 1 / h)
	compare("median", got[1], median(values))
	compare("mad", got[2], mad(values, constant = 1), least = 1e-3)
	compare("bound", got[5:6], median(values) + c(-reach, reach), least = 1e-3)
	compare("sd of logs", got[7], sd(log(values)), least = 1e-3)
}

check$quantile <- function(f) {
	p <- numbers(f[2])
	df <- numbers(f[3])
	compare("qnorm", numbers(f[4]), qnorm(p, lower.tail = FALSE), least = 1e-3)
	# Far out, qt() is itself off by several per cent: there pt() of the quantile must be p.
	if (p > 1e-6)
		compare("qt", numbers(f[5]), qt(p, df, lower.tail = FALSE), least = 1e-3)
	compare("pt of quantile", pt(numbers(f[5]), df, lower.tail = FALSE), p)
	compare("pt", numbers(f[7]), pt(numbers(f[6]), df, lower.tail = FALSE))
}

check$power <- function(f) {
	got <- vapply(f[2:8], numbers, 0)
	z <- qnorm(got[3] / (2 * got[5]), lower.tail = FALSE)
	share <- (z + qnorm(got[4])) * got[1] / log(1 + got[2])
	least <- 1
	while (got[5] * 2 / choose(2 * least, least) > got[3])
		least <- least + 1
	compare("least boots", got[7], least)
	compare("boots", got[6], max(least + 1, ceiling(2 * share^2 * pi / 3 + z^2 / 4)))
}

# The cheapest split of values[1..r], for each r, from those of all shorter ones.
check$history <- function(f) {
	values <- numbers(f[2])
	n <- length(values)
	gamma <- numbers(f[4])
	distances <- function(v) sum(abs(v - median(v)))
	least <- -gamma
	for (r in seq_len(n))
		least[r + 1] <- min(vapply(seq_len(r), function(l)
			least[l] + gamma + distances(values[l:r]), 0))
	starts <- numbers(f[6]) + 1
	ends <- c(starts[-1] - 1, n)
	own <- gamma * (length(starts) - 1) +
		sum(mapply(function(l, r) distances(values[l:r]), starts, ends))
	noise <- if (n > 1) 1.4826 * median(abs(diff(values))) / sqrt(2) else 0
	compare("noise of a history", numbers(f[3]), noise, least = 1e-3)
	compare("cost of a split", numbers(f[5]), least[n + 1], least = 1)
	compare("cost of that split", own, least[n + 1], least = 1)
}

for (line in lines)
	check[[line[1]]](line)

cat(sprintf("%-28s %8s  %s\n", "", "compared", "largest relative difference"))
for (name in names(figures))
	cat(sprintf("%-28s %8d  %.1e\n", name, figures[[name]][1], figures[[name]][2]))
cat(sprintf("%d lines, %d figures, %d differ\n", length(lines),
	    sum(vapply(figures, function(figure) figure[1], 0)), wrong))

# A part that was not reached proves nothing.
least <- c("p: exact" = 500, "p: exact, ties, enumerated" = 500, "p: exact, ties, counted" = 100,
	   "p: normal" = 50, "p: normal, ties" = 50, "p: all equal, normal" = 20,
	   "interval: wilcox.test" = 500, "chances: pwilcox" = 5000, "p.adjust: BH" = 5000,
	   "bound" = 1000, "qt" = 1000, "boots" = 300, "cost of a split" = 100)
for (name in names(least)) {
	if (is.null(figures[[name]]) || figures[[name]][1] < least[name]) {
		cat(sprintf("too few cases of '%s'\n", name))
		wrong <- wrong + 1
	}
}
quit(status = as.integer(wrong > 0))
