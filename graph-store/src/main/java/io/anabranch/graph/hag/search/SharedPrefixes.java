package io.anabranch.graph.hag.search;

import it.unimi.dsi.fastutil.ints.IntArrays;
import java.util.Arrays;

/**
 * The prefixes of two or more elements that several of the sorted lists begin with. Those with the same lists are one entry: a run of
 * lists, and the shortest and longest of their prefixes that no other list has. Entries are ordered by their first list, and of these the
 * shorter prefixes come first, so that an entry comes after all that its prefixes extend.
 */
final class SharedPrefixes {

    private final int[] first;
    private final int[] end;
    private final int[] shortest;
    private final int[] longest;

    private SharedPrefixes(int[] first, int[] end, int[] shortest, int[] longest) {
        this.first = first;
        this.end = end;
        this.shortest = shortest;
        this.longest = longest;
    }

    /** @param common by position, the length of the prefix that a list has in common with the one before it */
    static SharedPrefixes of(int[] common, int[] componentStarts) {
        Builder builder = new Builder(common.length);
        for (int c = 0; c + 1 < componentStarts.length; c++) {
            builder.run(common, componentStarts[c], componentStarts[c + 1]);
        }
        return builder.sorted();
    }

    int size() {
        return first.length;
    }

    /** Position of the first list. */
    int first(int entry) {
        return first[entry];
    }

    /** One past the last list. */
    int end(int entry) {
        return end[entry];
    }

    int shortest(int entry) {
        return shortest[entry];
    }

    /** How many prefixes of each entry, from the shortest on, are among the {@code capacity} that most lists have. */
    int[] keep(long capacity) {
        int[] kept = new int[size()];
        long[] prefixesOfCount = new long[greatestCount() + 1];
        for (int entry = 0; entry < size(); entry++) {
            prefixesOfCount[end[entry] - first[entry]] += longest[entry] - shortest[entry] + 1;
        }
        long room = capacity;
        int least = prefixesOfCount.length - 1;
        while (least > 0 && prefixesOfCount[least] <= room) {
            room -= prefixesOfCount[least--];
        }
        for (int entry = 0; entry < size(); entry++) {
            int count = end[entry] - first[entry];
            int prefixes = longest[entry] - shortest[entry] + 1;
            if (count > least) {
                kept[entry] = prefixes;
            } else if (count == least) {
                kept[entry] = (int) Math.min(room, prefixes);
                room -= kept[entry];
            }
        }
        return kept;
    }

    private int greatestCount() {
        int greatest = 0;
        for (int entry = 0; entry < size(); entry++) {
            greatest = Math.max(greatest, end[entry] - first[entry]);
        }
        return greatest;
    }

    /** Walks along the lists with a stack of the prefixes that still go on. */
    private static final class Builder {

        private final long[] keys;
        private final int[] ends;
        private final int[] shortest;
        private int size;
        private int[] openLength = new int[16];
        private int[] openFirst = new int[16];
        private int open;

        /** There are fewer entries than lists, as each ends its own way. */
        Builder(int lists) {
            keys = new long[lists];
            ends = new int[lists];
            shortest = new int[lists];
        }

        void run(int[] common, int from, int to) {
            open = 0;
            for (int position = from + 1; position <= to; position++) {
                int goesOn = position == to ? 0 : common[position];
                int start = position - 1;
                while (open > 0 && openLength[open - 1] > goesOn) {
                    open--;
                    start = openFirst[open];
                    int below = Math.max(goesOn, open == 0 ? 0 : openLength[open - 1]);
                    add(start, position, Math.max(2, below + 1), openLength[open]);
                }
                if (goesOn > 1 && (open == 0 || openLength[open - 1] < goesOn)) {
                    push(goesOn, start);
                }
            }
        }

        private void push(int length, int start) {
            if (open == openLength.length) {
                openLength = Arrays.copyOf(openLength, 2 * open);
                openFirst = Arrays.copyOf(openFirst, 2 * open);
            }
            openLength[open] = length;
            openFirst[open++] = start;
        }

        private void add(int start, int end, int from, int to) {
            keys[size] = ((long) start << 32) | to;
            ends[size] = end;
            shortest[size++] = from;
        }

        SharedPrefixes sorted() {
            int[] order = new int[size];
            Arrays.setAll(order, i -> i);
            IntArrays.quickSort(order, (a, b) -> Long.compare(keys[a], keys[b]));
            int[] first = new int[size];
            int[] longest = new int[size];
            int[] sortedEnds = new int[size];
            int[] sortedShortest = new int[size];
            for (int i = 0; i < size; i++) {
                first[i] = (int) (keys[order[i]] >> 32);
                longest[i] = (int) keys[order[i]];
                sortedEnds[i] = ends[order[i]];
                sortedShortest[i] = shortest[order[i]];
            }
            return new SharedPrefixes(first, sortedEnds, sortedShortest, longest);
        }
    }
}
