/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.errno;

import dev.nestmap.runtime.error.Errno;
import dev.nestmap.runtime.error.Reason;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What error numbers mean, from a text file in this package, whose first lines say how its rows are written. A process that may open no more
 * files can read it from a jar, which the VM has open. If the file can't be read, as from a directory then, nothing is explained: the error itself matters more.
 */
public final class ErrorTable {
    /** The errors of attachments, objects and test runs. */
    public static final ErrorTable KERNEL = new ErrorTable("kernel-errors.txt");

    static final ErrorTable MESSAGES = new ErrorTable("messages.txt");

    private static final Pattern PLACE = Pattern.compile("\\{[a-z]+}");

    private final Map<String, String> texts = new HashMap<>();
    private final List<Row> rows = new ArrayList<>();

    /**
     * A reason.
     *
     * @param when what must have failed, in one or more words
     * @param reason null for the usual reason of the errno
     */
    public record Row(
            List<String> when, Set<Errno> errnos, @Nullable Reason reason, String explanation) {
        /** Whether the row has this errno, a positive number. */
        public boolean has(int errno) {
            return errnos.stream().anyMatch(known -> known.number() == errno);
        }
    }

    /** Reads a file. */
    public ErrorTable(String file) {
        for (String block : read(file).replaceAll("(?m)^#.*\n", "").strip().split("\n\n+", -1)) {
            String[] lines = block.split("\n", 2);
            if (lines.length == 1) {
                continue; // the file could not be read
            }
            String text = lines[1].strip().replaceAll("\n +", " ");
            for (Map.Entry<String, String> named : texts.entrySet()) {
                text = text.replace("{" + named.getKey() + "}", named.getValue());
            }
            String[] head = lines[0].split(" \\| ", -1);
            if (head.length == 1) {
                texts.put(head[0], text);
            } else {
                Set<Errno> errnos =
                        Stream.of(head[1].split(",", -1)).map(Errno::valueOf).collect(Collectors.toUnmodifiableSet());
                Reason reason = head.length == 2 ? null : Reason.valueOf(head[2]);
                rows.add(new Row(List.of(head[0].split(" ", -1)), errnos, reason, text));
            }
        }
    }

    private static String read(String file) {
        try (InputStream in = ErrorTable.class.getResourceAsStream(file)) {
            return in == null ? "" : new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            return "";
        }
    }

    /** All rows, in their order. */
    public List<Row> rows() {
        return List.copyOf(rows);
    }

    /** The rows of one thing that can fail. */
    public List<Row> rows(String what) {
        return rows.stream().filter(row -> row.when().contains(what)).toList();
    }

    /** What an errno, a positive number, means for one thing that can fail; null if no row says it. */
    public @Nullable String explanation(String what, int errno) {
        return rows(what).stream()
                .filter(row -> row.has(errno))
                .findFirst()
                .map(Row::explanation)
                .orElse(null);
    }

    /** A long text of an exception or a warning, with values in place of the words in braces, in the order of the words' first places. */
    public static String message(String name, @Nullable Object... values) {
        Iterator<@Nullable Object> rest = Arrays.asList(values).iterator();
        Map<String, String> known = new HashMap<>();
        return PLACE.matcher(MESSAGES.texts.getOrDefault(name, name + " " + Arrays.toString(values)))
                .replaceAll(place -> Matcher.quoteReplacement(known.computeIfAbsent(
                        place.group(), word -> rest.hasNext() ? String.valueOf(rest.next()) : word)));
    }

    /** The names of the texts. */
    Set<String> names() {
        return texts.keySet();
    }

    /** The text that stands in the file under a name. */
    public String text(String name) {
        return texts.getOrDefault(name, "");
    }
}
