package io.anabranch.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** A table in plain text; columns as wide as their widest cell, numbers to the right. */
final class TextTable {

    private static final String NUMBER = "-?[\\d,.]+( ?(ms|s|%|/s))?";

    private final List<List<String>> rows = new ArrayList<>();
    private final int columns;

    TextTable(String... header) {
        this.columns = header.length;
        rows.add(List.of(header));
    }

    TextTable row(String... cells) {
        if (cells.length != columns) {
            throw new IllegalArgumentException("The row (%s) must have %d cells.".formatted(List.of(cells), columns));
        }
        rows.add(List.of(cells));
        return this;
    }

    @Override
    public String toString() {
        int[] widths = IntStream.range(0, columns)
                .map(c -> rows.stream().mapToInt(r -> r.get(c).length()).max().orElse(0))
                .toArray();
        String rule = IntStream.of(widths).mapToObj("─"::repeat).collect(Collectors.joining("  "));
        StringBuilder text = new StringBuilder();
        for (int r = 0; r < rows.size(); r++) {
            text.append(line(rows.get(r), widths)).append('\n');
            if (r == 0) {
                text.append(rule).append('\n');
            }
        }
        return text.toString();
    }

    private static String line(List<String> cells, int[] widths) {
        StringBuilder line = new StringBuilder();
        for (int c = 0; c < widths.length; c++) {
            String cell = cells.get(c);
            String pad = " ".repeat(widths[c] - cell.length());
            line.append(c == 0 ? "" : "  ").append(cell.matches(NUMBER) ? pad + cell : cell + pad);
        }
        return line.toString().stripTrailing();
    }
}
