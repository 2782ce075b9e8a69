/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.error;

import dev.nestmap.runtime.internal.errno.ErrnoNumbers;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * An operation on a BPF object, map, program or link failed. The message says which one, on what, what the kernel answered,
 * why as far as that is known, and what to do:
 *
 * <pre>update of map tenant, key 42: E2BIG (7): the map holds max_entries entries already; ...</pre>
 */
public class BpfException extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private static final int LINES_OF_LOG_AT_EACH_END = 20;

    private final String operation;
    private final @Nullable String map;
    private final transient @Nullable Object key;
    private final int errno;
    private final String[] log;

    /**
     * A failure that no errno describes.
     *
     * @param operation what was tried, as a noun: {@code load of object tenant_flows}
     * @param explanation what is wrong and what to do
     */
    public BpfException(String operation, String explanation) {
        this(operation, null, null, 0, explanation, List.of(), null);
    }

    /**
     * A failure with all that is known of it.
     *
     * @param operation what was tried, as a noun; a map's name and key are put after it when they are given: {@code update}
     * @param map name of the map it was tried on, if it was one
     * @param key key it was tried with, if there was one; not kept when the exception is serialized
     * @param errno errno as a positive number, 0 if there is none
     * @param explanation why, and what to do; null when there is nothing to add to the errno
     * @param log lines of libbpf and the verifier, in order
     * @param cause what caused it, if that was an exception
     */
    public BpfException(
            String operation,
            @Nullable String map,
            @Nullable Object key,
            int errno,
            @Nullable String explanation,
            List<String> log,
            @Nullable Throwable cause) {
        super(message(operation, map, key, errno, explanation, log), cause);
        this.operation = operation;
        this.map = map;
        this.key = key;
        this.errno = errno;
        this.log = log.toArray(String[]::new);
    }

    /** All of the above in words, never null. */
    @Override
    public String getMessage() {
        return Objects.requireNonNull(super.getMessage());
    }

    /** What was tried: {@code update}, {@code load of object tenant_flows}. */
    public String operation() {
        return operation;
    }

    /** Name of the map that it was tried on; null when it was no operation on a map. */
    public @Nullable String map() {
        return map;
    }

    /** Key that it was tried with; null when there was none. */
    public @Nullable Object key() {
        return key;
    }

    /** The kernel's or libbpf's errno as a positive number; 0 when there is none. */
    public int errno() {
        return errno;
    }

    /** Name of the errno: {@code E2BIG}; {@code ENOTSUPP} for the kernel's own 524; empty when there is none. */
    public String errnoName() {
        return errno == 0 ? "" : ErrnoNumbers.name(errno);
    }

    /** The lines that libbpf and the verifier wrote during this operation, in order and complete. */
    public List<String> log() {
        return List.of(log);
    }

    private static String message(
            String operation,
            @Nullable String map,
            @Nullable Object key,
            int errno,
            @Nullable String explanation,
            List<String> log) {
        StringBuilder message = new StringBuilder(operation);
        if (map != null) {
            message.append(" of map ").append(map);
        }
        if (key != null) {
            message.append(", key ").append(key);
        }
        if (errno != 0) {
            message.append(": ").append(ErrnoNumbers.describe(errno));
        }
        String why = explanation == null ? ErrnoNumbers.everywhere(errno) : explanation;
        if (why != null) {
            message.append(": ").append(why);
        }
        appendAbridged(message, log);
        return message.toString();
    }

    /** The beginning says what was done, the end why it failed; between them a verifier log can have a million lines. */
    private static void appendAbridged(StringBuilder message, List<String> log) {
        int omitted = log.size() - 2 * LINES_OF_LOG_AT_EACH_END;
        for (int i = 0; i < log.size(); i++) {
            if (omitted > 0 && i == LINES_OF_LOG_AT_EACH_END) {
                message.append("\n  ... ").append(omitted).append(" lines omitted, log() has them ...");
                i += omitted;
            }
            message.append("\n  ").append(log.get(i));
        }
    }
}
