/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.Errno;
import dev.nestmap.types.ByteString;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Lists the keys for which an operation on several keys failed. For all other keys, the operation succeeded, because the kernel changes a map
 * entry by entry and can't undo changes.
 *
 * <p>{@link #errno} is the common error of all these keys. If the errors differ, it is null, and the message counts each error.
 *
 * <p>If the operation has displaced inner maps, they wait: a later drain or {@link OuterAccessor#waitingTickets} passes them.
 */
public final class BatchException extends BpfException {
    private static final long serialVersionUID = 1L;

    /** Largest number of failures in the stack trace. */
    private static final int SUPPRESSED_AT_MOST = 8;

    private final ArrayList<BpfException> failures;
    private final transient @Nullable List<Object> keys;

    /**
     * Creates the exception.
     *
     * @param operation the operation, as a noun
     * @param map name of the map
     * @param count number of keys of the operation
     * @param failures the failure for each key that failed; not empty
     */
    BatchException(String operation, String map, int count, Map<Object, BpfException> failures) {
        super(
                BpfException.of(first(failures).reason(), operation)
                        .map(map)
                        .errno(byErrno(failures).size() == 1 ? first(failures).errnoNumber() : 0)
                        .cause(first(failures)),
                explanation(count, failures));
        this.failures = new ArrayList<>(failures.values());
        this.keys = List.copyOf(failures.keySet());
        failures.values().stream().skip(1).limit(SUPPRESSED_AT_MOST).forEach(this::addSuppressed);
    }

    /**
     * {@return one failure for each key that failed, even for keys that {@link #failedKeys} leaves out} If the exception was deserialized, the
     * failures don't contain the keys.
     */
    public List<BpfException> failures() {
        return Collections.unmodifiableList(failures);
    }

    /**
     * Returns the keys that failed.
     *
     * @param type the class of the keys
     * @param <K> type of the keys
     * @return the keys, without those that can't be decoded; empty if the exception was deserialized
     * @throws ClassCastException if a key has a different class
     */
    public <K> List<K> failedKeys(Class<K> type) {
        return keys == null
                ? List.of()
                : keys.stream()
                        .filter(key -> type.isInstance(key) || !(key instanceof ByteString))
                        .map(type::cast)
                        .toList();
    }

    private static String explanation(int count, Map<Object, BpfException> failures) {
        if (count == 1) {
            return first(failures).getMessage();
        }
        String which = failures.size() == count
                ? "all " + count + " keys"
                : failures.size() + " of " + count + " keys, the others succeeded";
        Map<Integer, Long> byErrno = byErrno(failures);
        String errors = byErrno.size() == 1
                ? ""
                : byErrno.entrySet().stream()
                        .map(entry -> errorName(entry.getKey()) + " for " + entry.getValue())
                        .collect(Collectors.joining(", ", ": ", ""));
        return "for " + which + errors + ". First: " + first(failures).getMessage();
    }

    /** The number of keys by errno; 0 stands for failures without an errno. */
    private static Map<Integer, Long> byErrno(Map<Object, BpfException> failures) {
        return failures.values().stream()
                .collect(Collectors.groupingBy(BpfException::errnoNumber, LinkedHashMap::new, Collectors.counting()));
    }

    private static String errorName(int errno) {
        Errno known = Errno.of(errno);
        return errno == 0 ? "no errno" : known == null ? "errno " + errno : known.name();
    }

    private static BpfException first(Map<Object, BpfException> failures) {
        return failures.values().iterator().next();
    }
}
