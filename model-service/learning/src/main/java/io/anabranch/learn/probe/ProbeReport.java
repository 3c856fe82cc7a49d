package io.anabranch.learn.probe;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a probe found.
 *
 * @param rows training rows that were looked at
 * @param trainingRows how many there are
 * @param labels rows of labels: classes, or numbers to predict
 * @param single figures of G_l, l from 0 to H
 * @param stacked figures of G_0 … G_l, one below the other
 * @param notes what a reader of the figures must know
 */
public record ProbeReport(
        int rows, int trainingRows, int labels, List<HopFigures> single, List<HopFigures> stacked, List<String> notes) {

    public ProbeReport {
        single = List.copyOf(single);
        stacked = List.copyOf(stacked);
        notes = List.copyOf(notes);
    }

    public int hops() {
        return single.size() - 1;
    }

    /** All figures by name, such as {@code probe.hop2.alignment}, and {@code probe.stack2.alignment} of hops 0 to 2 together. */
    public Map<String, Double> named() {
        Map<String, Double> named = new TreeMap<>();
        named.put("probe.rows", (double) rows);
        single.forEach(hop -> named.putAll(hop.named("probe.hop" + hop.hop())));
        stacked.forEach(hop -> named.putAll(hop.named("probe.stack" + hop.hop())));
        return named;
    }
}
