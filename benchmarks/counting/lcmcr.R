# LCMCR's interval of each table that comes in, a line a table:
#   lists, seed, burn-in, samples, thinning, then the count of each pattern by mask, from 1
# (the first list is the lowest bit). A line of three numbers goes out: 2.5 %, median, 97.5 %.
suppressMessages(library(LCMCR))
lines <- file("stdin", open = "r")
while (length(line <- readLines(lines, n = 1)) > 0) {
  given <- as.numeric(strsplit(line, ",")[[1]])
  lists <- given[1]
  counts <- given[-(1:5)]
  seen <- which(counts > 0)
  # Levels are named: a list that all or none stand on would have but one, and LCMCR takes none such.
  captures <- as.data.frame(lapply(seq_len(lists), function(j) {
    factor(bitwAnd(bitwShiftR(seen, j - 1), 1), levels = c(0, 1))
  }))
  names(captures) <- paste0("list", seq_len(lists))
  captures$Freq <- counts[seen]
  sampler <- lcmCR(captures, tabular = TRUE, K = 10, a_alpha = 0.25, b_alpha = 0.25,
                   seed = given[2], buffer_size = 10000, thinning = given[5], verbose = FALSE)
  drawn <- lcmCR_PostSampl(sampler, burnin = given[3], samples = given[4], thinning = given[5],
                           output = FALSE)
  cat(quantile(drawn, c(0.025, 0.5, 0.975), names = FALSE), "\n")
}
