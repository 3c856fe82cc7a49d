package io.anabranch.graph.snapshot;

import java.io.BufferedReader;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.StringTokenizer;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/** The blank-separated words of a gzip text file, line by line; every complaint names file and line. */
final class LineReader {

    /** Takes the words of one line. */
    interface Line {
        void read(StringTokenizer words, LineReader at) throws IOException;
    }

    private static final int BUFFER = 1 << 16;

    private final Path file;
    private int number;

    private LineReader(Path file) {
        this.file = file;
    }

    /** Reads all lines, empty ones too. */
    static void read(Path file, Line line) throws IOException {
        LineReader at = new LineReader(file);
        try (InputStream bytes = new GZIPInputStream(Files.newInputStream(file), BUFFER);
                BufferedReader reader =
                        new BufferedReader(new InputStreamReader(bytes, StandardCharsets.UTF_8), BUFFER)) {
            for (String text = reader.readLine(); text != null; text = reader.readLine()) {
                at.number++;
                line.read(new StringTokenizer(text, " \t"), at);
            }
        } catch (ZipException | EOFException e) {
            MalformedDataSetException malformed =
                    new MalformedDataSetException(file, at.number, "is not gzip text, or ends too early");
            malformed.initCause(e);
            throw malformed;
        }
    }

    MalformedDataSetException malformed(String problem) {
        return new MalformedDataSetException(file, number, problem);
    }

    String word(StringTokenizer words, String what) throws IOException {
        if (!words.hasMoreTokens()) {
            throw malformed("the %s is missing".formatted(what));
        }
        return words.nextToken();
    }

    /** A node id: an integer from 0. */
    int node(StringTokenizer words, String what) throws IOException {
        return number(word(words, what), what);
    }

    /** An integer from 0 to below the greatest. */
    int number(String word, String what) throws IOException {
        try {
            int value = Integer.parseInt(word);
            if (value >= 0 && value < Integer.MAX_VALUE) {
                return value;
            }
        } catch (NumberFormatException e) {
            throw (IOException) malformed("the %s (%s) must be a whole number".formatted(what, word))
                    .initCause(e);
        }
        throw malformed("the %s (%s) must not be negative".formatted(what, word));
    }

    float real(String word, String what) throws IOException {
        try {
            float value = Float.parseFloat(word);
            if (Float.isFinite(value)) {
                return value;
            }
        } catch (NumberFormatException e) {
            throw (IOException) malformed("the %s (%s) must be a number".formatted(what, word))
                    .initCause(e);
        }
        throw malformed("the %s (%s) must be finite".formatted(what, word));
    }
}
