package io.anabranch.graph;

/** The one check of names that every fact makes. */
final class Names {

    /** The longest vertex id, edge type or task, in UTF-8 bytes. */
    static final int LONGEST = 256;

    private Names() {}

    /** Returns the name if it has 1 to {@link #LONGEST} UTF-8 bytes. */
    static String requireName(String what, String name) {
        if (name.isEmpty()) {
            throw new IllegalArgumentException("The %s must not be empty.".formatted(what));
        }
        return requireShort(what, name);
    }

    /** Returns the name if it has at most {@link #LONGEST} UTF-8 bytes. */
    static String requireShort(String what, String name) {
        if (name.length() * 3 > LONGEST && utf8Length(name) > LONGEST) {
            throw new IllegalArgumentException("The %s (%s…) has %d bytes in UTF-8, at most %d are allowed."
                    .formatted(what, name.substring(0, 40), utf8Length(name), LONGEST));
        }
        return name;
    }

    private static int utf8Length(String text) {
        int bytes = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            // Each half of a surrogate pair stands for two of the pair's four bytes.
            bytes += c < 0x80 ? 1 : c < 0x800 || Character.isSurrogate(c) ? 2 : 3;
        }
        return bytes;
    }
}
