package io.anabranch.graph;

/**
 * What is known of a node for one prediction task.
 *
 * @param task the task's name, such as "class" or "fraud", 1 to 256 bytes of UTF-8
 * @param part see {@link Part#byHash} for a label that names none
 */
public record Label(String task, LabelValue value, Part part) {

    public Label {
        Names.requireName("label's task", task);
    }
}
